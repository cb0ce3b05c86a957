"""A draft: begun, changed, its bindings confirmed, offered for approval, handed back, given up."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import COMMAND, Ref
from madoguchi.foundation.lib.text import without_unstorable
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.queries import role_of
from madoguchi.rooms.policy.actions.store_version import start_of
from madoguchi.rooms.policy.errors import DraftOpenAlready, NotAttested
from madoguchi.rooms.policy.models import Draft, Kind
from madoguchi.rooms.policy.queries.drafts import draft_of, named_only, sheet
from madoguchi.rooms.policy.queries.versions import first_published_here
from madoguchi.rooms.policy.rules import Document, publishing
from madoguchi.rooms.policy.rules.publishing import Classed


@action
def begin_draft(
    *, entity_id: UUID, kind: str, document: Document, enacted_on: date, by: Ref,
    published_on: date | None = None, facts: Mapping[str, str] | None = None,
) -> Draft:  # fmt: skip
    """`kind` is one of models.Kind; `published_on`: the day on which a version was already public, for TAKEN_OVER.

    One of a kind is open.
    """
    check_speaks(by)
    if Draft.objects.filter(entity_id=entity_id, kind=kind, closed_at=None).exists():
        raise DraftOpenAlready
    draft = Draft(
        entity_id=entity_id, kind=Kind(kind), document=document.to_json(), facts=dict(facts or {}),
        enacted_on=enacted_on, published_on=published_on, made_by_kind=by.kind, made_by_id=by.id,
        edited_by_kind=by.kind, edited_by_id=by.id,
    )  # fmt: skip
    draft.changes = _told_by_facts(draft)
    try:
        draft.save(force_insert=True)
    except IntegrityError:  # two at once, on PostgreSQL
        raise DraftOpenAlready from None
    _record("policy.draft-begun", draft, by)
    return draft


@action
def change_draft(*, entity_id: UUID, draft_id: UUID, seen: datetime, by: Ref, **changed: Any) -> Draft:
    """Any of document (a Document), facts, changes (Classed by clause number), enacted_on, published_on,
    effective_from. Another text is unconfirmed again, other facts are classed again, and whatever changed is
    asked for anew."""
    draft = _to_change(entity_id, draft_id, seen, by)
    if "document" in changed:
        changed["document"] = changed["document"].to_json()
        if changed["document"] != draft.document:
            draft.confirmed_at = draft.confirmed_by = None
    if "changes" in changed:
        changed["changes"] = stored_changes(changed["changes"])
    for name, value in changed.items():
        setattr(draft, name, value)
    if "facts" in changed and "changes" not in changed:
        draft.changes = _told_by_facts(draft)
    draft.edited_by_kind, draft.edited_by_id = by.kind, by.id
    _touch(draft, by, "policy.draft-changed")
    return draft


@action
def confirm_bindings(
    *, entity_id: UUID, draft_id: UUID, seen: datetime, by: Ref, document: Document
) -> Draft:
    """What each clause is bound to, as a person saw it on one screen; the words themselves stay. Who confirms
    them as they are has looked, and made nothing."""
    draft = _to_change(entity_id, draft_id, seen, by)
    stored = document.to_json()
    made = stored != draft.document
    if made:
        draft.document, draft.edited_by_kind, draft.edited_by_id = stored, by.kind, by.id
    draft.confirmed_at, draft.confirmed_by = clock.now(), by.id
    _touch(draft, by, "policy.draft-changed" if made else "policy.bindings-confirmed")
    return draft


@action
def ask_approval(*, entity_id: UUID, draft_id: UUID, seen: datetime, by: Ref) -> Draft:
    draft = _to_change(entity_id, draft_id, seen, by)
    check_complete(draft)
    draft.asked_at, draft.asked_by_kind, draft.asked_by_id = clock.now(), by.kind, by.id
    draft.returned_because = ""
    draft.save()
    _record("policy.approval-asked", draft, by)
    return draft


@action
def return_draft(*, entity_id: UUID, draft_id: UUID, by: Ref, because: str) -> Draft:
    """差し戻す: back to whoever made it, with the reason."""
    check_speaks(by)
    draft = locked(entity_id, draft_id)
    publishing.check_open(draft)
    draft.asked_at, draft.asked_by_kind, draft.asked_by_id = None, "", None
    draft.returned_because = as_kept(because)
    draft.save()
    _record("policy.draft-returned", draft, by)
    return draft


@action
def drop_draft(*, entity_id: UUID, draft_id: UUID, by: Ref) -> None:
    check_speaks(by)
    draft = locked(entity_id, draft_id)
    publishing.check_open(draft)
    draft.closed_at = clock.now()
    draft.save()
    _record("policy.draft-dropped", draft, by)


def check_complete(draft: Draft) -> None:
    """What must stand before anybody is asked: bindings confirmed, every change classed, days that are possible."""
    if draft.kind == Kind.TAKEN_OVER:
        _check_taken_over(draft)
    else:
        publishing.check_effective(draft.effective_from, clock.now())
    if draft.kind == Kind.FACTS:
        publishing.check_at_once(draft)
    else:
        publishing.check_confirmed(draft)
    if draft.kind != Kind.TAKEN_OVER:
        found = sheet(draft)
        publishing.check_classed(found.changed, found.said)


def _check_taken_over(draft: Draft) -> None:
    if draft.published_on is None:
        raise NotAttested
    publishing.check_was_public(draft.published_on, clock.today())
    began = start_of(draft.published_on)
    publishing.check_effective(draft.effective_from, began)
    publishing.check_before_ours(draft.effective_from or began, first_published_here(draft.entity_id))


def _told_by_facts(draft: Draft) -> dict[str, dict[str, str]]:
    """Where only names and addresses change, that says what the change means; a person may say otherwise."""
    if draft.kind != Kind.FACTS:
        return {}
    told = Classed(publishing.ChangeClass.NAME, publishing.NAMES_REASON)
    return stored_changes(dict.fromkeys(named_only(draft), told))


def stored_changes(said: Mapping[int, Classed]) -> dict[str, dict[str, str]]:
    return {
        str(number): {"class": classed.clazz.value, "reason": as_kept(classed.reason)}
        for number, classed in said.items()
    }


def as_kept(reason: str) -> str:
    return without_unstorable(reason).strip()


def locked(entity_id: UUID, draft_id: UUID) -> Draft:
    """Two at once take turns; the second finds what the first left."""
    list(Draft.objects.select_for_update().filter(id=draft_id).values_list("id"))
    return draft_of(entity_id, draft_id)


def check_speaks(by: Ref) -> None:
    """Whoever holds the command line holds the installation."""
    organisation.check_speaks_for_operator("admin" if by == COMMAND else role_of(by))


def _to_change(entity_id: UUID, draft_id: UUID, seen: datetime, by: Ref) -> Draft:
    check_speaks(by)
    draft = locked(entity_id, draft_id)
    publishing.check_open(draft)
    publishing.check_seen(draft, seen)
    return draft


def _touch(draft: Draft, by: Ref, event: str) -> None:
    """Another state than the one before, even within one tick of the clock."""
    draft.edited_at = max(clock.now(), draft.edited_at + timedelta(microseconds=1))
    draft.asked_at, draft.asked_by_kind, draft.asked_by_id = None, "", None
    draft.save()
    _record(event, draft, by)


def _record(event: str, draft: Draft, by: Ref) -> None:
    record(event, about=Ref("policy-draft", draft.id), by=by, details={"kind": str(draft.kind)})
