"""Drafts on their way to a version."""

from dataclasses import dataclass
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.audit.queries import about
from madoguchi.rooms.organisation.queries import entity_facts
from madoguchi.rooms.organisation.rules import merge_facts
from madoguchi.rooms.policy.errors import NoDraft
from madoguchi.rooms.policy.models import Draft, Kind, PolicyVersion
from madoguchi.rooms.policy.queries.versions import in_force_or_none
from madoguchi.rooms.policy.rendering import Rendered, render
from madoguchi.rooms.policy.rules import Document, policy_facts
from madoguchi.rooms.policy.rules.comparing import CLOSING, PREAMBLE, Change, Worded, compare_wording, parts
from madoguchi.rooms.policy.rules.publishing import NAMES, ChangeClass, Classed

_AUTHORING = frozenset({"policy.draft-begun", "policy.draft-changed", "policy.approval-asked"})
_ALL = 10_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A draft as it would be published now, beside the version in force."""

    draft: Draft
    document: Document
    rendered: Rendered
    current: PolicyVersion | None
    changes: tuple[Change, ...]

    @property
    def changed(self) -> list[int]:
        """Numbers of the clauses that differ: in the new text, or in the old where one went. The dates below
        the last clause change with every version, and nobody is asked about them."""
        differing = [change for change in self.changes if change.kind != "same"]
        numbers = [change.after or change.before or PREAMBLE for change in differing]
        return [number for number in numbers if number != CLOSING]

    @property
    def said(self) -> dict[int, Classed]:
        return classed(self.draft)


def open_drafts(entity_id: UUID) -> list[Draft]:
    return list(Draft.objects.filter(entity_id=entity_id, closed_at=None).order_by("made_at"))


def draft_of(entity_id: UUID, id: UUID) -> Draft:
    draft = Draft.objects.filter(entity_id=entity_id, id=id).first()
    if draft is None:
        raise NoDraft
    return draft


def sheet(draft: Draft) -> Sheet:
    current = in_force_or_none(draft.entity_id)
    document = _document(draft, current)
    rendered = render(document, facts_for(draft.entity_id, draft.facts, document))
    changes = tuple(compare_wording(current, rendered)) if current else ()
    return Sheet(draft, document, rendered, current, changes)


def named_only(draft: Draft) -> list[int]:
    """Clauses in which changed facts change nothing but the operator's names and addresses (publishing.NAMES)."""
    found = sheet(draft)
    others = {name: value for name, value in draft.facts.items() if name not in NAMES}
    without = render(found.document, facts_for(draft.entity_id, others, found.document))
    before = _texts(found.current) if found.current else {}
    after = _texts(without)
    return [number for number in found.changed if before.get(number) == after.get(number)]


def _texts(worded: Worded) -> dict[int, str]:
    return {part["number"]: part["text"] for part in parts(worded)}


def _document(draft: Draft, current: PolicyVersion | None) -> Document:
    """Facts change what is in force now, whatever was in force when somebody began."""
    stored = current.document if draft.kind == Kind.FACTS and current else draft.document
    return Document.from_json(stored)


def facts_for(entity_id: UUID, changed: dict[str, str], document: Document) -> dict[str, str]:
    return merge_facts(entity_facts(entity_id) | changed) | policy_facts(document)


def classed(draft: Draft) -> dict[int, Classed]:
    """What was said of each changed clause so far."""
    return {
        int(number): Classed(ChangeClass(said["class"]), said["reason"])
        for number, said in draft.changes.items()
    }


def authors(draft: Draft) -> set[Ref]:
    """Whoever made it, ever changed it or asked for it: none of them is the second person.

    The row knows only who changed it last; the record knows all of them.
    """
    happened = about(Ref("policy-draft", draft.id), limit=_ALL)
    found = {each.by for each in happened if each.kind in _AUTHORING}
    found |= {Ref(draft.made_by_kind, draft.made_by_id), Ref(draft.edited_by_kind, draft.edited_by_id)}
    if draft.asked_by_id is not None:
        found.add(Ref(draft.asked_by_kind, draft.asked_by_id))
    return found
