"""Time passes: whoever owns a request is told two days before our own day, on it, and when the two weeks of the Act are
over (LAW 6.2). The mail has a number and a link, and nothing of the person."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from madoguchi.foundation.lib import calendar, clock
from madoguchi.foundation.lib.ids import WORKER, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.delivery.actions.enqueue import enqueue
from madoguchi.rooms.delivery.rules import RenderedMail, compose, new_message_id
from madoguchi.rooms.gate.actions.mint import inform_staff
from madoguchi.rooms.organisation.queries import Colleague, entity_facts, speakers
from madoguchi.rooms.rights.actions.hold import hold
from madoguchi.rooms.rights.actions.steps import write_step
from madoguchi.rooms.rights.models import RightsRequest, Step
from madoguchi.rooms.rights.queries.requests import reference
from madoguchi.rooms.rights.rules import requests as rules
from madoguchi.rooms.vault.actions.open_file import open_file

NEAR = timedelta(days=2)
MOST = 500  # open ones looked at in one round
_SAID = {
    "near": "目標日まで、あと2日です。",
    "due": "今日が、お返事の目標日です。",
    "line": "法律が定める二週間が過ぎました。",
}


def remind() -> int:
    """Each once; gives back how many were told."""
    told = 0
    for request, code in _to_tell():
        mails = [(to.id, _mail(request, code, to)) for to in _whom(request)]
        told += bool(mails) and _tell(request.id, code, mails)
    return told


def _to_tell() -> Iterator[tuple[RightsRequest, str]]:
    today = clock.today()
    standing = RightsRequest.objects.filter(state__in=[state.value for state in rules.OPEN], notified_at=None)
    soon = Q(due_on__lte=today + NEAR) | Q(line_on__lt=today)
    for request in standing.filter(soon).order_by("due_on", "id")[:MOST]:
        code = _reached(request, today)
        if not _was_told(request.id, code):
            yield request, code


def _was_told(request_id: UUID, code: str) -> bool:
    steps = Step.objects.filter(request_id=request_id, code="reminded").values_list("details", flat=True)
    return any(details["of"] == code for details in steps)


def _reached(request: RightsRequest, today: date) -> str:
    """The last one that was reached is enough: nobody needs three mails after a week off."""
    if request.line_on is not None and today > request.line_on:
        return "line"
    return "due" if today >= request.due_on else "near"


def _whom(request: RightsRequest) -> list[Colleague]:
    """Its owner; everybody who speaks for the operator while nobody has it."""
    people = speakers(request.entity_id)
    owner = [each for each in people if each.id == request.owner_id]
    return owner or people


def _mail(request: RightsRequest, code: str, to: Colleague) -> RenderedMail:
    facts = entity_facts(request.entity_id)
    text = (
        f"{_SAID[code]}\n\n受付番号：{request.number}\n種類：{rules.KINDS[request.kind].label}\n"
        f"目標日：{calendar.japanese_day(request.due_on)}\n"
        f"{settings.BASE_URL}/desk/requests/{request.number}/\n\n"
        "このお知らせには、ご請求をくださった方の個人情報を載せていません。\n"
    )
    return compose(
        kind="staff-notice", sender_name=facts["sender_name"], sender_address=facts["sender_address"],
        recipient_name=to.name, recipient=to.email, subject=f"【窓口】個人情報のご請求 {request.number}",
        text=text, message_id=new_message_id(facts["sender_address"].rpartition("@")[2]), date=clock.now(), auto=True,
    )  # fmt: skip


@action
def _tell(request_id: UUID, code: str, mails: list[tuple[UUID, RenderedMail]]) -> bool:
    request = hold(request_id)
    if request.state not in rules.OPEN or _was_told(request_id, code):
        return False
    for staff, mail in mails:
        permit = inform_staff(about=reference(request), recipient=Ref("staff", staff))
        enqueue(permit=permit, mail=mail, file=open_file(kind="staff-mail", holder=staff))
    write_step(request_id, "reminded", WORKER, of=code)
    return True
