"""Lists of senders, put right by hand: taken off, and put back."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.screening.errors import NoSuchMark
from madoguchi.rooms.screening.models import Allowed, Repeat


@action
def disallow(*, viewer: Viewer, id: UUID) -> None:
    """The sender is screened like anybody again. Put back by お客様でした on one of their messages."""
    row = Allowed.objects.filter(id=id, entity_id=viewer.entity_id).first()
    if row is None:
        raise NoSuchMark
    Allowed.objects.filter(id=id).delete()
    record("screening.disallowed", about=Ref("inquiry", row.about), by=viewer.ref, details={"kind": row.kind})


@action
def remove_repeat(*, viewer: Viewer, id: UUID) -> None:
    _set(viewer, id, gone=True)


@action
def restore_repeat(*, viewer: Viewer, id: UUID) -> None:
    _set(viewer, id, gone=False)


def _set(viewer: Viewer, id: UUID, *, gone: bool) -> None:
    row = Repeat.objects.filter(id=id, entity_id=viewer.entity_id).select_related("lesson").first()
    if row is None or (row.removed_at is not None) == gone:
        raise NoSuchMark
    Repeat.objects.filter(id=id).update(removed_at=clock.now() if gone else None)
    code = "screening.repeat-removed" if gone else "screening.repeat-restored"
    record(code, about=Ref("inquiry", row.lesson.about), by=viewer.ref, details={"kind": row.kind})
