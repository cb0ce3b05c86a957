"""Tell staff that something arrived: one mail a colleague for all that came meanwhile, without personal data."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import WORKER, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.actions.enqueue import enqueue
from madoguchi.rooms.delivery.rules import RenderedMail
from madoguchi.rooms.gate.actions.mint import inform_staff
from madoguchi.rooms.inquiries import mails
from madoguchi.rooms.inquiries.models import Inquiry, Lane
from madoguchi.rooms.inquiries.queries import reference, unnotified
from madoguchi.rooms.organisation.queries import to_notify
from madoguchi.rooms.vault.actions.open_file import open_file

MOST = 100  # numbers listed in one mail


def notify(entity_id: UUID) -> bool:
    """One step; True when more wait. Trays stay silent (SCREENING §8) but count as told."""
    waiting = unnotified(entity_id, limit=MOST)
    loud = [inquiry for inquiry in waiting if inquiry.lane == Lane.INBOX]
    notices = (
        [(colleague.id, mails.staff_notice(entity_id, loud, colleague)) for colleague in to_notify(entity_id)]
        if loud
        else []
    )
    if waiting:
        _queue([inquiry.id for inquiry in waiting], reference((loud or waiting)[0]), notices)
    return len(waiting) == MOST


@action
def _queue(told: list[UUID], about: Ref, notices: list[tuple[UUID, RenderedMail]]) -> None:
    if not Inquiry.objects.filter(id__in=told, notified_at=None).update(notified_at=clock.now()):
        return  # another worker told them
    for colleague, mail in notices:
        permit = inform_staff(about=about, recipient=Ref("staff", colleague))
        enqueue(permit=permit, mail=mail, file=open_file(kind="staff-mail", holder=colleague))
    record("inquiry.staff-notified", about=about, by=WORKER, details={"count": len(told)})
