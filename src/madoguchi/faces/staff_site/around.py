"""この方・この会社のお問い合わせ: everything they asked, on one page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site import looks, words
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.rooms.inquiries.queries import lists, one
from madoguchi.rooms.inquiries.queries.around import around
from madoguchi.rooms.inquiries.queries.lists import Row
from madoguchi.rooms.organisation.queries import Viewer, names


@desk_view
@require_safe
def around_one(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    found = one.find_number(viewer, number)
    shown = around(viewer, found)
    looks.show_list(request, viewer, [*shown.person, *shown.colleagues, *shown.perhaps])
    staff, view = names(viewer), request.GET.get("from", "")
    framed = frame(request, viewer, current="inbox")

    def rows(found: list[Row]) -> list[dict[str, Any]]:
        return [
            words.list_row(row, staff, inquiry_url(row.receipt_number, view), hours=framed["hours"])
            | {"received_at": row.received_at}
            for row in found
        ]

    row = lists.row_of(found)
    context = framed | {
        "title": words.whole_name(row),
        "number": number,
        "back_url": inquiry_url(number, view),
        "person": rows(shown.person),
        "company": shown.company,
        "colleagues": rows(shown.colleagues),
        "domain": shown.domain,
        "perhaps": rows(shown.perhaps),
    }
    return render(request, "desk/around.html", context)
