"""What a package says, whatever form it has: sections of records, read once and written at once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from madoguchi.foundation.lib import calendar

MARK = "■■■"  # in the place of what is blacked out


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that is held or happened: what it is, when, by whom, and what it says."""

    what: str
    at: datetime | None
    by: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """`records` is called each time the section is written."""

    title: str
    lead: str
    records: Callable[[], Iterator[Record]]


@dataclass(frozen=True, slots=True)
class Withheld:
    """What is held back, how often, and why (Art 33(2)(i)): the ground is shown where it was."""

    what: str
    ground: str
    article: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One attachment: the name that it had, and under which it lies here. Empty `path`: it is held back."""

    name: str
    media_type: str
    size: int
    path: str
    belongs: str


@dataclass(frozen=True, slots=True)
class Telling:
    """The whole of it. `head` says whose request this answers, and who answers."""

    title: str
    head: tuple[Fact, ...]
    sections: Sequence[Section]
    withheld: tuple[Withheld, ...]
    enclosed: tuple[Enclosed, ...]


def moment(at: datetime | None) -> str:
    return calendar.japanese_date(at) if at else ""


class Blacking:
    """Puts the mark in the place of words of others; the longest first, so that a part of a name uncovers nothing."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = sorted({each for each in words if each}, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for each in self.words:
            text = text.replace(each, MARK)
        return text

    def record(self, record: Record) -> Record:
        if not self.words:
            return record
        facts = tuple(Fact(each.label, self(each.value)) for each in record.facts)
        return Record(record.what, record.at, record.by, facts)
