"""保存期間: how long each class is kept, what the next night ends, what is held, and whether the clock is right."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.step_up import ask_again
from madoguchi.foundation.lib import calendar, clock
from madoguchi.rooms.inquiries.queries.numbers import numbers_in, numbers_of
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.actions import retain
from madoguchi.rooms.inventory.actions.set_period import set_period, start_with_proposal
from madoguchi.rooms.inventory.errors import Shortened, UnfitPeriod
from madoguchi.rooms.inventory.queries import holds
from madoguchi.rooms.inventory.queries import retention as kept
from madoguchi.rooms.inventory.queries.retention import Decision, Listing
from madoguchi.rooms.jobs.queries import clocks, trusted_today
from madoguchi.rooms.organisation.queries import Viewer

SHOWN = 8  # receipt numbers of a class on the first page
PAGE = 200
UNITS = ("日", "年")


@desk_view
@require_safe
def retention(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    rules.check_keeper(viewer.role)
    now, decided = clocks(), kept.decisions(viewer.entity_id)
    on = kept.next_run_on(now.trusted)
    listed = {each.retention: each for each in kept.listings(viewer.entity_id, on)}
    context = frame(request, viewer, current="privacy") | {
        "tab": "retention",
        "may": viewer.role == "officer",
        "clocks": None if now.agree else now,
        "restored": kept.restored_unseen(),
        "undecided": not any(each.at for each in decided),
        "classes": [_row(viewer, each, listed[each.retention]) for each in decided],
        "on": on,
        "due": [
            _due(viewer, each, listed[each.retention], on) for each in decided if listed[each.retention].count
        ],
        "spared": [
            {"label": each.label, "count": found.spared, "because": found.because}
            for each in decided
            if (found := listed[each.retention]).spared
        ],
        "sealed": kept.remainder_count(on),
        "holds": list(_holds(viewer)),
        "last": kept.last_run(),
    }
    return render(request, "desk/retention.html", context)


def _row(viewer: Viewer, each: Decision, listing: Listing) -> dict[str, Any]:
    """`soon`: how much the proposal would make due, while nothing is decided."""
    proposed = rules.read_period(each.proposed)
    soon = 0
    if each.at is None:
        soon = kept.listing(viewer.entity_id, each.retention, kept.takes_effect_on(), proposed).count
    return {
        "url": reverse("retention_class", args=[each.retention]),
        "label": each.label,
        "runs_from": each.runs_from,
        "period": each.period,
        "decided": each.at is not None,
        "proposed": each.proposed,
        "count": listing.count,
        "soon": soon,
    }


def _due(viewer: Viewer, each: Decision, listing: Listing, on: date) -> dict[str, Any]:
    return {
        "url": reverse("retention_class", args=[each.retention]),
        "label": each.label,
        "count": listing.count,
        "span": _span(listing),
        "rows": _numbered(viewer, listing, on, SHOWN),
    }


def _span(listing: Listing) -> str:
    """From the first day to the last on which their periods began."""
    if listing.oldest is None or listing.newest is None:
        return ""
    oldest, newest = (
        calendar.japanese_day(clock.local(each).date()) for each in (listing.oldest, listing.newest)
    )
    return oldest if oldest == newest else f"{oldest}〜{newest}"


def _numbered(viewer: Viewer, listing: Listing, on: date, limit: int) -> list[dict[str, Any]]:
    """The oldest of what is due: a number that leads to it, and the day its period began. No values."""
    if listing.days is None:
        return []
    found = list(islice(kept.due(viewer.entity_id, listing.retention, on, listing.days), limit))
    numbers = numbers_of(viewer.entity_id, [each.row for each in found])
    return [
        {"number": numbers[each.row], "url": _url(numbers[each.row]), "since": each.since}
        for each in found
        if each.row in numbers
    ]


def _url(number: str) -> str:
    return f"{reverse('inquiry', args=[number])}?from=done"


def _holds(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """One line a matter: the hold on the file in which its answers lie."""
    standing = holds.open_holds(viewer.entity_id)
    numbers = numbers_in(viewer.entity_id, [each.file for each in standing])
    for each in standing:
        if number := numbers.get(each.file):
            yield {
                "number": number,
                "url": _url(number),
                "ground": rules.HOLD_GROUNDS.get(each.ground, each.ground),
                "until": each.until,
                "let_go": each.until + rules.HOLD_GRACE,
                "over": each.over,
                "owner": each.owner,
            }


@desk_view
@require_POST
def start(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """この提案で始める: what becomes due by it stood on the page."""
    here = reverse("retention")
    if (again := ask_again(request, here)) is not None:
        return again
    start_with_proposal(viewer=viewer)
    messages.info(request, f"保存期間を決めました。廃棄は{_effect()}から始まります。")
    return HttpResponseRedirect(here)


@desk_view
@require_POST
def accept_clock(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    here = reverse("retention")
    if (again := ask_again(request, here)) is not None:
        return again
    retain.accept_clock(viewer=viewer)
    messages.info(request, "確かめていただいたことを記録しました。止めていた廃棄は、次の夜から進みます。")
    return HttpResponseRedirect(here)


def _effect() -> str:
    return f"{calendar.japanese_day(kept.takes_effect_on())} 午前2時"


# -- one class --------------------------------------------------------------------------------------


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    """What is due of it, and another period: a shorter one is decided in a second step that says how much goes."""
    rules.check_keeper(viewer.role)
    rules.check_class(code)
    here = reverse("retention_class", args=[code])
    if request.method != "POST":
        return _page(request, viewer, code)
    rules.check_officer(viewer.role)
    if (again := ask_again(request, here)) is not None:
        return again
    try:
        days = _read(request)
        set_period(viewer=viewer, retention=code, days=days, confirmed="confirmed" in request.POST)
    except UnfitPeriod as refusal:
        return _page(request, viewer, code, problem=refusal.message, status=refusal.status)
    except Shortened:
        return _page(request, viewer, code, shorter=_read(request))
    messages.info(request, "保存期間を変えました。")
    return HttpResponseRedirect(reverse("retention"))


def _read(request: HttpRequest) -> int | None:
    if request.POST.get("ends") == "never":
        return None
    return rules.read_period(request.POST.get("number", "") + request.POST.get("unit", ""))


def _page(
    request: HttpRequest,
    viewer: Viewer,
    code: str,
    *,
    problem: str = "",
    shorter: int | None = None,
    status: int = 200,
) -> HttpResponse:
    decided = next(each for each in kept.decisions(viewer.entity_id) if each.retention == code)
    now = clocks()
    on = kept.next_run_on(now.trusted)
    listing = kept.listing(viewer.entity_id, code, on, kept.periods_on(viewer.entity_id, on).get(code))
    context = frame(request, viewer, current="privacy") | {
        "tab": "retention",
        "may": viewer.role == "officer",
        "clocks": None if now.agree else now,
        "class": decided,
        "on": on,
        "listing": listing,
        "span": _span(listing),
        "rows": _numbered(viewer, listing, on, PAGE),
        "form": _form(request, decided),
        "problem": problem,
        "shorter": _shorter(viewer, code, shorter) if shorter is not None else None,
    }
    return render(request, "desk/retention_class.html", context, status=status)


def _form(request: HttpRequest, decided: Decision) -> dict[str, Any]:
    """As typed, as decided, or as proposed."""
    said = decided.period if decided.days else decided.proposed
    number, unit = said.replace(",", "")[:-1], said[-1]
    never = decided.at is not None and decided.days is None
    if request.method == "POST":
        number, unit = request.POST.get("number", ""), request.POST.get("unit", "")
        never = request.POST.get("ends") == "never"
    return {"number": number, "unit": unit, "units": UNITS, "never": never}


def _shorter(viewer: Viewer, code: str, days: int) -> dict[str, Any]:
    on = kept.takes_effect_on()
    listing = kept.listing(viewer.entity_id, code, on, days)
    return {"period": listing.period, "on": on, "count": listing.count, "span": _span(listing)}


def holds_near_their_end(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """For the home page: held matters whose last day comes within two weeks, or has passed."""
    soon = trusted_today() + rules.HOLD_NOTICE
    return (each for each in _holds(viewer) if each["until"] <= soon)
