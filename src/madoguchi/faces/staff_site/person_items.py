"""Items that staff record of one person while they are collected: a provider's reference, a picture."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.selection import anchor
from madoguchi.faces.staff_site.step_up import ask_again
from madoguchi.foundation.lib.errors import NotFound, Refusal
from madoguchi.foundation.ui.headers import as_download
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inventory.actions.drop_item import drop_item
from madoguchi.rooms.inventory.actions.keep_item import correct_item, keep_item, keep_portrait
from madoguchi.rooms.inventory.errors import NothingHeld
from madoguchi.rooms.inventory.queries.details import details, kept_by_staff, portrait
from madoguchi.rooms.inventory.queries.switches import item, switched_on
from madoguchi.rooms.organisation.queries import Viewer

if TYPE_CHECKING:
    from madoguchi.rooms.inventory.items import Item

MEDIA_TYPE = "image/jpeg"


def items_of(viewer: Viewer, person: UUID, here: str) -> list[dict[str, Any]]:
    """Context of desk/person_items.html: what is recorded or may be. `here` is the query of the person's page."""
    on, may = switched_on(viewer.entity_id), viewer.role == "officer"
    kept = {each.item.code: each for each in details(person)}
    return [
        {
            "code": each.code,
            "label": each.label,
            "picture": each.picture,
            "kept": kept.get(each.code),
            "keep_url": _url("keep_item", person, each.code, here)
            if may and _changeable(each, on, kept)
            else "",
            "drop_url": _url("drop_item", person, each.code, here) if may and each.code in kept else "",
            "show_url": f"{reverse('portrait', args=[person])}?{here}" if each.code in kept else "",
        }
        for each in kept_by_staff()
        if each.code in kept or (may and each.code in on)
    ]


def _changeable(each: "Item", on: Collection[str], kept: Collection[str]) -> bool:
    """Recorded while it is collected; what is held may be put right also afterwards."""
    return each.code in on or (each.code in kept and not each.picture)


def _url(name: str, person: UUID, code: str, here: str) -> str:
    return f"{reverse(name, args=[person, code])}?{here}"


@desk_view
@require_POST
def keep(request: HttpRequest, viewer: Viewer, person_id: UUID, code: str) -> HttpResponse:
    anchor(viewer, person_id, request.GET.get("from", ""))
    try:
        _keep(request, viewer, person_id, code)
        messages.info(request, f"{item(code).label}を記録しました。")
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message)
        record("desk.refused", about=viewer.ref, by=viewer.ref, details={"code": refusal.code})
    return _back(request, person_id)


def _keep(request: HttpRequest, viewer: Viewer, person: UUID, code: str) -> None:
    if item(code).picture:
        sent = request.FILES.get("picture")
        keep_portrait(viewer=viewer, person=person, content=sent.read() if sent else b"")
        return
    store = correct_item if request.POST.get("go") == "correct" else keep_item
    store(viewer=viewer, person=person, code=code, value=request.POST.get("value", "").strip())


@desk_view
@require_POST
def drop(request: HttpRequest, viewer: Viewer, person_id: UUID, code: str) -> HttpResponse:
    anchor(viewer, person_id, request.GET.get("from", ""))
    if (again := ask_again(request, _person_url(request, person_id))) is not None:
        return again
    drop_item(viewer=viewer, person=person_id, code=code)
    messages.info(request, f"{item(code).label}を消去しました。")
    return _back(request, person_id)


@desk_view
@require_safe
def show_portrait(request: HttpRequest, viewer: Viewer, person_id: UUID) -> HttpResponse:
    """The picture alone, sandboxed: it was drawn anew, and still it may do nothing here."""
    anchor(viewer, person_id, request.GET.get("from", ""))
    chunks = portrait(person_id)
    if chunks is None:
        raise NothingHeld
    content = b"".join(chunks)
    record(
        "inventory.item-seen",
        about=viewer.ref,
        by=viewer.ref,
        details={"item": "portrait", "person": str(person_id)},
    )
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = 'inline; filename="portrait.jpg"'
    return as_download(response)


def _back(request: HttpRequest, person_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(_person_url(request, person_id))


def _person_url(request: HttpRequest, person_id: UUID) -> str:
    here = urlencode([("from", request.GET.get("from", ""))])
    return f"{reverse('person', args=[person_id])}?{here}"
