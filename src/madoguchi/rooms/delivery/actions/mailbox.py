"""メールの受信: a mailbox is added, changed or paused; and how far it was read is written down."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery import rules
from madoguchi.rooms.delivery.errors import MailboxTaken, NoSuchMailbox
from madoguchi.rooms.delivery.models import Mailbox
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.actions.open_file import open_file
from madoguchi.rooms.vault.queries import hold_file


@dataclass(frozen=True, slots=True)
class Setup:
    """What an administrator types. `password` None leaves the stored one."""

    name: str
    address: str
    way: str = "imap"
    host: str = ""
    port: int = 993
    security: str = "imaps"
    user: str = ""
    folder: str = "INBOX"
    password: str | None = None
    plus: bool = False
    form: UUID | None = None


def add_mailbox(*, viewer: Viewer, setup: Setup) -> UUID:
    organisation.check_administers(viewer.role)
    _check(setup)
    try:
        return _add(viewer.entity_id, setup, viewer.ref)
    except IntegrityError:
        raise MailboxTaken from None


@action
def _add(entity_id: UUID, setup: Setup, by: Ref) -> UUID:
    id, key = uuid7(), open_file(kind="mailbox", holder=None)
    row = Mailbox(id=id, entity_id=entity_id, file_id=key.id, **_columns(setup))
    row.password = key.seal(Mailbox, "password", id, setup.password or "")
    row.save(force_insert=True)
    record("delivery.mailbox-added", about=Ref("mailbox", id), by=by, details={"way": setup.way})
    return id


def change_mailbox(*, viewer: Viewer, id: UUID, setup: Setup) -> None:
    organisation.check_administers(viewer.role)
    _check(setup)
    try:
        _change(viewer, id, setup)
    except IntegrityError:
        raise MailboxTaken from None


@action
def _change(viewer: Viewer, id: UUID, setup: Setup) -> None:
    """Another server or folder has numbers of its own: it is read from its beginning, as if it were new."""
    row = _own(viewer, id)
    before = (row.host, row.user, row.folder)
    for name, value in _columns(setup).items():
        setattr(row, name, value)
    if setup.password is not None:
        row.password = hold_file(row.file_id).seal(Mailbox, "password", row.id, setup.password)
    if before != (row.host, row.user, row.folder):
        row.uid_validity, row.last_uid, row.looked_at = None, 0, None
    row.failing_since, row.code = None, ""
    row.save()
    record("delivery.mailbox-changed", about=Ref("mailbox", id), by=viewer.ref)


@action
def pause_mailbox(*, viewer: Viewer, id: UUID, active: bool) -> None:
    organisation.check_administers(viewer.role)
    row = _own(viewer, id)
    if row.active != active:
        Mailbox.objects.filter(id=id).update(active=active, failing_since=None, code="")
        record("delivery.mailbox-paused", about=Ref("mailbox", id), by=viewer.ref, details={"active": active})


@action
def note_read(id: UUID, *, uid_validity: int, last_uid: int) -> None:
    """Everything up to this number is on our disk."""
    changed = {"uid_validity": uid_validity, "last_uid": last_uid, "looked_at": clock.now()}
    Mailbox.objects.filter(id=id).update(**changed, failing_since=None, code="")


@action
def note_failed(id: UUID, code: str) -> None:
    Mailbox.objects.filter(id=id).update(code=code)
    Mailbox.objects.filter(id=id, failing_since=None).update(failing_since=clock.now())


def _own(viewer: Viewer, id: UUID) -> Mailbox:
    row = Mailbox.objects.select_for_update(of=("self",)).filter(id=id, entity_id=viewer.entity_id).first()
    if row is None:
        raise NoSuchMailbox
    return row


def _check(setup: Setup) -> None:
    rules.check_mailbox(
        address=setup.address, way=setup.way, host=setup.host, port=setup.port, security=setup.security,
        user=setup.user,
    )  # fmt: skip


def _columns(setup: Setup) -> dict[str, object]:
    return {
        "name": setup.name or setup.address, "address": setup.address, "way": setup.way, "host": setup.host,
        "port": setup.port, "security": setup.security, "user": setup.user, "folder": setup.folder or "INBOX",
        "plus": setup.plus, "form": setup.form,
    }  # fmt: skip
