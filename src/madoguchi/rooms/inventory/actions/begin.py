"""Begin an ending: the ledger first, then in one transaction nobody reads the files any more (ADR 0010).

Whatever the cause (an erasure, a period that is over, a remainder whose day has come), `finish` does the rest.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.actions.stop import stop_mails
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.models import DeletionRecord, Hold
from madoguchi.rooms.inventory.queries.holds import standing
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.jobs.queries import trusted_today
from madoguchi.rooms.people.actions.forget import forget
from madoguchi.rooms.vault.actions.end_files import begin_ending, keep_sealed
from madoguchi.rooms.vault.actions.write_ledger import write_ledger
from madoguchi.rooms.vault.queries import hold_files

ERASURE = "erasure"
JOB = "inventory.end"


@dataclass(frozen=True, slots=True)
class Plan:
    """One ending, decided. `kept` are files that a hold lets nobody destroy; `forgotten` the people of whom nothing
    is left. `staying` are tables of which something stays for good, with its reason. `check` is asked again once
    everybody else waits."""

    id: UUID
    cause: str
    code: str
    files: tuple[UUID, ...]
    by: Ref
    person: UUID | None = None
    whole: bool = False
    kept: Mapping[UUID, Hold] | None = None
    forgotten: tuple[UUID, ...] = ()
    staying: tuple[tuple[str, str], ...] = ()
    check: Callable[[], None] | None = None

    @property
    def ending(self) -> tuple[UUID, ...]:
        return tuple(file for file in self.files if file not in (self.kept or {}))


def begin(
    *,
    cause: str,
    code: str,
    files: Collection[UUID],
    by: Ref,
    person: UUID | None = None,
    whole: bool = False,
) -> UUID:
    """For an ending that no officer confirms file by file. A file that must stay is left as it is."""
    held = standing(files, trusted_today())
    ending = tuple(file for file in dict.fromkeys(files) if file not in held)
    forgotten = (person,) if person and whole else ()
    return carry_out(Plan(uuid7(), cause, code, ending, by, person, whole, {}, forgotten))


def carry_out(plan: Plan) -> UUID:
    """Gives back the record's id. When the last check refuses, the ledger says that nothing was done."""
    note(plan)
    try:
        start(plan)
    except Refusal:
        write_ledger("erasure-withdrawn", {"record": str(plan.id)})
        raise
    return plan.id


def note(plan: Plan) -> None:
    """On disk before anything changes, so that an older copy of the database can be brought up to date."""
    facts = {"record": str(plan.id), "reason": plan.cause, "code": plan.code}
    facts |= {"person": str(plan.person)} if plan.person else {}
    write_ledger("erasure", *({"file": str(file)} | facts for file in plan.ending))
    kept = (plan.kept or {}).values()
    write_ledger("erasure-kept", *(_kept_line(hold) | {"record": str(plan.id)} for hold in kept))
    write_ledger("erased-person", *({"person": str(each), "record": str(plan.id)} for each in plan.forgotten))


def _kept_line(hold: Hold) -> dict[str, str]:
    return {"file": str(hold.file_id), "law": hold.ground, "until": hold.until.isoformat()}


@action
def start(plan: Plan) -> None:
    """Whoever writes into one of the files is waited for; whoever comes later is refused."""
    if plan.check is not None:
        plan.check()
    hold_files(plan.files)  # a hold that is being placed came before, or is refused
    rules.check_holds_unchanged(plan.kept or {}, standing(plan.files, trusted_today()))
    for hold in (plan.kept or {}).values():
        keep_sealed(file=hold.file_id, law=hold.ground, until=hold.until)
    count = begin_ending(ending=plan.id, files=plan.ending)
    DeletionRecord.objects.create(**_row(plan), files=count, remainder=_remainder(plan))
    stop_mails(plan.files)
    for person in plan.forgotten:
        forget(person)
    add_job(JOB, plan.id)
    about = Ref("person", plan.person) if plan.person else Ref("deletion", plan.id)
    record(f"inventory.{plan.cause}-begun", about=about, by=plan.by, details=_told(plan, count))


def _row(plan: Plan) -> dict[str, Any]:
    return {
        "id": plan.id, "cause": plan.cause, "code": plan.code, "person": plan.person, "whole": plan.whole,
        "by_kind": plan.by.kind, "by_id": plan.by.id,
    }  # fmt: skip


def _remainder(plan: Plan) -> list[dict[str, str]]:
    """Codes and days only. One line for each ground and day: how many files it is does not matter to who reads it."""
    held = sorted({(hold.ground, hold.until.isoformat()) for hold in (plan.kept or {}).values()})
    lines = [{"what": "vault.File", "law": law, "until": until} for law, until in held]
    return lines + [{"what": table, "law": reason, "until": ""} for table, reason in plan.staying]


def _told(plan: Plan, count: int) -> dict[str, str | int | bool]:
    return {"code": plan.code, "files": count, "kept": len(plan.kept or {}), "whole": plan.whole}
