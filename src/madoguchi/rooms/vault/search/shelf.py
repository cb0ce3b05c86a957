"""Where indexes stand: a file each on SQLite, tables on PostgreSQL. Both keep the same promises.

An index is whole, or being made while an older one serves. Whoever writes holds the shelf alone, so that
nothing is put back while it is being taken out.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class State:
    """`walked` is how far a new index has come through what was there before it, newest first."""

    format: int
    epoch: int
    whole: bool
    walked: str


class Index(Protocol):
    """One index. A place is the moment a group came, in milliseconds, so that higher is newer."""

    number: int
    state: State

    def note(self, *, whole: bool, walked: str) -> None: ...
    def place_of(self, group: UUID) -> int | None: ...
    def free_place(self, wanted: int) -> int: ...
    def places_of_files(self, files: Collection[UUID]) -> list[int]: ...
    def groups_at(self, places: Collection[int]) -> dict[int, UUID]: ...
    def copies_at(self, places: Collection[int]) -> dict[int, dict[UUID, bytes]]: ...
    def add(self, place: int, group: UUID, grams: Sequence[int], copies: Mapping[UUID, bytes]) -> None: ...
    def remove(self, place: int, grams: Sequence[int]) -> None: ...
    def find(self, grams: Collection[int], *, before: int | None, limit: int) -> list[int]: ...


class Shelf(Protocol):
    def writing(self) -> AbstractContextManager[list[Index]]:
        """Alone with every index, oldest first; all is kept at the end, or nothing."""

    def reading(self) -> AbstractContextManager[Index | None]:
        """The index that serves: the newest whole one, or the one that is being made."""

    def make(self, state: State) -> None:
        """A new, empty index; only inside `writing`, and seen by the next."""

    def drop(self, numbers: Collection[int]) -> None:
        """Physically gone when the outermost `writing` has ended."""

    def clear(self) -> None:
        """Drop every index, also what an older installation or a crash left; only inside `writing`."""

    def purge(self) -> None:
        """Let nothing linger of what was removed: neither in a log of changes nor in free space."""


def serving(indexes: Sequence[Index]) -> Index | None:
    whole = [index for index in indexes if index.state.whole]
    return (whole or indexes or [None])[-1]  # type: ignore[list-item]
