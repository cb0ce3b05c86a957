"""The mailboxes that are read, and how reading them goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.contact import Unreadable, read_email
from madoguchi.rooms.delivery.errors import NoSuchMailbox
from madoguchi.rooms.delivery.imap import Account
from madoguchi.rooms.delivery.models import ArrivedMail, Mailbox
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.queries import file_key

FAILING = timedelta(minutes=15)  # before that it mends itself more often than not


@dataclass(frozen=True, slots=True)
class Box:
    """A mailbox as it is shown: everything but its password."""

    id: UUID
    name: str
    address: str
    way: str
    host: str
    port: int
    security: str
    user: str
    folder: str
    plus: bool
    form: UUID | None
    active: bool
    looked_at: datetime | None
    failing_since: datetime | None
    code: str


def mailboxes(viewer: Viewer) -> list[Box]:
    return [
        _box(each) for each in Mailbox.objects.filter(entity_id=viewer.entity_id).order_by("made_at", "id")
    ]


def mailbox(viewer: Viewer, id: UUID) -> Box:
    found = Mailbox.objects.filter(entity_id=viewer.entity_id, id=id).first()
    if found is None:
        raise NoSuchMailbox
    return _box(found)


def watched() -> dict[UUID, tuple[Any, ...]]:
    """The mailboxes to read, each with everything that makes a new connection necessary when it changes."""
    rows = Mailbox.objects.filter(active=True, way="imap").order_by("made_at", "id")
    facts = rows.values_list("id", "host", "port", "security", "user", "folder", "password")
    return {id: (*rest, bytes(password)) for id, *rest, password in facts}


@dataclass(frozen=True, slots=True)
class Place:
    """How far a mailbox was read; `uid_validity` None: it was never read."""

    entity_id: UUID
    uid_validity: int | None
    last_uid: int
    looked_at: datetime | None


def place_in(id: UUID) -> Place:
    row = Mailbox.objects.get(id=id)
    return Place(row.entity_id, row.uid_validity, row.last_uid, row.looked_at)


def account_of(id: UUID, *, ca_file: str | None = None) -> Account:
    row = Mailbox.objects.get(id=id)
    password = row.opened(file_key(row.file_id), "password")
    return Account(row.host, row.port, row.security, row.user, password, row.folder, ca_file)


def fetched_before(mailbox: UUID, uid_validity: int, uids: list[int]) -> set[int]:
    """Those of these numbers whose mail is on our disk already."""
    found = ArrivedMail.objects.filter(mailbox_id=mailbox, uid_validity=uid_validity, uid__in=uids)
    return {uid for uid in found.values_list("uid", flat=True) if uid is not None}


def piped_to(address: str) -> tuple[UUID, UUID] | None:
    """Entity and mailbox that this address belongs to, local+token@ included; without one, the first that is piped
    to. None when there is none."""
    if not address:
        piped = Mailbox.objects.filter(way="pipe", active=True).order_by("made_at")
        return piped.values_list("entity_id", "id").first()
    wanted = _bare(address)
    for id, entity, known in Mailbox.objects.order_by("made_at").values_list("id", "entity_id", "address"):
        if wanted and _bare(known) == wanted:
            return entity, id
    return None


def own_addresses(entity_id: UUID) -> set[str]:
    return {
        _bare(each) for each in Mailbox.objects.filter(entity_id=entity_id).values_list("address", flat=True)
    }


def first_plus(entity_id: UUID) -> str:
    """The address, if any, to whose local+token@ an answer can be sent."""
    plus = Mailbox.objects.filter(entity_id=entity_id, plus=True, active=True).order_by("made_at", "id")
    return plus.values_list("address", flat=True).first() or ""


def address_of(id: UUID) -> tuple[str, bool]:
    """Of one mailbox: its address, and whether it takes local+token@."""
    return Mailbox.objects.values_list("address", "plus").get(id=id)


def form_of(id: UUID) -> UUID | None:
    return Mailbox.objects.values_list("form", flat=True).get(id=id)


def failing() -> list[Box]:
    """Of the whole installation: those that could not be read for a while."""
    late = Mailbox.objects.filter(active=True, failing_since__lt=clock.now() - FAILING)
    return [_box(each) for each in late.order_by("failing_since")]


def failing_of(viewer: Viewer) -> list[Box]:
    late = Mailbox.objects.filter(active=True, failing_since__lt=clock.now() - FAILING)
    return [_box(each) for each in late.filter(entity_id=viewer.entity_id).order_by("failing_since")]


def _bare(address: str) -> str:
    try:
        local, _, domain = read_email(address).key.rpartition("@")
    except Unreadable:
        return ""
    return f"{local.partition('+')[0]}@{domain}"


def _box(row: Mailbox) -> Box:
    return Box(
        row.id, row.name, row.address, row.way, row.host, row.port, row.security, row.user, row.folder, row.plus,
        row.form, row.active, row.looked_at, row.failing_since, row.code,
    )  # fmt: skip
