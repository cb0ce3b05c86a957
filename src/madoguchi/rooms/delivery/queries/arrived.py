"""Mails as they arrived: one with its bytes, those set aside, those that wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.foundation.lib import clock
from madoguchi.rooms.delivery import rules
from madoguchi.rooms.delivery.errors import NoSuchArrivedMail
from madoguchi.rooms.delivery.identity import head_of, without_loop_marks
from madoguchi.rooms.delivery.models import ArrivedMail, Mail, Understanding
from madoguchi.rooms.delivery.rules import DecodedMail
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.queries import file_key, read_attachment, starts_of

LONG = timedelta(hours=1)
PAGE = 30


@dataclass(frozen=True, slots=True)
class Arrived:
    """One mail without its bytes. `code`: why it was put aside."""

    id: UUID
    entity_id: UUID
    mailbox_id: UUID | None
    file_id: UUID
    raw_id: UUID | None
    size: int
    arrived_at: datetime
    settled_at: datetime | None
    state: str
    kind: str
    code: str
    charset: str


@dataclass(frozen=True, slots=True)
class Aside:
    """A line of the list: what its head says."""

    arrived: Arrived
    head: DecodedMail | None


def arrived(id: UUID) -> Arrived:
    row = ArrivedMail.objects.filter(id=id).first()
    if row is None:
        raise NoSuchArrivedMail
    return _arrived(row)


def find_arrived(viewer: Viewer, id: UUID) -> Arrived:
    """Another company's does not exist (T-C5-7)."""
    found = arrived(id)
    if found.entity_id != viewer.entity_id:
        raise NoSuchArrivedMail
    return found


def raw_of(mail: Arrived) -> bytes:
    """Its bytes, opened; raises FileErased when it was erased."""
    file_key(mail.file_id)
    if mail.raw_id is None:
        raise FileErased
    return b"".join(read_attachment(mail.raw_id))


def read_mail(mail: Arrived) -> DecodedMail:
    """What it says. The loop mark of another house that uses this program is no sign of a loop: it is only theirs."""
    raw = raw_of(mail)
    found = rules.decode(raw, charset=mail.charset)
    if found.kind == "loop" and found.loop_marks and not any(map(rules.is_own_mark, found.loop_marks)):
        return rules.decode(without_loop_marks(raw), charset=mail.charset)
    return found


def aside(viewer: Viewer, *, settled: bool = False, before: UUID | None = None) -> list[Aside]:
    """The newest first, one more than a page when there are more; `settled`: those that nobody needs to look at."""
    rows = _aside(viewer.entity_id).filter(settled_at__isnull=not settled).order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    mails = [_arrived(row) for row in rows[: PAGE + 1]]
    starts = starts_of(
        [mail.raw_id for mail in mails if mail.raw_id]
    )  # only their heads, whatever their size
    return [Aside(mail, _head(mail, starts)) for mail in mails]


def aside_count(viewer: Viewer) -> int:
    return _aside(viewer.entity_id).filter(settled_at=None).count()


def aside_everywhere() -> int:
    return ArrivedMail.objects.filter(state=Understanding.ASIDE, settled_at=None).count()


def waiting_long() -> int:
    """Mails that nobody understood within an hour."""
    return ArrivedMail.objects.filter(state=Understanding.WAITING, arrived_at__lt=clock.now() - LONG).count()


def sent_as(entity_mails: Sequence[str]) -> dict[str, UUID]:
    """Ids of mails of ours by their Message-ID."""
    return dict(Mail.objects.filter(message_id__in=entity_mails).values_list("message_id", "id"))


def subject_sent(mail_id: UUID) -> str:
    """The subject of a mail of ours; empty once it was erased."""
    mail = Mail.objects.get(id=mail_id)
    try:
        content = file_key(mail.file_id).open_bytes(Mail, "content", mail.id, mail.content)
    except FileErased:
        return ""
    return rules.decode(head_of(content)).subject


def _aside(entity_id: UUID) -> QuerySet[ArrivedMail]:
    return ArrivedMail.objects.filter(entity_id=entity_id, state=Understanding.ASIDE)


def _head(mail: Arrived, starts: Mapping[UUID, bytes]) -> DecodedMail | None:
    start = starts.get(mail.raw_id) if mail.raw_id else None
    return rules.decode(head_of(start), charset=mail.charset) if start else None


def _arrived(row: ArrivedMail) -> Arrived:
    return Arrived(
        row.id, row.entity_id, row.mailbox_id, row.file_id, row.raw_id, row.size, row.arrived_at, row.settled_at,
        row.state, row.kind, row.code, row.charset,
    )  # fmt: skip
