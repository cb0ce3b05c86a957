"""One decision about one inquiry, written once; what a person decided is never touched.

First `weigh`, outside any transaction and within a time limit; then `note`, in the caller's transaction. What the
engine cannot read (a crash, no weights, too slow) is 未判定: it stays in the inbox and is tried once more.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.screening import deciding, moving
from madoguchi.rooms.screening.deciding import Opinion
from madoguchi.rooms.screening.facts import Facts as Facts
from madoguchi.rooms.screening.keys import company_domain as company_domain
from madoguchi.rooms.screening.keys import keys_of as keys_of
from madoguchi.rooms.screening.keys import registered as registered
from madoguchi.rooms.screening.learned import sketch_of
from madoguchi.rooms.screening.memory import is_same
from madoguchi.rooms.screening.models import LANES, Lesson, ScreenRules, Verdict
from madoguchi.rooms.screening.queries.memory import LIVING, marks_of, memory_of, pack, text_key, unpack
from madoguchi.rooms.screening.queries.state import standing
from madoguchi.rooms.vault.queries import file_keys, hold_file, holders_of

log = logging.getLogger("madoguchi.screening")
SECONDS = 1.0
TRIES = 2
BURST, MOST_RECENT = timedelta(days=2), 100
T = TypeVar("T")


class TookTooLong(Exception):
    """The engine was still at it when its time was over."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the engine said, and what was found of the same text and sender before. No `opinion`: it could not be read."""

    opinion: Opinion | None
    hit: UUID | None = None
    sketch: list[int] = field(default_factory=list)
    group: UUID | None = None
    moves: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """How the decision stands now: `moved` to `lane` by the machine, unless `settled` by a person."""

    lane: str
    moved: bool
    settled: bool
    again: bool


def judge(*, facts: Facts) -> Judged | None:
    return note(facts, weigh(facts))


def weigh(facts: Facts) -> Weighed | None:
    """None while screening is switched off. Nothing is written."""
    state = standing(facts.entity_id)
    if state.state == "off":
        return None
    try:
        return _weigh(facts, state.added)
    except Exception:  # whatever it was, the message stays where people look first
        log.exception("screening-undecided")  # a type and a place, never a value
        return Weighed(None)


def _weigh(facts: Facts, added: float) -> Weighed:
    memory, marks = memory_of(facts.entity_id), marks_of(facts.entity_id, keys_of(facts))
    sketch = within(SECONDS, lambda: sketch_of(facts, text_key(facts.entity_id)))
    hit = memory.met(marks, sketch, clock.now(), facts.about)
    group, same = _group(facts, sketch)
    allowed = memory.allows([mark for each in marks.values() for mark in each])
    asked = deciding.Asked(facts, memory.local, hit, allowed=allowed, same=same, added=added)
    opinion = within(SECONDS, lambda: deciding.consider(asked))
    moves = deciding.moves(opinion, standing(facts.entity_id), fixed=facts.fixed)
    return Weighed(opinion, hit.id if hit else None, sketch, group, moves)


def ends_relation(facts: Facts) -> Callable[[datetime], bool]:
    """Whether a mark as a pitch came after this sender was handled as a customer: the caller knows when that was."""
    known, keys = memory_of(facts.entity_id), keys_of(facts)
    marks = [mark for each in marks_of(facts.entity_id, keys).values() for mark in each]
    return lambda handled_at: known.ended(marks, handled_at)


def within(seconds: float, work: Callable[[], T]) -> T:
    """In a thread of its own: what hangs is left behind, and the worker goes on."""
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:  # noqa: BLE001  handed to whoever waits
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True, name="screening-limit")
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise TookTooLong
    return done[0]


def _group(facts: Facts, sketch: list[int]) -> tuple[UUID | None, int]:
    """The first of the last days that says the same, and how many others say it (several senders, one text)."""
    recent = Verdict.objects.filter(
        entity_id=facts.entity_id, decided_at__gt=clock.now() - BURST, settled_at=None, **LIVING
    ).exclude(file__holder=holders_of([facts.file_id]).get(facts.file_id))
    rows = list(recent.exclude(sketch=b"").order_by("-decided_at")[:MOST_RECENT])
    keys = file_keys({row.file_id for row in rows})
    same = [
        row
        for row in rows
        if row.file_id in keys
        and is_same(unpack(keys[row.file_id].open_bytes(Verdict, "sketch", row.id, row.sketch)), sketch)
    ]
    if not same:
        return None, 0
    return same[-1].group or same[-1].about, len(same)


@action
def note(facts: Facts, weighed: Weighed | None) -> Judged | None:
    """The row, made or written anew. The caller holds the inquiry's row; raises FileErased for what is gone."""
    if weighed is None:
        return None
    key = hold_file(facts.file_id)
    before = Verdict.objects.filter(about=facts.about).first()
    if before is not None and (before.settled_at is not None or before.moved):
        return _judged(before)
    row = before or Verdict(id=uuid7(), about=facts.about, entity_id=facts.entity_id, file_id=facts.file_id)
    row.tries, row.decided_at = row.tries + 1, clock.now()
    row.hit_id, row.group = weighed.hit, weighed.group
    row.sketch = key.seal_bytes(Verdict, "sketch", row.id, pack(weighed.sketch)) if weighed.sketch else b""
    if weighed.opinion is not None:
        _say(row, weighed.opinion)
        row.moved = weighed.moves
        row.why = key.seal_bytes(Verdict, "why", row.id, deciding.packed(weighed.opinion))
    _as_a_person_said(row)
    moving.check_only_a_box(row.lane)
    row.save()
    ScreenRules.objects.get_or_create(entity_id=facts.entity_id)
    return _judged(row)


def _judged(row: Verdict) -> Judged:
    settled = row.settled_at is not None
    return Judged(row.lane, row.moved, settled, again=not row.stage and not settled and row.tries < TRIES)


def _as_a_person_said(row: Verdict) -> None:
    """Whoever was faster than the machine has decided."""
    lesson = Lesson.objects.filter(about=row.about, undone_at=None).first()
    if lesson is not None:
        row.settled_at, row.settled_by, row.settled_lane = lesson.at, lesson.by, LANES[lesson.label]
        row.moved = False


def _say(row: Verdict, opinion: Opinion) -> None:
    row.lane, row.stage, row.band, row.score = opinion.lane, opinion.stage, opinion.band, opinion.score
    row.badge = opinion.badge or opinion.lane != "inbox"
    row.doubtful = opinion.band == "some" or bool(opinion.why.get("against"))


@action
def settle(*, about: UUID, lane: str, by: UUID) -> None:
    """A person decided without teaching anything (a request taken over, a complaint opened)."""
    Verdict.objects.filter(about=about).update(settled_at=clock.now(), settled_by=by, settled_lane=lane)


@action
def note_opened(*, about: UUID) -> None:
    Verdict.objects.filter(about=about, opened_at=None).update(opened_at=clock.now())
