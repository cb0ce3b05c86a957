"""The table that is printed: a median, its rounds, and what it is measured against."""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Figure:
    """`rounds` are the values of the rounds; `most` tells whether `ship` is an upper bound."""

    name: str
    rounds: Sequence[float]
    unit: str = ""
    ship: float | None = None
    most: bool = False
    digits: int = 2

    @property
    def value(self) -> float:
        return median(self.rounds)

    @property
    def meets(self) -> bool | None:
        if self.ship is None:
            return None
        return self.value <= self.ship if self.most else self.value >= self.ship

    def cells(self) -> list[str]:
        bound = "" if self.ship is None else f"{'≤' if self.most else '≥'} {self.ship:g}{self.unit}"
        spread = (
            f"{min(self.rounds):.{self.digits}f}–{max(self.rounds):.{self.digits}f}"
            if len(self.rounds) > 1
            else ""
        )
        mark = {True: "○", False: "×", None: ""}[self.meets]
        return [self.name, f"{self.value:.{self.digits}f}{self.unit}", spread, bound, mark]


@dataclass
class Table:
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(
        self,
        name: str,
        *rounds: float,
        unit: str = "",
        ship: float | None = None,
        most: bool = False,
        digits: int = 2,
    ) -> None:
        self.figures.append(Figure(name, rounds, unit, ship, most, digits))

    def text(self) -> str:
        rows = [
            ["測ったもの", "中央値", "最小–最大", "目標", ""],
            *(figure.cells() for figure in self.figures),
        ]
        widths = [max(_width(row[column]) for row in rows) for column in range(5)]
        lines = [
            "  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        return "\n".join([*lines, *(f"※ {note}" for note in self.notes)])

    def json(self) -> str:
        found = {
            figure.name: {
                "median": figure.value, "rounds": list(figure.rounds), "unit": figure.unit,
                "ship": figure.ship, "meets": figure.meets,
            }
            for figure in self.figures
        }  # fmt: skip
        return json.dumps({"figures": found, "notes": self.notes}, ensure_ascii=False, indent=2)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
