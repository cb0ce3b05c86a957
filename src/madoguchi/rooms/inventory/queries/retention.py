"""How long each class is kept, and whose time is over (LAW 6.3).

Which tables take part is read from their declarations (`Table.ends`, `part_of`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import End
from madoguchi.rooms.audit.queries import latest, newest
from madoguchi.rooms.inventory import periods
from madoguchi.rooms.inventory.models import RetentionPeriod
from madoguchi.rooms.inventory.queries.holds import holding_on, standing
from madoguchi.rooms.inventory.reading import AT_ONCE, Holding, holdings, path
from madoguchi.rooms.vault.queries import kept_over, kept_sealed, readable

BEGINS = time(2, 0)  # Asia/Tokyo: the nightly run begins after this
RAN = "retention.ran"
ACCEPTED = "retention.clock-accepted"
RESTORED = "backup.restored"
REMAINDER = "remainder"  # the cause of a deletion of what had to stay after an erasure
_NIGHTS = 60  # newest runs among which a day is looked for: after a wrong clock they may not be in order


@dataclass(frozen=True, slots=True)
class Due:
    """A matter whose time is over: its row, the moment its period ran from, and all files that end with it."""

    table: str
    row: UUID
    since: datetime
    files: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """What one class would lose on a day: how much, from when to when. `spared`: how many stay although their time is
    over, and why."""

    retention: str
    days: int | None
    count: int
    oldest: datetime | None
    newest: datetime | None
    spared: int = 0
    because: str = ""

    @property
    def period(self) -> str:
        return periods.in_words(self.days)


@dataclass(frozen=True, slots=True)
class Decision:
    """How long one class is kept, in days and in words; `days` None: without end, `at` None: nobody decided yet."""

    retention: str
    label: str
    runs_from: str
    proposed: str
    days: int | None
    period: str
    at: datetime | None


# -- periods ----------------------------------------------------------------------------------------


def period_of(entity_id: UUID, retention: str) -> int | None:
    """Days, as decided last; None: without end."""
    return _decided(entity_id, retention).values_list("days", flat=True).first()


def decided_at(entity_id: UUID, retention: str) -> datetime | None:
    return _decided(entity_id, retention).values_list("set_at", flat=True).first()


def decisions(entity_id: UUID) -> list[Decision]:
    """Every class, in the order of the screen."""
    found = []
    for code, each in periods.CLASSES.items():
        days, at = _decided(entity_id, code).values_list("days", "set_at").first() or (None, None)
        words = periods.in_words(days) if days or at is None else "期限なし"
        found.append(Decision(code, each.label, each.runs_from, each.proposed, days, words, at))
    return found


def _decided(entity_id: UUID, retention: str) -> QuerySet[RetentionPeriod]:
    return RetentionPeriod.objects.filter(entity_id=entity_id, retention=retention).order_by("-set_at")


def periods_on(entity_id: UUID, on: date) -> dict[str, int]:
    """What counts in the night of this day: a decision of the same day waits until the next night, unless it is
    the longer one. Classes without an end are left out."""
    found = {code: in_force(entity_id, code, on) for code in periods.CLASSES}
    return {code: days for code, days in found.items() if days is not None}


def in_force(entity_id: UUID, retention: str, on: date) -> int | None:
    begin = periods.over_before(on, 0)
    decided = _decided(entity_id, retention)
    before = decided.filter(set_at__lt=begin).values_list("days", flat=True).first()
    fresh = decided.filter(set_at__gte=begin).values_list("days", flat=True)
    every = [before, *fresh]
    return None if None in every else max(days for days in every if days is not None)


# -- nights -----------------------------------------------------------------------------------------


def has_run(on: date) -> bool:
    """Whether the run of this day came to its end."""
    return any(ran.details["day"] == on.isoformat() for ran in newest((RAN,), limit=_NIGHTS))


@dataclass(frozen=True, slots=True)
class Run:
    """A night's run that came to its end: its day, when it was done, and how many files it ended."""

    day: date
    at: datetime
    files: int


def last_run() -> Run | None:
    for ran in newest((RAN,), limit=1):
        counts = [int(n) for name, n in ran.details.items() if name != "day"]
        return Run(date.fromisoformat(ran.details["day"]), ran.at, sum(counts))
    return None


