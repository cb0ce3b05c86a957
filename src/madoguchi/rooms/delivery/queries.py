"""Where mails stand, in words a person understands."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.jobs.queries import given_up

# In the very words of the index `mail_in_trouble`: from bound values SQLite does not prove that it may use it.
_IN_TROUBLE = RawSQL("delivery_mail.state IN ('refused', 'held')", [], output_field=BooleanField())
_PAGE = 200
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
    listed, start = mails.filter(_IN_TROUBLE).order_by("-queued_at", "-id"), 0
    while page := [_state(mail) for mail in listed[start : start + _PAGE]]:
        yield page
        start += _PAGE
    tired = [each.subject for each in given_up(["delivery.send"], limit=_TIRED)]
    yield [_state(mail) for mail in mails.filter(id__in=tired, state=State.QUEUED)]


def is_addressed_to(mail_id: UUID, holders: Collection[UUID], *, kind: str) -> bool:
    return Mail.objects.filter(id=mail_id, kind=kind, file__holder__in=holders).exists()


def _troubled(mails: QuerySet[Mail], limit: int) -> list[MailState]:
    tired = [each.subject for each in given_up(["delivery.send"], limit=limit)]
    mails = mails.defer("envelope", "content")
    listed = list(mails.filter(_IN_TROUBLE).order_by("-queued_at")[:limit])
    listed += [mail for mail in mails.filter(id__in=tired) if mail not in listed]
    return [_state(mail) for mail in listed[:limit]]


def _state(mail: Mail) -> MailState:
    return MailState(
        mail.id, mail.kind, mail.state, State(mail.state).label, mail.queued_at, mail.sent_at, mail.message_id
    )
