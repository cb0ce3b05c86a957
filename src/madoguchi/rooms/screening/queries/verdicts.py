"""Why an inquiry lies where it lies, ready to be said (SCREENING §9). Never a percentage, never a name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery

from madoguchi.rooms.screening import deciding, wording
from madoguchi.rooms.screening.models import Verdict
from madoguchi.rooms.screening.queries.memory import LIVING
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_keys

BANDS = {"high": "高い", "some": "あり", "": "–"}
Span = tuple[str, int, int]  # a field of the form, and from where to where in it


@dataclass(frozen=True, slots=True)
class Told:
    """`lane` is where the machine would put it, `moved` whether it did. `spans`: the words that the reasons rest on, `sentences`: the one or two that read most like a pitch.
    `earlier`: receipt number of the earlier pitch, marked on the day `earlier_on`. `group` counts the same texts among which it lies, named by
    `group_of`. `rights`: it asks for something under the Act. `settled`: the lane that a person decided since."""

    about: UUID
    lane: str
    band: str
    badge: bool
    moved: bool
    undecided: bool
    stage: str
    reasons: list[str] = field(default_factory=list)
    counter: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    sentences: list[Span] = field(default_factory=list)
    counter_spans: list[Span] = field(default_factory=list)
    earlier: str = ""
    earlier_on: str = ""
    rights: bool = False
    guarded: bool = False
    versions: Mapping[str, Any] = field(default_factory=dict)
    change: str = ""
    score: float | None = None
    group: int = 0
    group_of: UUID | None = None
    decided_at: datetime | None = None
    settled: str = ""
    settled_at: datetime | None = None
    settled_by: UUID | None = None


def was_moved(about: UUID) -> bool:
    """By the machine, whatever came after."""
    return Verdict.objects.filter(about=about, moved=True).exists()


def of(about: UUID) -> Told | None:
    """None when nothing was decided, or what it was about is gone."""
    return of_many([about]).get(about)


def of_many(abouts: Collection[UUID]) -> dict[UUID, Told]:
    """In two questions, whatever their number."""
    alike = Verdict.objects.filter(group=OuterRef("group"), **LIVING).order_by().values("group")
    found = Verdict.objects.filter(about__in=list(abouts), **LIVING)
    rows: list[Any] = list(found.annotate(alike=Subquery(alike.annotate(n=Count("id")).values("n"))))
    keys = file_keys({row.file_id for row in rows})
    return {row.about: told(row, keys[row.file_id], row.alike or 0) for row in rows if row.file_id in keys}


def in_words(about: UUID, fields: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Reasons and what speaks against them, with the words that were matched, for whoever reads the text anyway."""
    row = Verdict.objects.filter(about=about, **LIVING).first()
    keys = file_keys([row.file_id]) if row else {}
    if row is None or row.file_id not in keys or not row.why:
        return [], []
    why = deciding.unpacked(keys[row.file_id].open_bytes(Verdict, "why", row.id, row.why))
    text = deciding.Placed(fields).text
    return wording.reasons(why, text), wording.counter(why, text)


def told(row: Verdict, key: FileKey, alike: int) -> Told:
    """`alike`: how many lie in its group beside the first."""
    raw = key.open_bytes(Verdict, "why", row.id, row.why) if row.why else b""
    why = deciding.unpacked(raw)
    return Told(
        about=row.about, lane=row.lane, band=BANDS.get(row.band, row.band), badge=row.badge, moved=row.moved,
        undecided=not row.stage, stage=row.stage, reasons=wording.reasons(why), counter=wording.counter(why),
        spans=wording.spans(why), sentences=wording.telling(why), counter_spans=wording.against(why),
        earlier=why.get("earlier", ""), earlier_on=why.get("earlier_on", ""),
        rights=bool(why.get("rights")), guarded=bool(why.get("guards")), versions=why.get("versions", {}),
        change=wording.change(why), score=row.score, group=alike + 1 if row.group else 0,
        group_of=row.group, decided_at=row.decided_at, settled=row.settled_lane, settled_at=row.settled_at,
        settled_by=row.settled_by,
    )  # fmt: skip
