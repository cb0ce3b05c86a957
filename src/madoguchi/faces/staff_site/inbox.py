"""The inbox: lanes, one page of a list, and the place where an inquiry opens beside it."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.faces.staff_site import (
    filtering,
    lanes,
    looks,
    places,
    screened,
    searching,
    trays,
    undoing,
    words,
)
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.home import answered_today
from madoguchi.faces.staff_site.searching import Asking
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import read_receipt_number
from madoguchi.rooms.inquiries.queries.conditions import Conditions, page_of
from madoguchi.rooms.inquiries.queries.drafts import marks_on
from madoguchi.rooms.inquiries.queries.labels import find_label, labels, labels_on
from madoguchi.rooms.inquiries.queries.lists import Row, counts, list_page, views
from madoguchi.rooms.inquiries.queries.saved import saved_view, words_of
from madoguchi.rooms.organisation.queries import Viewer, colleagues, names

_NOBODY = {
    "inbox": "新しいお問い合わせは、ここに並びます。",
    "sales": "「営業」に分けたものは、ここに並びます。",
    "junk": "「迷惑」に分けたものは、ここに並びます。",
    "mine": "あなたが担当しているお問い合わせは、いまありません。",
    "unassigned": "担当の決まっていないお問い合わせは、いまありません。",
    "overdue": "期限を過ぎたお問い合わせは、ありません。",
    "pending": "お客様のお返事を待っているものは、いまありません。",
    "done": "完了にしたお問い合わせは、ここに並びます。",
}
_NOTHING_MEETS = "この条件にあてはまるものは、いまありません。"
_NOTHING_CARRIES = "このラベルの付いたお問い合わせは、いまありません。開いたお問い合わせから付けられます。"


@desk_view
@require_safe
def front(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    return HttpResponseRedirect(reverse("inbox_view", args=["inbox"]))


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What is typed comes by POST and is kept in the session: personal words never stand in an address."""
    if request.method == "POST":
        return searching.begin(request, viewer)
    view = searching.view_of(request.GET.get("s", ""))
    if view != searching.EMPTY and searching.typed_for(request, view) is None:
        return searching.gone(request)
    context = beside(request, viewer, view) | {"undo": undoing.offered(request)}
    return render(request, "desk/inbox.html", context | {"recent": searching.recent(request)})


@desk_view
@require_safe
def inbox(request: HttpRequest, viewer: Viewer, view: str) -> HttpResponse:
    if view in screened.TRAYS:
        return trays.tray(request, viewer, view)
    context = beside(request, viewer, view)
    context["answered_today"] = answered_today(viewer) if not context["list"]["rows"] else 0
    context["undo"] = undoing.offered(request)
    return render(request, "desk/inbox.html", context)


def beside(request: HttpRequest, viewer: Viewer, view: str, *, open_number: str = "") -> dict[str, Any]:
    """Frame, lanes and list, also for the page of an inquiry (`open_number`)."""
    cursor = request.GET.get("cursor", "")
    counted, staff, known = counts(viewer), names(viewer), labels(viewer)
    shown = _shown(request, viewer, view, cursor, counted)
    found = [row for row, _ in shown.rows]
    looks.show_list(request, viewer, found)
    marked, labelled = marks_on(row.id for row in found), labels_on(row.id for row in found)
    told = screened.told_of(found)
    around = frame(request, viewer, current="inbox", counted=counted)
    rows = [
        words.list_row(
            row,
            staff,
            places.inquiry_url(row.receipt_number, view, cursor),
            selected=row.receipt_number == open_number,
            hours=around["hours"],
        )
        | words.marks(marked.get(row.id), viewer, staff)
        | {"labels": labelled.get(row.id, []), "pick": not row.erased and not open_number}
        | screened.marks(row, told.get(row.id))
        | more
        for row, more in shown.rows
    ]
    around["search"]["q"] = "" if view.startswith(places.SAVED) else shown.asking.typed
    narrow = {} if open_number else filtering.form_of(viewer, staff, known, shown.asking)
    searched = searching.is_search(view)
    said = "" if open_number else filtering.in_words(shown.asking, narrow, searched=searched)
    return around | {
        "lanes": lanes.lanes(viewer, view, counted, known),
        "list": shown.about | {"rows": rows, "url": places.list_url(view, cursor), "said": said},
        "pager": {
            "newer_url": places.list_url(view) if cursor else "",
            "older_url": places.list_url(view, shown.next_cursor) if shown.next_cursor else "",
            "older_label": "続きを探す" if shown.asking.typed else "",
        },
        "narrow": narrow,
        "may_save": searched and bool(said),
        "bulk": {"labels": known, "people": [] if open_number else colleagues(viewer), "cursor": cursor},
        "live": {"since": "" if cursor or not found else found[0].received_at.isoformat(), "on": not cursor},
        "counted": counted,
        "view": view,
        "searching": searched,
        "staff_names": staff,
    }


