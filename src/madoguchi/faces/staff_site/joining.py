"""統合する, 関連づける, 別件として分ける, and back: two inquiries of one matter, or two matters in one inquiry."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from madoguchi.faces.staff_site import looks, undoing, words
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.faces.staff_site.verbs import verb
from madoguchi.foundation.lib.ids import read_receipt_number
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.merging import merge, unmerge
from madoguchi.rooms.inquiries.actions.relate import relate, unrelate
from madoguchi.rooms.inquiries.actions.split import split
from madoguchi.rooms.inquiries.errors import DifferentPeople, NoSuchInquiry
from madoguchi.rooms.inquiries.queries import lists, one
from madoguchi.rooms.inquiries.queries.drafts import marks_on
from madoguchi.rooms.organisation.queries import Viewer, names
from madoguchi.rooms.rights.actions.let_close import let_close


@desk_view
@require_POST
@verb
def join(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """One form for both: the button says which."""
    other = _other(request, viewer, number)
    if other is None:
        return _back(request, number)
    if request.POST.get("do") == "relate":
        return _relate(request, viewer, number, other)
    here, there = one.find_number(viewer, number), one.find_number(viewer, other)
    target, source = (here, there) if rules.is_target(here, there) else (there, here)
    try:
        merge(
            viewer=viewer, source_id=source.id, target_id=target.id, confirmed="confirmed" in request.POST,
            closing=let_close,
        )  # fmt: skip
    except DifferentPeople as refusal:
        return _ask(request, viewer, number, source.receipt_number, target.receipt_number, refusal.message)
    text = f"{source.receipt_number} を {target.receipt_number} に統合しました。"
    step = {"kind": "merge", "id": str(source.id)}
    undoing.remember(request, text, [step], _url(request, number))
    if marks_on([source.id]):
        messages.info(
            request,
            f"{source.receipt_number} に書きかけのお返事があります。元に戻すと、続きを書けます。",
        )
    return _back(request, target.receipt_number)


def _other(request: HttpRequest, viewer: Viewer, number: str) -> str | None:
    """The number that was pressed or typed, as it is stored."""
    typed = read_receipt_number(request.POST.get("other", ""))
    try:
        if typed is not None and typed != number:
            one.find_number(viewer, typed)
            return typed
    except NoSuchInquiry:
        pass
    messages.error(request, "その受付番号のお問い合わせは見つかりませんでした。番号をお確かめください。")
    return None


def _relate(request: HttpRequest, viewer: Viewer, number: str, other: str) -> HttpResponse:
    here, there = one.find_number(viewer, number), one.find_number(viewer, other)
    relate(viewer=viewer, inquiry_id=here.id, other_id=there.id)
    step = {"kind": "link", "id": str(here.id), "other": str(there.id)}
    undoing.remember(request, f"{other} と関連づけました。", [step], _url(request, number))
    return _back(request, number)


def _ask(
    request: HttpRequest, viewer: Viewer, number: str, source: str, target: str, problem: str
) -> HttpResponse:
    """Both as they are, side by side, before what may be two people become one matter."""
    both = [_side(request, viewer, each) for each in (target, source)]
    context = frame(request, viewer, current="inbox") | {
        "number": number,
        "other": source if number == target else target,
        "source": source,
        "target": target,
        "both": both,
        "problem": problem,
        "back_url": _url(request, number),
        "here": request.GET.urlencode(),
    }
    return render(request, "desk/merge.html", context, status=DifferentPeople.status)


def _side(request: HttpRequest, viewer: Viewer, number: str) -> dict[str, Any]:
    found = one.find_number(viewer, number)
    looks.open_one(request, viewer, found.id)
    row = lists.row_of(found)
    values = one.answers_of(found).values
    return words.list_row(row, names(viewer), inquiry_url(number, "")) | {
        "address": values.get("email", ""), "phone": values.get("phone", ""), "at": row.received_at,
    }  # fmt: skip


@desk_view
@require_POST
@verb
def part(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """元に戻す: `number` is the one that was merged."""
    found = one.find_number(viewer, number)
    unmerge(viewer=viewer, inquiry_id=found.id)
    messages.info(request, f"統合を取り消し、{number} を元に戻しました。")
    return _back(request, number)


@desk_view
@require_POST
@verb
def unlink(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    other = _other(request, viewer, number)
    if other is not None:
        here, there = one.find_number(viewer, number), one.find_number(viewer, other)
        unrelate(viewer=viewer, inquiry_id=here.id, other_id=there.id)
        messages.info(request, f"{other} との関連を外しました。")
    return _back(request, number)


@desk_view
@require_POST
@verb
def split_off(request: HttpRequest, viewer: Viewer, number: str, entry_id: UUID) -> HttpResponse:
    here = one.find_number(viewer, number)
    made = split(viewer=viewer, entry_id=entry_id)
    if made.fresh:
        step = {"kind": "split", "id": str(made.id), "other": str(here.id)}
        text = f"別件 {made.receipt_number} に分けました。"
        undoing.remember(request, text, [step], _url(request, number))
    return _back(request, made.receipt_number)


def _url(request: HttpRequest, number: str) -> str:
    return inquiry_url(number, request.GET.get("from", ""))


def _back(request: HttpRequest, number: str) -> HttpResponse:
    return HttpResponseRedirect(_url(request, number))
