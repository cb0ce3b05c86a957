"""お渡しするもの: made meanwhile, printed for the post, given again when fetching broke off; and who else is named in it."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.faces.staff_site import fields, looks
from madoguchi.faces.staff_site.fields import Wrong, summary
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import request_url
from madoguchi.faces.staff_site.request_panel import who
from madoguchi.faces.staff_site.request_verbs import wrong as refused
from madoguchi.faces.staff_site.selection import read_ids
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.text import without_unstorable
from madoguchi.foundation.ui.headers import as_download
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions.package import order_package, reissue, take_print
from madoguchi.rooms.rights.actions.redact import redact, unredact
from madoguchi.rooms.rights.errors import UnfitRedaction, UnknownForm
from madoguchi.rooms.rights.queries.one import Whole, whole
from madoguchi.rooms.rights.queries.package import Content
from madoguchi.rooms.rights.queries.requests import find
from madoguchi.rooms.rights.queries.third_persons import third_persons
from madoguchi.rooms.rights.rules import complaints, packages
from madoguchi.rooms.rights.rules import requests as rules
from madoguchi.rooms.vault.queries import read_attachment

_KINDS = {"email": "メールアドレス", "phone": "電話番号", "name": "お名前"}
_LABELS = {"words": "伏せる言葉", "ground": "伏せる根拠"}
_USUAL = "harms-rights"


@desk_view
@require_POST
def order(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    complaints.check_reader(viewer.role)
    found = find(viewer, number)
    try:
        order_package(viewer=viewer, request_id=found.id, form=http.POST.get("form", ""))
    except Refusal as refusal:
        return refused(http, viewer, number, refusal, "form" if isinstance(refusal, UnknownForm) else "")
    messages.info(http, "お渡しするファイルを作り始めました。")
    return HttpResponseRedirect(request_url(number))


@desk_view
@require_POST
def again(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    complaints.check_reader(viewer.role)
    found = find(viewer, number)
    try:
        reissue(viewer=viewer, request_id=found.id)
    except Refusal as refusal:
        return refused(http, viewer, number, refusal)
    messages.info(http, "新しいリンクを用意しました。お知らせの手紙を、もう一度お送りください。")
    return HttpResponseRedirect(request_url(number))


@desk_view
@require_POST
def print_pack(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponseBase:
    """By POST, and recorded each time: what was taken out may be read elsewhere."""
    complaints.check_reader(viewer.role)
    found = find(viewer, number)
    try:
        handed = take_print(viewer=viewer, request_id=found.id)
    except Refusal as refusal:
        return refused(http, viewer, number, refusal)
    response = StreamingHttpResponse(read_attachment(handed.attachment), content_type=handed.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{handed.name}"'
    response.headers["Cache-Control"] = "no-store"
    return as_download(response)


# -- who else is named --------------------------------------------------------------------------------


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def others(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """What is found is a help; what is blacked out is decided by a person (T-C8-7)."""
    complaints.check_reader(viewer.role)
    found = find(viewer, number)
    complaints.check_handler(viewer.role, own=found.owner_id == viewer.ref.id)
    looks.open_request(http, viewer, found.id)
    if http.method != "POST":
        return _page(http, viewer, whole(viewer, found))
    words = [*http.POST.getlist("found"), *http.POST.get("words", "").replace("\r\n", "\n").split("\n")]
    chosen = list(dict.fromkeys(said for each in words if (said := without_unstorable(each).strip())))
    held = read_ids(http.POST.getlist("held"))
    try:
        _redact(viewer, found.id, http.POST.get("ground", ""), chosen, held)
    except UnfitRedaction as unfit:
        known = http.POST.get("ground", "") in packages.HOLDING_BACK
        return _page(
            http,
            viewer,
            whole(viewer, found),
            {"words" if known else "ground": unfit.message},
            status=unfit.status,
        )
    messages.info(http, f"{len(chosen) + len(held)} か所を伏せることにしました。")
    return HttpResponseRedirect(reverse("request_others", args=[number]))


def _redact(viewer: Viewer, id: UUID, ground: str, words: list[str], held: list[UUID]) -> None:
    """All are looked at before the first is noted."""
    if not words and not held:
        raise UnfitRedaction
    for each in words:
        packages.check_redaction(each, None, ground)
    for said in words:
        redact(viewer=viewer, request_id=id, ground=ground, words=said)
    for attachment in held:
        redact(viewer=viewer, request_id=id, ground=ground, attachment=attachment)


@desk_view
@require_POST
def show_again(http: HttpRequest, viewer: Viewer, number: str, redaction_id: UUID) -> HttpResponse:
    complaints.check_reader(viewer.role)
    found = find(viewer, number)
    unredact(viewer=viewer, request_id=found.id, redaction_id=redaction_id)
    messages.info(http, "伏せるのをやめました。")
    return HttpResponseRedirect(reverse("request_others", args=[number]))


def _page(
    http: HttpRequest, viewer: Viewer, told: Whole, wrong: Wrong | None = None, *, status: int = 200
) -> HttpResponse:
    errors, number = wrong or {}, told.request.number
    grounds = {code: rules.GROUNDS[code].label for code in packages.HOLDING_BACK}
    files = dict(_files(told))
    blackened = {each.attachment for each in told.redactions if each.attachment}
    context = frame(http, viewer, current="privacy") | {
        "number": number,
        "who": who(told.row),
        "found": list(_found(http, told)),
        "files": [
            {"id": id, "name": name, "on": str(id) in http.POST.getlist("held")}
            for id, name in files.items()
            if id not in blackened
        ],
        "redactions": list(_redactions(told, files)),
        "ground": fields.choice(http, "ground", _LABELS["ground"], grounds, errors, value=_USUAL),
        "words": fields.paragraph(
            http, "words", _LABELS["words"], errors, required=False,
            hint="見つからなかった言葉を、一行に一つ、本文にあるとおりにお書きください。",
        ),
        "may": told.request.state in ("investigating", "decided"),
        "errors": summary(_LABELS, errors),
        "back_url": request_url(number),
    }  # fmt: skip
    return render(http, "desk/request_others.html", context, status=status)


def _found(http: HttpRequest, told: Whole) -> Iterator[dict[str, Any]]:
    done, ticked = {each.words for each in told.redactions}, http.POST.getlist("found")
    for each in third_persons(told.request):
        if each.words not in done:
            yield {
                "words": each.words, "kind": _KINDS.get(each.kind, ""), "count": each.count,
                "numbers": each.numbers, "on": each.words in ticked,
            }  # fmt: skip


def _files(told: Whole) -> Iterator[tuple[UUID, str]]:
    for attached, _ in Content(told.request).attached:
        yield attached.id, attached.name


def _redactions(told: Whole, files: Mapping[UUID, str]) -> Iterator[dict[str, Any]]:
    for each in told.redactions:
        words = each.words or (files.get(each.attachment, "添付ファイル") if each.attachment else "")
        yield {
            "id": each.id, "words": words, "ground": rules.GROUNDS[each.ground].label,
            "file": each.attachment is not None,
        }  # fmt: skip
