"""取り込み: upload, say which column is what, try, take in; each step on a page of its own."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.forms.queries import OpenForm, form_by_id, open_forms
from madoguchi.rooms.inquiries.actions.imports import begin_import, drop_import, start_import, try_import
from madoguchi.rooms.inquiries.errors import NoSuchImport, UnfitImport
from madoguchi.rooms.inquiries.queries import importing
from madoguchi.rooms.inquiries.queries.imports import beginning_of, find_import, imports_of
from madoguchi.rooms.organisation import rules
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.queries import read_attachment

if TYPE_CHECKING:
    from madoguchi.rooms.inquiries.models import Import

LARGEST = 8 * 1024 * 1024  # bytes of an upload; `madoguchi import` takes any size
_STEPS = {"trying": "試しています", "taking": "取り込んでいます"}


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    rules.check_administers(viewer.role)
    if request.method != "POST":
        return _front(request, viewer)
    try:
        made = begin_import(
            viewer=viewer,
            form=_form(request, viewer),
            source=request.POST.get("source", ""),
            content=_content(request),
        )
    except UnfitImport as refusal:
        return _front(request, viewer, problem=refusal.message, status=refusal.status)
    return HttpResponseRedirect(reverse("import", args=[made]))


def _form(request: HttpRequest, viewer: Viewer) -> OpenForm:
    forms = {str(form.id): form for form in open_forms(viewer.entity_id)}
    chosen = forms.get(request.POST.get("form", "")) or next(iter(forms.values()), None)
    if chosen is None:
        raise UnfitImport
    return chosen


def _content(request: HttpRequest) -> list[bytes]:
    given = request.FILES.get("file")
    if given is None:
        raise UnfitImport(
            f"ファイルをお選びください。画面から取り込めるのは、{LARGEST // 1024 // 1024}MBまでです。大きいファイルは、`madoguchi import` で取り込めます。"
        )
    return list(given.chunks())


def _front(request: HttpRequest, viewer: Viewer, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = frame(request, viewer, current="set_up") | {
        "tab": "imports",
        "problem": problem,
        "sources": [
            {"value": code, "label": label, "on": code == request.POST.get("source")}
            for code, label in importing.SOURCES.items()
        ],
        "forms": [
            {"value": form.id, "label": form.definition.title} for form in open_forms(viewer.entity_id)
        ],
        "before": [_line(each) for each in imports_of(viewer)],
        "largest": LARGEST // 1024 // 1024,
    }
    return render(request, "desk/imports.html", context, status=status)


def _line(found: "Import") -> dict[str, Any]:
    return {
        "url": reverse("import", args=[found.id]) if found.upload_id else "",
        "source": importing.SOURCES.get(found.source, found.source),
        "at": found.asked_at,
        "state": found.get_state_display(),
        "counts": found,
        "counted": found.state in ("tried", "taking", "taken"),
    }


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, viewer: Viewer, import_id: UUID) -> HttpResponse:
    rules.check_administers(viewer.role)
    if request.method != "POST":
        return _page(request, viewer, find_import(viewer, import_id))
    try:
        return _go(request, viewer, import_id)
    except UnfitImport as refusal:
        return _page(request, viewer, find_import(viewer, import_id), problem=refusal)


def _go(request: HttpRequest, viewer: Viewer, import_id: UUID) -> HttpResponse:
    here = HttpResponseRedirect(reverse("import", args=[import_id]))
    match request.POST.get("go"):
        case "start":
            start_import(viewer=viewer, import_id=import_id)
        case "drop":
            drop_import(viewer=viewer, import_id=import_id)
            messages.info(request, "ファイルを片付けました。取り込んだお問い合わせは、そのままです。")
            return HttpResponseRedirect(reverse("imports"))
        case _:
            try_import(viewer=viewer, import_id=import_id, mapping=_mapping(request))
    return here


def _mapping(request: HttpRequest) -> dict[str, int]:
    given = {
        name.removeprefix("map-"): value for name, value in request.POST.items() if name.startswith("map-")
    }
    return {name: int(str(value)) for name, value in given.items() if str(value).isdecimal()}


def _page(
    request: HttpRequest, viewer: Viewer, found: "Import", *, problem: Refusal | None = None
) -> HttpResponse:
    if found.upload_id is None:
        raise NoSuchImport
    headings, some = beginning_of(found)
    targets = _targets(found)
    mapping = _mapping(request) if problem else found.mapping
    meant = {place: targets[name] for name, place in mapping.items() if name in targets}
    context = frame(request, viewer, current="set_up") | {
        "tab": "imports",
        "import": found,
        "source": importing.SOURCES.get(found.source, found.source),
        "charset": importing.CHARSETS[found.charset],
        "problem": problem.message if problem else "",
        "targets": [
            {"name": name, "label": label, "place": mapping.get(name), "must": name in ("received", "body")}
            for name, label in targets.items()
        ],
        "headings": [
            {"place": place, "label": label or f"{place + 1}列め"} for place, label in enumerate(headings)
        ],
        "head": [{"label": label, "meant": meant.get(place, "")} for place, label in enumerate(headings)],
        "some": [[cell[:80] for cell in row] for row in some],
        "under_way": _STEPS.get(found.state, ""),
        "percent": min(100, 100 * found.at_row // found.total) if found.total else 100,
    }
    return render(request, "desk/import.html", context, status=problem.status if problem else 200)


def _targets(found: "Import") -> dict[str, str]:
    questions = {spec.key: spec.label for spec in form_by_id(found.form_id).definition.fields}
    return {**importing.FACTS, **questions}


@desk_view
@require_safe
def faults(request: HttpRequest, viewer: Viewer, import_id: UUID) -> HttpResponseBase:
    """The rows that were not taken in, with the reason of each."""
    rules.check_administers(viewer.role)
    found = find_import(viewer, import_id)
    if found.faults_id is None:
        raise NoSuchImport
    response = StreamingHttpResponse(read_attachment(found.faults_id), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="import-faults.csv"'
    response["Cache-Control"] = "no-store"
    return response
