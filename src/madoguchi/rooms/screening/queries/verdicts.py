"""Why an inquiry lies where it lies, ready to be said (SCREENING §9). Never a percentage, never a name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

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
    rows = list(Verdict.objects.filter(about__in=list(abouts), **LIVING))
    keys = file_keys({row.file_id for row in rows})
    counts = _groups([row.group for row in rows if row.group])
    return {row.about: told(row, keys[row.file_id], counts) for row in rows if row.file_id in keys}


def _groups(groups: Collection[UUID]) -> dict[UUID, int]:
    """How many lie in each, the first included."""
    found = dict[UUID, int]()
    for group in Verdict.objects.filter(group__in=set(groups), **LIVING).values_list("group", flat=True):
        if group is not None:
            found[group] = found.get(group, 1) + 1
    return found


def told(row: Verdict, key: FileKey, counts: Mapping[UUID, int]) -> Told:
    raw = key.open_bytes(Verdict, "why", row.id, row.why) if row.why else b""
    why = deciding.unpacked(raw)
    return Told(
        about=row.about, lane=row.lane, band=BANDS.get(row.band, row.band), badge=row.badge, moved=row.moved,
        undecided=not row.stage, stage=row.stage, reasons=wording.reasons(why), counter=wording.counter(why),
        spans=wording.spans(why), sentences=wording.telling(why), counter_spans=wording.against(why),
        earlier=why.get("earlier", ""), earlier_on=why.get("earlier_on", ""),
        rights=bool(why.get("rights")), guarded=bool(why.get("guards")), versions=why.get("versions", {}),
        change=wording.change(why), score=row.score, group=counts.get(row.group, 0) if row.group else 0,
        group_of=row.group, decided_at=row.decided_at, settled=row.settled_lane, settled_at=row.settled_at,
        settled_by=row.settled_by,
    )  # fmt: skip
