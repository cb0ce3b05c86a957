"""`make train`: the shipped weights and the report, from the training set alone, the same bits on every run.

Honest figures come from authors whose items nothing was fitted to: each group of authors is held out once, and inside
the others each group again, so that calibration and thresholds never saw the items they are judged on.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from madoguchi.rooms.screening import guards, model, reading, rules, signals
from training.screening import data, fit
from training.screening.data import Item

VERSION = "2026-11-29"
WEIGHTS = Path("src/madoguchi/rooms/screening/weights.json")
REPORT = Path("docs/reference/screening-report.md")
# What share of all genuine messages may lie above the tray's line with no guard to keep them, before `BEYOND` is added.
PASSING, BEYOND = 0.0015, 0.3
BADGED = 0.02  # of genuine messages may pass the badge line
JUNK_MARGIN = 2.0  # log-odds above the highest genuine message, once its guard is counted
JUNK_PITCHES = 0.01  # of pitches may lie above that line: they lie in the wrong box, and no customer is lost


@dataclass(frozen=True, slots=True)
class Seen:
    """What a decision needs of an item besides its score."""

    offers: int
    asks: int
    guarded: bool
    surer_by: float = 0.0


@dataclass(frozen=True, slots=True)
class Held:
    """An item judged by weights, calibration and lines that never saw its author."""

    item: Item
    logit: float
    decision: rules.Decision


@dataclass(slots=True)
class Bench:
    """Items of one script, what was seen in them, and the models made so far (by the authors left out)."""

    items: list[Item]
    recipe: fit.Recipe
    label: str = "pitch"
    seen: dict[str, Seen] = field(default_factory=dict)
    models: dict[frozenset[str], fit.Fitted] = field(default_factory=dict)

    def without(self, *authors: str) -> fit.Fitted:
        """Trained on the other authors, and on nothing of a family of theirs."""
        key = frozenset(authors)
        if key not in self.models:
            barred = {item.family for item in self.items if item.author in key}
            kept = [item for item in self.items if item.author not in key and item.family not in barred]
            self.models[key] = fit.fit(kept, self.recipe, self.label, self.without() if key else None)
        return self.models[key]

    def scored(self, left_out: Sequence[str] = ()) -> tuple[list[Item], np.ndarray]:
        """(score, offers, asks) of each item by a model that saw neither its author's group nor those left out."""
        items = [item for item in self.items if item.author not in left_out]
        parts = {
            author: self.without(*group, *left_out).part()
            for group in data.GROUPS
            for author in group
            if author not in left_out
        }
        rows = [
            (parts[item.author].score(item.masked), self.seen[item.id].offers, self.seen[item.id].asks)
            for item in items
        ]
        return items, np.array(rows, dtype=float)

    def part(self, left_out: Sequence[str] = ()) -> model.Part:
        """Fitted, calibrated and given its lines on everything but the authors left out."""
        items, rows = self.scored(left_out)
        meant = np.array([item.label == self.label for item in items])
        slope, per_offer, per_ask, base = fit.calibrate(rows, meant)
        logits = rows @ np.array([slope, per_offer, per_ask]) + base
        tray, badge = self._lines(items, logits)
        fitted = self.without(*left_out)
        return model.Part(
            fitted.grams, fitted.runs, fitted.scale, fitted.bias, slope, per_offer, per_ask, base, tray, badge
        )

    def _lines(self, items: Sequence[Item], logits: np.ndarray) -> tuple[float, float]:
        if self.label == "spam":
            return self._junk_line(items, logits)
        genuine = [
            (float(logit), self.seen[item.id])
            for item, logit in zip(items, logits, strict=True)
            if item.label == "genuine"
        ]
        free = sorted((logit - seen.surer_by for logit, seen in genuine if not seen.guarded), reverse=True)
        offering = [
            logit for logit, seen in genuine if not seen.guarded and (seen.offers or not items[0].kana)
        ]
        badge = sorted(offering, reverse=True)[int(BADGED * len(genuine))]
        return round(free[int(PASSING * len(genuine))] + BEYOND, 4), round(badge, 4)

    def _junk_line(self, items: Sequence[Item], logits: np.ndarray) -> tuple[float, float]:
        judged = list(zip(items, map(float, logits), strict=True))
        genuine = [
            logit - rules.BEYOND_GUARDS * self.seen[item.id].guarded
            for item, logit in judged
            if item.label == "genuine"
        ]
        pitches = sorted((logit for item, logit in judged if item.label == "pitch"), reverse=True)
        line = round(max(max(genuine) + JUNK_MARGIN, pitches[int(JUNK_PITCHES * len(pitches))]), 4)
        return line, line


@dataclass(frozen=True, slots=True)
class Benches:
    """Pitches from genuine messages, and spam from both, each in Japanese (anything with kana) and in English."""

    kana: Bench
    latin: Bench
    junk_kana: Bench
    junk_latin: Bench

    def weights(self, left_out: Sequence[str] = ()) -> model.Weights:
        """Named by nothing: for judging those who were left out."""
        return model.Weights("", "", "", **{name: getattr(self, name).part(left_out) for name in model.PARTS})


def benches(items: Sequence[Item]) -> Benches:
    seen = {item.id: _seen(item) for item in items if item.label != "spam"}
    kana = [item for item in items if item.label != "spam" and item.kana]
    latin = [item for item in items if item.label != "spam" and not item.kana and item.language == "en"]
    words = [item for item in items if rules.may_be_junk(reading.read(item.body))]
    guarded = {item.id: Seen(0, 0, guarded=_guarded(item)) for item in words}
    return Benches(
        Bench(kana, fit.KANA, seen=seen),
        Bench(latin, fit.LATIN, seen=seen),
        Bench([item for item in words if item.kana], fit.JUNK, "spam", seen=guarded),
        Bench([item for item in words if not item.kana], fit.JUNK, "spam", seen=guarded),
    )


def _guarded(item: Item) -> bool:
    plain = reading.read(item.body).plain
    return guards.public_body(item.company, item.email) or any(True for _ in guards.hits(plain))


def _seen(item: Item) -> Seen:
    plain, guarded = reading.read(item.body).plain, _guarded(item)
    if not item.kana:
        return Seen(0, 0, guarded)
    offers = len(signals.offers(plain))
    surer_by = rules.surer_by(offers, asking=signals.asks_plainly(plain))
    return Seen(offers, len(signals.asks(plain)), guarded, surer_by)


def weights_text(made: model.Weights) -> str:
    whole: dict[str, object] = {
        "version": VERSION,
        "features": model.FEATURES,
        "trained_on": data.digest(),
        **{name: _plain(getattr(made, name)) for name in model.PARTS},
    }
    whole["digest"] = model.digest_of(whole)
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def _plain(part: model.Part) -> dict[str, object]:
    numbers = ("scale", "bias", "slope", "per_offer", "per_ask", "base", "tray", "badge")
    return {
        "grams": model.packed(part.grams),
        "runs": model.packed(part.runs),
        **{name: getattr(part, name) for name in numbers},
    }


def main() -> None:
    from training.screening import report

    if found := data.faults():
        raise SystemExit("\n".join(found))
    items = data.trained_on()
    stood = benches(items)
    text = weights_text(stood.weights())
    sys.stdout.write(f"{len(text.encode()) // 1024} KB, {model.read_weights(text).digest[:12]}\n")
    if "--check" in sys.argv:
        raise SystemExit(int(WEIGHTS.read_text("utf-8") != text))
    WEIGHTS.write_text(text, "utf-8")
    REPORT.write_text(report.page(items, stood, model.read_weights(text)), "utf-8")


if __name__ == "__main__":
    main()
