"""One mail to a colleague for all they are to be told by now: rendered first, then queued and noted together."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.delivery.actions.enqueue import enqueue
from madoguchi.rooms.delivery.rules import RenderedMail
from madoguchi.rooms.gate.actions.mint import inform_staff
from madoguchi.rooms.inquiries.notice_mails import notice_mail
from madoguchi.rooms.organisation.actions.note_notices import ToldMeanwhile, mark_told
from madoguchi.rooms.organisation.queries import DueNotice, colleague_told, due_notices
from madoguchi.rooms.vault.actions.open_file import open_file

MOST = 500  # notices in one mail; what does not fit the list is counted in it


def tell_colleague(staff_id: UUID) -> None:
    """Does nothing when nothing is due, or when another worker was faster."""
    due = due_notices(staff_id, clock.now(), limit=MOST)
    if not due:
        return
    told = colleague_told(staff_id)
    mail = notice_mail(*told, due) if told else None
    try:
        _queue(staff_id, due, mail)
    except ToldMeanwhile:
        return


@action
def _queue(staff_id: UUID, due: list[DueNotice], mail: RenderedMail | None) -> None:
    mark_told([each.id for each in due], clock.now())
    if mail is None:
        return  # nothing of it is worth a mail any more
    permit = inform_staff(about=due[0].about, recipient=Ref("staff", staff_id))
    enqueue(permit=permit, mail=mail, file=open_file(kind="staff-mail", holder=staff_id))
