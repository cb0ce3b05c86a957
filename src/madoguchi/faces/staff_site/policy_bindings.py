"""結び付き: every clause on one screen, with the promises that keep it and the figures it names, to be confirmed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.faces.staff_site.errors import WrongValue
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.policy_text import read_seen
from madoguchi.faces.staff_site.policy_words import PURPOSES, ROWS
from madoguchi.faces.staff_site.speaking import check_speaks, told
from madoguchi.foundation.lib.contact import narrow
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.text import clean_line
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.policy.actions.draft import confirm_bindings
from madoguchi.rooms.policy.errors import NoDraft
from madoguchi.rooms.policy.queries.drafts import draft_of, sheet
from madoguchi.rooms.policy.rules import Clause, Document, publishing
from madoguchi.rooms.policy.rules.binding import items, propose
from madoguchi.rooms.policy.rules.topics import LABELS, Topic
from madoguchi.rooms.promises.catalogue import CATALOGUE

_LONGEST_RANGE = 300


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def bindings(request: HttpRequest, viewer: Viewer, draft_id: UUID) -> HttpResponse:
    check_speaks(viewer)
    draft = draft_of(viewer.entity_id, draft_id)
    if draft.kind == "facts":
        raise NoDraft  # its text is whatever is in force
    if request.method != "POST":
        publishing.check_open(draft)  # of what is posted nothing is lost, even where it comes too late
    document = Document.from_json(draft.document)
    if request.method != "POST":
        return _page(request, viewer, draft_id, document)
    try:
        document = read_form(request.POST, document)
        _confirm(viewer, draft_id, request.POST.get("seen", ""), document)
    except Refusal as refusal:
        problem, status = told(request, viewer, refusal)
        return _page(request, viewer, draft_id, document, problem=problem, status=status)
    messages.info(request, "結び付きを確かめました。")
    return HttpResponseRedirect(reverse("policy_draft", args=[draft_id]))


@action
def _confirm(viewer: Viewer, draft_id: UUID, seen: str, document: Document) -> None:
    confirmed = confirm_bindings(
        entity_id=viewer.entity_id, draft_id=draft_id, seen=read_seen(seen), by=viewer.ref, document=document
    )
    # A fee that the text names by {{fee}} may not be taken away.
    sheet(confirmed)


# -- from the form to a document ------------------------------------------------------------------


def read_form(given: QueryDict, document: Document) -> Document:
    return replace(document, clauses=tuple(_bound(given, each) for each in document.clauses))


def _bound(given: QueryDict, clause: Clause) -> Clause:
    number, topic = clause.number, given.get(f"topic-{clause.number}", "")
    ticked = set(given.getlist(f"promise-{number}"))
    known = dict.fromkeys([*clause.promises, *(each.id for each in CATALOGUE)])
    promises = tuple(id for id in known if id in ticked)
    parameters = dict(clause.parameters)
    parameters.pop("topic", None)
    if topic in LABELS:
        parameters["topic"] = Topic(topic).value
    _put(parameters, "fee_yen", _fee(given, number))
    _put(parameters, "range", clean_line(given.get(f"range-{number}", ""))[:_LONGEST_RANGE])
    if "uses" in parameters or _asks_uses(clause):
        parameters["uses"] = _chosen(given, "use", number, PURPOSES)
    announces = _chosen(given, "row", number, ROWS) if _asks_rows(clause) else clause.announces
    return replace(clause, promises=promises, parameters=parameters, announces=announces)


def _put(parameters: dict[str, Any], name: str, value: Any) -> None:
    parameters.pop(name, None)
    if value or value == 0:
        parameters[name] = value


def _fee(given: QueryDict, number: int) -> int | None:
    typed = narrow(given.get(f"fee-{number}", "")).replace(",", "").removesuffix("円")
    if not typed:
        return None
    if not typed.isdecimal() or len(typed) > 7:
        raise WrongValue(f"第{number}条の手数料は、1000 のように、円の数でお書きください。")
    return int(typed)


def _chosen(given: QueryDict, kind: str, number: int, codes: Mapping[str, str]) -> dict[str, str]:
    said = {code: given.get(f"{kind}-{number}-{code}", "").strip() for code in codes}
    return {code: words for code, words in said.items() if words}


def _asks_uses(clause: Clause) -> bool:
    return "uses" in clause.parameters or clause.parameters.get("topic") == Topic.PURPOSES


def _asks_rows(clause: Clause) -> bool:
    return bool(clause.announces) or clause.parameters.get("topic") == Topic.COLLECTION


# -- from a document to the form ------------------------------------------------------------------


def _page(
    request: HttpRequest,
    viewer: Viewer,
    draft_id: UUID,
    document: Document,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    stored = draft_of(viewer.entity_id, draft_id)
    asked = propose(document) if stored.confirmed_at is None and not problem else document
    context = frame(request, viewer, current="policy") | {
        "draft_url": reverse("policy_draft", args=[draft_id]),
        "seen": stored.edited_at.isoformat(),
        "confirmed": stored.confirmed_at is not None,
        "asked": stored.asked_at is not None,
        "clauses": list(rows(asked)),
        "problem": problem,
    }
    return render(request, "desk/policy/bindings.html", context, status=status)


def rows(document: Document) -> Iterator[dict[str, Any]]:
    for clause in document.clauses:
        told_as = items(clause.text)
        yield {
            "number": clause.number,
            "heading": clause.headed,
            "text": clause.text,
            "topic": clause.parameters.get("topic", ""),
            "topics": LABELS.items(),
            "about": about(clause),
            "promises": [each for each in CATALOGUE if each.id in clause.promises],
            "others": [each for each in CATALOGUE if each.id not in clause.promises],
            "fee": clause.parameters.get("fee_yen", ""),
            "range": clause.parameters.get("range", ""),
            "uses": list(_selects(PURPOSES, clause.parameters.get("uses", {}), told_as))
            if _asks_uses(clause)
            else [],
            "rows": list(_selects(ROWS, clause.announces, told_as)) if _asks_rows(clause) else [],
        }


def about(clause: Clause) -> str:
    topic = clause.parameters.get("topic", "")
    return LABELS[Topic(topic)] if topic in LABELS else ""


def _selects(
    codes: Mapping[str, str], chosen: Mapping[str, str], told_as: list[str]
) -> Iterator[dict[str, Any]]:
    """Each code with the sentences of the clause that may tell of it; what was chosen is among them."""
    for code, label in codes.items():
        words = chosen.get(code, "")
        options = told_as if not words or words in told_as else [words, *told_as]
        yield {"code": code, "label": label, "chosen": words, "options": options}
