"""Set the wording beside a form; a changed word is a new version, and the old one stays readable."""

from collections.abc import Mapping
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import digest
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.consent.models import NoticeVersion


@action
def set_notice(*, form_id: UUID, wording: Mapping[str, str], by: Ref) -> NoticeVersion:
    """`wording` is rendered: the operator's facts are filled in, so a changed fact is a new version."""
    content = dict(wording)
    latest = NoticeVersion.objects.filter(form=form_id).order_by("-number").first()
    number = latest.number + 1 if latest else 1
    if latest is not None and latest.superseded_at is None and latest.wording == content:
        return latest
    version = NoticeVersion.objects.create(
        form=form_id,
        number=number,
        wording=content,
        digest=digest({"form": str(form_id), "number": number, "wording": content}),
    )
    NoticeVersion.objects.filter(form=form_id, superseded_at=None).exclude(id=version.id).update(
        superseded_at=clock.now()
    )
    record("notice.set", about=Ref("notice", version.id), by=by, details={"number": number})
    return version
