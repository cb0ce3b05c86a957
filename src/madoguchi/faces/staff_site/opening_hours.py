"""営業時間と回答の目安: spans of each day, closures, extra days, targets, and what they would mean at a chosen moment."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.foundation.lib import calendar, clock
from madoguchi.foundation.lib.contact import narrow
from madoguchi.foundation.lib.hours import Hours, Target, due_at
from madoguchi.rooms.forms.queries import open_forms
from madoguchi.rooms.inquiries.actions.set_hours import KIND, set_hours
from madoguchi.rooms.jobs.queries import depth
from madoguchi.rooms.organisation import rules
from madoguchi.rooms.organisation.queries import Viewer, hours_of

DAYS = "月火水木金土日"
UNITS = {"days": "営業日以内", "hours": "時間以内（営業時間で）"}
_SPARE = 2  # empty lines to write into
_YEARLY = re.compile(r"(\d{1,2})[-/月](\d{1,2})日?")
_DATED = re.compile(r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?")
_YEAR_END = ("12-29", "12-30", "12-31", "01-02", "01-03")


class Unfit(ValueError):
    """A sentence for the person who set it."""


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def opening_hours(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    rules.check_administers(viewer.role)
    kept = hours_of(viewer.entity_id)
    targets = {form.id: form.target for form in open_forms(viewer.entity_id)}
    if request.method != "POST":
        return _page(request, viewer, kept, targets, _shown(kept))
    shown = _posted(request.POST)
    try:
        wanted, aimed = _hours(shown), _targets(request.POST, targets)
        due_at(_moment(request.POST), wanted)  # a desk that never opens is told so
    except ValueError as unfit:
        return _page(request, viewer, kept, targets, shown, problem=str(unfit), status=422)
    if request.POST.get("go") == "try":
        return _page(request, viewer, wanted, aimed, shown)
    if set_hours(viewer=viewer, hours=wanted, targets=aimed):
        messages.info(
            request,
            "営業時間と回答の目安を変えました。完了していないお問い合わせの期限を計算し直しています。完了したものの期限は、そのままです。",
        )
    return HttpResponseRedirect(reverse("opening_hours"))


# -- reading ----------------------------------------------------------------------------------------


def _posted(data: QueryDict) -> dict[str, Any]:
    """As typed, line by line."""
    return {
        "week": [data.get(f"day-{n}", "") for n in range(7)],
        "closed_on_holidays": data.get("holidays-closed") == "yes",
        "target": {"count": data.get("count", ""), "unit": data.get("unit", "days")},
        "closures": _lines(data, "closure-name", "closure-first", "closure-last"),
        "extras": _lines(data, "extra-day", "extra-spans"),
        "holidays": _lines(data, "holiday-day", "holiday-is"),
    }


def _lines(data: QueryDict, *names: str) -> list[list[str]]:
    columns = [[each.strip() for each in data.getlist(name)] for name in names]
    chosen = names[-1] == "holiday-is"  # a choice always says something
    return [list(line) for line in zip(*columns, strict=False) if any(line[:-1] if chosen else line)]


def _shown(hours: Hours) -> dict[str, Any]:
    stored = hours.to_json()
    return stored | {
        "week": [_spans_shown(spans) for spans in stored["week"]],
        "closures": [[c["name"], _day_shown(c["first"]), _day_shown(c["last"])] for c in stored["closures"]],
        "extras": [[_day_shown(e["day"]), _spans_shown(e["spans"])] for e in stored["extras"]],
        "holidays": [
            [_day_shown(day), "yes" if is_one else "no"] for day, is_one in stored["holidays"].items()
        ],
    }


def _spans_shown(spans: list[str]) -> str:
    return "、".join(spans)


def _day_shown(day: str) -> str:
    return day.replace("-", "/")


def _hours(shown: Mapping[str, Any]) -> Hours:
    return Hours.from_json(
        {
            "week": [_spans(said) for said in shown["week"]],
            "target": _target(shown["target"]["count"], shown["target"]["unit"]),
            "closed_on_holidays": shown["closed_on_holidays"],
            "closures": [
                dict(zip(("name", "first", "last"), _closure(line), strict=True))
                for line in shown["closures"]
            ],
            "extras": [{"day": _dated(day), "spans": _spans(spans)} for day, spans in shown["extras"]],
            "holidays": {_dated(line[0]): line[1] != "no" for line in shown["holidays"] if line[0]},
        }
    )


def _spans(said: str) -> list[str]:
    """09:00-12:00、13:00-18:00; empty or 休み is closed."""
    plain = narrow(said).replace("休み", "")
    return [part for part in re.split(r"[、,，\s]+(?=\d)", plain.strip(" 、,")) if part]


def _closure(line: list[str]) -> tuple[str, str, str]:
    name, first, last = line
    if not name or not first:
        raise Unfit("休業の名前と、最初の日をお書きください。")
    return name[:40], _any_day(first), _any_day(last or first)


def _any_day(said: str) -> str:
    """12/29 (each year), or 2026/12/29."""
    plain = narrow(said).strip()
    if found := _YEARLY.fullmatch(plain):
        return _real(f"2024-{int(found[1]):02}-{int(found[2]):02}")[5:]
    return _dated(said)


def _dated(said: str) -> str:
    found = _DATED.fullmatch(narrow(said).strip())
    if not found:
        raise Unfit(f"日付「{said}」を読めません。2026/12/29 のようにお書きください（毎年の休業は 12/29）。")
    return _real(f"{int(found[1]):04}-{int(found[2]):02}-{int(found[3]):02}")


def _real(day: str) -> str:
    try:
        return str(date.fromisoformat(day))
    except ValueError:
        raise Unfit("暦にない日が書かれています。お確かめください。") from None


def _target(count: str, unit: str) -> dict[str, Any]:
    plain = narrow(str(count)).strip()
    if not plain.isdecimal() or unit not in UNITS:
        raise Unfit("回答の目安を、数でお書きください。")
    return {"count": int(plain), "unit": unit}


def _targets(data: QueryDict, known: Mapping[UUID, Target | None]) -> dict[UUID, Target | None]:
    found: dict[UUID, Target | None] = {}
    for id in known:
        count = data.get(f"count-{id}", "").strip()
        said = _target(count, data.get(f"unit-{id}", "")) if count else None
        found[id] = Target(said["count"], said["unit"]) if said else None
    for target in filter(None, found.values()):
        Hours.from_json({"target": target.to_json()})
    return found


def _moment(data: QueryDict) -> datetime:
    try:
        day, at = date.fromisoformat(data.get("try-day", "")), time.fromisoformat(data.get("try-time", ""))
        return datetime.combine(day, at.replace(tzinfo=None), clock.JST).astimezone(UTC)
    except (ValueError, OverflowError):
        return clock.now()


# -- showing ----------------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    viewer: Viewer,
    hours: Hours,
    targets: Mapping[UUID, Target | None],
    shown: dict[str, Any],
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    at = _moment(request.POST)
    local = clock.local(at)
    context = frame(request, viewer, current="set_up") | {
        "tab": "hours",
        "problem": problem,
        "tried": request.POST.get("go") == "try" and not problem,
        "week": [{"n": n, "label": f"{day}曜日", "spans": shown["week"][n]} for n, day in enumerate(DAYS)],
        "closed_on_holidays": shown["closed_on_holidays"],
        "target": shown["target"],
        "units": UNITS.items(),
        "closures": [*shown["closures"], *([["", "", ""]] * _SPARE)],
        "extras": [*shown["extras"], *([["", ""]] * _SPARE)],
        "holidays": [*shown["holidays"], ["", "yes"]],
        "forms": [
            _form(request, form.id, form.definition.title, targets.get(form.id))
            for form in open_forms(viewer.entity_id)
        ],
        "try_day": f"{local:%Y-%m-%d}",
        "try_time": f"{local:%H:%M}",
        "previews": [] if problem else list(_previews(viewer, at, hours, targets)),
        "at": at,
        "under_way": depth().get(KIND, 0) > 0,
        "no_year_end": lacks_year_end(hours, clock.today()),
    }
    return render(request, "desk/opening_hours.html", context, status=status)


def _form(request: HttpRequest, id: UUID, title: str, target: Target | None) -> dict[str, Any]:
    count = request.POST.get(f"count-{id}", str(target.count) if target else "")
    return {
        "id": id,
        "title": title,
        "count": count,
        "unit": request.POST.get(f"unit-{id}", target.unit if target else "days"),
    }


def _previews(
    viewer: Viewer, at: datetime, hours: Hours, targets: Mapping[UUID, Target | None]
) -> Iterator[dict[str, str]]:
    for form in open_forms(viewer.entity_id):
        due = due_at(at, hours, targets.get(form.id))
        yield {"form": form.definition.title, "due": calendar.japanese_date(due)}


def lacks_year_end(hours: Hours, today: date) -> bool:
    """In November and December: no closure of our own at the end of this year."""
    if today.month < 11:
        return False
    days = [date.fromisoformat(f"{today.year + (day < '06')}-{day}") for day in _YEAR_END]
    return not any(closure.holds(day) for closure in hours.closures for day in days)
