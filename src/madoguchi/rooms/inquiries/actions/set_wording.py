"""Set the operator's own texts of the mails about inquiries: by a profile first, then at the desk."""

from collections.abc import Mapping
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries.errors import NoSuchWording
from madoguchi.rooms.inquiries.models import Wording
from madoguchi.rooms.inquiries.queries.mails import written_at_desk
from madoguchi.rooms.inquiries.queries.previewing import preview
from madoguchi.rooms.inquiries.queries.wordings import KINDS
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.queries import Viewer


@action
def set_wording(*, entity_id: UUID, texts: Mapping[str, Mapping[str, str]]) -> None:
    """`texts`: kind (`wordings.KINDS`, policy_change) → subject and text with merge fields. What somebody wrote at
    the desk since stays as it is."""
    kept = written_at_desk(entity_id)
    for kind, text in texts.items():
        if kind not in kept:
            _store(entity_id, kind, text.get("subject", ""), text["text"])


@action
def write_wording(*, viewer: Viewer, kind: str, subject: str, text: str) -> None:
    """Raises MissingField and BrokenTemplate for what could not be sent."""
    organisation.check_administers(viewer.role)
    if kind not in KINDS:
        raise NoSuchWording
    text = text.replace("\r\n", "\n").strip() + "\n"
    preview(viewer.entity_id, kind, subject, text, clock.now())
    _store(viewer.entity_id, kind, subject.strip() if KINDS[kind].subject else "", text)
    record(
        "inquiry.wording-set",
        about=Ref("entity", viewer.entity_id),
        by=viewer.ref,
        details={"kind": kind.replace("_", "-")},
    )


def _store(entity_id: UUID, kind: str, subject: str, text: str) -> None:
    Wording.objects.update_or_create(
        entity_id=entity_id, kind=kind, defaults={"subject": subject, "text": text}
    )
