"""Search over sealed text: which groups hold all that is asked for. Whoever asks opens them and looks."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from madoguchi.rooms.vault.errors import FileErased, KeysUnusable
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.keyring import keyring
from madoguchi.rooms.vault.queries import _unwrap, _with_keys, current_epoch, readable
from madoguchi.rooms.vault.search import grams
from madoguchi.rooms.vault.search.engines import shelf
from madoguchi.rooms.vault.search.shelf import Index


@dataclass(frozen=True, slots=True)
class Term:
    """A folded word, anywhere or in one field."""

    word: str
    field: str = grams.ANYWHERE


@dataclass(frozen=True, slots=True)
class Found:
    """Groups by place, newest first. `reached` is where to go on, None when there is no more."""

    groups: list[tuple[int, UUID]]
    reached: int | None


def find(terms: Sequence[Term], *, before: int | None = None, limit: int) -> Found:
    """At most `limit` groups that hold the grams of every term: nearly all of them say the words."""
    with shelf().reading() as index:
        if index is None or not usable(index) or not terms:
            return Found([], None)
        key = grams_key(index.state.epoch)
        asked = set().union(*(grams.of_word(key, term.field, term.word) for term in terms))
        places = index.find(asked, before=before, limit=limit)
        groups = index.groups_at(places)
    return Found([(at, groups[at]) for at in places if at in groups], _last(places, limit))


def _last(places: Sequence[int], limit: int) -> int | None:
    return places[-1] if len(places) == limit else None


def files_with(field: str, text: str, *, limit: int) -> list[UUID]:
    """Files of the newest groups that seem to say `text` in that field; open them before believing it."""
    with shelf().reading() as index:
        if index is None or not usable(index) or not grams.fold(text):
            return []
        asked = grams.of_word(grams_key(index.state.epoch), field, grams.fold(text))
        places = index.find(asked, before=None, limit=limit)
        copies = index.copies_at(places)
    return [file for at in places for file in copies[at]][:limit]


def fold(text: str) -> str:
    """As words and texts are compared: width, case, kana, spaces and variants of letters as one."""
    return grams.fold(text)


def squeeze(folded: str) -> str:
    """Long numbers without their hyphens and brackets."""
    return grams.squeeze(folded)


def contains(folded: str, word: str) -> bool:
    return grams.contains(folded, word)


def is_whole() -> bool:
    """False while the index is being made: older things may not be found yet."""
    with shelf().reading() as index:
        return index is not None and usable(index) and index.state.whole


def is_current() -> bool:
    """Whether the worker has nothing to make."""
    with shelf().reading() as index:
        whole = index is not None and usable(index) and index.state.whole
        return whole and index is not None and index.state.epoch == current_epoch("index")


def usable(index: Index) -> bool:
    """Made by this program, under a key that still lives."""
    if index.state.format != grams.FORMAT:
        return False
    try:
        grams_key(index.state.epoch)
    except KeysUnusable:
        return False
    return True


def grams_key(epoch: int) -> bytes:
    return _grams_key(keyring().key("index", epoch).secret)


@lru_cache(maxsize=8)
def _grams_key(secret: bytes) -> bytes:
    return grams.gram_key(secret)


def readable_keys(files: Iterable[UUID]) -> dict[UUID, FileKey]:
    """Keys of files that may be read now; one whose key is damaged is left out, so that it stops nothing else."""
    return _keys(files, **readable())


def keys_while_they_last(files: Iterable[UUID]) -> dict[UUID, FileKey]:
    """The same even while files end or are kept sealed: only to take out what was made of their text."""
    return _keys(files, destroyed_at=None)


def _keys(files: Iterable[UUID], **which: Any) -> dict[UUID, FileKey]:
    keys = {}
    for file in _with_keys().filter(id__in=list(files), **which):
        with suppress(FileErased):
            keys[file.id] = _unwrap(file)
    return keys
