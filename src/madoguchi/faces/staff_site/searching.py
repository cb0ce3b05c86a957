"""Searching from the desk: what was typed stays in the session, which is sealed; the address names it only.

A search is a list like any other (`search.<handle>`): one comes back to it from an inquiry, reloads it, and
finds it again until signing out.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from madoguchi.foundation.lib.ids import read_receipt_number
from madoguchi.rooms.inquiries.errors import NoSuchInquiry
from madoguchi.rooms.inquiries.queries import lists, one
from madoguchi.rooms.inquiries.queries.asked import read_asked
from madoguchi.rooms.inquiries.queries.conditions import ALL, Conditions, page_of, read_conditions, where
from madoguchi.rooms.inquiries.queries.search import Hit, search
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.queries.search import is_whole

_VIEW = "search."
_KEY = "searches"
_NARROWED = "narrowed"  # by the same handle: conditions by code
EMPTY = _VIEW  # nothing typed yet: the screen says what can be
_MOST = 20  # searches remembered by one session
MAKING = "検索の準備をしています。古いお問い合わせは、まだ見つからないことがあります。"
STILL_MORE = "ここまでには見つかりませんでした。続きを探せます。"
NOBODY = "あてはまるお問い合わせは見つかりませんでした。"
NO_SUCH_NUMBER = "この受付番号のお問い合わせは見つかりませんでした。番号をお確かめください。"


@dataclass(frozen=True, slots=True)
class Searched:
    typed: str
    hits: list[Hit]
    next_cursor: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """What a list looks for: words, and conditions by code. Words alone look through everything."""

    typed: str
    conditions: Conditions = field(default_factory=lambda: Conditions(status=ALL))


def remember(request: HttpRequest, typed: str, conditions: Conditions | None = None) -> str:
    """Gives back the name of the list that shows it."""
    known: dict[str, str] = request.session.get(_KEY, {})
    narrowed: dict[str, dict[str, str]] = request.session.get(_NARROWED, {})
    named = conditions.named() if conditions else None
    same = (handle for handle, each in known.items() if each == typed and narrowed.get(handle) == named)
    handle = next(same, None) or secrets.token_urlsafe(9)
    kept = {each: known[each] for each in known if each != handle} | {handle: typed}
    request.session[_KEY] = dict(list(kept.items())[-_MOST:])
    if named is not None:
        narrowed |= {handle: named}
        request.session[_NARROWED] = {
            each: narrowed[each] for each in narrowed if each in request.session[_KEY]
        }
    return _VIEW + handle


def recent(request: HttpRequest, *, most: int = 8) -> list[dict[str, str]]:
    """What was looked for since signing in, the last first."""
    known: dict[str, str] = request.session.get(_KEY, {})
    narrowed = request.session.get(_NARROWED, {})
    words = [(handle, typed) for handle, typed in known.items() if typed and handle not in narrowed]
    return [{"typed": typed, "url": results_url(_VIEW + handle, "")} for handle, typed in words[::-1][:most]]


def asked_for(request: HttpRequest, view: str) -> Asking | None:
    """None when it is no search, or one of another session."""
    typed = typed_for(request, view)
    if typed is None:
        return None
    named = request.session.get(_NARROWED, {}).get(view.removeprefix(_VIEW))
    return Asking(typed) if named is None else Asking(typed, read_conditions(named))


def typed_for(request: HttpRequest, view: str) -> str | None:
    """What this list searches for; None when it is no search, or one of another session."""
    if not view.startswith(_VIEW):
        return None
    known: dict[str, str] = request.session.get(_KEY, {})
    return known.get(view.removeprefix(_VIEW))


def view_of(handle: str) -> str:
    return _VIEW + handle


def results_url(view: str, cursor: str) -> str:
    query = {"s": view.removeprefix(_VIEW)} | ({"cursor": cursor} if cursor else {})
    return f"{reverse('search')}?{urlencode(query)}"


def knows(request: HttpRequest, view: str) -> bool:
    return typed_for(request, view) is not None


def is_search(view: str) -> bool:
    return view.startswith(_VIEW)


def searched(viewer: Viewer, asking: Asking, cursor: str) -> Searched:
    """What meets the conditions and says the words; of nothing asked there is nothing."""
    asked = read_asked(asking.typed)
    if asked:
        found = search(viewer, asked, cursor=cursor, where=where(viewer, asking.conditions))
        return Searched(asking.typed, found.hits, found.next_cursor, found.whole)
    if not asking.conditions.named() or asking == Asking(""):
        return Searched("", [], "", is_whole())
    page = page_of(viewer, asking.conditions, cursor=cursor)
    return Searched("", [Hit(row, None) for row in page.rows], page.next_cursor, whole=True)


def begin(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What the box sends: a receipt number opens its inquiry, everything else becomes a list."""
    typed = request.POST.get("q", "").strip()
    straight = _straight(viewer, typed)
    if straight:
        return HttpResponseRedirect(straight)
    read_asked(typed)
    return HttpResponseRedirect(results_url(remember(request, typed), "") if typed else reverse("search"))


def _straight(viewer: Viewer, typed: str) -> str:
    number = read_receipt_number(typed)
    if number is None:
        return ""
    try:
        row = lists.row_of(one.find_number(viewer, number))
    except NoSuchInquiry:
        return ""
    view = "done" if row.status == "done" else row.lane
    return f"{reverse('inquiry', args=[number])}?{urlencode({'from': view})}"


def gone(request: HttpRequest) -> HttpResponse:
    messages.info(request, "前に探した言葉は残っていません。もう一度お探しください。")
    return HttpResponseRedirect(reverse("search"))


def snippet(hit: Hit) -> dict[str, Any]:
    """What a row of results shows besides: the words around, and the tray it lies in."""
    lane = lists.lane_label(hit.row.lane) if hit.row.lane != "inbox" else ""
    return {"snippet": hit.snippet, "tray": lane}
