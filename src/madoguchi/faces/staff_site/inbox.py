"""The inbox: lanes, one page of a list, and the place where an inquiry opens beside it."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site import looks, words
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.home import answered_today
from madoguchi.rooms.inquiries.queries import counts, list_page, views
from madoguchi.rooms.organisation.queries import Viewer, names

_GROUPS = (
    ("仕分け", ("inbox", "sales", "junk")),
    ("見かた", ("mine", "unassigned", "overdue", "pending", "done")),
)
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


@desk_view
@require_safe
def front(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    return HttpResponseRedirect(reverse("inbox_view", args=["inbox"]))


@desk_view
@require_safe
def inbox(request: HttpRequest, viewer: Viewer, view: str) -> HttpResponse:
    context = beside(request, viewer, view)
    context["answered_today"] = answered_today(viewer) if not context["list"]["rows"] else 0
    return render(request, "desk/inbox.html", context)


def beside(request: HttpRequest, viewer: Viewer, view: str, *, open_number: str = "") -> dict[str, Any]:
    """Frame, lanes and list, also for the page of an inquiry (`open_number`)."""
    cursor = request.GET.get("cursor", "")
    page = list_page(viewer, view, cursor=cursor)
    looks.show_list(request, viewer, page.rows)
    counted, staff = counts(viewer), names(viewer)
    rows = [
        words.list_row(
            row,
            staff,
            inquiry_url(row.receipt_number, view, cursor),
            selected=row.receipt_number == open_number,
        )
        for row in page.rows
    ]
    return frame(request, viewer, current="inbox", counted=counted) | {
        "lanes": _lanes(viewer, view, counted),
        "list": {
            "label": views(viewer)[view].label,
            "count": counted[view],
            "rows": rows,
            "nobody": _NOBODY[view],
            "url": list_url(view, cursor),
        },
        "pager": {
            "newer_url": list_url(view, "") if cursor else "",
            "older_url": list_url(view, page.next_cursor) if page.next_cursor else "",
        },
        "counted": counted,
        "view": view,
        "staff_names": staff,
    }


def _lanes(viewer: Viewer, current: str, counted: dict[str, int]) -> list[dict[str, Any]]:
    known = views(viewer)
    return [
        {
            "label": label,
            "places": [
                {
                    "url": list_url(name, ""),
                    "label": known[name].label,
                    "count": counted[name],
                    "current": name == current,
                    "late": name == "overdue" and counted[name] > 0,
                }
                for name in group
            ],
        }
        for label, group in _GROUPS
    ]


def list_url(view: str, cursor: str) -> str:
    query = f"?{urlencode({'cursor': cursor})}" if cursor else ""
    return f"{reverse('inbox_view', args=[view])}{query}"


def inquiry_url(number: str, view: str, cursor: str = "", **more: str) -> str:
    query = {"from": view} | ({"cursor": cursor} if cursor else {}) | more
    return f"{reverse('inquiry', args=[number])}?{urlencode(query)}"
