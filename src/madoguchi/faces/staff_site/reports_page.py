"""集計: what came and how it was answered, with a chart and a table each; every number leads to its list."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site import charts, looks, words
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.foundation.lib import clock
from madoguchi.rooms.forms.queries import Funnel, funnel, open_forms
from madoguchi.rooms.inquiries.queries import reports
from madoguchi.rooms.inquiries.queries.exports import CHANNELS
from madoguchi.rooms.inquiries.queries.lists import lane_label, rows_of, status_label
from madoguchi.rooms.inquiries.queries.reports import DIMENSIONS, KINDS, LONGEST, STEPS, Asked, Figures
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.queries import Viewer, names

_STEPS = {"day": "日", "week": "週", "month": "月"}
_LABELS = {
    "form": "フォーム",
    "channel": "受け取りかた",
    "lane": "仕分け",
    "status": "状況",
    "person": "担当",
}
_KINDS = {
    "received": "受け付けたもの",
    "answered": "お返事したもの",
    "in_time": "期限までにお返事したもの",
    "late": "期限を過ぎているもの",
    "done": "完了したもの",
}
_SPANS = (("直近30日", 30, "day"), ("直近13週", 91, "week"), ("直近12か月", 365, "month"))
PAGE = 50


@desk_view
@require_safe
def reports_page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    asked = _asked(request.GET, viewer)
    found, known = reports.report(viewer, asked), _known(viewer)
    steps = [_step(asked, span, figures) for span, figures in found.steps.items()]
    context = frame(request, viewer, current="reports") | {
        "tab": "reports",
        "asked": asked,
        "whole": found.whole,
        "span": f"{_day(asked.first)}〜{_day(asked.last)}",
        "presets": list(_presets(asked)),
        "steps_by": [
            {"code": code, "label": label, "current": code == asked.step} for code, label in _STEPS.items()
        ],
        "filters": list(_filters(viewer, asked, known)),
        "trays_url": _url(asked, trays="" if asked.trays else "yes"),
        "total": _row("", found.total, lambda kind: _list_url(asked, kind)),
        "steps": steps,
        "came": _came(steps),
        "speed": _speed(steps),
        "kept": _kept(steps),
        "by": list(_by(viewer, asked, found.by, known)),
        "backlog": reports.backlog(viewer),
        "funnels": [_funnel(each) for each in _funnels(viewer, asked)],
        "longest": LONGEST,
    }
    return render(request, "desk/reports.html", context)


# -- what is asked ----------------------------------------------------------------------------------


def _asked(data: QueryDict, viewer: Viewer) -> Asked:
    """A span that cannot be read is the last thirteen weeks; one that is too long is cut at its beginning."""
    today = clock.today()
    last = _date(data.get("last", "")) or today
    first = _date(data.get("first", "")) or last - timedelta(days=90)
    first = max(min(first, last), last - timedelta(days=LONGEST - 1))
    step = data.get("step", "week")
    said = {name: data.get(name, "") for name in DIMENSIONS}
    only = [(name, value) for name, value in said.items() if value and _fits(name, value, viewer)]
    return Asked(first, last, step if step in STEPS else "week", data.get("trays") == "yes", tuple(only))


def _fits(name: str, value: str, viewer: Viewer) -> bool:
    if name == "person":
        return organisation.may_speak_for_operator(viewer.role) and (value == "none" or _uuid(value))
    return name != "form" or _uuid(value)


def _uuid(value: str) -> bool:
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def _date(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _query(asked: Asked, more: Mapping[str, object]) -> dict[str, str]:
    query: dict[str, object] = {
        "first": asked.first,
        "last": asked.last,
        "step": asked.step,
        **dict(asked.only),
    }
    query |= {"trays": "yes" if asked.trays else "", **more}
    return {name: str(value) for name, value in query.items() if value != ""}


def _url(asked: Asked, **more: object) -> str:
    return f"{reverse('reports')}?{urlencode(_query(asked, more))}"


def _list_url(asked: Asked, kind: str, **more: object) -> str:
    return f"{reverse('reports_list')}?{urlencode(_query(asked, {'kind': kind, **more}))}"


def _narrowed(asked: Asked, name: str, value: str, kind: str) -> str:
    return _list_url(asked, kind, **{name: value})


def _presets(asked: Asked) -> Iterator[dict[str, Any]]:
    today = clock.today()
    for label, days, step in _SPANS:
        first = today - timedelta(days=days - 1)
        current = (asked.first, asked.last, asked.step) == (first, today, step)
        yield {"label": label, "url": _url(asked, first=first, last=today, step=step), "current": current}


def _known(viewer: Viewer) -> dict[str, dict[str, str]]:
    """The values of each dimension in words."""
    return {
        "form": {str(form.id): form.definition.title for form in open_forms(viewer.entity_id)},
        "channel": dict(CHANNELS),
        "lane": {lane: lane_label(lane) for lane in ("inbox", "sales", "junk")},
        "status": {status: status_label(status) for status in ("new", "open", "doing", "pending", "done")},
        "person": {str(id): name for id, name in names(viewer).items()} | {"": "担当なし"},
    }


def _filters(
    viewer: Viewer, asked: Asked, known: Mapping[str, Mapping[str, str]]
) -> Iterator[dict[str, Any]]:
    chosen = dict(asked.only)
    for name in DIMENSIONS:
        if name == "person" and not organisation.may_speak_for_operator(viewer.role):
            continue
        options = [{"value": value or "none", "label": label} for value, label in known[name].items()]
        yield {"name": name, "label": _LABELS[name], "options": options, "value": chosen.get(name, "")}


# -- what is shown ----------------------------------------------------------------------------------


def _row(label: str, figures: Figures, url: Callable[[str], str]) -> dict[str, Any]:
    """Only a number above nothing leads somewhere."""
    return {
        "label": label,
        "figures": figures,
        "urls": {kind: url(kind) for kind in KINDS if getattr(figures, kind)},
        "share": "―" if figures.share is None else f"{figures.share}%",
        "first_median": words.business_minutes(figures.first_median),
        "first_p90": words.business_minutes(figures.first_p90),
        "done_median": words.business_minutes(figures.done_median),
        "done_p90": words.business_minutes(figures.done_p90),
    }


def _step(asked: Asked, span: tuple[date, date], figures: Figures) -> dict[str, Any]:
    first, last = span
    label = f"{first.year}年{first.month}月" if asked.step == "month" else _day(first)
    label += "の週" if asked.step == "week" else ""
    row = _row(label, figures, lambda kind: _list_url(asked, kind, first=first, last=last))
    return row | {"short": f"{first.month}月" if asked.step == "month" else f"{first.month}/{first.day}"}


def _day(day: date) -> str:
    return (
        f"{day.year}年{day.month}月{day.day}日"
        if day.year != clock.today().year
        else f"{day.month}月{day.day}日"
    )


def _came(steps: list[dict[str, Any]]) -> charts.Chart:
    parts = [
        [("done", each["figures"].done), ("rest", each["figures"].received - each["figures"].done)]
        for each in steps
    ]
    return charts.bars([each["short"] for each in steps], parts, unit="件")


def _speed(steps: list[dict[str, Any]]) -> charts.Chart:
    hours = [[("done", (each["figures"].first_median or 0) / 60)] for each in steps]
    dots = [each["figures"].first_p90 and each["figures"].first_p90 / 60 for each in steps]
    return charts.bars([each["short"] for each in steps], hours, dots=dots, unit="時間")


def _kept(steps: list[dict[str, Any]]) -> charts.Chart:
    parts = [[("done", each["figures"].share or 0)] for each in steps]
    return charts.bars([each["short"] for each in steps], parts, unit="%", most=100)


def _by(
    viewer: Viewer,
    asked: Asked,
    by: Mapping[str, Mapping[str, Figures]],
    known: Mapping[str, Mapping[str, str]],
) -> Iterator[dict[str, Any]]:
    """What a colleague does is for those who lead; nobody is measured in front of everybody."""
    for name in DIMENSIONS:
        if name == "person" and not organisation.may_speak_for_operator(viewer.role):
            continue
        if name == "lane" and not asked.trays:
            continue
        rows = [
            _row(
                known[name].get(value, value or "―"),
                figures,
                partial(_narrowed, asked, name, value or "none"),
            )
            for value, figures in by[name].items()
        ]
        if rows:
            yield {"label": _LABELS[name], "rows": sorted(rows, key=lambda row: -row["figures"].received)}


def _funnels(viewer: Viewer, asked: Asked) -> list[tuple[str, Funnel]]:
    shown = [
        (form.definition.title, form.id, {spec.key: spec.label for spec in form.definition.fields})
        for form in open_forms(viewer.entity_id)
    ]
    return [(title, funnel(id, asked.first, asked.last, labels)) for title, id, labels in shown]


def _funnel(each: tuple[str, Funnel]) -> dict[str, Any]:
    title, counted = each
    top = max(counted.opened, 1)
    steps = (
        ("入力のページを開いた", counted.opened),
        ("確認へ進んだ", counted.confirmed),
        ("送信した", counted.sent),
    )
    return {
        "title": title,
        "steps": [
            {
                "label": label,
                "n": n,
                "share": f"{round(100 * n / top)}%",
                "width": round(480 * min(n, top) / top, 1),
                "y": 10 + 34 * place,
            }
            for place, (label, n) in enumerate(steps)
        ],
        "wrong": counted.wrong,
        "any": counted.opened + counted.sent > 0,
    }


# -- the list behind a number -----------------------------------------------------------------------


@desk_view
@require_safe
def reports_list(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    asked = _asked(request.GET, viewer)
    kind = request.GET.get("kind", "received")
    kind = kind if kind in KINDS else "received"
    found = reports.listed(viewer, asked, kind)
    page = int(request.GET["page"]) if request.GET.get("page", "").isdecimal() else 0
    count = found.count()
    rows = rows_of(
        list(found.order_by("-received_at", "-id").defer("answers")[page * PAGE : (page + 1) * PAGE])
    )
    looks.show_list(request, viewer, rows)
    staff = names(viewer)
    framed = frame(request, viewer, current="reports")
    context = framed | {
        "tab": "reports",
        "title": _KINDS[kind],
        "span": f"{_day(asked.first)}〜{_day(asked.last)}",
        "narrowed": [
            _known(viewer)[name].get("" if value == "none" else value, value) for name, value in asked.only
        ],
        "count": count,
        "rows": [
            words.list_row(
                row,
                staff,
                f"{reverse('inquiry', args=[row.receipt_number])}?from={row.lane}",
                hours=framed["hours"],
            )
            for row in rows
        ],
        "back_url": _url(asked),
        "pager": {
            "newer_url": _list_url(asked, kind) if page else "",
            "older_url": _list_url(asked, kind, page=page + 1) if (page + 1) * PAGE < count else "",
        },
    }
    return render(request, "desk/reports_list.html", context)
