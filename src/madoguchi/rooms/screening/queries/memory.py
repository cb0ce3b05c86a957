"""Opens what was learned, and puts it together; opened rows are kept in this process while they stand.

Only cheap columns are asked each time. What lies in a file that ended is not opened again and is dropped here at the
next look, so that an erased person is forgotten by the model at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count, Max, Q
from django.db.models.functions import Coalesce

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import digest
from madoguchi.rooms.screening import model
from madoguchi.rooms.screening.errors import BadWeights
from madoguchi.rooms.screening.keys import Keys
from madoguchi.rooms.screening.learned import Features
from madoguchi.rooms.screening.learning import Example, Local, fit
from madoguchi.rooms.screening.memory import DAYS, Kept, Learned, Memory, Sign, Taught, refusals, texts
from madoguchi.rooms.screening.models import Allowed, Lesson, Repeat, ScreenRules
from madoguchi.rooms.screening.packing import pack as pack
from madoguchi.rooms.screening.packing import unpack as unpack
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_keys, readable, suppression_mark

LIVING = readable("file")
EVERY = 20  # lessons of one day after which the model is made anew
_lock = Lock()
_opened: dict[UUID, dict[UUID, tuple[datetime, Any]]] = {}  # entity → row → (as of, what it says)
_fitted: dict[UUID, tuple[str, Local | None]] = {}


def memory_of(entity_id: UUID) -> Memory:
    with _lock:
        opened = _Opened(entity_id)
        lessons = _lessons(entity_id, opened)
        numbers = {each.about: each.learned.number for each in lessons}
        signs, kept = _signs(entity_id, opened, numbers), _kept(entity_id, opened)
        opened.close()
        local = _local(entity_id, lessons)
    return Memory(signs, kept, refusals(lessons), local, decisions=len(lessons))


def forget_everything() -> None:
    """For tests and a restored copy: nothing of what was opened before is believed."""
    _opened.clear()
    _fitted.clear()


def marks_of(entity_id: UUID, keys: Keys) -> dict[str, list[str]]:
    """Keyed by the company: two of them never know a sender by the same mark."""
    found: dict[str, list[str]] = {}
    for kind, value in keys.pairs():
        found.setdefault(kind, []).append(mark(entity_id, kind, value))
    return found


def text_key(entity_id: UUID) -> bytes:
    return suppression_mark("screening.text", str(entity_id))


def mark(entity_id: UUID, kind: str, value: str) -> str:
    return suppression_mark(f"screening.{kind}", f"{entity_id}\x00{value}").hex()


# -- what lies sealed ------------------------------------------------------------------------------------


def learned_in(raw: bytes) -> Learned:
    data = unpack(raw)
    return Learned(
        data["marks"],
        Features(**data["features"]),
        frozenset(data["sketch"]),
        data.get("number", ""),
        frozenset(data.get("bands", ())),
    )


class _Opened:
    """The rows of one company, each opened once; those not asked for this time are dropped at the end."""

    def __init__(self, entity_id: UUID) -> None:
        self.entity_id, self.before = entity_id, _opened.get(entity_id, {})
        self.now: dict[UUID, tuple[datetime, Any]] = {}

    def read(
        self, model: Any, column: str, rows: Sequence[Mapping[str, Any]], as_of: str, read: Any
    ) -> dict[UUID, Any]:
        known = {
            row["id"]: self.before[row["id"]]
            for row in rows
            if row["id"] in self.before and self.before[row["id"]][0] == row[as_of]
        }
        missing = [row for row in rows if row["id"] not in known]
        if missing:
            known |= self._open(model, column, missing, as_of, read)
        self.now |= known
        return {id: value for id, (_, value) in known.items()}

    def _open(
        self, model: Any, column: str, rows: Iterable[Mapping[str, Any]], as_of: str, read: Any
    ) -> dict[UUID, tuple[datetime, Any]]:
        asked = {row["id"]: row for row in rows}
        keys: Mapping[UUID, FileKey] = file_keys({row["file_id"] for row in asked.values()})
        sealed = dict(model.objects.filter(id__in=list(asked)).values_list("id", column))
        return {
            id: (row[as_of], read(keys[row["file_id"]].open_bytes(model, column, id, sealed[id])))
            for id, row in asked.items()
            if row["file_id"] in keys and id in sealed
        }

    def close(self) -> None:
        _opened[self.entity_id] = self.now


def _rows(found: "models.QuerySet[Any]", *columns: str) -> list[dict[str, Any]]:
    return list(found.filter(**LIVING).values("id", "file_id", *columns))


def _lessons(entity_id: UUID, opened: _Opened) -> list[Taught]:
    found = Lesson.objects.filter(entity_id=entity_id, undone_at=None).order_by("at", "about")
    rows = _rows(found, "about", "label", "at", "disputed")
    said = opened.read(Lesson, "learned", rows, "at", learned_in)
    return [
        Taught(row["id"], row["about"], row["label"], row["at"], said[row["id"]], not row["disputed"])
        for row in rows
        if row["id"] in said
    ]


def living_repeats(entity_id: UUID) -> "models.QuerySet[Any]":
    """With `last`, when each was met last (or made), and `hits`; without those whose time is over."""
    found = Repeat.objects.filter(
        entity_id=entity_id, removed_at=None, lesson__undone_at=None, lesson__disputed=False, **LIVING
    )
    living = Q(**{f"met__{name}": value for name, value in LIVING.items()})
    met = found.annotate(
        last=Coalesce(Max("met__decided_at", filter=living), "since"), hits=Count("met", filter=living)
    )
    return met.filter(last__gt=clock.now() - kept_for(entity_id)).order_by("since", "id")


def kept_for(entity_id: UUID) -> timedelta:
    days = ScreenRules.objects.filter(entity_id=entity_id).values_list("days", flat=True).first()
    return timedelta(days=DAYS if days is None else days)


def _signs(entity_id: UUID, opened: _Opened, numbers: Mapping[UUID, str]) -> tuple[Sign, ...]:
    rows = list(living_repeats(entity_id).values("id", "file_id", "lesson__about", "kind", "since", "last"))
    said, lasting = opened.read(Repeat, "mark", rows, "since", unpack), kept_for(entity_id)
    return tuple(
        _sign(row, said[row["id"]], row["last"] + lasting, numbers.get(row["lesson__about"], ""))
        for row in rows
        if row["id"] in said
    )


def _sign(row: Mapping[str, Any], said: Any, until: datetime, number: str) -> Sign:
    facts = (row["id"], row["lesson__about"], row["kind"], row["since"], until, number)
    return Sign(*facts, sketch=frozenset(said)) if row["kind"] == "text" else Sign(*facts, mark=said)


def _kept(entity_id: UUID, opened: _Opened) -> tuple[Kept, ...]:
    rows = _rows(Allowed.objects.filter(entity_id=entity_id).order_by("since", "id"), "since")
    said = opened.read(Allowed, "mark", rows, "since", unpack)
    return tuple(Kept(said[row["id"]], row["since"]) for row in rows if row["id"] in said)


# -- the local model -------------------------------------------------------------------------------------


def _local(entity_id: UUID, lessons: Sequence[Taught]) -> Local | None:
    try:
        weights = model.shipped()
    except BadWeights:
        return None
    since = ScreenRules.objects.filter(entity_id=entity_id).values_list("reset_at", flat=True).first()
    chosen = _due([each for each in lessons if _counts(each, since)])
    made_of = digest([weights.digest, [[str(each.id), each.label, each.at.isoformat()] for each in chosen]])
    known = _fitted.get(entity_id)
    if known is None or known[0] != made_of:
        groups = texts(chosen)
        examples = [_example(each, weights.kana, groups[each.id]) for each in chosen]
        known = (made_of, fit(examples, weights.kana.tray))
        _fitted[entity_id] = known
    return known[1]


def _counts(lesson: Taught, since: datetime | None) -> bool:
    """Mashing and fraud are no pitches; and the local model reads Japanese."""
    if not lesson.teaches or lesson.label == "junk" or not lesson.learned.features.kana:
        return False
    return since is None or lesson.at > since


def _due(lessons: Sequence[Taught]) -> list[Taught]:
    """Those of the days before, and of today in whole twenties: the model is made anew that often and no more."""
    midnight = datetime.combine(clock.today(), time(0), clock.JST)
    before = sum(each.at < midnight for each in lessons)
    return list(lessons[: before + (len(lessons) - before) // EVERY * EVERY])


def _example(lesson: Taught, part: model.Part, group: str) -> Example:
    marks, said = lesson.learned.marks, lesson.learned.features
    sender = next(
        (m for kind in ("domain", "address", "phone") for m in marks.get(kind, ())), str(lesson.about)
    )
    base = part.of(said.grams, said.runs, said.offers, said.asks)
    return Example(str(lesson.about), lesson.label == "sales", said.grams, base, sender, group)
