"""A refusal that leaves an action takes the whole transaction back: whoever catches it inside another action, and goes
on, commits nothing and says nothing (actions join without savepoints, see lib/transactions.py).
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.architecture.source import PACKAGE, SRC, modules, parsed, plant

Name = tuple[str, str]  # module, and what stands in it: a function, or Class.method

# What is caught in there and is sound all the same, and why: only the call's own savepoint makes it so.
SOUND: dict[Name, str] = {}


@dataclass
class Code:
    """`uses`: what of ours a function names, called now or handed on to be called."""

    functions: dict[Name, ast.FunctionDef]
    imported: dict[str, dict[str, Name]]

    def find(self, module: str, name: str) -> Name | None:
        """Where it is made, through whatever hands it on."""
        for _ in range(9):
            if (module, name) in self.functions:
                return module, name
            if name not in self.imported.get(module, {}):
                return None
            module, name = self.imported[module][name]
        return None

    def uses(self, module: str, nodes: list[ast.stmt]) -> set[Name]:
        found = set[Name | None]()
        for node in (each for part in nodes for each in ast.walk(part)):
            if isinstance(node, ast.Name):
                found.add(self.find(module, node.id))
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found |= self._below(module, node.value.id, node.attr)
        return {each for each in found if each is not None}

    def _below(self, module: str, owner: str, name: str) -> set[Name | None]:
        if owner == "self":
            return {each for each in self.functions if each[0] == module and each[1].endswith(f".{name}")}
        known = self.imported[module].get(owner)
        return {self.find(".".join(known), name)} if known else set()


def code(src: Path = SRC) -> Code:
    functions: dict[Name, ast.FunctionDef] = {}
    imported: dict[str, dict[str, Name]] = {}
    for module, path in modules(src):
        tree = parsed(path)
        owners: list[ast.Module | ast.ClassDef] = [
            tree,
            *(n for n in tree.body if isinstance(n, ast.ClassDef)),
        ]
        for owner in owners:
            before = f"{owner.name}." if isinstance(owner, ast.ClassDef) else ""
            functions |= {(module, before + n.name): n for n in owner.body if isinstance(n, ast.FunctionDef)}
        imported[module] = {
            alias.asname or alias.name: (node.module or "", alias.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE)
            for alias in node.names
        }
    return Code(functions, imported)


def swallowed(src: Path = SRC) -> set[Name]:
    """Functions that run inside an action, call one, and go on after what it raised."""
    read = code(src)
    uses = {name: read.uses(name[0], node.body) for name, node in read.functions.items()}
    opening = {name for name, node in read.functions.items() if _decorated(node) or list(_opened(node))}
    reaching = _closed(opening, {name: {each for each in uses if name in uses[each]} for name in uses})
    within = {name for name, node in read.functions.items() if _decorated(node)}
    for (module, _), node in read.functions.items():
        within |= read.uses(module, [part for block in _opened(node) for part in block.body])
    inside = _closed(within, uses)
    return {
        name
        for name in inside
        for body in _caught(read.functions[name])
        if read.uses(name[0], body) & reaching
    }


def _closed(some: set[Name], onward: dict[Name, set[Name]]) -> set[Name]:
    found, fresh = set(some), set(some)
    while fresh:
        fresh = {each for name in fresh for each in onward.get(name, ())} - found
        found |= fresh
    return found


def _decorated(node: ast.FunctionDef) -> bool:
    return any(ast.unparse(each).startswith(("action", "transaction.atomic")) for each in node.decorator_list)


def _opened(node: ast.FunctionDef) -> Iterator[ast.With]:
    """`with action:` somewhere in it."""
    for each in ast.walk(node):
        if isinstance(each, ast.With) and any(
            ast.unparse(item.context_expr) == "action" for item in each.items
        ):
            yield each


def _caught(node: ast.FunctionDef) -> Iterator[list[ast.stmt]]:
    """Bodies whose exceptions end there: of a `try` with a handler that goes on, of `with suppress(…)`."""
    for each in ast.walk(node):
        if isinstance(each, ast.Try) and not all(isinstance(h.body[-1], ast.Raise) for h in each.handlers):
            yield each.body
        if isinstance(each, ast.With) and any(
            ast.unparse(item.context_expr).startswith("suppress(") for item in each.items
        ):
            yield each.body


@lru_cache(maxsize=1)
def _ours() -> frozenset[Name]:
    return frozenset(swallowed())


def test_no_refusal_of_an_action_is_swallowed_inside_another() -> None:
    assert sorted(_ours() - SOUND.keys()) == []


def test_what_is_called_sound_is_still_there() -> None:
    assert SOUND.keys() <= _ours()


def test_planted_catches_are_found(tmp_path: Path) -> None:
    top = "from madoguchi.foundation.lib.transactions import action\n"
    src = plant(
        tmp_path,
        {
            "rooms/a/actions/keep.py": top + "@action\ndef keep():\n    raise ValueError\n",
            "rooms/a/actions/go.py": (
                top + "from contextlib import suppress\nfrom madoguchi.rooms.a.actions import keep as door\n"
                "from madoguchi.rooms.a.actions.keep import keep\n"
                "@action\ndef directly():\n    try:\n        keep()\n    except ValueError:\n        return\n"
                "@action\ndef by_a_helper():\n    helped()\n"
                "def helped():\n    try:\n        deeper()\n    except ValueError:\n        pass\n"
                "def deeper():\n    door.keep()\n"
                "@action\ndef suppressed():\n    with suppress(ValueError):\n        keep()\n"
                "@action\ndef handed_on():\n    later(reached)\n"
                "def reached():\n    try:\n        keep()\n    except ValueError:\n        if 1:\n            raise\n"
                "def in_a_block():\n    with action:\n        block()\n"
                "def block():\n    try:\n        keep()\n    except ValueError:\n        pass\n"
                "@action\ndef says_so():\n    try:\n        keep()\n    except ValueError:\n        raise KeyError from None\n"
                "@action\ndef asks_a_rule():\n    try:\n        rule()\n    except ValueError:\n        pass\n"
                "def rule():\n    raise ValueError\n"
                "def outside():\n    try:\n        keep()\n    except ValueError:\n        pass\n"
            ),
        },
    )

    found = {name for _, name in swallowed(src)}

    assert found == {"directly", "helped", "suppressed", "reached", "block"}
