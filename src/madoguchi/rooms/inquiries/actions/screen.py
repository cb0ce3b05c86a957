"""仕分け: the machine looks once at what arrived, after the receipt; and what staff say of it teaches (SCREENING §3, §11).

The look is outside any transaction; the decision and the move are one. Nothing here answers, delays or deletes.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import WORKER
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.learn import Prepared, learn, lesson_of, unlearn
from madoguchi.rooms.inquiries.actions.move_lane import change_lane, move_lane
from madoguchi.rooms.inquiries.actions.receive import SCREEN
from madoguchi.rooms.inquiries.errors import NoSuchInquiry, WrongMove
from madoguchi.rooms.inquiries.models import Inquiry, Lane
from madoguchi.rooms.inquiries.queries.merged import check_stands
from madoguchi.rooms.inquiries.queries.one import by_id, find
from madoguchi.rooms.inquiries.queries.screened import facts_of, is_known, is_untouched
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.screening.actions.judge import (
    Facts,
    Judged,
    Weighed,
    note,
    weigh,
)
from madoguchi.rooms.vault.errors import FileErased

WAIT = timedelta(seconds=10)  # so long a notice to staff waits for it
LATER = timedelta(minutes=10)
Leaving = Callable[[UUID], None]  # of a room above: raises where it may not leave the inbox


def screen(inquiry_id: UUID, leaving: Leaving | None = None) -> bool:
    """True when it could not be judged and is worth one more look later."""
    try:
        inquiry = by_id(inquiry_id)
        facts = facts_of(inquiry)
        facts = replace(facts, known=is_known(inquiry, facts))
        judged = _decide(inquiry_id, facts, weigh(facts), leaving)
    except (FileErased, NoSuchInquiry):
        return False
    return judged is not None and judged.again


@action
def _decide(
    inquiry_id: UUID, facts: Facts, weighed: Weighed | None, leaving: Leaving | None
) -> Judged | None:
    inquiry = by_id(inquiry_id, for_update=True)
    if weighed is not None and weighed.moves and not _may_leave(inquiry, leaving):
        weighed = replace(weighed, moves=False)
    judged = note(facts, weighed)
    if judged is not None and judged.moved and not judged.settled and is_untouched(inquiry):
        change_lane(inquiry, judged.lane, by=WORKER)
    return judged


def screen_sample(inquiry_id: UUID) -> None:
    """A sample lies where its profile put it; what the machine thinks of it is noted as if it had come this way."""
    inquiry = by_id(inquiry_id)
    if not inquiry.sample:
        raise WrongMove
    facts = facts_of(inquiry)
    weighed = weigh(facts)
    if weighed is not None and weighed.opinion is not None:
        weighed = replace(weighed, moves=weighed.opinion.lane == inquiry.lane != Lane.INBOX)
    note(facts, weighed)


def _may_leave(inquiry: Inquiry, leaving: Leaving | None) -> bool:
    if not is_untouched(inquiry):
        return False
    try:
        if leaving is not None:
            leaving(inquiry.id)
    except Refusal:
        return False
    return True


def ask_to_screen(inquiry_id: UUID, *, later: bool = False) -> None:
    add_job(SCREEN, inquiry_id, due_at=clock.now() + LATER if later else None)


def confirm(*, viewer: Viewer, inquiry_id: UUID) -> None:
    """営業で確定, 迷惑で確定: it stays where it is, and that teaches."""
    _confirm(viewer, inquiry_id, lesson_of(viewer, inquiry_id))


@action
def _confirm(viewer: Viewer, inquiry_id: UUID, lesson: Prepared | None) -> None:
    inquiry = find(viewer, inquiry_id, for_update=True)
    check_stands(inquiry)
    rules.check_in_tray(inquiry)
    learn(inquiry, lesson, inquiry.lane, by=viewer.ref)
    write_event(inquiry_id=inquiry.id, by=viewer.ref, code="lane-confirmed", details={"lane": inquiry.lane})


@action
def take_back_confirmation(*, viewer: Viewer, inquiry_id: UUID) -> None:
    inquiry = find(viewer, inquiry_id, for_update=True)
    unlearn(inquiry, by=viewer.ref)


def not_sales(*, viewer: Viewer, inquiry_id: UUID) -> str:
    """お客様でした: back in the inbox as if it had just arrived, and its sender stays there from now on."""
    return move_lane(viewer=viewer, inquiry_id=inquiry_id, lane="inbox")
