"""Until when one matter is kept, as far as that is known today."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from madoguchi.rooms.inventory.periods import CLASSES, in_words, last_day
from madoguchi.rooms.inventory.queries.holds import standing
from madoguchi.rooms.inventory.queries.retention import period_of
from madoguchi.rooms.inventory.rules import HOLD_GROUNDS
from madoguchi.rooms.jobs.queries import trusted_today


@dataclass(frozen=True, slots=True)
class Until:
    """`period` in words, empty when nobody decided one; `last_day` once it runs; `held_until` while a hold stands."""

    period: str
    runs_from: str
    last_day: date | None
    held_until: date | None


def until(*, entity_id: UUID, retention: str, since: datetime | None, file: UUID) -> Until:
    days, hold = period_of(entity_id, retention), standing([file], trusted_today()).get(file)
    return Until(
        period="" if days is None else in_words(days),
        runs_from=CLASSES[retention].runs_from,
        last_day=None if days is None or since is None else last_day(since, days),
        held_until=hold.until if hold else None,
    )


def class_in_words(code: str) -> str:
    """What a class, or the law of a remainder, is called; another code is given back as it is."""
    return CLASSES[code].label if code in CLASSES else HOLD_GROUNDS.get(code, code)
