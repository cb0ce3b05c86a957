"""A change of the policy through the real verbs: drafted and offered by the officer, published by the administrator."""

from dataclasses import replace
from datetime import datetime

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.consent.actions.set_notice import name_facts_anew
from madoguchi.rooms.policy.actions.draft import ask_approval, begin_draft, change_draft, confirm_bindings
from madoguchi.rooms.policy.actions.publish import publish
from madoguchi.rooms.policy.models import Kind, PolicyVersion
from madoguchi.rooms.policy.queries.drafts import sheet
from madoguchi.rooms.policy.queries.versions import in_force
from madoguchi.rooms.policy.rules import Clause, Document
from madoguchi.rooms.policy.rules.binding import propose
from madoguchi.rooms.policy.rules.comparing import PREAMBLE
from madoguchi.rooms.policy.rules.publishing import ChangeClass, Classed
from tests.house import House

PURPOSES = 3  # the clause of purposes


def change_policy(
    house: House,
    clazz: ChangeClass = ChangeClass.CONSENT,
    *,
    clause: int = PURPOSES,
    old: str = "",
    new: str = "\n7. 採用の選考のため",
    uses: dict[str, str] | None = None,
    without: str = "",
    effective_from: datetime | None = None,
    around: str = "",
    fee_yen: int | None = None,
) -> PolicyVersion:
    """One clause with other words (`new` is put behind it without an `old`), further `uses` that it
    announces, `without` one of before, another `fee_yen`; `around` is put behind 前文 and 末尾."""
    officer, admin = (Ref("staff", house.staff[role].id) for role in ("officer", "admin"))
    current = in_force(house.entity_id)
    document = _changed(Document.from_json(current.document), clause, old, new, uses or {}, without, fee_yen)
    document = replace(
        document, preamble=document.preamble + around, closing=f"{document.closing}\n{around}".strip()
    )
    entity = house.entity_id
    draft = begin_draft(
        entity_id=entity, kind=Kind.TEXT, document=document, enacted_on=current.enacted_on, by=officer
    )
    classed = Classed(clazz, "" if clazz is ChangeClass.CONSENT else "試験のため")
    changes = {clause: classed} | ({PREAMBLE: classed} if around else {})
    for verb, more in (
        (change_draft, {"changes": changes, "effective_from": effective_from}),
        (confirm_bindings, {"document": document}),
        (ask_approval, {}),
    ):
        draft = verb(entity_id=entity, draft_id=draft.id, seen=draft.edited_at, by=officer, **more)
    return publish(entity_id=entity, draft_id=draft.id, seen=draft.edited_at, by=admin)


def _changed(
    document: Document, number: int, old: str, new: str, uses: dict[str, str], without: str, fee_yen: int | None
) -> Document:  # fmt: skip
    def rewritten(clause: Clause) -> Clause:
        if clause.number != number:
            return clause
        text = clause.text.replace(old, new) if old else clause.text + new
        assert text != clause.text
        announced = {**clause.parameters.get("uses", {}), **uses}
        announced.pop(without, None)
        fee = {} if fee_yen is None else {"fee_yen": fee_yen}
        return replace(clause, text=text, parameters={**clause.parameters, "uses": announced, **fee})

    return replace(propose(document), clauses=tuple(rewritten(each) for each in propose(document).clauses))


def change_facts(house: House, **facts: str) -> PolicyVersion:
    """Other facts of the operator, with every wording that names them."""
    officer, admin = (Ref("staff", house.staff[role].id) for role in ("officer", "admin"))
    current, entity = in_force(house.entity_id), house.entity_id
    draft = begin_draft(
        entity_id=entity, kind=Kind.FACTS, document=Document.from_json(current.document),
        enacted_on=current.enacted_on, by=officer, facts=facts,
    )  # fmt: skip
    said = {number: Classed(ChangeClass.NAME, "代表者の交代") for number in sheet(draft).changed}
    draft = change_draft(entity_id=entity, draft_id=draft.id, seen=draft.edited_at, by=officer, changes=said)
    draft = ask_approval(entity_id=entity, draft_id=draft.id, seen=draft.edited_at, by=officer)
    version = publish(entity_id=entity, draft_id=draft.id, seen=draft.edited_at, by=admin)
    name_facts_anew(entity_id=entity, by=admin)
    return version
