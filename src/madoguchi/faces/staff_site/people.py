"""この方の情報: everything the house holds of one person, reached from one of their inquiries."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site import holdings, leaving, looks, words
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.person_items import items_of
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.faces.staff_site.selection import Selection, anchor, read_ids, select
from madoguchi.rooms.forms.queries import definition_of
from madoguchi.rooms.organisation.queries import Viewer, colleagues, names
from madoguchi.rooms.vault.errors import FileErased


@desk_view
@require_safe
def person(request: HttpRequest, viewer: Viewer, person_id: UUID) -> HttpResponse:
    """Clerks read; what can be done with it is the officer's. An erased one's inquiry says so itself."""
    inquiry = anchor(viewer, person_id, request.GET.get("from", ""))
    try:
        selection = select(viewer, inquiry, _named(request, viewer))
    except FileErased:
        return HttpResponseRedirect(reverse("inquiry", args=[inquiry.receipt_number]))
    looks.open_person(request, viewer, person_id, selection.shown)
    context = about(request, viewer, selection) | _whole(viewer, selection)
    return render(request, "desk/person.html", context | {"told": request.session.pop("corrected", None)})


def about(request: HttpRequest, viewer: Viewer, selection: Selection) -> dict[str, Any]:
    """What every page about one person needs: who, from where, and the way back to the whole of it."""
    row = selection.row
    return frame(request, viewer) | {
        "row": row,
        "who": words.who(row),
        "title": words.whole_name(row) or "お名前のない方",
        "here": chosen_query(selection),
        "person_url": f"{reverse('person', args=[selection.located.person])}?{chosen_query(selection)}",
    }


def chosen_query(selection: Selection, **more: str) -> str:
    """The address of the same selection: a receipt number and opaque ids, nothing of the person."""
    named = [("include", str(id)) for id in sorted(selection.named)]
    return urlencode([("from", selection.row.receipt_number), *named, *more.items()])


def officers(viewer: Viewer) -> list[str]:
    return [each.name for each in colleagues(viewer) if each.role == "officer"]


def _named(request: HttpRequest, viewer: Viewer) -> list[UUID]:
    """Only an officer names a doubtful matter as this person's."""
    return read_ids(request.GET.getlist("include")) if viewer.role == "officer" else []


def _whole(viewer: Viewer, selection: Selection) -> dict[str, Any]:
    fields = definition_of(selection.inquiry.form_version_id).fields
    may, person_id = viewer.role == "officer", selection.located.person
    return {
        "back_url": inquiry_url(selection.row.receipt_number, selection.row.lane),
        "contacts": [
            each
            | {
                "correct_url": f"{reverse('correct', args=[person_id])}?{chosen_query(selection, key=each['key'])}"
            }
            for each in holdings.contacts(selection, fields)
        ],
        "theirs": holdings.theirs(selection, names(viewer)),
        "items": items_of(viewer, person_id, chosen_query(selection)),
        "perhaps": holdings.doubtful(selection),
        "kept": leaving.kept(selection),
        "may": may,
        "officers": [] if may else officers(viewer),
    }
