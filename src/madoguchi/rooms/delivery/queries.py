"""Where mails stand, in words a person understands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.jobs.queries import given_up


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


def mail_state(mail_id: UUID) -> MailState:
    return _state(Mail.objects.defer("envelope", "content").get(id=mail_id))


def in_trouble(*, limit: int = 20) -> list[MailState]:
    """Mails a person must look at: refused, held, or given up after days of trying."""
    tired = [each.subject for each in given_up(["delivery.send"], limit=limit)]
    mails = Mail.objects.defer("envelope", "content")
    listed = list(mails.filter(state__in=[State.REFUSED, State.HELD]).order_by("-queued_at")[:limit])
    listed += [mail for mail in mails.filter(id__in=tired) if mail not in listed]
    return [_state(mail) for mail in listed[:limit]]


def _state(mail: Mail) -> MailState:
    return MailState(
        mail.id, mail.kind, mail.state, State(mail.state).label, mail.queued_at, mail.sent_at, mail.message_id
    )
