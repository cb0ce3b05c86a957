"""個人情報についてのお申し出: who has which, by when, and how the others ended (clause 10; Art 40)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site import looks, words
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.foundation.lib import calendar, clock
from madoguchi.rooms.inquiries.queries.lists import Row
from madoguchi.rooms.inquiries.queries.matters import rows_by_id
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.queries.complaints import Standing, closed_ones, open_ones, pressing
from madoguchi.rooms.rights.rules import complaints as rules

CLOSED = 50


@desk_view
@require_safe
def privacy(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    rules.check_reader(viewer.role)
    waiting, over = open_ones(viewer), closed_ones(viewer, limit=CLOSED)
    rows = rows_by_id(viewer, [each.inquiry_id for each in (*waiting, *over)])
    looks.show_list(request, viewer, rows.values())
    context = frame(request, viewer, current="privacy") | {
        "tab": "privacy",
        "waiting": list(_rows(waiting, rows)),
        "over": list(_rows(over, rows)),
        "most": CLOSED,
    }
    return render(request, "desk/privacy.html", context)


def _rows(complaints: Sequence[Standing], rows: Mapping[UUID, Row]) -> Iterator[dict[str, Any]]:
    for each in complaints:
        if row := rows.get(each.inquiry_id):
            yield {
                "complaint": each,
                "who": words.who(row),
                "line": words.line(row),
                "number": row.receipt_number,
                "received_at": row.received_at,
                "url": inquiry_page(row.receipt_number),
            }


def inquiry_page(number: str) -> str:
    return f"{reverse('inquiry', args=[number])}?from=inbox"


def complaints_that_press(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """For the first page of officers and owners: due within days, overdue, or in nobody's hands."""
    found = [
        each for each in pressing(viewer) if rules.may_handle(viewer.role, own=each.owner_id == viewer.ref.id)
    ]
    rows = rows_by_id(viewer, [each.inquiry_id for each in found])
    for each in found:
        if row := rows.get(each.inquiry_id):
            yield {
                "title": _title(each),
                "number": row.receipt_number,
                "url": inquiry_page(row.receipt_number),
                "text": _text(each),
                "link": {
                    "url": reverse("complaint", args=[row.receipt_number]),
                    "label": "対応する" if each.owner else "担当者を決める",
                },
            }


def _title(each: Standing) -> str:
    if not each.owner:
        return "個人情報についてのお申し出に、担当者がいません"
    if each.late:
        return "個人情報についてのお申し出の期日が過ぎました"
    return "個人情報についてのお申し出の期日が近づいています"


def _text(each: Standing) -> str:
    day = "今日" if each.due_on == clock.today() else calendar.japanese_day(each.due_on)
    if not each.owner:
        return f"{each.label}。期日は{day}です。"
    return f"{each.label}。期日は{day}{'でした' if each.late else 'です'}。担当は{each.owner}さんです。"
