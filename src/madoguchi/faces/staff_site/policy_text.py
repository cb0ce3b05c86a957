"""条文: the words of a draft, changed clause by clause or as one text. What was typed is never lost."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.policy_clauses import as_text, boxes, filled, read_form
from madoguchi.faces.staff_site.speaking import check_speaks, told
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.organisation.queries import Viewer, entity_facts
from madoguchi.rooms.organisation.rules import merge_facts
from madoguchi.rooms.policy.actions.draft import change_draft
from madoguchi.rooms.policy.errors import ChangedMeanwhile, NoDraft
from madoguchi.rooms.policy.queries.drafts import draft_of, sheet
from madoguchi.rooms.policy.rules import Document, publishing


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, viewer: Viewer, draft_id: UUID) -> HttpResponse:
    check_speaks(viewer)
    draft = draft_of(viewer.entity_id, draft_id)
    if draft.kind == "facts":
        raise NoDraft  # its text is whatever is in force
    if request.method != "POST":
        publishing.check_open(draft)  # of what is posted nothing is lost, even where it comes too late
    document = Document.from_json(draft.document)
    whole = "whole" in request.GET
    if request.method != "POST":
        return _page(request, viewer, draft_id, document, draft.edited_at, whole=whole)
    try:
        _save(viewer, draft_id, _seen(request), read_form(request.POST, document))
    except Refusal as refusal:
        problem, status = told(request, viewer, refusal)
        stale = document if isinstance(refusal, ChangedMeanwhile) else None
        seen = draft.edited_at if stale else _seen(request)
        return _page(
            request, viewer, draft_id, _as_typed(request.POST), seen, whole=whole, problem=problem,
            stale=stale, status=status,
        )  # fmt: skip
    messages.info(request, "条文を保存しました。")
    return HttpResponseRedirect(reverse("policy_draft", args=[draft_id]))


@action
def _save(viewer: Viewer, draft_id: UUID, seen: datetime, document: Document) -> None:
    changed = change_draft(
        entity_id=viewer.entity_id, draft_id=draft_id, seen=seen, by=viewer.ref, document=document
    )
    # A merge field that nobody can fill is refused here, before anything is kept.
    sheet(changed)


def _seen(request: HttpRequest) -> datetime:
    return read_seen(request.POST.get("seen", ""))


def read_seen(given: str) -> datetime:
    """Which state of a draft the page showed; anything unreadable is an old one."""
    try:
        return datetime.fromisoformat(given)
    except ValueError:
        raise ChangedMeanwhile from None


def _as_typed(given: QueryDict) -> dict[str, Any]:
    """What stood in the form, word for word, to be put back."""
    return {name: given.get(name, "") for name in given}


def _page(
    request: HttpRequest,
    viewer: Viewer,
    draft_id: UUID,
    content: Document | Mapping[str, str],
    seen: datetime | None,
    *,
    whole: bool,
    problem: str = "",
    stale: Document | None = None,
    status: int = 200,
) -> HttpResponse:
    stored = draft_of(viewer.entity_id, draft_id)
    typed = filled(content) if isinstance(content, Document) else content
    context = frame(request, viewer, current="policy") | {
        "draft_url": reverse("policy_draft", args=[draft_id]),
        "asked": stored.asked_at is not None,
        "seen": seen.isoformat() if seen else "",
        "whole": whole,
        "typed": typed,
        "clauses": list(boxes(typed)),
        "fields": merge_facts(entity_facts(viewer.entity_id)).items(),
        "problem": problem,
        "stale": as_text(stale) if stale else "",
    }
    return render(request, "desk/policy/text.html", context, status=status)