def is_time(trusted: datetime) -> bool:
    """Whether the run of this night is to begin (or to go on)."""
    now = clock.local(trusted)
    return now.time() >= BEGINS and not has_run(now.date()) and not restored_unseen()


def restored_unseen() -> bool:
    """Whether a backup was brought back since an officer last looked: holds and longer periods decided after that
    backup are not in it, and nothing may end for want of them."""
    restored, looked = latest(RESTORED), latest(ACCEPTED)
    return restored is not None and (looked is None or looked.at < restored.at)


def next_run_on(trusted: datetime) -> date:
    """The day of the run that comes next, or is under way."""
    today = clock.local(trusted).date()
    return today + timedelta(days=1) if has_run(today) else today


def takes_effect_on() -> date:
    """The first night in which a shorter period counts that is decided now."""
    return clock.today() + timedelta(days=1)


# -- what is over -----------------------------------------------------------------------------------


def listings(entity_id: UUID, on: date) -> list[Listing]:
    """The dry run: exactly what the run of this day takes, counted."""
    days = periods_on(entity_id, on)
    return [listing(entity_id, code, on, days.get(code)) for code in periods.CLASSES]


def listing(entity_id: UUID, retention: str, on: date, days: int | None) -> Listing:
    """The same for any period, so that a change can be weighed before it is made."""
    if days is None:
        return Listing(retention, None, 0, None, None)
    counted = [
        rows.aggregate(n=Count("pk"), oldest=Min(end.since), newest=Max(end.since))
        for holding, end in ruled_by(retention)
        for rows in [over(holding, end, entity_id, on, days)]
    ]
    oldest = min((each["oldest"] for each in counted if each["n"]), default=None)
    newest = max((each["newest"] for each in counted if each["n"]), default=None)
    count = sum(each["n"] for each in counted)
    spared, because = _left(entity_id, retention, on, days)
    return Listing(retention, days, count, oldest, newest, spared, because)


def _left(entity_id: UUID, retention: str, on: date, days: int) -> tuple[int, str]:
    found = [
        (over(holding, end, entity_id, on, days, spared=True).count(), end.because)
        for holding, end in ruled_by(retention)
        if end.spared
    ]
    return sum(count for count, _ in found), next((because for count, because in found if count), "")


def due(entity_id: UUID, retention: str, on: date, days: int) -> Iterator[Due]:
    """One after the other, the oldest first. What shares a file with a matter that is not over stays (late, never
    early); it shows in the check of `inventory.kept-no-longer-than-said`."""
    for holding, end in ruled_by(retention):
        rows = over(holding, end, entity_id, on, days).order_by(end.since, "pk")
        after: tuple[Any, Any] | None = None
        while window := _window(rows, holding, end, after):
            after = (window[-1][1], window[-1][0])
            yield from _alone(holding, _whole(holding, window), on)


def over(
    holding: Holding, end: End, entity_id: UUID, on: date, days: int, *, grace: int = 0, spared: bool = False
) -> Any:
    """Rows of one table under one class whose period is over on that day, readable and not held; or those of them
    that are spared all the same."""
    file = path(holding.table.file)
    bound = {f"{end.since}__lt": periods.over_before(on, days + grace)}
    rows = holding.model._default_manager.filter(*_in_words(holding, end), **bound, **readable(file))
    if any(field.name == "entity" for field in holding.model._meta.concrete_fields):
        rows = rows.filter(entity=entity_id)
    if end.spared is not None:
        rows = rows.filter(end.spared() if spared else ~end.spared())
    return rows.exclude(Exists(holding_on(on - timedelta(days=grace)).filter(file=OuterRef(file))))


def _in_words(holding: Holding, end: End) -> list[RawSQL]:
    """The declaration's own constants, written out: from bound values SQLite does not prove that it may use an index."""
    conditions = [f"{name} = '{value}'" for name, value in end.where.items()] + [f"{end.since} IS NOT NULL"]
    table = holding.model._meta.db_table
    return [RawSQL(f"{table}.{each}", [], output_field=BooleanField()) for each in conditions]  # noqa: S611


def ruled_by(retention: str) -> list[tuple[Holding, End]]:
    """The tables that say of some of their rows that they are of this class."""
    return [
        (holding, end) for holding in holdings() for end in holding.table.ends if end.retention == retention
    ]


