"""The shape of a check: it counts, from the tables alone, what was kept and what was broken. It repairs nothing."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Count:
    """`broken` of `kept + broken` events; nothing happened yet when both are zero."""

    kept: int
    broken: int


Check = Callable[[], Count]
