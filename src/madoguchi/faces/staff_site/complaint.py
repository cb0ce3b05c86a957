"""One complaint: what its page says, and each thing that is done with it."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.faces.staff_site import handing_over, looks, words
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import inquiry_url, request_url
from madoguchi.foundation.lib import calendar, clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.inquiries.queries import lists, one
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions import handle
from madoguchi.rooms.rights.actions.open_complaint import hand_over
from madoguchi.rooms.rights.errors import NoOutcome, UnfitDay, UnfitOwner, UnfitRequest, UnknownKind
from madoguchi.rooms.rights.queries import complaints as queries
from madoguchi.rooms.rights.queries.complaints import Standing
from madoguchi.rooms.rights.rules import complaints as rules

_LABELS = handing_over.LABELS | {
    "outcome": "結果", "said": "どのように対応したか", "owner": "担当者",
    "due": "期日", "due-reason": "変える理由", "mistake": "取り消す理由",
}  # fmt: skip


def beside(viewer: Viewer, inquiry_id: UUID, *, readable: bool) -> dict[str, Any] | None:
    """What the page of the inquiry says of it; nothing when there is none. A clerk sees a label and no more."""
    standing = queries.standing_of(inquiry_id)
    if standing is None or standing.outcome == rules.TAKEN_BACK:
        return None
    full = viewer.role in rules.HANDLERS
    return {
        "standing": standing,
        "full": full,
        "may": _may(viewer, standing),
        "said": queries.said_of(inquiry_id) if full and readable and not standing.open else "",
    }


def _may(viewer: Viewer, standing: Standing) -> bool:
    return standing.open and rules.may_handle(viewer.role, own=standing.owner_id == viewer.ref.id)


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """「個人情報の窓口へ」 where there is none yet; otherwise everything that can be done with it."""
    if request.method != "POST":
        return _page(request, viewer, number)
    found, kind = one.find_number(viewer, number), request.POST.get("kind", "")
    if handing_over.is_request(kind):
        return _ask(request, viewer, number, kind)
    try:
        hand_over(viewer=viewer, inquiry_id=found.id, kind=kind)
    except UnknownKind as unsaid:
        return _page(request, viewer, number, errors={"kind": handing_over.UNSAID}, status=unsaid.status)
    except Refusal as refusal:
        return _wrong(request, viewer, number, "kind", refusal)
    messages.info(request, handing_over.TOLD)
    return _back(request, number)


def _ask(request: HttpRequest, viewer: Viewer, number: str, kind: str) -> HttpResponse:
    """A clerk goes on with the inquiry; who may read the request goes on with that."""
    try:
        asked = handing_over.ask(request, viewer, one.find_number(viewer, number).id, kind)
    except UnfitRequest as unfit:
        wrong = handing_over.shown_as(unfit.fields)
        return _page(request, viewer, number, errors=wrong, status=unfit.status)
    except Refusal as refusal:
        return _wrong(request, viewer, number, "kind", refusal)
    messages.info(request, handing_over.TOLD)
    if viewer.role in rules.HANDLERS:
        return HttpResponseRedirect(request_url(asked))
    return _back(request, number)


@desk_view
@require_POST
def close(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    found, said = one.find_number(viewer, number), request.POST.get("said", "").replace("\r\n", "\n")
    too = request.POST.get("too") == "yes"
    try:
        handle.close_complaint(
            viewer=viewer,
            inquiry_id=found.id,
            outcome=request.POST.get("outcome", ""),
            said=said,
            inquiry_too=too,
        )
    except Refusal as refusal:
        field = "outcome" if isinstance(refusal, NoOutcome) else "said"
        return _wrong(request, viewer, number, field, refusal)
    ended = "お申し出の結果を記し、お問い合わせも完了にしました。" if too else "お申し出の結果を記しました。"
    messages.info(request, ended)
    return _back(request, number)


@desk_view
@require_POST
def owner(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    found = one.find_number(viewer, number)
    try:
        handle.change_owner(viewer=viewer, inquiry_id=found.id, to=_staff(request.POST.get("owner", "")))
    except Refusal as refusal:
        return _wrong(request, viewer, number, "owner", refusal)
    messages.info(request, "お申し出の担当者を変えました。")
    return _back(request, number)


def _staff(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise UnfitOwner from None


@desk_view
@require_POST
def due(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    found = one.find_number(viewer, number)
    try:
        on = _day(request.POST.get("due", ""))
        reason = request.POST.get("due-reason", "")
        handle.change_due(viewer=viewer, inquiry_id=found.id, on=on, reason=reason)
    except Refusal as refusal:
        field = "due" if isinstance(refusal, UnfitDay) else "due-reason"
        return _wrong(request, viewer, number, field, refusal)
    messages.info(request, f"お申し出の期日を、{calendar.japanese_day(on)}に変えました。")
    return _back(request, number)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnfitDay from None


@desk_view
@require_POST
def take_back(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    found = one.find_number(viewer, number)
    try:
        handle.take_back(viewer=viewer, inquiry_id=found.id, reason=request.POST.get("mistake", ""))
    except Refusal as refusal:
        return _wrong(request, viewer, number, "mistake", refusal)
    messages.info(request, "個人情報についてのお申し出ではなかったものとして、取り消しました。")
    return _back(request, number)


def _wrong(request: HttpRequest, viewer: Viewer, number: str, field: str, refusal: Refusal) -> HttpResponse:
    """A slip in what was typed comes back with the page; whatever else is refused is told as it is."""
    if refusal.status not in (409, 422):
        raise refusal
    return _page(request, viewer, number, errors={field: refusal.message}, status=refusal.status)


def _page(
    request: HttpRequest,
    viewer: Viewer,
    number: str,
    *,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    found, wrong = one.find_number(viewer, number), errors or {}
    looks.open_one(request, viewer, found.id)
    row, standing = lists.row_of(found), queries.standing_of(found.id)
    around = beside(viewer, found.id, readable=False)
    opened = standing is not None and standing.open and standing.opened_by == viewer.ref
    if around and not opened:
        rules.check_reader(viewer.role)
    context = frame(request, viewer, current="inbox") | {
        "number": found.receipt_number,
        "title": words.whole_name(row),
        "received_at": found.received_at,
        "privacy": around,
        "asked": handing_over.requests_of(viewer, found.id),
        "fields": _fields(request, viewer, standing, wrong) if around and around["may"] else None,
        "mistake": _choice(request, "mistake", rules.MISTAKES, wrong)
        if around and (around["may"] or opened)
        else None,
        "unfit_due": wrong.get("due", ""),
        "due": request.POST.get("due") or (standing.due_on.isoformat() if standing else ""),
        "first": clock.today(),
        "last": clock.today() + rules.LATEST,
        "errors": [
            {"name": name, "label": _LABELS[name], "message": text} for name, text in wrong.items() if text
        ],
        "here": request.GET.urlencode(),
        "back_url": inquiry_url(number, request.GET.get("from", "")),
    }
    if not around or around["full"]:
        context |= handing_over.offered(request, wrong, too=not around)
    return render(request, "desk/complaint.html", context, status=status)


def _fields(
    request: HttpRequest, viewer: Viewer, standing: Standing | None, wrong: Mapping[str, str]
) -> dict[str, Any]:
    people = {str(each.id): each.name for each in queries.handlers(viewer)}
    present = str(standing.owner_id) if standing and standing.owner_id else ""
    return {
        "outcome": _choice(request, "outcome", rules.OUTCOMES, wrong),
        "said": {
            "name": "said", "label": _LABELS["said"], "kind": "paragraph", "required": True, "size": "short",
            "value": request.POST.get("said", ""), "error": wrong.get("said", ""),
            "hint": "あとから読む人に分かるように、お書きください。鍵をかけて保管し、お問い合わせと一緒に消えます。",
        },
        "owner": _choice(request, "owner", people, wrong) | {"value": request.POST.get("owner", present)},
        "reason": _choice(request, "due-reason", rules.DUE_REASONS, wrong),
    }  # fmt: skip


def _choice(
    request: HttpRequest, name: str, options: Mapping[str, str], wrong: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "name": name, "label": _LABELS[name], "kind": "choice", "required": True,
        "options": [{"value": code, "label": label} for code, label in options.items()],
        "value": request.POST.get(name, ""), "error": wrong.get(name, ""),
    }  # fmt: skip


def _back(request: HttpRequest, number: str) -> HttpResponse:
    """To the page it was begun on."""
    if request.GET.get("from") == "privacy":
        return HttpResponseRedirect(reverse("privacy"))
    return HttpResponseRedirect(inquiry_url(number, request.GET.get("from", "")))
