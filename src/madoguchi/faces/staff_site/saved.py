"""自分で作った見かた: saved from a list, renamed, put in order and deleted on one screen."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from madoguchi.faces.staff_site import places, searching
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.speaking import told
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.inquiries.actions import views as acting
from madoguchi.rooms.inquiries.errors import WrongMove
from madoguchi.rooms.inquiries.queries.saved import saved_views
from madoguchi.rooms.organisation.queries import Viewer


@desk_view
@require_POST
def save(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """この条件を保存: of a list that this session knows."""
    view = request.POST.get("from", "")
    known = searching.asked_for(request, view)
    if known is None:
        return searching.gone(request)
    try:
        id = acting.save_view(
            viewer=viewer, name=request.POST.get("name", ""), conditions=known.conditions.named(),
            words=known.typed, everybody=request.POST.get("whose") == "everybody",
        )  # fmt: skip
    except Refusal as refusal:
        messages.error(request, told(request, viewer, refusal)[0])
        return HttpResponseRedirect(places.list_url(view))
    messages.info(request, "見かたを保存しました。左の列から、いつでも開けます。")
    return HttpResponseRedirect(places.list_url(f"{places.SAVED}{id}"))


@desk_view
@require_safe
def manage(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    views = [
        {"id": each.id, "name": each.name, "everybody": each.everybody, "url": places.list_url(f"saved.{each.id}")}
        for each in saved_views(viewer)
    ]  # fmt: skip
    return render(request, "desk/views.html", frame(request, viewer, current="inbox") | {"views": views})


@desk_view
@require_POST
def change(request: HttpRequest, viewer: Viewer, view_id: UUID) -> HttpResponse:
    match request.POST.get("do", ""):
        case "rename":
            name = request.POST.get("name", "")
            try:
                acting.rename_view(viewer=viewer, view_id=view_id, name=name)
            except Refusal as refusal:
                messages.error(request, told(request, viewer, refusal)[0])
            else:
                messages.info(request, "名前を変えました。")
        case "up" | "down" as way:
            acting.move_view(viewer=viewer, view_id=view_id, up=way == "up")
        case "delete":
            acting.delete_view(viewer=viewer, view_id=view_id)
            messages.info(request, "見かたを削除しました。お問い合わせは、そのまま残っています。")
        case _:
            raise WrongMove
    return HttpResponseRedirect(reverse("saved_views"))
