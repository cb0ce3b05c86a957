"""ラベル: the company's own words beside the statuses, made here and put on inquiries everywhere."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.faces.staff_site import undoing
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import inquiry_url, list_url
from madoguchi.faces.staff_site.speaking import told
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.inquiries.actions import labels as acting
from madoguchi.rooms.inquiries.errors import WrongMove
from madoguchi.rooms.inquiries.queries import one
from madoguchi.rooms.inquiries.queries.labels import LabelShown, how_many_carry, labels
from madoguchi.rooms.inquiries.rules import COLOURS, LONGEST_LABEL
from madoguchi.rooms.organisation.queries import Viewer


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    name, colour = request.POST.get("name", "").strip(), request.POST.get("colour", "grey")
    if request.method != "POST":
        return _page(request, viewer)
    try:
        acting.add_label(viewer=viewer, name=name, colour=colour)
    except Refusal as refusal:
        problem, status = told(request, viewer, refusal)
        return _page(request, viewer, name=name, colour=colour, problem=problem, status=status)
    messages.info(request, "ラベルを作りました。")
    return HttpResponseRedirect(reverse("labels"))


def _page(
    request: HttpRequest, viewer: Viewer, *, name: str = "", colour: str = "grey", problem: str = "", status: int = 200
) -> HttpResponse:  # fmt: skip
    counted = how_many_carry(viewer)
    known = labels(viewer, retired=True)
    context: dict[str, Any] = frame(request, viewer, current="inbox") | {
        "labels": [_line(each, counted.get(each.id, 0)) for each in known if not each.retired],
        "retired": [each for each in known if each.retired],
        "colours": COLOURS.items(),
        "typed": {"name": name, "colour": colour},
        "problem": problem,
        "longest": LONGEST_LABEL,
    }
    return render(request, "desk/labels.html", context, status=status)


@desk_view
@require_POST
def change(request: HttpRequest, viewer: Viewer, label_id: UUID) -> HttpResponse:
    name, colour = request.POST.get("name", "").strip(), request.POST.get("colour", "")
    do = request.POST.get("do", "")
    if do not in ("change", "retire", "bring-back"):
        raise WrongMove
    try:
        if do == "change":
            acting.change_label(viewer=viewer, label_id=label_id, name=name, colour=colour)
        else:
            acting.retire_label(viewer=viewer, label_id=label_id, retired=do == "retire")
    except Refusal as refusal:
        messages.error(request, told(request, viewer, refusal)[0])
    return HttpResponseRedirect(reverse("labels"))


@desk_view
@require_POST
def put(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """On the page of one inquiry: put on, or taken off."""
    found = one.find_number(viewer, number)
    back = inquiry_url(number, request.GET.get("from", ""))
    on = "off" not in request.POST
    try:
        label = UUID(request.POST.get("label" if on else "off", ""))
        changed = acting.put_label(viewer=viewer, inquiry_id=found.id, label_id=label, on=on)
    except ValueError:
        messages.error(request, "ラベルをお選びください。")
        return HttpResponseRedirect(back)
    except Refusal as refusal:
        messages.error(request, told(request, viewer, refusal)[0])
        return HttpResponseRedirect(back)
    if changed:
        text = "ラベルを付けました。" if on else "ラベルを外しました。"
        step = {"kind": "label", "id": str(found.id), "label": str(label), "on": on}
        undoing.remember(request, text, [step], back)
    return HttpResponseRedirect(back)


def _line(label: LabelShown, count: int) -> dict[str, Any]:
    return {"label": label, "count": count, "url": list_url(f"label.{label.id}")}
