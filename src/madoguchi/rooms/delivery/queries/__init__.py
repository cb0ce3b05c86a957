"""Where mails stand, in words a person understands."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from madoguchi.rooms.delivery.decoding.mail import decode
from madoguchi.rooms.delivery.models import ArrivedMail, Mail, Mailbox, State
from madoguchi.rooms.jobs.queries import given_up
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.queries import blinds, read_attachment

# In the very words of the index `mail_in_trouble`: from bound values SQLite does not prove that it may use it.
IN_TROUBLE = RawSQL("delivery_mail.state IN ('refused', 'held')", [], output_field=BooleanField())
_PAGE = 200
_HEAD = 64 * 1024  # bytes in which the headers of a mail stand
_TIRED = 500  # mails given up that are looked through; more is an outage, told elsewhere


@dataclass(frozen=True, slots=True)
class MailState:
    id: UUID
    kind: str
    state: str
    label: str
    queued_at: datetime
    sent_at: datetime | None
    message_id: str
    code: str


def mail_states(ids: Iterable[UUID]) -> dict[UUID, MailState]:
    return {
        mail.id: _state(mail) for mail in Mail.objects.defer("envelope", "content").filter(id__in=list(ids))
    }


def in_trouble(*, limit: int = 20) -> list[MailState]:
    """Mails of the whole installation that a person must look at: refused, held, or given up after days."""
    return _troubled(Mail.objects.all(), limit)


def in_trouble_to(holders: Collection[UUID], *, kind: str, limit: int = 20) -> list[MailState]:
    """The same, of one kind and to these people only."""
    return _troubled(Mail.objects.filter(kind=kind, file__holder__in=holders), limit) if holders else []


def pages_in_trouble() -> Iterator[list[MailState]]:
    """All that `in_trouble` is about, in pages, for who has to pick their own out of it."""
    mails = Mail.objects.defer("envelope", "content")
    listed, start = mails.filter(IN_TROUBLE).order_by("-queued_at", "-id"), 0
    while page := [_state(mail) for mail in listed[start : start + _PAGE]]:
        yield page
        start += _PAGE
    tired = [each.subject for each in given_up(["delivery.send"], limit=_TIRED)]
    yield [_state(mail) for mail in mails.filter(id__in=tired, state=State.QUEUED)]


def is_addressed_to(mail_id: UUID, holders: Collection[UUID], *, kind: str) -> bool:
    return Mail.objects.filter(id=mail_id, kind=kind, file__holder__in=holders).exists()


def went_elsewhere(ids: Collection[UUID], email_key: str) -> bool:
    """Whether these mails went, or were to go, to other addresses, and none of them to this one."""
    left = Mail.objects.filter(id__in=list(ids)).exclude(state=State.STOPPED)
    return left.exists() and not left.filter(recipient_index__in=blinds("email", email_key)).exists()


def waiting_in(files: Iterable[UUID]) -> int:
    """Mails of these files that could still leave."""
    waiting = (State.QUEUED, State.HELD, State.REFUSED)
    return Mail.objects.filter(file_id__in=list(files), state__in=waiting).count()


def _troubled(mails: QuerySet[Mail], limit: int) -> list[MailState]:
    tired = [each.subject for each in given_up(["delivery.send"], limit=limit)]
    mails = mails.defer("envelope", "content")
    listed = list(mails.filter(IN_TROUBLE).order_by("-queued_at")[:limit])
    listed += [mail for mail in mails.filter(id__in=tired) if mail not in listed]
    return [_state(mail) for mail in listed[:limit]]


def _state(mail: Mail) -> MailState:
    return MailState(
        mail.id,
        mail.kind,
        mail.state,
        State(mail.state).label,
        mail.queued_at,
        mail.sent_at,
        mail.message_id,
        mail.code,
    )


@dataclass(frozen=True, slots=True)
class OpenMailbox:
    """What a mail needs to know of the mailbox its answer goes to."""

    id: UUID
    name: str
    address: str
    plus: bool


def mailbox_for(entity_id: UUID, came_to: UUID | None, form: UUID) -> OpenMailbox | None:
    """The one it came to; for what came by a form, that form's, or the company's first."""
    active = Mailbox.objects.filter(entity_id=entity_id, active=True).order_by("made_at", "id")
    found = [(OpenMailbox(each.id, each.name, each.address, each.plus), each.form) for each in active]
    ranked = sorted(found, key=lambda pair: (pair[0].id != came_to, pair[1] != form, pair[1] is not None))
    return ranked[0][0] if ranked else None


def message_id_of(arrived_id: UUID) -> str:
    """The Message-ID of a mail that arrived, read from the beginning of its bytes; empty once they are gone."""
    raw = ArrivedMail.objects.filter(id=arrived_id).values_list("raw_id", flat=True).first()
    try:
        start = next(read_attachment(raw), b"") if raw else b""
    except FileErased:
        return ""
    return decode(start[:_HEAD]).message_id
