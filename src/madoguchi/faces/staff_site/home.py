"""The first page: what to answer today, each with its one verb; then everything else, in the margin."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site import looks, words
from madoguchi.faces.staff_site.care import cares
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.foundation.lib import clock
from madoguchi.rooms.inquiries import queries
from madoguchi.rooms.inquiries.queries import Row
from madoguchi.rooms.organisation.queries import Viewer, has_own_wording, names

_SHOWN = 30
_LATER = 5
_AHEAD = timedelta(days=7)


@desk_view
@require_safe
def home(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    everybody = request.GET.get("of") == "team"
    until = _end_of_today()
    waiting = queries.today(viewer, everybody=everybody, until=until + _AHEAD, limit=_SHOWN)
    mine = [row for row in waiting if row.due_at <= until]
    later = [row for row in waiting if row.due_at > until and row.assignee_id][:_LATER]
    free = [row for row in queries.unassigned(viewer) if row not in mine]
    pending = queries.list_page(viewer, "pending", limit=5).rows
    looks.show_list(request, viewer, [*mine, *later, *free, *pending])
    counted, staff = queries.counts(viewer), names(viewer)
    context = frame(request, viewer, current="home", counted=counted) | {
        "now": clock.now(),
        "everybody": everybody,
        "count": len(mine)
        if len(mine) < _SHOWN
        else queries.today_count(viewer, everybody=everybody, until=until),
        "rows": [_row(row, viewer, staff) for row in mine],
        "later": [_row(row, viewer, staff) for row in later],
        "free": [_row(row, viewer, staff) for row in free],
        "free_count": counted["unassigned"],
        "free_more": counted["unassigned"] - len(free) - sum(row.assignee_id is None for row in mine),
        "pending": [_row(row, viewer, staff) for row in pending],
        "pending_count": counted["pending"],
        "cares": cares(viewer),
        "answered_today": answered_today(viewer),
        "counted": counted,
        "week": _last_week(viewer),
        "own_wording": _own_wording(viewer),
    }
    return render(request, "desk/home.html", context)


def answered_today(viewer: Viewer) -> int:
    return queries.answered_since(viewer, _start_of_today())


def _row(row: Row, viewer: Viewer, staff: dict[Any, str]) -> dict[str, Any]:
    url = f"{reverse('inquiry', args=[row.receipt_number])}?from=inbox"
    return words.list_row(row, staff, url) | {
        "due_at": row.due_at,
        "received_at": row.received_at,
        "is_mine": row.assignee_id == viewer.ref.id,
        "is_free": row.assignee_id is None,
    }


def _start_of_today() -> datetime:
    return datetime.combine(clock.today(), time.min, clock.JST).astimezone(UTC)


def _end_of_today() -> datetime:
    return _start_of_today() + timedelta(days=1)


def _last_week(viewer: Viewer) -> dict[str, Any]:
    """Monday to Sunday before this one, told by its working days."""
    monday = clock.today() - timedelta(days=clock.today().weekday() + 7)
    start = datetime.combine(monday, time.min, clock.JST).astimezone(UTC)
    found = queries.figures(viewer, start, start + timedelta(days=7))
    sunday = monday + timedelta(days=6)
    until = f"{sunday.day}日" if sunday.month == monday.month else f"{sunday.month}月{sunday.day}日"
    return {
        "span": f"{monday.month}月{monday.day}日–{until}",
        "figures": found,
        "median": words.minutes(found.median_minutes),
    }


def _own_wording(viewer: Viewer) -> dict[str, str] | None:
    """For administrators: the bundled wording is ours, not the operator's; said until theirs is imported."""
    if viewer.role != "admin" or not has_own_wording(viewer.entity_id):
        return None
    return {"url": "/policy/"}
