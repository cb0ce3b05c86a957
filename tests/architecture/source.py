"""Reads a source tree without importing it, so that a planted copy can be read the same way."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"
PACKAGE = "madoguchi"


@dataclass(frozen=True)
class Import:
    """`names` is what was taken out of `module`; a type-only import stands under `if TYPE_CHECKING`."""

    importer: str
    module: str
    name: str
    line: int
    types_only: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.target}"

    @property
    def target(self) -> str:
        return f"{self.module}.{self.name}" if self.name else self.module


def modules(src: Path = SRC) -> Iterator[tuple[str, Path]]:
    """Every module of the package below `src`, as (dotted name, file)."""
    for path in sorted((src / PACKAGE).rglob("*.py")):
        parts = path.relative_to(src).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


@lru_cache(maxsize=2048)
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(src: Path = SRC) -> list[Import]:
    found: list[Import] = []
    for module, path in modules(src):
        types_only = _lines_for_types(parsed(path))
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Import):
                pairs = [(alias.name, "") for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                pairs = [(node.module or "", alias.name) for alias in node.names]
            else:
                continue
            found += [
                Import(module, name, part, node.lineno, node.lineno in types_only) for name, part in pairs
            ]
    return found


def _lines_for_types(tree: ast.Module) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for inside in node.body:
                lines |= set(range(inside.lineno, (inside.end_lineno or inside.lineno) + 1))
    return lines


def room_of(module: str) -> str:
    """The room a module belongs to, empty outside the rooms."""
    parts = module.split(".")
    return parts[2] if parts[:2] == [PACKAGE, "rooms"] and len(parts) > 2 else ""


def ladder() -> list[str]:
    """The rooms from the top down, as the contract in pyproject.toml lists them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    rungs = next(each["layers"] for each in contracts["contracts"] if each["name"] == "rooms")
    return [rung.strip("()") for rung in rungs]


def plant(folder: Path, files: dict[str, str]) -> Path:
    """A small package tree with these files (path below `madoguchi/` → text); gives back its `src`."""
    for name, text in files.items():
        path = folder / PACKAGE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
