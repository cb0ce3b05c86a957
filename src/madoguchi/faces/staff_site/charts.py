"""Charts as numbers for an SVG template: made here, without a script. What they show stands in a table beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

WIDTH, HEIGHT, LEFT, FOOT = 560, 180, 64, 26
_NICE = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    """One step: its place and label; `parts` from the ground up as (class, y, height); `dot` where a second value lies."""

    x: float
    width: float
    middle: float
    label: str
    parts: list[tuple[str, float, float]]
    dot: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    lines: list[Line]
    width: int = WIDTH
    height: int = HEIGHT + FOOT
    left: int = LEFT
    floor: int = HEIGHT


def bars(
    labels: Sequence[str],
    values: Sequence[Sequence[tuple[str, float]]],
    *,
    dots: Sequence[float | None] = (),
    unit: str = "",
    most: float | None = None,
) -> Chart:
    """`values`: for each step its parts as (class, amount). Labels thin out where they would touch."""
    tops = [sum(amount for _, amount in parts) for parts in values] + [each for each in dots if each]
    step, top = scale(most or max(tops, default=0))
    room, count = (WIDTH - LEFT) / max(len(labels), 1), len(labels)
    every = ceil(count / 8)
    shown = []
    for place, (label, parts) in enumerate(zip(labels, values, strict=True)):
        ground, drawn = float(HEIGHT), []
        for name, amount in parts:
            tall = amount / top * (HEIGHT - 12)
            ground -= tall
            drawn.append((name, round(ground, 1), round(tall, 1)))
        dot = dots[place] if dots else None
        x = LEFT + place * room
        shown.append(
            Bar(
                round(x + room * 0.15, 1), round(min(room * 0.7, 48), 1), round(x + room * 0.15 + min(room * 0.7, 48) / 2, 1),
                label if place % every == 0 else "", drawn,
                None if dot is None else round(HEIGHT - dot / top * (HEIGHT - 12), 1),
            )
        )  # fmt: skip
    lines = [
        Line(round(HEIGHT - n * step / top * (HEIGHT - 12), 1), f"{n * step:,.0f}{unit}")
        for n in range(round(top / step) + 1)
    ]
    return Chart(shown, lines)


def scale(most: float) -> tuple[float, float]:
    """A round step and a round top above the highest value, at most five steps."""
    size = 1.0
    while True:
        for nice in _NICE:
            if nice * size * 5 >= most:
                return nice * size, nice * size * max(1, ceil(most / (nice * size)))
        size *= 10
