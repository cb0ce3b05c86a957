"""個人情報: the officer's home. One list by day, and beside it the one that is looked at (clauses 8–10; Art 32–40)."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site import looks, privacy_list
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.privacy_list import Line
from madoguchi.faces.staff_site.request_articles import COMPLAINT
from madoguchi.faces.staff_site.request_panel import panel
from madoguchi.foundation.lib import calendar, clock
from madoguchi.rooms.inquiries.queries.matters import rows_by_id
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.queries import complaints, requests
from madoguchi.rooms.rights.rules import complaints as rules


@desk_view
@require_safe
def privacy(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Without a choice the most urgent one is shown."""
    rules.check_reader(viewer.role)
    lines = privacy_list.open_lines(viewer)
    chosen = _chosen(lines, request.GET.get("open", ""))
    looks.show_list(request, viewer, [each.row for each in lines if each.row])
    looks.list_requests(request, viewer, privacy_list.ids_of(lines))
    context = frame(request, viewer, current="privacy") | {
        "tab": "privacy",
        "now": clock.now(),
        "count": privacy_list.pressing_count(lines),
        "total": len(lines),
        "groups": privacy_list.grouped(lines, chosen.number if chosen else ""),
        "panel": _panel(viewer, chosen) if chosen else None,
    }
    return render(request, "desk/privacy.html", context)


def _chosen(lines: Sequence[Line], number: str) -> Line | None:
    return next((each for each in lines if each.number == number), lines[0] if lines else None)


def _panel(viewer: Viewer, chosen: Line) -> dict[str, Any]:
    if chosen.request and chosen.facts:
        return panel(requests.find(viewer, chosen.number), chosen.request, chosen.facts)
    return _complaint_panel(viewer, chosen)


def _complaint_panel(viewer: Viewer, line: Line) -> dict[str, Any]:
    standing = line.complaint
    assert standing is not None
    may = rules.may_handle(viewer.role, own=standing.owner_id == viewer.ref.id)
    settle = {"verb": "結果を記して終える", "code": "complaint"} if may else None
    return {
        "kind": f"個人情報についての{standing.label}"
        if standing.kind != "other"
        else "個人情報についてのお申し出",
        "number": line.number,
        "who": " ".join(part for part in line.who.values() if part),
        "progress": [
            {"label": "受付", "at": line.came, "state": "past", "by": None},
            {"label": "お返事をして、結果を記す", "at": None, "state": "now", "by": standing.due_on},
        ],
        "next": settle,
        "url": f"{reverse('complaint', args=[line.number])}?from=privacy",
        "said": line.about,
        "articles": COMPLAINT,
        "record": {"url": inquiry_page(line.number), "label": "お問い合わせを開く"},
    }


def inquiry_page(number: str) -> str:
    return f"{reverse('inquiry', args=[number])}?from=inbox"


# -- what presses, for the first page of the desk -------------------------------------------------------


def complaints_that_press(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """For officers and owners: due within days, overdue, or in nobody's hands."""
    found = [
        each
        for each in complaints.pressing(viewer)
        if rules.may_handle(viewer.role, own=each.owner_id == viewer.ref.id)
    ]
    rows = rows_by_id(viewer, [each.inquiry_id for each in found])
    for each in found:
        if row := rows.get(each.inquiry_id):
            yield {
                "title": _title("お申し出", each.owner, late=each.late),
                "number": row.receipt_number,
                "url": inquiry_page(row.receipt_number),
                "text": _text(each.label, each.owner, each.due_on),
                "link": {
                    "url": reverse("complaint", args=[row.receipt_number]),
                    "label": "対応する" if each.owner else "担当者を決める",
                },
            }


def requests_that_press(viewer: Viewer) -> Iterator[dict[str, Any]]:
    for each in requests.pressing(viewer):
        if rules.may_handle(viewer.role, own=each.owner_id == viewer.ref.id):
            url = reverse("request", args=[each.number])
            yield {
                "title": _title("ご請求", each.owner, late=each.late),
                "number": each.number,
                "url": url,
                "text": _text(each.label, each.owner, each.due_on),
                "link": {"url": f"{url}#next", "label": "進める" if each.owner else "担当者を決める"},
            }


def _title(noun: str, owner: str, *, late: bool) -> str:
    if not owner:
        return f"個人情報についての{noun}に、担当者がいません"
    return f"個人情報についての{noun}の期日が{'過ぎました' if late else '近づいています'}"


def _text(label: str, owner: str, due_on: date) -> str:
    day = "今日" if due_on == clock.today() else calendar.japanese_day(due_on)
    late = due_on < clock.today()
    if not owner:
        return f"{label}。期日は{day}です。"
    return f"{label}。期日は{day}{'でした' if late else 'です'}。担当は{owner}さんです。"
