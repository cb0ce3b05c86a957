"""A button of the desk teaches, and nothing else does: 営業, お客様でした, 迷惑, and each taken back (SCREENING §11)."""

from dataclasses import asdict, dataclass
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.screening import sameness
from madoguchi.rooms.screening.actions.fuse import look_at_fuse
from madoguchi.rooms.screening.errors import NothingToTeach
from madoguchi.rooms.screening.facts import Facts as Facts
from madoguchi.rooms.screening.keys import keys_of
from madoguchi.rooms.screening.learned import Features, features_of, sketch_of
from madoguchi.rooms.screening.models import LANES, Allowed, Lesson, Repeat, Verdict
from madoguchi.rooms.screening.queries.memory import marks_of, pack, text_key
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import hold_file


@dataclass(frozen=True, slots=True)
class Prepared:
    """Made before the turn to write is taken: reading a long text takes its time."""

    facts: Facts
    marks: dict[str, list[str]]
    features: Features
    sketch: list[int]
    number: str


def prepare(facts: Facts, number: str = "") -> Prepared:
    marks = marks_of(facts.entity_id, keys_of(facts))
    return Prepared(facts, marks, features_of(facts), sketch_of(facts, text_key(facts.entity_id)), number)


def teach(
    *, entity_id: UUID, about: UUID, file_id: UUID, facts: Facts, label: str, by: Ref, number: str = ""
) -> bool:
    """The latest button counts. True when it blew the fuse. Raises FileErased for what is gone."""
    if (entity_id, about, file_id) != (facts.entity_id, facts.about, facts.file_id):
        raise NothingToTeach
    return teach_prepared(prepare(facts, number), label=label, by=by)


@action
def teach_prepared(prepared: Prepared, *, label: str, by: Ref) -> bool:
    """Inside the verb that implies it: the caller holds the inquiry's row, and its file is held here."""
    if label not in LANES:
        raise NothingToTeach
    facts = prepared.facts
    key, before = hold_file(facts.file_id), Lesson.objects.filter(about=facts.about).first()
    disputed = _disputes(before, label, by)
    if before is not None:
        Lesson.objects.filter(id=before.id).delete()
    lesson = Lesson(
        id=uuid7(), about=facts.about, entity_id=facts.entity_id, file_id=facts.file_id, label=label, by=by.id,
        at=clock.now(), disputed=disputed,
    )  # fmt: skip
    lesson.learned = key.seal_bytes(Lesson, "learned", lesson.id, _packed(prepared))
    lesson.save(force_insert=True)
    Allowed.objects.filter(about=facts.about).delete()
    if label == "sales":
        _remember(lesson, prepared, key)
    if label == "genuine":
        _allow(prepared, key, by)
    _settle(facts.about, LANES[label], by)
    record(
        "screening.taught",
        about=Ref("inquiry", facts.about),
        by=by,
        details={"label": label, "disputed": disputed},
    )
    return label == "genuine" and look_at_fuse(facts.entity_id)


@action
def unteach(*, about: UUID, by: Ref) -> None:
    """取り消す: as if it had not been said. The lesson stays as a line of what happened, and teaches nothing."""
    lesson = Lesson.objects.filter(about=about, undone_at=None).first()
    if lesson is None:
        return
    Lesson.objects.filter(id=lesson.id).update(undone_at=clock.now())
    Repeat.objects.filter(lesson_id=lesson.id).delete()
    Allowed.objects.filter(about=about).delete()
    Verdict.objects.filter(about=about).update(settled_at=None, settled_by=None, settled_lane="")
    record("screening.untaught", about=Ref("inquiry", about), by=by, details={"label": lesson.label})


def _disputes(before: Lesson | None, label: str, by: Ref) -> bool:
    """Two colleagues of different mind: it teaches nothing until one of them, or a third, says it once more."""
    if before is None or before.undone_at is not None or before.label == label:
        return False
    return before.by != by.id and not before.disputed


def _packed(prepared: Prepared) -> bytes:
    return pack(
        {
            "marks": prepared.marks, "features": asdict(prepared.features), "sketch": prepared.sketch,
            "number": prepared.number, "bands": sorted(sameness.bands(prepared.sketch)),
        }
    )  # fmt: skip


def _remember(lesson: Lesson, prepared: Prepared, key: FileKey) -> None:
    kinds = [(kind, mark) for kind in ("domain", "phone", "host") for mark in prepared.marks.get(kind, ())]
    said = [*kinds, ("text", prepared.sketch)] if prepared.sketch else kinds
    for kind, value in said:
        row = Repeat(id=uuid7(), lesson=lesson, entity_id=lesson.entity_id, file_id=lesson.file_id, kind=kind)
        row.since, row.mark = lesson.at, key.seal_bytes(Repeat, "mark", row.id, pack(value))
        row.save(force_insert=True)


def _allow(prepared: Prepared, key: FileKey, by: Ref) -> None:
    facts = prepared.facts
    for kind in ("address", "domain", "phone"):
        for value in prepared.marks.get(kind, ()):
            row = Allowed(
                id=uuid7(),
                about=facts.about,
                entity_id=facts.entity_id,
                file_id=facts.file_id,
                kind=kind,
                by=by.id,
            )
            row.mark = key.seal_bytes(Allowed, "mark", row.id, pack(value))
            row.save(force_insert=True)


def _settle(about: UUID, lane: str, by: Ref) -> None:
    Verdict.objects.filter(about=about).update(settled_at=clock.now(), settled_by=by.id, settled_lane=lane)
