"""A pytest plugin that takes one guard away: loaded before Django, it registers the guard of the promise named
in DISARM as a function that refuses nothing. The product knows of no such switch.

Only the proofs of that promise run. The session succeeds when one of them fails by assertion: it noticed.
"""

import os
from collections.abc import Callable, Generator
from typing import Any

import pytest

from madoguchi.rooms.promises import registry

PROMISE = os.environ["DISARM"]
NOTICED, MISSED, STUMBLED = "noticed", "missed", "stumbled"

armed = registry.keeps
results: dict[str, str] = {}


def disarmed(promise: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def register(check: Callable[..., None]) -> Callable[..., None]:
        registered = armed(promise)(check)
        return allow if promise == PROMISE else registered

    return register


def allow(*_: object, **__: object) -> None:
    """What is left of the guard."""


registry.keeps = disarmed


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = [
        item for item in items if any(mark.args[:1] == (PROMISE,) for mark in item.iter_markers("promise"))
    ]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.excinfo is not None:
        asserted = call.when == "call" and call.excinfo.errisinstance((AssertionError, pytest.fail.Exception))
        results[item.nodeid] = NOTICED if asserted else STUMBLED
    elif call.when == "call":
        results.setdefault(item.nodeid, MISSED)
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    session.exitstatus = pytest.ExitCode.OK if NOTICED in results.values() else pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name, result in sorted(results.items()):
        terminalreporter.write_line(f"disarmed {PROMISE}: {result}: {name}")
