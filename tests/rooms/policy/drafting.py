"""Drafts through the real verbs, step by step."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from madoguchi.foundation.lib.ids import COMMAND, Ref
from madoguchi.rooms.organisation.actions.disable_staff import disable_staff
from madoguchi.rooms.policy.actions import draft as verbs
from madoguchi.rooms.policy.actions import publish as publishing
from madoguchi.rooms.policy.models import Draft, PolicyVersion
from madoguchi.rooms.policy.queries.drafts import draft_of, sheet
from madoguchi.rooms.policy.queries.versions import in_force
from madoguchi.rooms.policy.rules import Document
from madoguchi.rooms.policy.rules.publishing import ChangeClass, Classed
from tests.house import House

NOTICE = Classed(ChangeClass.NOTICE, "取り扱いは変わりません。")


def who(house: House, role: str) -> Ref:
    return COMMAND if role == "command" else Ref("staff", house.staff[role].id)


def reworded(house: House, number: int = 3, more: str = "\n追記です。") -> Document:
    """The document in force with a sentence more in one clause."""
    document = Document.from_json(in_force(house.entity_id).document)
    clauses = (
        replace(each, text=each.text + more) if each.number == number else each for each in document.clauses
    )
    return replace(document, clauses=tuple(clauses))


def begin(house: House, by: str = "officer", kind: str = "text", **given: Any) -> Draft:
    ready: dict[str, Any] = {"document": reworded(house), "enacted_on": date(2022, 4, 1)} | given
    return verbs.begin_draft(entity_id=house.entity_id, kind=kind, by=who(house, by), **ready)


def change(house: House, draft: Draft, by: str = "officer", **changed: Any) -> Draft:
    return verbs.change_draft(
        entity_id=house.entity_id,
        draft_id=draft.id,
        seen=latest(draft).edited_at,
        by=who(house, by),
        **changed,
    )


def confirm(house: House, draft: Draft, by: str = "officer", document: Document | None = None) -> Draft:
    stored = latest(draft)
    return verbs.confirm_bindings(
        entity_id=house.entity_id, draft_id=draft.id, seen=stored.edited_at, by=who(house, by),
        document=document or Document.from_json(stored.document),
    )  # fmt: skip


def ask(house: House, draft: Draft, by: str = "officer") -> Draft:
    return verbs.ask_approval(
        entity_id=house.entity_id, draft_id=draft.id, seen=latest(draft).edited_at, by=who(house, by)
    )


def asked(
    house: House, by: str = "officer", *, classes: Mapping[int, Classed] | None = None, **given: Any
) -> Draft:
    """A text draft, complete and offered for approval by whoever made it."""
    effective_from = given.pop("effective_from", None)
    draft = begin(house, by, **given)
    said = classes if classes is not None else dict.fromkeys(sheet(draft).changed, NOTICE)
    confirm(house, change(house, draft, by, changes=said, effective_from=effective_from), by)
    return ask(house, draft, by)


def latest(draft: Draft) -> Draft:
    return draft_of(draft.entity_id, draft.id)


def publish(
    house: House, draft: Draft, by: str = "admin", reason: str = "", seen: datetime | None = None
) -> PolicyVersion:
    return publishing.publish(
        entity_id=house.entity_id, draft_id=draft.id, seen=seen or latest(draft).edited_at, by=who(house, by),
        reason=reason,
    )  # fmt: skip


def attest(house: House, draft: Draft, by: str = "officer") -> PolicyVersion:
    return publishing.attest(
        entity_id=house.entity_id, draft_id=draft.id, seen=latest(draft).edited_at, by=who(house, by)
    )


def leave(house: House, role: str) -> None:
    disable_staff(staff=house.staff[role], by=COMMAND)