def _window(rows: Any, holding: Holding, end: End, after: tuple[Any, Any] | None) -> list[Any]:
    if after is not None:
        moment, last = after
        later = Q(**{f"{end.since}__gt": moment}) | Q(**{end.since: moment, "pk__gt": last})
        rows = rows.filter(later, **{f"{end.since}__gte": moment})
    return list(rows.values_list("pk", end.since, path(holding.table.file))[:AT_ONCE])


def _whole(holding: Holding, window: Iterable[tuple[UUID, datetime, UUID]]) -> list[Due]:
    """With the files of everything that is part of the row."""
    window = list(window)
    parts = defaultdict[UUID, list[UUID]](list)
    for part in _parts_of(holding):
        for root, file in _part_files(
            part, {f"{path(part.table.part_of)}__in": [row for row, _, _ in window]}
        ):
            parts[root].append(file)
    return [
        Due(holding.label, row, since, tuple(dict.fromkeys((file, *parts[row]))))
        for row, since, file in window
    ]


def _alone(holding: Holding, found: list[Due], on: date) -> Iterator[Due]:
    files = {file for each in found for file in each.files}
    shared = _shared(holding, files, {each.row for each in found})
    held = standing(files, on)
    for each in found:
        if not {*each.files} & (shared | held.keys()):
            yield each


def _shared(holding: Holding, files: Collection[UUID], rows: Collection[UUID]) -> set[UUID]:
    """Files in which another matter lies, or a part of one."""
    found = set[UUID]()
    for each in holdings():
        file = path(each.table.file) if each.in_files else ""
        for end in each.table.ends if file else ():
            inside = each.model._default_manager.filter(**end.where, **{f"{file}__in": list(files)})
            others = inside.exclude(pk__in=list(rows)) if each.model is holding.model else inside
            found |= set(others.values_list(file, flat=True))
        if file and each.table.part_of:
            pairs = _part_files(each, {f"{file}__in": list(files)})
            found |= {part for root, part in pairs if each.whole != holding.label or root not in rows}
    return found


def _parts_of(holding: Holding) -> list[Holding]:
    return [
        each for each in holdings() if each.table.part_of and each.in_files and each.whole == holding.label
    ]


def _part_files(part: Holding, where: Mapping[str, Any]) -> set[tuple[UUID, UUID]]:
    """(the row it is part of, its file), each once."""
    file = path(part.table.file)
    rows = part.model._default_manager.filter(**where, **{f"{file}__isnull": False})
    return set(rows.values_list(path(part.table.part_of), file))


def hold_rows(retention: str, some: Iterable[Due]) -> dict[UUID, datetime | None]:
    """Inside an action: the rows that still fall under the class, held, with the moment their period runs from."""
    asked = [each.row for each in some]
    return {
        row: since
        for holding, end in ruled_by(retention)
        for row, since in _not_spared(holding, end)
        .filter(pk__in=asked)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
        .values_list("pk", end.since)
    }


def _not_spared(holding: Holding, end: End) -> Any:
    rows = holding.model._default_manager.filter(**end.where)
    return rows if end.spared is None else rows.exclude(end.spared())


def files_now(some: Iterable[Due]) -> set[UUID]:
    """The files of these matters as they are at this moment."""
    by_table = defaultdict[str, list[Due]](list)
    for each in some:
        by_table[each.table].append(each)
    return {
        file
        for holding in holdings()
        for each in _whole(holding, [(one.row, one.since, one.files[0]) for one in by_table[holding.label]])
        for file in each.files
    }


def matter_files(table: str, row: UUID) -> tuple[UUID, ...]:
    """Every file of one matter, its own first."""
    holding = next(each for each in holdings() if each.label == table)
    own = holding.model._default_manager.values_list(path(holding.table.file), flat=True).get(pk=row)
    (whole,) = _whole(holding, [(row, clock.now(), own)])
    return whole.files


def remainder_over(on: date, *, limit: int) -> tuple[str, list[UUID]]:
    """Sealed files whose last lawful day has passed, and the law for which they stayed: of one law at a time."""
    sealed = kept_sealed(kept_over(on)[:limit])
    law = min((law for law, _ in sealed.values()), default="")
    return law, [file for file, (its, _) in sealed.items() if its == law]


def remainder_count(on: date) -> int:
    return len(kept_over(on))
