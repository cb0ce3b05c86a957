"""Set the operator's facts; says whether anything changed, so that new versions can follow."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation.errors import AnotherOperator
from madoguchi.rooms.organisation.models import LegalEntity


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
        entity.save()
        record(
            "organisation.facts-set", about=Ref("entity", entity.id), by=by, details={"count": len(changed)}
        )
    return entity.id


def _refuse_another(known: str, given: str) -> None:
    if known and given != known:
        raise AnotherOperator(
            f"この窓口は「{known}」のものです。「{given}」の設定は入れられません。",
            next_step="別の会社の窓口は、データと鍵のフォルダを分けて用意してください。"
            "同じ会社の名前が変わったときは、`madoguchi init --rename` を実行してください。",
        )
