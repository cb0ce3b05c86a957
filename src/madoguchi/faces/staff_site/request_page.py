"""One request: the step that is next, in words and with its form; below it what was asked, done and written."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site import (
    looks,
    request_beside,
    request_next,
    request_steps,
    request_words,
    words,
)
from madoguchi.faces.staff_site.fields import summary
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.faces.staff_site.request_panel import panel, who
from madoguchi.rooms.inquiries.queries.numbers import numbers_of
from madoguchi.rooms.organisation.queries import Viewer, names
from madoguchi.rooms.rights.queries.one import Whole, whole
from madoguchi.rooms.rights.queries.requests import find
from madoguchi.rooms.rights.queries.waiting import facts_of
from madoguchi.rooms.rights.rules import complaints
from madoguchi.rooms.rights.rules.requests import STATES, State

NOT_HANDLER = "このご請求を進めるのは、個人情報管理者と、担当者です。"


@desk_view
@require_safe
def request_page(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    return show(http, viewer, number)


def show(
    http: HttpRequest,
    viewer: Viewer,
    number: str,
    *,
    wrong: Mapping[str, str] | None = None,
    problem: str = "",
    again: bool = False,
    status: int = 200,
) -> HttpResponse:
    """`wrong` by field, beside what was typed; `problem` is what stands in the way and what can be done instead.
    `again`: what it is about is looked through once more."""
    complaints.check_reader(viewer.role)
    found = find(viewer, number)
    looks.open_request(http, viewer, found.id)
    told, facts, errors = whole(viewer, found), facts_of([found.id])[found.id], wrong or {}
    coming, staff = request_next.next_of(told.row, facts), names(viewer)
    if (
        coming.code == request_next.DECIDE
        and facts.collected
        and (again or http.GET.get("step") == "collect")
    ):
        coming = request_next.collect_again(facts)
    may = complaints.may_handle(viewer.role, own=found.owner_id == viewer.ref.id)
    step = request_steps.step(http, viewer, told, coming, errors) if may else None
    context = frame(http, viewer, current="privacy") | {
        "tab": "privacy",
        "number": found.number,
        "who": who(told.row),
        "kind": told.row.label,
        "row": told.row,
        "state": STATES[State(found.state)],
        "owner": words.family(told.row.owner) if told.row.owner else "",
        "panel": panel(found, told.row, facts),
        "next": coming,
        "step": step,
        "waiting_for": "" if may or not told.row.open else NOT_HANDLER,
        "problem": problem,
        "errors": summary(request_steps.LABELS, errors),
        "answers": list(request_words.answers(told)),
        "ended": told.ended,
        "inquiry": _inquiry(viewer, told),
        "checks": list(request_words.checks(told)),
        "decision": _decision(told, staff),
        "letters": list(request_beside.letters(told)),
        "fee": request_beside.fee(told),
        "more": request_beside.more(http, viewer, told, errors),
        "timeline": request_words.timeline(told, staff),
    }
    return render(http, "desk/request.html", context, status=status)


def _inquiry(viewer: Viewer, told: Whole) -> dict[str, str] | None:
    """The inquiry it came in."""
    if told.request.inquiry_id is None:
        return None
    number = numbers_of(viewer.entity_id, [told.request.inquiry_id]).get(told.request.inquiry_id, "")
    return {"number": number, "url": inquiry_url(number, "inbox")} if number else None


def _decision(told: Whole, staff: Mapping[Any, str]) -> dict[str, Any] | None:
    made = told.decision
    if made is None:
        return None
    return {
        "label": made.label,
        "ground": made.because.label if made.because else "",
        "reason": made.reason,
        "instead": made.instead,
        "at": made.decided_at,
        "by": words.family(staff.get(made.decided_by, "")) if made.decided_by in staff else "",
        "approved_by": words.family(staff.get(made.approved_by, "退職した職員")) if made.approved_by else "",
    }
