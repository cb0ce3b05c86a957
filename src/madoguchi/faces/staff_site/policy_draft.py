"""One draft: what is to be done before it becomes a version, who approves it, and the words between the two."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.faces.staff_site import policy_approval, policy_words
from madoguchi.faces.staff_site.errors import WrongValue
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.organisation_facts import changed_facts
from madoguchi.faces.staff_site.policy import read_past_day
from madoguchi.faces.staff_site.policy_bindings import about
from madoguchi.faces.staff_site.policy_text import read_seen
from madoguchi.faces.staff_site.speaking import check_speaks, told
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.merging import merge
from madoguchi.rooms.consent.queries import notice_in_force
from madoguchi.rooms.forms.queries import open_forms
from madoguchi.rooms.organisation.queries import Viewer, names
from madoguchi.rooms.policy.actions.store_version import start_of
from madoguchi.rooms.policy.queries.drafts import Sheet, draft_of, facts_for, sheet
from madoguchi.rooms.policy.queries.versions import list_versions
from madoguchi.rooms.policy.rules import Document, publishing
from madoguchi.rooms.policy.rules.comparing import AROUND, CLOSING
from madoguchi.rooms.policy.rules.linting import Around, Finding, lint
from madoguchi.rooms.policy.rules.publishing import CLASSES, ChangeClass, Classed

if TYPE_CHECKING:
    from madoguchi.rooms.policy.models import Draft

Typed = Mapping[str, str]


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, viewer: Viewer, draft_id: UUID) -> HttpResponse:
    check_speaks(viewer)
    found = draft_of(viewer.entity_id, draft_id)
    if request.method != "POST":
        return _page(request, viewer, found)
    try:
        return _done(request, viewer, found)
    except Refusal as refusal:
        problem, status = told(request, viewer, refusal)
        found = draft_of(viewer.entity_id, draft_id)
        return _page(request, viewer, found, typed=request.POST.dict(), problem=problem, status=status)


def _done(request: HttpRequest, viewer: Viewer, found: "Draft") -> HttpResponse:
    """One of the verbs that the page offers."""
    here, verb = reverse("policy_draft", args=[found.id]), request.POST.get("go", "")
    if verb in ("save", "ask"):
        seen = read_seen(request.POST.get("seen", ""))
        policy_approval.prepare(viewer, found.id, seen, read_form(request, found), ask=verb == "ask")
        messages.info(request, "承認を依頼しました。" if verb == "ask" else "保存しました。")
        return HttpResponseRedirect(here)
    if verb == "attest" and (dates := _unsaved(request, found)):
        policy_approval.prepare(viewer, found.id, read_seen(request.POST.get("seen", "")), dates, ask=False)
        messages.info(request, "日付を保存しました。もう一度お確かめのうえ、申告してください。")
        return HttpResponseRedirect(here)
    return policy_approval.decide(request, viewer, found, verb) or HttpResponseRedirect(here)


# -- what was chosen ------------------------------------------------------------------------------


def read_form(request: HttpRequest, found: "Draft") -> dict[str, Any]:
    """What the draft's own form sets, for `change_draft`."""
    given = request.POST
    if found.kind == "taken-over":
        published_on = read_past_day(given.get("published_on", ""), "公表した日")
        enacted_on = read_past_day(given.get("enacted_on", ""), "制定した日")
        return {"published_on": published_on, "enacted_on": enacted_on}
    chosen = {"changes": dict(_classes(given.dict(), sheet(found)))}
    return chosen if found.kind == "facts" else chosen | {"effective_from": _effective_from(given.dict())}


def _unsaved(request: HttpRequest, found: "Draft") -> dict[str, Any]:
    """Dates that stand in the form and not yet in what is stated."""
    dates = read_form(request, found)
    return {} if all(getattr(found, name) == day for name, day in dates.items()) else dates


def _classes(given: Typed, found: Sheet) -> Iterator[tuple[int, Classed]]:
    for number in found.changed:
        code = given.get(f"class-{number}", "")
        if code in CLASSES:
            yield number, Classed(ChangeClass(code), given.get(f"reason-{number}", "").strip())


