"""Set the operator's facts; says whether anything changed, so that new versions can follow."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation.errors import AnotherOperator
from madoguchi.rooms.organisation.models import FactsVersion, LegalEntity
from madoguchi.rooms.organisation.queries import FACTS, facts_from_desk, facts_history, hours_from_desk


@action
def set_facts(*, facts: Mapping[str, Any], by: Ref, rename: bool = False) -> UUID:
    """Create the operator, or change its facts. Keys are those of `queries.FACTS`, hours and own_wording.

    Raises AnotherOperator for another name, unless the same company is renamed.
    """
    entity = LegalEntity.objects.order_by("id").first() or LegalEntity()
    if not rename:
        _refuse_another(entity.name, facts.get("name", entity.name))
    changed = [name for name, value in facts.items() if getattr(entity, name) != value]
    for name in changed:
        setattr(entity, name, facts[name])
    if changed or entity._state.adding:
        # Only these: whoever publishes the promises meanwhile writes the same row.
        entity.save(update_fields=None if entity._state.adding else changed)
        _note_version(entity, by)
        record(
            "organisation.facts-set", about=Ref("entity", entity.id), by=by, details={"count": len(changed)}
        )
    return entity.id


@action
def follow_profile(*, facts: Mapping[str, Any], by: Ref, rename: bool = False) -> UUID:
    """What `init` says again. Facts that were approved at the desk stay as they are; a profile of the same company
    still names it as it was called before."""
    entity = LegalEntity.objects.order_by("id").first()
    if hours_from_desk():
        facts = {name: value for name, value in facts.items() if name != "hours"}
    if entity is None or not facts_from_desk(entity.id):
        return set_facts(facts=facts, by=by, rename=rename)
    if facts["name"] not in [each.facts["name"] for each in facts_history(entity.id)]:
        _refuse_another(entity.name, facts["name"])
    others = {name: value for name, value in facts.items() if name not in FACTS}
    return set_facts(facts=others, by=by)


def _note_version(entity: LegalEntity, by: Ref) -> None:
    """As they stand from now on; hours and the like are no facts of the company."""
    facts = {name: getattr(entity, name) for name in FACTS}
    last = FactsVersion.objects.filter(entity=entity).order_by("-number").first()
    if last is None or last.facts != facts:
        number = last.number + 1 if last else 1
        FactsVersion.objects.create(entity=entity, number=number, facts=facts, by_kind=by.kind, by_id=by.id)


def _refuse_another(known: str, given: str) -> None:
    if known and given != known:
        raise AnotherOperator(
            f"この窓口は「{known}」のものです。「{given}」の設定は入れられません。",
            next_step="別の会社の窓口は、データと鍵のフォルダを分けて用意してください。"
            "同じ会社の名前が変わったときは、`madoguchi init --rename` を実行してください。",
        )
