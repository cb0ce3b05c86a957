"""Write down which wording and which policy were shown, and that sending acknowledged them (T-F1-8)."""

from datetime import datetime
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.rows import insert
from madoguchi.rooms.consent.models import Presentation


def present_notice(
    *,
    about: Ref,
    person: UUID,
    notice: UUID,
    policy: UUID,
    form_digest: str,
    at: datetime,
    deemed: bool = True,
) -> None:
    """Three facts stay apart: this one says what was *shown* and *deemed* acknowledged, never a consent to mail."""
    insert(
        Presentation,
        id=uuid7(),
        about_kind=about.kind,
        about_id=about.id,
        person_id=person,
        notice_id=notice,
        policy_id=policy,
        form_digest=form_digest,
        deemed=deemed,
        shown_at=at,
    )
