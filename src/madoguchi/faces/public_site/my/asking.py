"""Asking for something from one's own page: the form of /requests/, with what is known for sure filled in.

The mailbox is proven already, and so is each matter whose name was named: nothing of it is asked again.
"""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from madoguchi.faces.public_site.my.here import HOME, Here, own
from madoguchi.faces.public_site.requests.links import DONE, request_of
from madoguchi.faces.public_site.requests.screens import Door
from madoguchi.faces.public_site.requests.views import answer
from madoguchi.rooms.inquiries.queries import mine
from madoguchi.rooms.inquiries.queries.of_person import inquiries_of
from madoguchi.rooms.rights.actions.identify import note_mailbox, note_named
from madoguchi.rooms.rights.rules.asking import MY


@own
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, here: Here, kind: str) -> HttpResponse:
    card = mine.card_of(here.entity_id, here.person, here.confirmed)
    known = {"name": card.name, "email": card.email} if card else {}
    door = Door(
        f"{HOME}requests/new/{kind}/", MY, here.ref, here.person if card else None,
        {key: value for key, value in known.items() if value}, HOME,
    )  # fmt: skip
    response = answer(request, kind, door)
    if response.status_code == 303:
        _note(here, response["Location"])
    return response


def _note(here: Here, location: str) -> None:
    """What this visit showed counts for the request that was just opened. It counts for one in their own name only:
    whoever typed another address proves that one by its own link."""
    asked = request_of(DONE, urlsplit(location).path.strip("/").rpartition("/")[2])
    if asked.person_id != here.person:
        return
    note_mailbox(request_id=asked.id, by=here.ref)
    named = here.confirmed & set(inquiries_of(here.person))
    if named:
        note_named(request_id=asked.id, inquiry_ids=named, by=here.ref)
