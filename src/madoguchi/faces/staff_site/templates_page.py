"""返信のひな形: listed, written with the merge fields beside, looked at with an invented person, put in order."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.foundation.lib.text import clean_line, clean_text, without_unstorable
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.keep_templates import move_template, retire_template, write_template
from madoguchi.rooms.inquiries.errors import TemplatesOfOthers, UnfitTemplate
from madoguchi.rooms.inquiries.queries import checking
from madoguchi.rooms.inquiries.queries.desk_rules import find_template, templates
from madoguchi.rooms.organisation.queries import Viewer


@desk_view
@require_safe
def templates_page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    found = templates(viewer, retired=True)
    living = [each for each in found if each.retired_at is None]
    context = frame(request, viewer) | {
        "living": [{"id": each.id, "name": each.name, "line": _first_line(each.text)} for each in living],
        "retired": [{"id": each.id, "name": each.name} for each in found if each.retired_at is not None],
        "may_edit": rules.may_edit_templates(viewer.role),
        "may_set": rules.may_set_desk_rules(viewer.role),
        "back_url": reverse("inbox"),
    }
    return render(request, "desk/reply_templates.html", context)


def _first_line(text: str) -> str:
    """The first that is not a merge field alone."""
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and not (line.startswith("{{") and line.endswith("}}"))), "")


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, viewer: Viewer, template_id: UUID | None = None) -> HttpResponse:
    """One, new or known. 仕上がりを見る saves nothing."""
    if request.method != "POST":
        known = find_template(viewer, template_id) if template_id else None
        given = {"name": known.name if known else "", "text": known.text if known else ""}
        return _page(request, viewer, template_id, given)
    given = {
        "name": clean_line(without_unstorable(request.POST.get("name", ""))),
        "text": clean_text(without_unstorable(request.POST.get("text", ""))),
    }
    if request.POST.get("go") == "try":
        return _page(request, viewer, template_id, given, tried=True)
    try:
        write_template(viewer=viewer, name=given["name"], text=given["text"], template_id=template_id)
    except (UnfitTemplate, TemplatesOfOthers) as refusal:
        return _page(request, viewer, template_id, given, problem=refusal.message, status=refusal.status)
    messages.info(request, f"ひな形「{given['name']}」を保存しました。")
    return HttpResponseRedirect(reverse("reply_templates"))


def _page(
    request: HttpRequest,
    viewer: Viewer,
    template_id: UUID | None,
    given: Mapping[str, str],
    *,
    problem: str = "",
    tried: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = frame(request, viewer) | {
        "template_id": template_id,
        "given": given,
        "fields": _fields(viewer),
        "result": checking.on_sample(viewer, given["text"]) if given["text"] else "",
        "unknown": checking.unknown_fields(given["text"]),
        "tried": tried,
        "problem": problem,
        "may_edit": rules.may_edit_templates(viewer.role),
        "longest": rules.LONGEST_TEMPLATE_NAME,
    }
    return render(request, "desk/reply_template.html", context, status=status)


def _fields(viewer: Viewer) -> list[dict[str, Any]]:
    """What can be merged in, each with what it becomes for the invented person; what this company lacks is not offered."""
    tags = [f"{{{{{name}}}}}" for name in checking.FIELDS]
    merged = [(tag, checking.on_sample(viewer, tag)) for tag in tags]
    return [{"tag": tag, "example": example} for tag, example in merged if example != tag]


@desk_view
@require_POST
def move(request: HttpRequest, viewer: Viewer, template_id: UUID) -> HttpResponse:
    move_template(viewer=viewer, template_id=template_id, up=request.POST.get("go") == "up")
    return HttpResponseRedirect(reverse("reply_templates"))


@desk_view
@require_POST
def retire(request: HttpRequest, viewer: Viewer, template_id: UUID) -> HttpResponse:
    again = request.POST.get("go") == "again"
    retire_template(viewer=viewer, template_id=template_id, retired=not again)
    messages.info(request, "もう一度使えるようにしました。" if again else "使わないことにしました。")
    return HttpResponseRedirect(reverse("reply_templates"))
