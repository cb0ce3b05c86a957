"""Others who are named in what is about to be disclosed: addresses, numbers and names, to be looked at by an officer
(Art 33(2)(i); LAW pitfall 10). What it finds is a help; what is blacked out is decided by a person.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from madoguchi.foundation.lib import contact
from madoguchi.foundation.lib.text import search_key
from madoguchi.rooms.inquiries.queries.of_person import heads
from madoguchi.rooms.inventory.queries.disclosure import Lying, lying_in, opened
from madoguchi.rooms.organisation.queries import entity_facts
from madoguchi.rooms.rights.models import RightsRequest
from madoguchi.rooms.rights.queries.collected import chosen_of
from madoguchi.rooms.rights.queries.package import INQUIRY, WITHOUT
from madoguchi.rooms.rights.queries.requests import asked_of

MOST = 300  # candidates shown
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}\.[A-Za-z]{2,24}")
_PHONE = re.compile(r"(?<![\d-])\(?0\d{1,4}\)?[-‐－ー\s]?\d{1,4}[-‐－ー\s]?\d{3,4}(?!\d)")
_KANJI, _KANA = r"\u3005\u4e00-\u9fff\U00020000-\U0003ffff", r"\u30a1-\u30fa\u30fc"
# One or two words before what people are called by: 佐藤様, 佐藤 次郎さん, サトウ氏, 田中部長.
_CALLED = re.compile(
    rf"((?:[{_KANJI}]{{1,4}}[ \u3000]?[{_KANJI}]{{0,4}})|[{_KANA}]{{2,10}})(?=[ \u3000]?(?:様|さま|さん|氏|殿|君|ちゃん|先生))"
)
# Words that end in the same way and name nobody.
_NOBODY = frozenset(("皆", "お客", "客", "担当者", "御担当者", "ご担当者", "各位", "担当", "お客様", "奥", "皆々", "関係者", "代表者", "本人", "御本人", "ご本人"))  # fmt: skip
_OWN_KEYS = ("name", "email", "phone", "company")


@dataclass(frozen=True, slots=True)
class Candidate:
    """`words` exactly as they stand; `kind`: email, phone or name; in which inquiries, and how often."""

    words: str
    kind: str
    count: int
    numbers: tuple[str, ...]


def third_persons(request: RightsRequest) -> list[Candidate]:
    """The most frequent first. What is the person's own, or ours, is left out."""
    matters = lying_in(chosen_of(request), without=WITHOUT)
    known = heads([each.id for each in matters if each.table == INQUIRY])
    counts, where = Counter[tuple[str, str]](), defaultdict[tuple[str, str], set[str]](set)
    own = {
        search_key(each)
        for each in (*asked_of(request).values(), *entity_facts(request.entity_id).values())
        if each
    }
    for matter in matters:
        own |= {search_key(value) for value in _own(matter)}
        number = known[matter.id].number if matter.id in known else ""
        for text in _texts(matter):
            for found in _in(text):
                counts[found] += 1
                where[found].add(number)
    theirs = _Own(own)
    return [
        Candidate(words, kind, count, tuple(sorted(where[kind, words] - {""})))
        for (kind, words), count in counts.most_common()
        if not theirs.has(kind, words)
    ][:MOST]


def _texts(matter: Lying) -> Iterator[str]:
    for row in opened(matter.places):
        yield from (each.value for each in row.found if not each.sign)


def _own(matter: Lying) -> Iterator[str]:
    """What the person told us of themselves in the inquiry's own answers."""
    asked = [place for place in matter.places if place.row == matter.id]
    for row in opened(asked):
        yield from (each.value for each in row.found if each.key in _OWN_KEYS and each.value)


def _in(text: str) -> Iterator[tuple[str, str]]:
    for each in _EMAIL.finditer(text):
        yield "email", each[0].rstrip(".")
    for each in _PHONE.finditer(text):
        if len(re.sub(r"\D", "", each[0])) in (10, 11):
            yield "phone", each[0].strip()
    for each in _CALLED.finditer(text):
        words = each[1].strip(" \u3000")
        if words not in _NOBODY:
            yield "name", words


class _Own:
    """Whether words are the person's or ours: the same address, the same number, a part of the name."""

    def __init__(self, values: set[str]) -> None:
        self.values = values
        self.keys = {key for value in values if (key := _phone(value))}
        self.parts = {part for value in values for part in (value, *value.split())}

    def has(self, kind: str, words: str) -> bool:
        if kind == "phone":
            return _phone(words) in self.keys
        key = search_key(words)
        return key in self.parts or (
            kind == "name" and key.replace(" ", "") in {each.replace(" ", "") for each in self.values}
        )


def _phone(value: str) -> str:
    try:
        return contact.read_phone(value).key
    except contact.Unreadable:
        return ""