def knows(request: HttpRequest, viewer: Viewer, view: str) -> bool:
    """Whether there is such a list, for this viewer, in this session."""
    try:
        if view.startswith(places.SAVED):
            saved_view(viewer, places.id_of(view))
        elif view.startswith(places.LABEL):
            find_label(viewer, places.id_of(view))
        else:
            return view in views(viewer) or searching.knows(request, view)
    except Refusal:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Shown:
    """The rows of a list, each with what its screen says besides; `about` is what stands above them."""

    rows: list[tuple[Row, dict[str, Any]]]
    next_cursor: str
    about: dict[str, Any]
    asking: Asking = field(default_factory=lambda: Asking("", Conditions()))


def _shown(request: HttpRequest, viewer: Viewer, view: str, cursor: str, counted: dict[str, int]) -> _Shown:
    if searching.is_search(view):
        asking = searching.asked_for(request, view) or Asking("")
        return _found(asking, searching.searched(viewer, asking, cursor), cursor)
    if view.startswith(places.SAVED):
        return _saved(viewer, view, cursor)
    if view.startswith(places.LABEL):
        return _labelled(viewer, view, cursor)
    page = list_page(viewer, view, cursor=cursor)
    about = {"label": views(viewer)[view].label, "count": counted[view], "nobody": _NOBODY[view]}
    return _Shown([(row, {}) for row in page.rows], page.next_cursor, about)


def _saved(viewer: Viewer, view: str, cursor: str) -> _Shown:
    saved = saved_view(viewer, places.id_of(view))
    asking = Asking(words_of(viewer, saved.id) if saved.worded else "", saved.conditions)
    found = searching.searched(viewer, asking, cursor)
    about = {"label": saved.name, "count": None, "nobody": _NOTHING_MEETS, "everybody": saved.everybody}
    rows = [(hit.row, searching.snippet(hit)) for hit in found.hits]
    return _Shown(rows, found.next_cursor, about, asking)


def _labelled(viewer: Viewer, view: str, cursor: str) -> _Shown:
    label = find_label(viewer, places.id_of(view))
    conditions = Conditions(label=str(label.id))
    page = page_of(viewer, conditions, cursor=cursor)
    about = {"label": f"ラベル「{label.name}」", "count": None, "nobody": _NOTHING_CARRIES}
    return _Shown([(row, {}) for row in page.rows], page.next_cursor, about, Asking("", conditions))


def _found(asking: Asking, found: searching.Searched, cursor: str) -> _Shown:
    """How many there are is said only when all of them are shown."""
    everything = not cursor and not found.next_cursor
    asked = asking != Asking("")
    narrowed = asked and not asking.typed
    label = "条件にあうもの" if narrowed else "検索結果" if asked else "お問い合わせを探す"
    about = {
        "label": label,
        "count": len(found.hits) if everything and asked else None,
        "nobody": _NOTHING_MEETS if narrowed else _nobody(found),
        "notice": "" if found.whole else searching.MAKING,
    }
    rows = [(hit.row, searching.snippet(hit)) for hit in found.hits]
    return _Shown(rows, found.next_cursor, about, asking)


def _nobody(found: searching.Searched) -> str:
    if not found.typed:
        return "上の欄に、番号、お名前、本文の言葉などをお書きください。"
    if found.next_cursor:
        return searching.STILL_MORE
    return searching.NO_SUCH_NUMBER if read_receipt_number(found.typed) else searching.NOBODY
