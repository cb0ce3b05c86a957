"""Binds a guard to its promise: the function that refuses registers the name it keeps.

`@keeps` returns the function itself, so a guard costs nothing at run time. It goes only on `check_…`
functions that return None; whatever returns something calls its check.
"""

from collections.abc import Callable
from typing import ParamSpec

P = ParamSpec("P")


_kept: set[str] = set()


def keeps(promise: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    def register(check: Callable[P, None]) -> Callable[P, None]:
        if not check.__name__.startswith("check_"):
            raise TypeError(f"{check.__name__} is no check: only check_… functions keep a promise")
        _kept.add(promise)
        return check

    return register


def kept_names() -> set[str]:
    return set(_kept)
