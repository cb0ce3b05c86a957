"""What became of a mail that arrived: it found its place, or it is put aside with a reason for a person to look at."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import WORKER, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery import rules
from madoguchi.rooms.delivery.models import ArrivedMail, Understanding
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.vault.actions.give_file import give_file
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import hold_file


@action
def take_arrived(id: UUID) -> FileKey | None:
    """For who places it: the mail is held until the transaction ends. None when somebody else placed it meanwhile;
    raises FileErased when it was erased."""
    row = ArrivedMail.objects.select_for_update(of=("self",)).get(id=id)
    if row.state == Understanding.PLACED:
        return None
    return hold_file(row.file_id)


@action
def note_placed(id: UUID, *, kind: str, holder: UUID, by: Ref = WORKER) -> None:
    """From now on it is this person's."""
    row = ArrivedMail.objects.get(id=id)
    give_file(row.file_id, holder)
    _settle(id, Understanding.PLACED, kind=kind, code="", settled_at=clock.now())
    record("delivery.mail-placed", about=Ref("arrived", id), by=by, details={"kind": kind})


@action
def set_aside(id: UUID, *, kind: str, code: str, silent: bool = False) -> None:
    """`silent`: nobody needs to look; it can still be found. One that was placed meanwhile stays there."""
    waiting = ArrivedMail.objects.filter(id=id, state=Understanding.WAITING)
    settled_at = clock.now() if silent else None
    if waiting.update(state=Understanding.ASIDE, kind=kind, code=code, settled_at=settled_at):
        record("delivery.mail-aside", about=Ref("arrived", id), by=WORKER, details={"code": code})


@action
def dismiss(id: UUID, *, by: Ref) -> None:
    """取り込まない: a colleague has looked at it. It stays for its period, and can still be taken in."""
    aside = ArrivedMail.objects.filter(id=id, state=Understanding.ASIDE, settled_at=None)
    if aside.update(settled_at=clock.now()):
        record("delivery.mail-dismissed", about=Ref("arrived", id), by=by)


@action
def read_with(id: UUID, *, charset: str, by: Ref) -> None:
    """文字コードを変えて再表示: from now on it is read so."""
    rules.check_charset(charset)
    if ArrivedMail.objects.filter(id=id).exclude(charset=charset).update(charset=charset):
        record("delivery.mail-read-with", about=Ref("arrived", id), by=by, details={"charset": charset})


@action
def place_again(id: UUID, *, kind: str, by: Ref) -> None:
    """One that could not be read is tried once more, as it stands."""
    aside = ArrivedMail.objects.filter(id=id, state=Understanding.ASIDE)
    if aside.update(state=Understanding.WAITING, kind="", code="", settled_at=None):
        add_job(kind, id)
        record("delivery.mail-tried-again", about=Ref("arrived", id), by=by)


def _settle(id: UUID, state: str, **changed: object) -> None:
    ArrivedMail.objects.filter(id=id).update(state=state, **changed)
