"""印刷用: one inquiry on paper, with the company's head and all of the conversation; opening it is a look of its own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site import looks, words
from madoguchi.faces.staff_site.delicate import opened
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.inquiry import message_of
from madoguchi.faces.staff_site.timeline import entries
from madoguchi.foundation.lib import clock
from madoguchi.rooms.inquiries.actions.read import note_printed
from madoguchi.rooms.inquiries.queries import lists, one
from madoguchi.rooms.inquiries.queries.reading import read
from madoguchi.rooms.organisation.queries import Viewer, entity_facts, names


@desk_view
@require_safe
def on_paper(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """As covered as on the screen; notes among colleagues only when they are asked for."""
    found = one.find_number(viewer, number)
    looks.open_one(request, viewer, found.id)
    note_printed(viewer=viewer, inquiry_id=found.id)
    row = lists.row_of(found)
    reading = read(viewer, found, erased=row.erased, opened=opened(request, number))
    memos, staff = request.GET.get("memos") == "yes", names(viewer)
    told = [
        each for each in entries(reading, found.acknowledgement_id, staff) if memos or each["kind"] != "memo"
    ]
    context = {
        "site": {"operator": entity_facts(viewer.entity_id)},
        "row": row,
        "title": words.whole_name(row),
        "status": words.badge(row.status)["label"],
        "assignee": words.colleague(staff, row.assignee_id),
        "received_at": found.received_at,
        "message": message_of(row, reading, found.channel),
        "entries": told,
        "memos": memos,
        "printed_at": clock.now(),
        "printed_by": viewer.name,
        "back_url": reverse("inquiry", args=[number]),
    }
    return render(request, "desk/paper.html", context)
