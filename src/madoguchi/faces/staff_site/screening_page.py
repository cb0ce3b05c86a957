"""営業メールの仕分け: whether it moves anything, what it would move, what it remembers, and what it saved."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.faces.staff_site import looks, screened, words
from madoguchi.faces.staff_site.errors import WrongValue
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.faces.staff_site.speaking import told
from madoguchi.foundation.lib import calendar, clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.inquiries.queries.matters import rows_by_id
from madoguchi.rooms.inquiries.queries.numbers import numbers_of
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.queries import Viewer, names
from madoguchi.rooms.screening.actions.allow import disallow, remove_repeat, restore_repeat
from madoguchi.rooms.screening.actions.set_state import reset, set_days, set_state
from madoguchi.rooms.screening.errors import NoSuchMark, UnfitDays
from madoguchi.rooms.screening.queries import figures, preview, repeats
from madoguchi.rooms.screening.queries.lessons import lessons
from madoguchi.rooms.screening.queries.state import ENOUGH_DECISIONS, ENOUGH_TIME, Standing, standing
from madoguchi.rooms.screening.queries.verdicts import Told

SHOWN = 20
STATES = (
    ("off", "停止", "何も見分けません。届いたものは、すべて受信箱に並びます。"),
    (
        "badge", "バッジのみ",
        "文面が営業に似ているものに「営業かもしれません」と付け、受信箱に残します。迷惑の型にはっきり当てはまるものと、一度「営業」とされた差出人や文面だけを移します。",
    ),
    (
        "on", "有効",
        "営業のご連絡と確かに見分けられたものを、「営業」に移します。迷うものは、バッジを付けて受信箱に残します。",
    ),
)  # fmt: skip


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def screening(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    organisation.check_administers(viewer.role)
    problem, status = "", 200
    if request.method == "POST":
        try:
            state = request.POST.get("state", "")
            set_state(viewer=viewer, state=state, looked=request.POST.get("looked") == "yes")
        except Refusal as refusal:
            problem, status = told(request, viewer, refusal)
        else:
            messages.info(request, f"「{_label(state)}」にしました。次に届くものから、そのように扱います。")
            return HttpResponseRedirect(reverse("screening"))
    return _page(request, viewer, problem=problem, status=status)


def _label(state: str) -> str:
    return next(label for code, label, _ in STATES if code == state)


def _page(request: HttpRequest, viewer: Viewer, *, problem: str, status: int) -> HttpResponse:
    now, staff = standing(viewer.entity_id), names(viewer)
    wanted = request.POST.get("state", now.effective)
    # Screening that is on has moved what it would: then the list tells of nothing that is left.
    found = preview.would_move(viewer.entity_id) if now.effective != "on" else []
    fuse = [each for each in preview.rescued(viewer.entity_id) if each.about in now.blown_for]
    context = frame(request, viewer, current="set_up") | {
        "tab": "screening",
        "page": "state",
        "standing": now,
        "set_by": words.colleague(staff, now.set_by) + "さん" if now.set_by in staff else "",
        "states": [
            {
                "code": code,
                "label": label,
                "says": says,
                "on": code == wanted,
                "now": now.asked and code == now.effective,
            }
            for code, label, says in STATES
        ],
        "progress": _progress(now),
        "fuse": _lines(request, viewer, fuse),
        "preview": {
            "days": preview.DAYS,
            "count": len(found),
            "rows": _lines(request, viewer, found[:SHOWN]),
            "more": max(0, len(found) - SHOWN),
        }
        if now.effective != "on"
        else None,
        "weeks": [_week(each) for each in _since_begun(figures.figures(viewer.entity_id))],
        "estimate": figures.HOW,
        "problem": problem,
    }
    return render(request, "desk/screening/settings.html", context, status=status)


def _progress(now: Standing) -> str:
    """How near the end of the cold start is, in plain words."""
    if now.state == "on":
        return ""
    if now.ready:
        return "「有効」を選べるだけの確かめが済みました。下の一覧をご覧のうえ、お決めください。"
    left = max(0, ENOUGH_DECISIONS - now.decisions)
    by = (
        f"か、{calendar.japanese_day(clock.local(now.began_at + ENOUGH_TIME).date())}" if now.began_at else ""
    )
    return (
        f"「営業で確定」や「お客様でした」をあと {left} 件押す{by}まで、「バッジのみ」で様子を見ることをお勧めします。"
        "下の一覧で納得できれば、いますぐ「有効」にもできます。"
    )


def _lines(request: HttpRequest, viewer: Viewer, found: Sequence[Told]) -> list[dict[str, Any]]:
    rows = rows_by_id(viewer, [each.about for each in found])
    looks.show_list(request, viewer, rows.values())
    staff = names(viewer)
    return [
        screened.row_of(rows[each.about], each, staff, rows[each.about].lane)
        for each in found
        if each.about in rows
    ]


def _since_begun(weeks: Sequence[figures.Week]) -> Sequence[figures.Week]:
    """Without the empty weeks before the first that has anything."""
    last = max((n for n, each in enumerate(weeks) if each.pitches or each.caught or each.badged), default=-1)
    return weeks[: last + 1]


def _week(week: figures.Week) -> dict[str, Any]:
    sunday = week.monday + timedelta(days=6)
    until = f"{sunday.day}日" if sunday.month == week.monday.month else f"{sunday.month}月{sunday.day}日"
    return {
        "span": f"{week.monday.month}月{week.monday.day}日–{until}",
        "pitches": week.pitches,
        "caught": week.caught,
        "badged": week.badged,
        "rescued": week.rescued,
        "saved": words.minutes(week.minutes),
    }


# -- what is remembered -------------------------------------------------------------------------------


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def memory(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    organisation.check_administers(viewer.role)
    problem, status = "", 200
    if request.method == "POST":
        try:
            if said := _do(request, viewer):
                messages.info(request, said)
            return HttpResponseRedirect(reverse("screening_memory"))
        except Refusal as refusal:
            problem, status = told(request, viewer, refusal)
    return _memory(request, viewer, problem=problem, status=status)


def _do(request: HttpRequest, viewer: Viewer) -> str:
    match request.POST.get("do", ""):
        case "forget":
            id = _id(request)
            remove_repeat(viewer=viewer, id=id)
            request.session["forgotten"] = str(id)
            return ""  # the page says it, beside 取り消す
        case "remember":
            restore_repeat(viewer=viewer, id=_id(request))
            return "覚えに戻しました。"
        case "disallow":
            disallow(viewer=viewer, id=_id(request))
            return "外しました。もう一度残すときは、その方のお問い合わせで「お客様でした」を押します。"
        case "days":
            set_days(viewer=viewer, days=_days(request))
            return "覚えておく日数を変えました。"
        case "reset":
            reset(viewer=viewer)
            return "はじめの見分けかたに戻しました。"
    raise WrongValue("ボタンを、もう一度お選びください。")


def _id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        raise NoSuchMark from None


def _days(request: HttpRequest) -> int:
    text = request.POST.get("days", "").strip()
    if not text.isdecimal() or len(text) > 4:
        raise UnfitDays
    return int(text)


def _memory(request: HttpRequest, viewer: Viewer, *, problem: str, status: int) -> HttpResponse:
    now, staff, said = standing(viewer.entity_id), names(viewer), lessons(viewer.entity_id)
    ledger, kept = repeats.ledger(viewer.entity_id), repeats.allowed(viewer.entity_id)
    known = numbers_of(
        viewer.entity_id, {each.about for each in (*ledger, *kept)} | {*said.disputed} | said.raising
    )
    forgotten = request.session.pop("forgotten", "") if request.method != "POST" else ""
    context = frame(request, viewer, current="set_up") | {
        "tab": "screening",
        "page": "memory",
        "days": request.POST.get("days", now.days),
        "wrong_days": bool(problem and request.POST.get("do") == "days"),
        "repeats": [_remembered(each, known) for each in _by_inquiry(ledger)],
        "signs": len(ledger),
        "allowed": [
            _source(each, known) | {"since": each[0].since, "by": words.colleague(staff, each[0].by)}
            for each in _by_inquiry(kept)
        ],
        "forgotten": forgotten,
        "lessons": said,
        "disputed": list(_links(said.disputed, known)),
        "raising": next(_links(said.raising, known), None),
        "reset_at": now.reset_at,
        "problem": problem,
    }
    return render(request, "desk/screening/memory.html", context, status=status)


def _by_inquiry(entries: Sequence[repeats.Entry]) -> list[list[repeats.Entry]]:
    """What was learned from one inquiry is one line."""
    found: dict[UUID, list[repeats.Entry]] = {}
    for each in entries:
        found.setdefault(each.about, []).append(each)
    return list(found.values())


def _source(entries: Sequence[repeats.Entry], known: dict[UUID, str]) -> dict[str, Any]:
    number = known.get(entries[0].about, "")
    return {
        "number": number or "―",
        "url": inquiry_url(number, "done") if number else "",
        "kinds": [
            {"id": each.id, "label": each.label} for each in sorted(entries, key=lambda each: each.kind)
        ],
    }


def _remembered(entries: Sequence[repeats.Entry], known: dict[UUID, str]) -> dict[str, Any]:
    return _source(entries, known) | {
        "last": max((each.last_hit_at for each in entries if each.last_hit_at), default=None),
        "hits": sum(each.hits for each in entries),
        "until": max((each.until for each in entries if each.until), default=None),
    }


def _links(ids: "Sequence[UUID] | frozenset[UUID]", known: dict[UUID, str]) -> Iterator[dict[str, str]]:
    for id in ids:
        if id in known:
            yield {"number": known[id], "url": inquiry_url(known[id], "done")}
