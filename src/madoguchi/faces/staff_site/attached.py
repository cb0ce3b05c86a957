"""Attached files on the desk: their lines, the download, and what only the officer does with one.

A file is served as nothing in particular, to be saved; only a picture that we drew anew ourselves is shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.text import without_unstorable
from madoguchi.foundation.ui.headers import as_download
from madoguchi.rooms.inquiries.actions.attach import attach
from madoguchi.rooms.inquiries.actions.enclose import AS_IT_IS, Offered
from madoguchi.rooms.inquiries.actions.files import delete_file, open_file, take_off
from madoguchi.rooms.inquiries.actions.write_draft import save_draft
from madoguchi.rooms.inquiries.errors import OfficerDeletesFiles
from madoguchi.rooms.inquiries.queries import one
from madoguchi.rooms.inquiries.queries.enclosures import (
    REASONS,
    Enclosed,
    enclosed_in,
    find_enclosed,
    of_draft,
    of_proposal,
)
from madoguchi.rooms.organisation.queries import Viewer


def lines(viewer: Viewer, number: str, files: Sequence[Enclosed]) -> list[dict[str, Any]]:
    """Context of elements/files.html."""
    return [_line(viewer, number, each) for each in files]


def _line(viewer: Viewer, number: str, file: Enclosed) -> dict[str, Any]:
    url, officer = reverse("attached", args=[number, file.id]), viewer.role == "officer"
    return {
        "id": file.id,
        "name": file.name,
        "said": file.said,
        "size": file.size,
        "gone": file.gone,
        "careful": file.careful,
        "mismatched": file.mismatched,
        "infected": file.state == "infected",
        "unscanned": bool(settings.CLAMD_URL) and file.state == "unscanned",
        "url": url,
        "show_url": f"{url}?show=1" if file.picture and file.state != "infected" else "",
        "manage_url": reverse("attached_manage", args=[number, file.id]) if officer else "",
    }


def by_entry(
    viewer: Viewer, number: str, inquiries: Sequence[UUID], *, covered: bool
) -> Mapping[UUID | None, list[dict[str, Any]]]:
    """The lines of each message and reply, and of the submission under None; none while the text is covered, since
    a name may say as much."""
    if covered:
        return {}
    return {entry: lines(viewer, number, files) for entry, files in enclosed_in(inquiries).items()}


def on_draft(viewer: Viewer, number: str, inquiry_id: UUID) -> dict[str, Any]:
    """Context of desk/attach.html: what is attached to the reply that the viewer is writing."""
    files = lines(viewer, number, of_draft(inquiry_id, viewer.ref.id))
    off = reverse("take_off", args=[number])
    return {
        "files": [each | {"off_url": off, "manage_url": ""} for each in files],
        "url": reverse("attach", args=[number]),
    }


def on_proposal(viewer: Viewer, number: str, proposal_id: UUID) -> list[dict[str, Any]]:
    """What goes along with a reply that waits for approval, or is approved."""
    return lines(viewer, number, of_proposal(proposal_id))


@desk_view
@require_safe
def attached(request: HttpRequest, viewer: Viewer, number: str, file_id: UUID) -> HttpResponseBase:
    found = one.find_number(viewer, number)
    file, content = open_file(viewer=viewer, inquiry_id=found.id, file_id=file_id)
    if file.state == "infected":
        return HttpResponseRedirect(reverse("attached_manage", args=[number, file_id]))
    return _sent(file, content, shown="show" in request.GET)


def _sent(file: Enclosed, content: Iterator[bytes], *, shown: bool) -> HttpResponseBase:
    """Piece by piece. Whatever it claims to be, a browser is told to save it and to run nothing of it."""
    inline = shown and file.picture
    response = StreamingHttpResponse(content, content_type=file.media_type if inline else AS_IT_IS)
    response.headers["Content-Disposition"] = (
        content_disposition_header(not inline, file.name) or "attachment"
    )
    response.headers["Content-Length"] = str(file.size)
    return as_download(response)


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, viewer: Viewer, number: str, file_id: UUID) -> HttpResponseBase:
    """For the officer: take it out for good, with a reason; or save what may be a virus, knowing it."""
    if viewer.role != "officer":
        raise OfficerDeletesFiles
    found = one.find_number(viewer, number)
    problem = ""
    if request.method == "POST":
        try:
            return _managed(request, viewer, number, found.id, file_id)
        except Refusal as refused:
            problem = refused.message
    file = find_enclosed([found.id], file_id)
    context = frame(request, viewer, current="inbox") | {
        "number": number,
        "file": _line(viewer, number, file) | {"manage_url": ""},
        "reasons": list(REASONS.items()),
        "problem": problem,
        "back_url": inquiry_url(number, request.GET.get("from", "")),
        "here": request.GET.urlencode(),
    }
    return render(request, "desk/file.html", context, status=422 if problem else 200)


def _managed(
    request: HttpRequest, viewer: Viewer, number: str, inquiry_id: UUID, file_id: UUID
) -> HttpResponseBase:
    if request.POST.get("go") == "take":
        return _sent(*open_file(viewer=viewer, inquiry_id=inquiry_id, file_id=file_id), shown=False)
    reason = request.POST.get("reason", "")
    delete_file(viewer=viewer, inquiry_id=inquiry_id, file_id=file_id, reason=reason)
    messages.info(request, "添付ファイルを削除しました。")
    return HttpResponseRedirect(inquiry_url(number, request.GET.get("from", "")))


@desk_view
@require_POST
def attach_files(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """To the reply being written: the button stands in its form, and brings along what was typed."""
    found = one.find_number(viewer, number)
    _keep_text(request, viewer, found.id)
    sent = [Offered(each.name or "", each.read()) for each in request.FILES.getlist("files")]
    try:
        attach(viewer=viewer, inquiry_id=found.id, files=sent)
    except Refusal as refused:
        messages.error(request, refused.message)
    return _to_composer(request, number)


@desk_view
@require_POST
def take_off_file(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    found = one.find_number(viewer, number)
    _keep_text(request, viewer, found.id)
    try:
        take_off(viewer=viewer, inquiry_id=found.id, file_id=_named(request))
    except Refusal as refused:
        messages.error(request, refused.message)
    return _to_composer(request, number)


def _keep_text(request: HttpRequest, viewer: Viewer, inquiry_id: UUID) -> None:
    """The buttons stand in the composer's form: nothing typed may be lost by them."""
    text = without_unstorable(request.POST.get("text", "").replace("\r\n", "\n"))
    if text.strip():
        on_page = bool(request.POST.get("on_page"))
        save_draft(
            viewer=viewer, inquiry_id=inquiry_id, text=text, on_page=on_page, seen_until=_seen_until(request)
        )


def _seen_until(request: HttpRequest) -> datetime | None:
    try:
        return datetime.fromisoformat(request.POST.get("seen_until", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _named(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("file", ""))
    except ValueError:
        return UUID(int=0)


def _to_composer(request: HttpRequest, number: str) -> HttpResponse:
    query = urlencode({"from": request.GET.get("from", ""), "write": "reply"})
    return HttpResponseRedirect(f"{reverse('inquiry', args=[number])}?{query}#composer")
