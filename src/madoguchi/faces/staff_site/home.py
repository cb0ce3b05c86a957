"""The first page: what to answer today, each with its one verb; then everything else, in the margin."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site import looks, words
from madoguchi.faces.staff_site.care import cares
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.policy_approval import waiting
from madoguchi.faces.staff_site.policy_words import DRAFTS
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.hours import Hours
from madoguchi.rooms.inquiries.queries import figures, lists, proposals
from madoguchi.rooms.inquiries.queries.lists import Row
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.queries import Viewer, has_own_wording, names
from madoguchi.rooms.screening.queries import figures as screening

_SHOWN = 30
_LATER = 5
_AHEAD = timedelta(days=7)


@desk_view
@require_safe
def home(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    everybody = request.GET.get("of") == "team"
    until = _end_of_today()
    waiting = lists.today(viewer, everybody=everybody, until=until + _AHEAD, limit=_SHOWN)
    mine = [row for row in waiting if row.due_at <= until]
    later = [row for row in waiting if row.due_at > until and row.assignee_id][:_LATER]
    free = [row for row in lists.unassigned(viewer) if row not in mine]
    pending = lists.list_page(viewer, "pending", limit=5).rows
    to_approve, returned = proposals.waiting_for(viewer), proposals.returned_to(viewer)
    asked = [each.row for each in (*to_approve, *returned)]
    looks.show_list(request, viewer, [*mine, *later, *free, *pending, *asked])
    counted, staff = lists.counts(viewer), names(viewer)
    around = frame(request, viewer, current="home", counted=counted)
    hours = around["hours"]
    context = around | {
        "now": clock.now(),
        "everybody": everybody,
        "count": len(mine)
        if len(mine) < _SHOWN
        else lists.today_count(viewer, everybody=everybody, until=until),
        "rows": [_row(row, viewer, staff, hours) for row in mine],
        "later": [_row(row, viewer, staff, hours) for row in later],
        "free": [_row(row, viewer, staff, hours) for row in free],
        "free_count": counted["unassigned"],
        "free_more": counted["unassigned"] - len(free) - sum(row.assignee_id is None for row in mine),
        "pending": [_row(row, viewer, staff, hours) for row in pending],
        "pending_count": counted["pending"],
        "cares": cares(viewer),
        "answered_today": answered_today(viewer),
        "counted": counted,
        "week": _last_week(viewer, hours),
        "approvals": _approvals(viewer),
        "to_approve": [_asked(each, staff) for each in to_approve],
        "returned": [_asked(each, staff) for each in returned],
        "own_wording": _own_wording(viewer),
    }
    return render(request, "desk/home.html", context)


def answered_today(viewer: Viewer) -> int:
    return figures.answered_since(viewer, _start_of_today())


def _row(row: Row, viewer: Viewer, staff: dict[Any, str], hours: Hours) -> dict[str, Any]:
    url = f"{reverse('inquiry', args=[row.receipt_number])}?from=inbox"
    return words.list_row(row, staff, url, hours=hours) | {
        "due_at": row.due_at,
        "received_at": row.received_at,
        "erased": row.erased,
        "is_mine": row.assignee_id == viewer.ref.id and not row.erased,
        "is_free": row.assignee_id is None and not row.erased,
    }


def _asked(waiting: proposals.Waiting, staff: dict[Any, str]) -> dict[str, Any]:
    """A reply that waits for a yes, or came back without one."""
    return {
        **words.who(waiting.row),
        "url": f"{reverse('inquiry', args=[waiting.row.receipt_number])}?from=inbox",
        "author": words.colleague(staff, waiting.author_id),
        "ago": words.minutes_ago(waiting.asked_at),
        "of_me": waiting.asked_of_me,
    }


def _start_of_today() -> datetime:
    return datetime.combine(clock.today(), time.min, clock.JST).astimezone(UTC)


def _end_of_today() -> datetime:
    return _start_of_today() + timedelta(days=1)


def _last_week(viewer: Viewer, hours: Hours) -> dict[str, Any]:
    """Monday to Sunday before this one, told by its working days."""
    monday = clock.today() - timedelta(days=clock.today().weekday() + 7)
    start = datetime.combine(monday, time.min, clock.JST).astimezone(UTC)
    found = figures.figures(viewer, start, start + timedelta(days=7), hours)
    sunday = monday + timedelta(days=6)
    until = f"{sunday.day}日" if sunday.month == monday.month else f"{sunday.month}月{sunday.day}日"
    return {
        "span": f"{monday.month}月{monday.day}日–{until}",
        "figures": found,
        "median": words.business_minutes(found.median_minutes),
        "screened": _screened(viewer, monday),
    }


def _screened(viewer: Viewer, monday: date) -> dict[str, Any] | None:
    """What the screening took off the desk in that week; nothing while it took nothing."""
    week = next((each for each in screening.figures(viewer.entity_id, 2) if each.monday == monday), None)
    if week is None or not week.caught + week.rescued:
        return None
    return {"caught": week.caught, "rescued": week.rescued, "saved": words.minutes(week.minutes)}


def _own_wording(viewer: Viewer) -> dict[str, str] | None:
    """For administrators: the bundled wording is ours, not the operator's; said until theirs is imported."""
    if viewer.role != "admin" or not has_own_wording(viewer.entity_id):
        return None
    return {"url": reverse("desk_policy")}


def _approvals(viewer: Viewer) -> list[dict[str, str]]:
    """What this officer or administrator is asked to approve, or may publish alone after the wait."""
    if not organisation.may_speak_for_operator(viewer.role):
        return []
    return [
        {
            "label": "公表できるようになりました" if own else "承認のお願い",
            "title": DRAFTS[draft.kind],
            "url": reverse("policy_draft", args=[draft.id]),
        }
        for draft, own in waiting(viewer)
    ]
