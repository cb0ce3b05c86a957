"""Bring an older copy of the database up to date with what the ledger says was ended (I8; LAW 6.3 no. 8)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from madoguchi.foundation.lib.ids import COMMAND, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.actions.stop import stop_mails
from madoguchi.rooms.inventory.actions.begin import JOB
from madoguchi.rooms.inventory.actions.finish import finish
from madoguchi.rooms.inventory.actions.retain import RETENTION
from madoguchi.rooms.inventory.models import DeletionRecord
from madoguchi.rooms.inventory.queries.holds import standing
from madoguchi.rooms.inventory.queries.retention import REMAINDER
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.jobs.queries import trusted_today
from madoguchi.rooms.people.actions.forget import forget
from madoguchi.rooms.vault.actions.end_files import begin_ending, keep_sealed
from madoguchi.rooms.vault.actions.write_ledger import write_ledger
from madoguchi.rooms.vault.queries import hold_files

_BY_TIME = (RETENTION, REMAINDER)


class Line(Protocol):
    @property
    def at(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


@dataclass
class _Ended:
    """What the ledger says of one deletion."""

    reason: str = "erasure"
    code: str = "asked"
    person: UUID | None = None
    files: list[UUID] = field(default_factory=list)
    kept: list[tuple[UUID, str, date]] = field(default_factory=list)
    forgotten: list[UUID] = field(default_factory=list)
    withdrawn: bool = False


def replay_erasures(lines: Iterable[Line]) -> int:
    """Every deletion of the ledger once more, to its end, before anything is served. Safe to repeat; gives back
    how many there are. Lines of other kinds are passed over."""
    ended = [(id, each) for id, each in _read(lines).items() if not each.withdrawn]
    for id, each in ended:
        _start(id, each)
        finish(id)
    return len(ended)


def complete_noted(lines: Iterable[Line], *, before: datetime) -> int:
    """Deletions noted in the ledger whose process died before its first commit: what an officer decided happens.

    Younger lines than `before` may belong to somebody who is about to commit. Gives back how many were begun.
    """
    old = [line for line in lines if datetime.fromisoformat(line.at) < before]
    noted = {id: each for id, each in _read(old).items() if not each.withdrawn}
    known = set(DeletionRecord.objects.values_list("id", flat=True))
    return sum(_complete(id, each) for id, each in noted.items() if id not in known)


def _complete(id: UUID, ended: _Ended) -> bool:
    """Nobody decided what time alone would end: it may have been opened again, and the next night looks anew."""
    if ended.reason not in _BY_TIME and _begin(id, ended):
        return True
    write_ledger("erasure-withdrawn", {"record": str(id)})
    return False


@action
def _begin(id: UUID, ended: _Ended) -> bool:
    """False when the officer pressed again meanwhile, and that one did it, or when somebody placed a hold."""
    if not hold_files(ended.files) or standing(ended.files, trusted_today()):
        return False
    _start(id, replace(ended, forgotten=[]))  # whoever has nothing left is forgotten by the last steps
    add_job(JOB, id)
    return True


def _read(lines: Iterable[Line]) -> dict[UUID, _Ended]:
    found: dict[UUID, _Ended] = defaultdict(_Ended)
    for line in lines:
        if line.kind in _READERS and "record" in line.facts:
            _READERS[line.kind](found[UUID(line.facts["record"])], line.facts)
    return found


def _read_file(ended: _Ended, facts: Mapping[str, Any]) -> None:
    ended.reason, ended.code = facts["reason"], facts["code"]
    ended.person = UUID(facts["person"]) if "person" in facts else None
    ended.files.append(UUID(facts["file"]))


def _read_kept(ended: _Ended, facts: Mapping[str, Any]) -> None:
    ended.kept.append((UUID(facts["file"]), facts["law"], date.fromisoformat(facts["until"])))


def _read_person(ended: _Ended, facts: Mapping[str, Any]) -> None:
    ended.forgotten.append(UUID(facts["person"]))


def _read_withdrawal(ended: _Ended, _: Mapping[str, Any]) -> None:
    ended.withdrawn = True


_READERS = {
    "erasure": _read_file,
    "erasure-kept": _read_kept,
    "erased-person": _read_person,
    "erasure-withdrawn": _read_withdrawal,
}


@action
def _start(id: UUID, ended: _Ended) -> None:
    """As `begin.start`, without asking: it was decided then. What this copy does not know yet is passed over."""
    for file, law, until in ended.kept:
        keep_sealed(file=file, law=law, until=until)
    again = begin_ending(ending=id, files=ended.files)
    stop_mails([*ended.files, *(file for file, _, _ in ended.kept)])
    known = [forget(person) for person in ended.forgotten]
    _, fresh = DeletionRecord.objects.get_or_create(
        id=id,
        defaults={
            "cause": ended.reason, "code": ended.code, "person": ended.person,
            "whole": ended.person in ended.forgotten, "by_kind": COMMAND.kind, "by_id": COMMAND.id,
            "files": len(ended.files),
        },
    )  # fmt: skip
    if fresh or again or any(known):
        DeletionRecord.objects.filter(id=id).update(finished_at=None, step="begun")
        record("inventory.erasure-replayed", about=Ref("deletion", id), by=COMMAND, details={"files": again})
