"""Every promise stands on its legs: a line, a guard that is called, a check that counts, a proof that attacks."""

import ast
import importlib
import pkgutil
from collections.abc import Iterable
from pathlib import Path

import madoguchi.rooms
from madoguchi.config.promises import CHECKS
from madoguchi.rooms.promises import registry
from madoguchi.rooms.promises.catalogue import CATALOGUE, Kind, Promise
from tests.architecture.source import ROOT, SRC, modules, parsed, plant, room_of

GUARDED = {Kind.ENFORCED}
COUNTED = {Kind.ENFORCED, Kind.DETECTED}


def wrong_legs(
    promises: Iterable[Promise], guards: set[str], checks: set[str], proofs: set[str]
) -> list[str]:
    """A built one misses a leg, or a planned one has one already."""
    found = []
    for each in promises:
        wanted = {"guard": each.kind in GUARDED, "check": each.kind in COUNTED, "proof": each.kind in COUNTED}
        has = {"guard": each.id in guards, "check": each.id in checks, "proof": each.id in proofs}
        if each.planned:
            found += [f"{each.id} has a {leg}: drop the flag `planned`" for leg in has if has[leg]]
        else:
            found += [f"{each.id} has no {leg}" for leg in has if wanted[leg] and not has[leg]]
    return found


def guards() -> set[str]:
    for each in pkgutil.walk_packages(madoguchi.rooms.__path__, "madoguchi.rooms."):
        if each.name.split(".")[3:4] == ["rules"]:
            importlib.import_module(each.name)
    return registry.kept_names()


def counting_functions(src: Path = SRC) -> set[str]:
    """Every public function of a room's `checks.py`, as `room.function`."""
    return {
        f"{room_of(name)}.{node.name}"
        for name, path in modules(src)
        if name.endswith(".checks") and room_of(name)
        for node in parsed(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }


def proofs(folder: Path = ROOT / "tests") -> set[str]:
    """Ids named by `@pytest.mark.promise("…")` anywhere in the tests."""
    return {
        node.args[0].value
        for path in folder.rglob("test_*.py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.promise"
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }


def idle_guards(src: Path = SRC) -> list[str]:
    """Guards registered with `@keeps` that nothing calls."""
    kept = {
        node.name: f"{name}.{node.name}"
        for name, path in modules(src)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(d).startswith("keeps(") for d in node.decorator_list)
    }
    called = {
        ast.unparse(node.func).rpartition(".")[2]
        for _, path in modules(src)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
    }
    return sorted(where for name, where in kept.items() if name not in called)


def test_every_promise_stands_on_its_legs() -> None:
    assert wrong_legs(CATALOGUE, guards(), set(CHECKS), proofs()) == []


def test_every_leg_belongs_to_a_promise() -> None:
    known = {promise.id for promise in CATALOGUE}

    assert guards() - known == set()
    assert set(CHECKS) - known == set()
    assert proofs() - known == set()


def test_every_counting_function_is_used() -> None:
    used = {f"{room_of(check.__module__)}.{check.__name__}" for check in CHECKS.values()}

    assert counting_functions() - used == set()


def test_every_guard_is_called() -> None:
    assert idle_guards() == []


def test_promises_have_one_line_each() -> None:
    ids = [promise.id for promise in CATALOGUE]

    assert sorted(set(ids)) == sorted(ids)


def _line(id: str, kind: Kind, *, planned: bool = False) -> Promise:
    return Promise(id, "a", "…", kind, planned=planned)


def test_planted_missing_legs_are_named() -> None:
    promises = [_line("a.one", Kind.ENFORCED), _line("a.two", Kind.DETECTED), _line("a.three", Kind.OUTSIDE)]

    assert wrong_legs(promises, set(), {"a.one"}, {"a.two"}) == [
        "a.one has no guard",
        "a.one has no proof",
        "a.two has no check",
    ]


def test_a_planted_leg_under_a_planned_promise_is_named() -> None:
    promises = [_line("a.one", Kind.ENFORCED, planned=True), _line("a.two", Kind.DETECTED, planned=True)]

    assert wrong_legs(promises, {"a.one"}, set(), {"a.one"}) == [
        "a.one has a guard: drop the flag `planned`",
        "a.one has a proof: drop the flag `planned`",
    ]


def test_whoever_states_or_stands_outside_is_counted_by_nobody() -> None:
    told = {promise.id for promise in CATALOGUE if promise.kind not in COUNTED}

    assert told & set(CHECKS) == set()


def test_planted_idle_legs_are_caught(tmp_path: Path) -> None:
    guard = "@keeps('a.b')\ndef {0}(x: int) -> None: ...\n"
    src = plant(
        tmp_path,
        {
            "rooms/a/checks.py": "def b() -> None: ...\n",
            "rooms/a/rules.py": guard.format("check_idle") + guard.format("check_busy"),
            "rooms/a/actions/go.py": "from madoguchi.rooms.a import rules\nrules.check_busy(1)\n",
        },
    )

    assert counting_functions(src) == {"a.b"}
    assert idle_guards(src) == ["madoguchi.rooms.a.rules.check_idle"]
