"""How each promise stands, clause by clause, and how it stood on each of the last thirty days.

Read from what the checks wrote down (events "promises.checked", "promise.broken"), so no screen counts anything.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from madoguchi.foundation.lib import clock
from madoguchi.rooms.audit.queries import Happened, last_turns, latest, newest
from madoguchi.rooms.organisation.queries import only_entity
from madoguchi.rooms.policy.queries.versions import in_force_or_none
from madoguchi.rooms.promises.catalogue import CATALOGUE, TOLD, Kind, Promise, Told

if TYPE_CHECKING:
    from madoguchi.rooms.policy.models import PolicyVersion

STALE = timedelta(hours=2)  # the checks run every hour
DAYS = 30
_CHECKS = 24 * (DAYS + 1) + 200  # a month of rounds, and those asked for by hand
_BREAKS = 400


class State(StrEnum):
    """What may be said of a promise now. Nothing but KEPT is said to be kept."""

    PLANNED = "planned"
    ATTESTED = "attested"
    OUTSIDE = "outside"
    BROKEN = "broken"
    UNCHECKED = "unchecked"
    STALE = "stale"
    EMPTY = "empty"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Standing:
    """A promise with its clauses and the outcome of its last check; nobody looked yet when `checked_at` is None.
    `broken_since`: when it was first seen broken, while it is."""

    promise: Promise
    clauses: tuple[int, ...]
    kept: int
    broken: int
    checked_at: datetime | None
    stale: bool = False
    broken_since: datetime | None = None

    @property
    def events(self) -> int:
        return self.kept + self.broken

    @property
    def held(self) -> bool:
        """At the last count, which may be an old one."""
        return self.kept > 0 and self.state in (State.KEPT, State.STALE)

    @property
    def state(self) -> State:
        if self.promise.planned:
            return State.PLANNED
        if self.promise.kind in (Kind.ATTESTED, Kind.OUTSIDE):
            return State(self.promise.kind.value)
        if self.broken:
            return State.BROKEN
        if self.checked_at is None:
            return State.UNCHECKED
        if self.stale:
            return State.STALE
        return State.KEPT if self.kept else State.EMPTY


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the version in force and what it is bound to; number 0 holds what is bound to none."""

    number: int
    heading: str
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Board:
    standings: tuple[Standing, ...]
    clauses: tuple[Clause, ...]
    checked_at: datetime | None
    stale: bool

    @property
    def broken(self) -> list[Standing]:
        return [each for each in self.standings if each.state is State.BROKEN]

    @property
    def told(self) -> list[tuple[Told, Standing]]:
        """What customers are told first; of a promise that nobody keeps yet they are told nothing."""
        by_id = {each.promise.id: each for each in self.standings}
        return [(told, by_id[told.id]) for told in TOLD if by_id[told.id].state is not State.PLANNED]


def board() -> Board:
    entity = only_entity()
    version = in_force_or_none(entity.id) if entity else None
    last = latest("promises.checked")
    stale = last is not None and clock.now() - last.at > STALE
    turns, bound = last_turns(), _clauses_of(version)
    found = tuple(
        _standing(promise, bound.get(promise.id, ()), last, turns.get(promise.id), stale)
        for promise in CATALOGUE
    )
    return Board(found, tuple(_clauses(version, found)), last.at if last else None, stale)


def standings() -> tuple[Standing, ...]:
    """Each promise with what its last recorded check found."""
    return board().standings


def _standing(
    promise: Promise, clauses: tuple[int, ...], last: Happened | None, turn: Happened | None, stale: bool
) -> Standing:
    """A probe between two rounds may have seen it break or mend since the last count."""
    counted = last is not None and f"{promise.id}:kept" in last.details
    kept, broken = (
        last.details[f"{promise.id}:{leg}"] if last and counted else 0 for leg in ("kept", "broken")
    )
    later = turn is not None and (last is None or turn.at >= last.at)
    if turn is not None and later and turn.details["broken"] != broken:
        broken = turn.details["broken"]
        kept = 0 if broken else kept  # of how many, the next count will say
    since = turn.at if turn is not None and broken else None
    return Standing(promise, clauses, kept, broken, last.at if last and counted else None, stale, since)


def _clauses_of(version: "PolicyVersion | None") -> dict[str, tuple[int, ...]]:
    bound: dict[str, tuple[int, ...]] = {}
    for clause in version.clauses if version else ():
        for id in clause["promises"]:
            bound[id] = (*bound.get(id, ()), clause["number"])
    return bound


def _clauses(version: "PolicyVersion | None", found: Sequence[Standing]) -> Iterable[Clause]:
    for clause in version.clauses if version else ():
        number = clause["number"]
        yield Clause(number, clause["heading"], tuple(each for each in found if number in each.clauses))
    if loose := tuple(each for each in found if not each.clauses):
        yield Clause(0, "", loose)


@dataclass(frozen=True, slots=True)
class Day:
    """`found`: kept, broken, or nothing where nobody looked or there was nothing to look at."""

    on: date
    found: str


def history() -> dict[str, tuple[Day, ...]]:
    """By promise, each of the last thirty days, today last. One broken look makes a broken day."""
    today = clock.today()
    days = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    seen: dict[str, dict[date, str]] = {promise.id: {} for promise in CATALOGUE}
    for event in newest(("promises.checked",), limit=_CHECKS):
        on = clock.local(event.at).date()
        if on >= days[0]:
            _mark(seen, on, event)
    for event in newest(("promise.broken",), limit=_BREAKS):
        seen.get(event.details["promise"], {})[clock.local(event.at).date()] = "broken"
    return {id: tuple(Day(on, marks.get(on, "")) for on in days) for id, marks in seen.items()}


def _mark(seen: dict[str, dict[date, str]], on: date, event: Happened) -> None:
    for id, marks in seen.items():
        if event.details.get(f"{id}:broken"):
            marks[on] = "broken"
        elif event.details.get(f"{id}:kept"):
            marks.setdefault(on, "kept")
