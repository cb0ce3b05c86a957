"""Put texts into the search index, take them out for good, make the index anew.

Never on the way of a submission: the worker indexes. Whoever holds the shelf looks again which files may
still be read, so that nothing comes back after `forget` took it out (RELIABILITY I8).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag

from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import current_epoch
from madoguchi.rooms.vault.queries.search import grams_key, keys_while_they_last, readable_keys, usable
from madoguchi.rooms.vault.search import grams
from madoguchi.rooms.vault.search.copies import Folded, open_copy, seal_copy
from madoguchi.rooms.vault.search.engines import shelf
from madoguchi.rooms.vault.search.grams import Texts
from madoguchi.rooms.vault.search.shelf import Index, State

AT_ONCE = 50  # files taken out while the shelf is held: about a second


@dataclass(frozen=True, slots=True)
class Group:
    """What is found as one thing, and came `at`: its texts by file and field."""

    id: UUID
    at: datetime
    texts: Mapping[UUID, Texts]


@dataclass(frozen=True, slots=True)
class Walk:
    """An index that is being made, and how far it has come through what was there before."""

    number: int
    walked: str


class _Lost(Exception):
    """What was put in can no longer be told, so that nothing can be taken out by itself."""


# ---- putting in


def put(groups: Sequence[Group]) -> None:
    """These groups are found by exactly these texts; files that may no longer be read are left out."""
    with _writing() as indexes:
        keys = readable_keys({file for group in groups for file in group.texts})
        for index in indexes:
            with _dropped_when_lost(index):
                for group in sorted(groups, key=lambda each: each.at):
                    _replace(index, group, keys)


def _replace(index: Index, group: Group, keys: Mapping[UUID, FileKey]) -> None:
    wanted = {file: _folded(texts) for file, texts in group.texts.items() if file in keys}
    place = index.place_of(group.id)
    if place is not None:
        held = _open(group.id, index.copies_at([place])[place])
        if held == wanted:
            return
        index.remove(place, _grams(index, held))
    if wanted:
        place = index.free_place(int(group.at.timestamp() * 1000)) if place is None else place
        copies = {file: seal_copy(keys[file], group.id, folded) for file, folded in wanted.items()}
        index.add(place, group.id, _grams(index, wanted), copies)


def _folded(texts: Texts) -> Folded:
    return {field: [grams.fold(text) for text in each] for field, each in texts.items()}


# ---- taking out


def forget(*, files: Collection[UUID]) -> int:
    """Nothing of these files is found, or lies in the index, any more; gives back how many groups held some.

    Call it outside a transaction, after the commit by which nobody reads the files, before their keys go.
    Safe to repeat. If a key is gone already, the whole index goes and is made anew.
    """
    left, taken = sorted(files), 0
    while left:
        some, left = left[:AT_ONCE], left[AT_ONCE:]
        with _writing() as indexes:
            for index in indexes:
                with _dropped_when_lost(index):
                    taken += _take_out(index, set(some))
    shelf().purge()
    return taken


def _take_out(index: Index, files: set[UUID]) -> int:
    places = index.places_of_files(files)
    groups, copies = index.groups_at(places), index.copies_at(places)
    for place in places:
        held = _open(groups[place], copies[place])
        index.remove(place, _grams(index, held))
        rest = {file: folded for file, folded in held.items() if file not in files}
        if rest:
            left = {file: copies[place][file] for file in rest}
            index.add(place, groups[place], _grams(index, rest), left)
    return len(places)


def _open(group: UUID, copies: Mapping[UUID, bytes]) -> dict[UUID, Folded]:
    keys = keys_while_they_last(copies)
    try:
        return {file: open_copy(keys[file], group, sealed) for file, sealed in copies.items()}
    except (KeyError, InvalidTag):
        raise _Lost from None


def _grams(index: Index, held: Mapping[UUID, Folded]) -> list[int]:
    texts: Folded = {}
    for folded in held.values():
        for field, each in folded.items():
            texts.setdefault(field, []).extend(each)
    return grams.of_texts(grams_key(index.state.epoch), texts)


@contextmanager
def _dropped_when_lost(index: Index) -> Iterator[None]:
    try:
        yield
    except _Lost:
        shelf().drop([index.number])


@contextmanager
def _writing() -> Iterator[list[Index]]:
    """Alone with the indexes that can still be used; what another format or a lost key made is dropped."""
    with shelf().writing() as indexes:
        shelf().drop([index.number for index in indexes if not usable(index)])
        yield [index for index in indexes if usable(index)]


# ---- making anew


def reset() -> None:
    """Drop everything: after a restore, or when in doubt. The worker makes the index anew, newest first."""
    with shelf().writing():
        shelf().clear()


def leave_epoch(number: int) -> None:
    """Before the key of this index epoch is destroyed: an index that still needs it is dropped."""
    with shelf().writing() as indexes:
        shelf().drop([index.number for index in indexes if index.state.epoch == number])


def begin_walk() -> Walk | None:
    """The index that must be made, or made further; None when the one that serves is whole and current."""
    epoch = current_epoch("index")
    with _writing() as indexes:
        newest = indexes[-1] if indexes else None
        if newest is not None and newest.state.epoch == epoch:
            return None if newest.state.whole else Walk(newest.number, newest.state.walked)
        shelf().drop([index.number for index in indexes if not index.state.whole])
        shelf().make(State(grams.FORMAT, epoch, False, ""))
    return begin_walk()


def note_walk(walk: Walk, *, walked: str, whole: bool) -> None:
    """So far has it come; once it is whole it serves, and the older one goes."""
    with _writing() as indexes:
        for index in indexes:
            if index.number == walk.number:
                index.note(whole=whole, walked=walked)
                older = [each.number for each in indexes if each.number < index.number]
                shelf().drop(older if whole else [])
