"""The timeline of a request, and its one machine: every move of a state goes through here."""

from typing import Any
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.rows import insert
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.rights.models import RightsRequest, Step
from madoguchi.rooms.rights.rules import requests as rules


def write_step(request_id: UUID, code: str, by: Ref, **details: str | int | bool) -> None:
    """Codes, numbers and days only: it lies open, and so does its audit event."""
    insert(
        Step, id=uuid7(), request_id=request_id, code=code, by_kind=by.kind, by_id=by.id, details=details
    )  # fmt: skip
    record(f"rights.{code}", about=Ref("request", request_id), by=by, details=details)


def move(request: RightsRequest, to: rules.State, **columns: Any) -> None:
    """The caller holds the row. Whoever lost a race learns here that it moved meanwhile."""
    rules.check_move(request.state, to)
    RightsRequest.objects.filter(id=request.id).update(state=to.value, **columns)
    request.state = to.value
    for name, value in columns.items():
        setattr(request, name, value)