def _effective_from(given: Typed) -> datetime | None:
    if given.get("when") != "day":
        return None
    try:
        day = date.fromisoformat(given.get("day", ""))
    except ValueError:
        raise WrongValue("施行日を選ぶか、「公表と同時に」にしてください。") from None
    effective = start_of(day)
    publishing.check_effective(effective, clock.now())
    return effective


# -- the page -------------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    viewer: Viewer,
    found: "Draft",
    *,
    typed: Typed | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    typed, staff = typed or {}, names(viewer)
    published = sheet(found)
    context = frame(request, viewer, current="policy") | {
        "draft": found,
        "row": policy_words.draft_row(found, staff),
        "open": found.closed_at is None,
        "seen": typed.get("seen", "") if problem and status != 409 else found.edited_at.isoformat(),
        "problem": problem,
        "document": published.document,
        "html": published.rendered.html,
        "current": published.current,
        "bound": list(_bound(published.document)),
        "findings": findings(viewer, published) if found.kind != "facts" else [],
        "changes": list(_changes(published, typed)),
        "same": sum(each.kind == "same" for each in published.changes if each.after not in AROUND),
        "when": _when(found, typed),
        "dates": _dates(found, typed),
        "facts": changed_facts(viewer.entity_id, found.facts),
        "approval": policy_approval.standing(viewer, found),
        "because": typed.get("because", ""),
        "reason": typed.get("reason", request.session.get("policy_reason", "")),
        "today": clock.today(),
    }
    return render(request, "desk/policy/draft.html", context, status=status)


def _bound(document: Document) -> Iterator[dict[str, Any]]:
    for clause in document.clauses:
        yield {"heading": clause.headed, "about": about(clause), "promises": len(clause.promises)}


def _changes(found: Sheet, typed: Typed) -> Iterator[dict[str, Any]]:
    """Every clause that differs, with what was said of it; nothing said is consent."""
    said, asked = found.said, {CLOSING}
    for change in found.changes:
        if change.kind == "same":
            continue
        number = change.after or change.before or 0
        before = said.get(number, Classed(ChangeClass.CONSENT, ""))
        yield {
            "number": number,
            "kind": change.kind,
            "heading": change.heading,
            "text": change.text,
            "first": number not in asked,
            "class": typed.get(f"class-{number}", before.clazz.value),
            "reason": typed.get(f"reason-{number}", before.reason),
            "said": number in said,
            "label": CLASSES[before.clazz],
            "classes": [
                {"code": code.value, "label": label, "means": policy_words.MEANS[code.value]}
                for code, label in CLASSES.items()
            ],
        }
        asked.add(number)


def _when(found: "Draft", typed: Typed) -> dict[str, str]:
    day = clock.local(found.effective_from).date().isoformat() if found.effective_from else ""
    return {"when": typed.get("when", "day" if day else "now"), "day": typed.get("day", day)}


def _dates(found: "Draft", typed: Typed) -> dict[str, str]:
    published = found.published_on.isoformat() if found.published_on else ""
    return {
        "published_on": typed.get("published_on", published),
        "enacted_on": typed.get("enacted_on", found.enacted_on.isoformat()),
    }


def findings(viewer: Viewer, found: Sheet) -> list[Finding]:
    """改善のご提案, beside the notices and versions that are here."""
    facts = facts_for(viewer.entity_id, found.draft.facts, found.document)
    texts = {each["number"]: each["text"] for each in found.rendered.clauses}
    read = replace(
        found.document,
        preamble=merge(found.document.preamble, facts),
        closing=merge(found.document.closing, facts),
        clauses=tuple(replace(each, text=texts[each.number]) for each in found.document.clauses),
    )
    notices = (notice_in_force(form.id).wording for form in open_forms(viewer.entity_id))
    beside = "\n".join(str(words) for wording in notices for words in wording.values())
    return lint(read, Around(notice=beside, versions=len(list_versions(viewer.entity_id)) + 1))
