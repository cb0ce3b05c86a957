"""Who may see what: an entity's matters are seen by its own staff only."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from madoguchi.rooms.organisation.errors import NotYours
from madoguchi.rooms.promises.registry import keeps

SCOPES = ("inquiries:read", "inquiries:write")


class Seer(Protocol):
    @property
    def entity_id(self) -> UUID: ...


class Belongs(Protocol):
    entity_id: UUID


@keeps("organisation.own-entity-only")
def check_own(viewer: Seer, thing: Belongs) -> None:
    if viewer.entity_id != thing.entity_id:
        raise NotYours


def merge_facts(facts: Mapping[str, Any]) -> dict[str, str]:
    """Operator facts as merge values for notices, policies and mails: `operator.name` …"""
    return {f"operator.{name}": str(value) for name, value in facts.items() if isinstance(value, str)}
