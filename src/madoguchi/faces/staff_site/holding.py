"""廃棄を保留する: a matter that must not end yet, why, until when and in whose care."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.grounds import ground_error, ground_field
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.foundation.lib import calendar, clock
from madoguchi.rooms.inquiries.queries import one
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.actions import hold as holding
from madoguchi.rooms.inventory.errors import UnfitHold
from madoguchi.rooms.inventory.queries.holds import holds_on
from madoguchi.rooms.organisation.queries import Viewer, colleagues

TABLE = "inquiries.Inquiry"
_USUAL = timedelta(days=180)


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """A first hold, or another day, ground or owner for the one that stands."""
    rules.check_officer(viewer.role)
    if request.method != "POST":
        return _page(request, viewer, number, _standing(viewer, number))
    given = {name: request.POST.get(name, "") for name in ("ground", "until", "owner")}
    errors = _errors(viewer, given)
    if any(errors.values()):
        return _page(request, viewer, number, given, errors=errors, status=422)
    found = one.find_number(viewer, number)
    holding.hold(
        viewer=viewer, table=TABLE, row=found.id, about=one.reference(found), ground=given["ground"],
        until=date.fromisoformat(given["until"]), owner=UUID(given["owner"]),
    )  # fmt: skip
    until = calendar.japanese_day(date.fromisoformat(given["until"]))
    messages.info(request, f"この件の廃棄を、{until}まで保留しました。")
    return _back(request, number)


def _standing(viewer: Viewer, number: str) -> dict[str, str]:
    found = one.find_number(viewer, number)
    if held := holds_on([found.file_id]).get(found.file_id):
        return {
            "ground": held.ground,
            "until": held.until.isoformat(),
            "owner": str(held.owner_id),
            "held": "yes",
        }
    until = clock.today() + _USUAL
    return {"ground": "", "until": until.isoformat(), "owner": str(viewer.ref.id)}


def _errors(viewer: Viewer, given: dict[str, str]) -> dict[str, str]:
    return {
        "ground": ground_error(given["ground"], rules.HOLD_GROUNDS),
        "until": _until_error(given["until"]),
        "owner": ""
        if given["owner"] in {str(each.id) for each in colleagues(viewer)}
        else "担当者をお選びください。",
    }


def _until_error(until: str) -> str:
    try:
        rules.check_hold_until(date.fromisoformat(until), clock.today())
    except (ValueError, UnfitHold):
        return UnfitHold.default
    return ""


def _page(
    request: HttpRequest,
    viewer: Viewer,
    number: str,
    given: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    found, wrong = one.find_number(viewer, number), errors or {}
    labels = {"ground": "保留する理由", "until": "いつまで", "owner": "担当者"}
    context = frame(request, viewer, current="privacy") | {
        "number": found.receipt_number,
        "held": "held" in given,
        "ground": ground_field(
            labels["ground"], rules.HOLD_GROUNDS, given["ground"], wrong.get("ground", "")
        ),
        "owner": _owner(viewer, labels["owner"], given["owner"], wrong.get("owner", "")),
        "until": given["until"],
        "unfit_until": wrong.get("until", ""),
        "first": clock.today() + timedelta(days=1),
        "last": rules.last_hold_day(clock.today()),
        "errors": [
            {"name": name, "label": labels[name], "message": text} for name, text in wrong.items() if text
        ],
        "here": request.GET.urlencode(),
        "back_url": inquiry_url(number, request.GET.get("from", "")),
    }
    return render(request, "desk/hold.html", context, status=status)


def _owner(viewer: Viewer, label: str, chosen: str, error: str) -> dict[str, Any]:
    people = [{"value": str(each.id), "label": each.name} for each in colleagues(viewer)]
    return {
        "name": "owner", "label": label, "kind": "choice", "required": True, "options": people, "value": chosen,
        "error": error, "hint": "期限が近づいたら、どうするかを決める人です。",
    }  # fmt: skip


@desk_view
@require_POST
def lift(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    found = one.find_number(viewer, number)
    holding.lift_hold(viewer=viewer, table=TABLE, row=found.id, about=one.reference(found))
    messages.info(request, "この件の保留を解きました。保存期間が終わっていれば、次の夜に廃棄します。")
    return _back(request, number)


def _back(request: HttpRequest, number: str) -> HttpResponse:
    """To the page it was pressed on."""
    if request.GET.get("from") == "retention":
        return HttpResponseRedirect(reverse("retention"))
    return HttpResponseRedirect(inquiry_url(number, request.GET.get("from", "")))
