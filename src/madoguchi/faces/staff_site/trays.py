"""The trays 営業 and 迷惑: one line an inquiry with its reason, the least certain first, and one press to bring it back."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from madoguchi.faces.staff_site import lanes, looks, screened, undoing
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.foundation.lib.errors import NotFound
from madoguchi.rooms.inquiries.queries.labels import labels
from madoguchi.rooms.inquiries.queries.lists import Row, counts, lane_label
from madoguchi.rooms.inquiries.queries.matters import rows_by_id
from madoguchi.rooms.inquiries.queries.trays import in_tray, overlooked
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.queries import Viewer, names
from madoguchi.rooms.screening.queries import trays as order
from madoguchi.rooms.screening.queries import weekly
from madoguchi.rooms.screening.queries.state import standing
from madoguchi.rooms.screening.queries.verdicts import Told

PAGE = 50
UNSURE, NEWEST, WEEK = "", "newest", "week"
_LEADS = {
    "sales": "営業のご連絡です。お客様のものが混じっていたら、ひと押しで受信箱へ戻せます。消えることはありません。",
    "junk": "迷惑なものです。お客様のものが混じっていたら、ひと押しで受信箱へ戻せます。",
}
_EMPTY = {
    UNSURE: "「{label}」は空です。分けたものは、ここに並びます。",
    NEWEST: "「{label}」は空です。分けたものは、ここに並びます。",
    WEEK: "今週の10件は、すべて確かめてあります。",
}
_OTHER = {
    "sales": {"code": "junk", "label": "迷惑に移す"},
    "junk": {"code": "sales", "label": "営業に移す"},
}


def tray(request: HttpRequest, viewer: Viewer, view: str) -> HttpResponse:
    counted, staff, asked = counts(viewer), names(viewer), request.GET.get("order", UNSURE)
    week = weekly.ten(viewer.entity_id) if view == "sales" else None
    ids = _ids(viewer, view, asked, week)
    page = _page_number(request)
    shown, more = ids[(page - 1) * PAGE : page * PAGE], len(ids) > page * PAGE
    rows = rows_by_id(viewer, shown)
    found = [rows[id] for id in shown if id in rows]
    looks.show_list(request, viewer, found)
    told = screened.told_of(found)
    context = frame(request, viewer, current="inbox", counted=counted) | {
        "lanes": lanes.lanes(viewer, view, counted, labels(viewer)),
        "undo": undoing.offered(request),
        "pager": {
            "newer_url": _url(view, asked) if page > 1 else "",
            "older_url": _url(view, asked, page + 1) if more else "",
        },
        "tray": {
            "view": view,
            "label": lane_label(view),
            "lead": _lead(view, asked, week),
            "count": counted[view],
            "orders": _orders(view, asked, week),
            "back": _url(view, asked, page),
            "parts": _parts([_line(row, told.get(row.id), staff, view) for row in found], told),
            "confirm": screened.CONFIRM[view],
            "other": _OTHER[view],
            "asks": _asks(viewer) if view == "sales" else None,
            "overlooked": _overlooked(viewer, view),
            "empty": _EMPTY[asked if asked in _EMPTY else UNSURE].format(label=lane_label(view)),
        },
    }
    return render(request, "desk/screening/tray.html", context)


def _lead(view: str, asked: str, week: weekly.Weekly | None) -> str:
    if asked == WEEK and week is not None:
        left = (
            f"移したもののうち、まだどなたも開いていないものは {week.unopened} 件です。"
            if week.unopened
            else ""
        )
        return f"この一週間に移したものから、くじで選んだものです。お客様のものが混じっていないか、お確かめください。{left}"
    return _LEADS[view]


def _ids(viewer: Viewer, view: str, asked: str, week: weekly.Weekly | None) -> list[UUID]:
    if asked == WEEK and week is not None:
        return week.ten
    ids = in_tray(viewer, view)
    if asked == NEWEST:
        return ids
    by = order.scores(ids)
    return sorted(ids, key=lambda id: by.get(id, (2, 0.0)))


def _page_number(request: HttpRequest) -> int:
    try:
        number = int(request.GET.get("page", "1"))
    except ValueError:
        raise NotFound from None
    if not 1 <= number <= 1_000:
        raise NotFound
    return number


def _url(view: str, asked: str, page: int = 1) -> str:
    query = ({"order": asked} if asked else {}) | ({"page": str(page)} if page > 1 else {})
    return reverse("inbox_view", args=[view]) + (f"?{urlencode(query)}" if query else "")


def _orders(view: str, asked: str, week: weekly.Weekly | None) -> list[dict[str, Any]]:
    found = [(UNSURE, "迷いの大きい順"), (NEWEST, "新しい順")]
    if week is not None and (week.ten or asked == WEEK):
        left = f"（あと {len(week.ten)} 件）" if week.ten else ""
        found.append((WEEK, f"今週の10件を確かめる{left}"))
    return [
        {
            "label": label,
            "url": _url(view, code),
            "current": code == (asked if asked in (NEWEST, WEEK) else UNSURE),
        }
        for code, label in found
    ]


def _line(row: Row, told: Told | None, staff: Mapping[UUID, str], view: str) -> dict[str, Any]:
    return screened.row_of(row, told, staff, view) | {"id": row.id, "pick": not row.erased}


def _parts(lines: Sequence[dict[str, Any]], told: Mapping[UUID, Told]) -> list[dict[str, Any]]:
    """What nobody has looked after yet, then what a colleague has settled."""
    fresh = [line for line in lines if not line["settled"]]
    settled = [line for line in lines if line["settled"]]
    parts = [
        {"label": "", "groups": _groups(fresh, told)},
        {"label": "確かめたもの", "groups": _groups(settled, told)},
    ]
    return [part for part in parts if part["groups"]]


def _groups(lines: Sequence[dict[str, Any]], told: Mapping[UUID, Told]) -> list[dict[str, Any]]:
    """Same texts stand together where the first of them stands; runs of single ones are one list."""
    together: dict[UUID, list[dict[str, Any]]] = {}
    for line in lines:
        together.setdefault(_group_of(line["id"], told), []).append(line)
    found: list[dict[str, Any]] = []
    for rows in together.values():
        if len(rows) > 1:
            open_ones = [row["number"] for row in rows if not row["settled"]]
            found.append({"count": len(rows), "numbers": open_ones, "rows": rows})
        elif found and found[-1]["count"] == 1:
            found[-1]["rows"] += rows
        else:
            found.append({"count": 1, "numbers": [], "rows": rows})
    return found


def _group_of(id: UUID, told: Mapping[UUID, Told]) -> UUID:
    return (told[id].group_of if id in told else None) or id


def _overlooked(viewer: Viewer, view: str) -> dict[str, str] | None:
    unread = overlooked(viewer.entity_id).get(view)
    if not unread:
        return None
    text = f"お客様かもしれないのに、2営業日開かれていないものが {len(unread)} 件あります。"
    return {"text": text, "url": inquiry_url(unread[0], view), "label": "古いものから開く"}


def _asks(viewer: Viewer) -> dict[str, str] | None:
    """The one question of the set-up, to who may answer it: nothing was decided yet."""
    if not organisation.may_administer(viewer.role):
        return None
    state = standing(viewer.entity_id)
    url = reverse("screening")
    if state.blown:
        return {"text": "自動で移すのを止めています。", "url": url, "label": "戻されたものを見る"}
    if state.asked:
        return None
    return {
        "text": "文面から見分けた営業を、自動でここへ移すかどうかが、まだ決まっていません。",
        "url": url,
        "label": "一覧を見て決める",
    }
