"""Who may see what: an entity's matters are seen by its own staff only."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from madoguchi.rooms.organisation.errors import AdminsOnly, NotForYou, NotYours
from madoguchi.rooms.organisation.telling import DAILY as DAILY
from madoguchi.rooms.organisation.telling import EVENTS as EVENTS
from madoguchi.rooms.organisation.telling import WAYS as WAYS
from madoguchi.rooms.organisation.telling import Way as Way
from madoguchi.rooms.organisation.telling import Wishes as Wishes
from madoguchi.rooms.organisation.telling import daily_is_due as daily_is_due
from madoguchi.rooms.organisation.telling import is_quiet as is_quiet
from madoguchi.rooms.promises.registry import keeps

SCOPES = (
    "inquiries:read", "inquiries:write", "inquiries:delicate", "people:read", "people:write", "promises:read",
    "rights:read", "rights:write",
)  # fmt: skip


SPEAKERS = ("officer", "admin")  # roles that speak for the operator: policy, facts, the page of promises


class Seer(Protocol):
    @property
    def entity_id(self) -> UUID: ...


class Belongs(Protocol):
    @property
    def entity_id(self) -> UUID: ...


@keeps("organisation.own-entity-only")
def check_own(viewer: Seer, thing: Belongs) -> None:
    if viewer.entity_id != thing.entity_id:
        raise NotYours


def check_speaks_for_operator(role: str) -> None:
    if role not in SPEAKERS:
        raise NotForYou


def may_speak_for_operator(role: str) -> bool:
    return role in SPEAKERS


def check_administers(role: str) -> None:
    """Hours, wordings of mails, what is taken in from elsewhere: how the desk itself is set up."""
    if role != "admin":
        raise AdminsOnly


def may_administer(role: str) -> bool:
    return role == "admin"


def merge_facts(facts: Mapping[str, Any]) -> dict[str, str]:
    """Operator facts as merge values for notices, policies and mails: `operator.name` …"""
    return {f"operator.{name}": str(value) for name, value in facts.items() if isinstance(value, str)}
