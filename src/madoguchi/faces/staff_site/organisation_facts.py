"""会社の情報: the facts that policy, notices and mails name, where each stands, and how they were before.

A change is a draft like any other: it is approved, and becomes a version of the policy and of every notice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.faces.staff_site import words
from madoguchi.faces.staff_site.facts_named import named
from madoguchi.faces.staff_site.facts_read import FIELDS, read_facts
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.policy_text import read_seen
from madoguchi.faces.staff_site.speaking import check_speaks, told
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.organisation.queries import Viewer, entity_facts, facts_history, names
from madoguchi.rooms.policy.actions.draft import begin_draft, change_draft, drop_draft
from madoguchi.rooms.policy.errors import ChangedMeanwhile
from madoguchi.rooms.policy.queries.drafts import open_drafts, sheet
from madoguchi.rooms.policy.queries.versions import in_force
from madoguchi.rooms.policy.rules import Document

if TYPE_CHECKING:
    from madoguchi.rooms.policy.models import Draft

LABELS = {field.name: field.label for field in FIELDS}


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    check_speaks(viewer)
    draft = _open(viewer)
    if request.method != "POST":
        return _page(request, viewer, draft, _proposed(viewer, draft))
    read = read_facts(request.POST)
    if read.errors:
        return _page(request, viewer, draft, read.typed, errors=read.errors, status=422)
    try:
        kept = _save(viewer, draft, request.POST, read.values)
    except Refusal as refusal:
        problem, status = told(request, viewer, refusal)
        return _page(request, viewer, _open(viewer), read.typed, problem=problem, status=status)
    if kept is None:
        messages.info(request, "変わるところはありませんでした。")
        return HttpResponseRedirect(reverse("desk_organisation"))
    messages.info(request, "下書きにしました。承認を受けると、公表している文面が改まります。")
    return HttpResponseRedirect(reverse("policy_draft", args=[kept]))


def _open(viewer: Viewer) -> "Draft | None":
    return next((each for each in open_drafts(viewer.entity_id) if each.kind == "facts"), None)


def _proposed(viewer: Viewer, draft: "Draft | None") -> dict[str, str]:
    return entity_facts(viewer.entity_id) | (draft.facts if draft else {})


@action
def _save(
    viewer: Viewer, draft: "Draft | None", given: Mapping[str, str], values: Mapping[str, str]
) -> UUID | None:
    """The draft's id; None when everything is as it is today, and then no draft is left open.

    A form that was made of older facts would turn the newer ones back.
    """
    if given.get("version") != str(_version(viewer)):
        raise ChangedMeanwhile(
            "ご覧になったあとに、会社の情報が新しくなりました。いまの内容と見比べて、もう一度保存してください。"
        )
    today = entity_facts(viewer.entity_id)
    facts = {name: value for name, value in values.items() if value != today[name]}
    if draft is None:
        return _begin(viewer, facts) if facts else None
    changed = change_draft(
        entity_id=viewer.entity_id,
        draft_id=draft.id,
        seen=read_seen(given.get("seen", "")),
        by=viewer.ref,
        facts=facts,
    )
    if not facts:
        drop_draft(entity_id=viewer.entity_id, draft_id=draft.id, by=viewer.ref)
        return None
    sheet(changed)
    return changed.id


def _version(viewer: Viewer) -> int:
    return facts_history(viewer.entity_id)[0].number


def _begin(viewer: Viewer, facts: Mapping[str, str]) -> UUID:
    current = in_force(viewer.entity_id)
    draft = begin_draft(
        entity_id=viewer.entity_id, kind="facts", document=Document.from_json(current.document), facts=facts,
        enacted_on=current.enacted_on, by=viewer.ref,
    )  # fmt: skip
    sheet(draft)
    return draft.id


# -- the page -------------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    viewer: Viewer,
    draft: "Draft | None",
    values: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    wrong, places = errors or {}, named(viewer.entity_id)
    context = frame(request, viewer, current="policy") | {
        "tab": "organisation",
        "draft_url": reverse("policy_draft", args=[draft.id]) if draft else "",
        "asked": draft is not None and draft.asked_at is not None,
        "seen": draft.edited_at.isoformat() if draft else "",
        "version": _version(viewer),
        "fields": [
            field.box(values[field.name], wrong.get(field.name, ""), places.get(field.name, ()))
            for field in FIELDS
        ],
        "errors": [{"name": name, "label": LABELS[name], "message": text} for name, text in wrong.items()],
        "problem": problem,
        "stale": list(_differing(values, _proposed(viewer, draft))) if problem else [],
        "history": list(_history(viewer)),
    }
    return render(request, "desk/policy/organisation.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Changed:
    label: str
    before: str
    after: str


def changed_facts(entity_id: UUID, facts: Mapping[str, str]) -> list[Changed]:
    """What a draft changes, beside how it is today."""
    return list(_differing(entity_facts(entity_id), facts)) if facts else []


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Changed]:
    for name, label in LABELS.items():
        if name in after and after[name] != before.get(name, ""):
            yield Changed(label, before.get(name, ""), after[name])


def _history(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """Newest first; each says what it changed."""
    versions, staff = facts_history(viewer.entity_id), names(viewer)
    for version, before in zip(versions, [*versions[1:], None], strict=True):
        yield {
            "number": version.number,
            "since": version.since,
            "by": _by(version.by_kind, version.by_id, staff),
            "changed": list(_differing(before.facts, version.facts)) if before else [],
        }


def _by(kind: str, id: UUID, staff: Mapping[UUID, str]) -> str:
    return f"{words.by_whom(Ref(kind, id), staff)}さん" if kind == "staff" else "窓口を用意したとき"
