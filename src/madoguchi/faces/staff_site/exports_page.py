"""書き出し: asked for with a purpose, made meanwhile, fetched within seven days."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.foundation.lib import clock
from madoguchi.rooms.inquiries.actions.export import ask_export, end_export, fetch
from madoguchi.rooms.inquiries.errors import ExportOutdated, ExportStopped, NoSuchExport, UnfitExport
from madoguchi.rooms.inquiries.queries import exporting
from madoguchi.rooms.inquiries.queries.exporting import FORMATS, PURPOSES, RECIPIENTS, STATES, Wanted
from madoguchi.rooms.inquiries.queries.exports import columns_of, exports_of
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.queries import read_attachment

if TYPE_CHECKING:
    from madoguchi.rooms.inquiries.models import Export


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    exporting.check_may_export(viewer.role)
    if request.method != "POST":
        return _page(request, viewer)
    try:
        ask_export(viewer=viewer, wanted=_wanted(request.POST))
    except UnfitExport as refusal:
        return _page(request, viewer, problem=refusal.message, status=refusal.status)
    messages.info(request, "書き出しを始めました。できあがると、下の一覧から受け取れます。")
    return HttpResponseRedirect(reverse("exports"))


def _wanted(data: QueryDict) -> Wanted:
    first, last = (_date(data.get(name, "")) for name in ("first", "last"))
    if first is None or last is None:
        raise UnfitExport
    return Wanted(
        purpose=data.get("purpose", ""), recipient=data.get("recipient", ""), format=data.get("format", ""),
        first=first, last=last, columns=tuple(data.getlist("columns")), state=data.get("state", "all"),
        sales="sales" in data, junk="junk" in data,
    )  # fmt: skip


def _date(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _page(request: HttpRequest, viewer: Viewer, *, problem: str = "", status: int = 200) -> HttpResponse:
    given, today = request.POST, clock.today()
    chosen = given.getlist("columns") if request.method == "POST" else list(columns_of())
    context = frame(request, viewer, current="reports") | {
        "tab": "exports",
        "problem": problem,
        "purposes": _options(PURPOSES, given.get("purpose", "")),
        "recipients": _options(RECIPIENTS, given.get("recipient", "")),
        "states": _options(STATES, given.get("state", "all")),
        "formats": _options(
            {code: each.label for code, each in FORMATS.items()}, given.get("format", "xlsx")
        ),
        "columns": [
            {"code": code, "label": label, "on": code in chosen} for code, label in columns_of().items()
        ],
        "first": given.get("first", f"{today - timedelta(days=90)}"),
        "last": given.get("last", f"{today}"),
        "sales": "sales" in given,
        "junk": "junk" in given,
        "made": [_shown(each, viewer) for each in exports_of(viewer)],
        "officer": viewer.role == "officer",
        "days": exporting.KEPT.days,
    }
    return render(request, "desk/exports.html", context, status=status)


def _options(words: Any, chosen: str) -> list[dict[str, Any]]:
    return [{"value": code, "label": label, "on": code == chosen} for code, label in words.items()]


def _shown(export: "Export", viewer: Viewer) -> dict[str, Any]:
    asked = export.conditions
    first, last = (date.fromisoformat(asked[name]) for name in ("first", "last"))
    over = export.gone_at is not None or (export.until is not None and export.until <= clock.now())
    return {
        "id": export.id,
        "at": export.asked_at,
        "who": export.asked_by.name,
        "span": (first, last),
        "purpose": PURPOSES.get(export.purpose, ""),
        "recipient": RECIPIENTS.get(export.recipient, ""),
        "format": FORMATS[export.format].label,
        "rows": export.rows,
        "total": export.total,
        "percent": min(100, 100 * export.rows // export.total) if export.total else 100,
        "ready": export.ready_at is not None and not over,
        "over": over,
        "until": export.until,
        "for_erasure": export.gone_for == "erasure",
        "for_stop": export.gone_for == "stop",
        "stopped": asked.get("stopped", 0),
        "lost": export.lost,
    }


@desk_view
@require_POST
def fetch_export(request: HttpRequest, viewer: Viewer, export_id: UUID) -> HttpResponseBase:
    """By POST: a link that is followed by itself takes nothing out."""
    try:
        export = fetch(viewer=viewer, export_id=export_id)
    except ExportOutdated:
        end_export(export_id, "erasure")
        raise
    except ExportStopped:
        end_export(export_id, "stop")
        raise
    if export.attachment_id is None:
        raise NoSuchExport
    first, last = (date.fromisoformat(export.conditions[name]) for name in ("first", "last"))
    response = StreamingHttpResponse(
        read_attachment(export.attachment_id), content_type=FORMATS[export.format].media_type
    )
    name = exporting.filename(export.format, first, last)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
