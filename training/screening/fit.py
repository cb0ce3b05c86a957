"""L2 logistic regression with balanced classes, solved to the end: the same weights on every run.

The dual is solved by Newton's method over the kernel of the items, whose entries are sums of whole numbers and
hence exact in any order of adding. What is left of rounding is far below the whole numbers that are shipped.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from madoguchi.rooms.screening import model, signals
from training.screening.data import Item

Floats = NDArray[np.float64]
_FINE = 2.0**12  # features are whole multiples of one part in 4,096
_RARE = 2  # a feature seen in fewer items is not learned
_OFTEN = 250  # texts
_STEPS = 50


@dataclass(frozen=True, slots=True)
class Recipe:
    """`reach`: how much rarer features weigh more; `pull`: the strength of L2; `most`: features kept of each kind."""

    reach: float
    pull: float
    runs: float
    most: int


KANA = Recipe(reach=2.25, pull=0.1, runs=0.5, most=40_000)
LATIN = Recipe(reach=1.0, pull=0.05, runs=1.0, most=3_000)
JUNK = Recipe(reach=1.0, pull=0.05, runs=1.0, most=4_000)


@dataclass(frozen=True, slots=True)
class Fitted:
    """`dual`: how much each item weighs in the solution; where another fit may begin."""

    grams: dict[str, int]
    runs: dict[str, int]
    scale: float
    bias: float
    dual: dict[str, float]

    def part(self, slope: float = 1, per_offer: float = 0, per_ask: float = 0, base: float = 0) -> model.Part:
        return model.Part(
            self.grams, self.runs, self.scale, self.bias, slope, per_offer, per_ask, base, tray=0.0, badge=0.0
        )


def fit(items: Sequence[Item], recipe: Recipe, label: str, near: Fitted | None = None) -> Fitted:
    """What tells the items of this label from the others. `near`: fitted to nearly the same items; there is one
    solution, and from there it is found in fewer steps."""
    signs = np.array([1.0 if item.label == label else -1.0 for item in items])
    kinds = [
        _columns(items, model.grams, recipe.reach, 1.0),
        _columns(items, model.runs, recipe.reach, recipe.runs),
    ]
    matrix = sparse.hstack([columns for columns, _, _ in kinds]).tocsr()
    kernel = _products(matrix) / (_FINE * _FINE)
    start = np.array([near.dual.get(item.id, 0.0) if near else 0.0 for item in items])
    alphas, bias = _solve(kernel, signs, _balanced(signs), recipe.pull, start, near.bias if near else 0.0)
    slopes = matrix.T @ alphas / _FINE
    reached = np.concatenate([reach for _, _, reach in kinds])
    often = np.bincount(matrix.indices, minlength=matrix.shape[1])
    found = _whole(slopes * reached, often, [names for _, names, _ in kinds], bias, recipe.most)
    found.dual.update(zip((item.id for item in items), map(float, alphas), strict=True))
    return found


def _products(matrix: sparse.csr_array) -> Floats:
    """Every row with every row. The few features of most texts are dense, the many others are not."""
    often = np.bincount(matrix.indices, minlength=matrix.shape[1]) > _OFTEN
    dense, rest = matrix[:, often].toarray(), matrix[:, ~often]
    products: Floats = dense @ dense.T + (rest @ rest.T).toarray()
    return products


def _columns(
    items: Sequence[Item], features: Callable[[str], set[str]], reach: float, share: float
) -> tuple[sparse.csr_array, list[str], Floats]:
    """One column for each feature seen twice, its rarity folded in; rows divided by the root of their size."""
    texts = [_features(features, item.masked) for item in items]
    seen = Counter(feature for text in texts for feature in text)
    names = sorted(name for name, count in seen.items() if count >= _RARE)
    place = {name: at for at, name in enumerate(names)}
    rare = np.array([(log((1 + len(items)) / (1 + seen[name])) + 1) ** reach for name in names])
    rare *= 0.2 * sqrt(share)
    known = [sorted(place[name] for name in text if name in place) for text in texts]
    columns = np.concatenate([np.array(row, dtype=int) for row in known])
    sizes = np.repeat([1 / sqrt(max(len(text), 1)) for text in texts], [len(row) for row in known])
    starts = np.concatenate([[0], np.cumsum([len(row) for row in known])])
    values = np.rint(sizes * rare[columns] * _FINE)
    return sparse.csr_array((values, columns, starts), shape=(len(items), len(names))), names, rare


@cache
def _features(features: Callable[[str], set[str]], masked: str) -> frozenset[str]:
    return frozenset(features(masked))


def _balanced(signs: Floats) -> Floats:
    share = float((signs > 0).mean())
    balanced: Floats = np.where(signs > 0, 0.5 / share, 0.5 / (1 - share))
    return balanced


def _solve(
    kernel: Floats, signs: Floats, weights: Floats, pull: float, start: Floats, bias: float
) -> tuple[Floats, float]:
    """alphas and bias of  Σ weight·log(1+exp(-sign·f)) + pull/2·αᵀKα,  f = Kα + bias.  A step that would climb is
    halved: from a far start Newton's own would run away."""
    alphas, target, sway = start, (signs + 1) / 2, kernel @ start

    def cost(alphas: Floats, sway: Floats, bias: float) -> float:
        loss = weights * np.logaddexp(0.0, -signs * (sway + bias))
        return float(loss.sum() + pull / 2 * alphas @ sway)

    for _ in range(_STEPS):
        now = sway + bias
        chance = 1 / (1 + np.exp(-now))
        bend = np.maximum(weights * chance * (1 - chance), 1e-12)
        aim = now - weights * (chance - target) / bend
        factor = linalg.cho_factor(kernel + np.diag(pull / bend), overwrite_a=True, check_finite=False)
        solved = linalg.cho_solve(factor, np.column_stack([aim, np.ones(len(signs))]))
        shift = float(solved[:, 0].sum() / solved[:, 1].sum())
        towards, turn = solved[:, 0] - shift * solved[:, 1] - alphas, shift - bias
        swing, least, share = kernel @ towards, cost(alphas, sway, bias) * (1 + 1e-9), 1.0
        while cost(alphas + share * towards, sway + share * swing, bias + share * turn) > least:
            share /= 2
        alphas, bias = alphas + share * towards, bias + share * turn
        sway = kernel @ alphas
        if share * (float(np.abs(towards).max()) + abs(turn)) < 1e-11:
            return alphas, bias
    raise RuntimeError("the solution was not reached")


def _whole(
    slopes: Floats, often: NDArray[np.int64], names: list[list[str]], bias: float, most: int
) -> Fitted:
    """The features that say most, as whole numbers, the rest forgotten. How much one says is its weight times the root
    of how many items have it: by weight alone the table fills with what is hardly ever met again."""
    said = np.abs(slopes) * np.sqrt(often)
    least = float(np.sort(said)[-most]) if len(said) > most else 0.0
    kept = np.where(said >= least, slopes, 0.0)
    scale = float(f"{np.abs(kept).max() / 2_000:.3g}")
    whole = np.rint(kept / scale).astype(int)
    split = len(names[0])
    tables = [
        {name: int(weight) for name, weight in zip(group, part, strict=True) if weight}
        for group, part in zip(names, (whole[:split], whole[split:]), strict=True)
    ]
    return Fitted(tables[0], tables[1], scale, round(bias, 6), {})


def calibrate(rows: Floats, pitch: NDArray[np.bool_]) -> list[float]:
    """Platt: log-odds as slope·score + offers + asks + base, fitted to held-out scores."""
    positives, negatives = int(pitch.sum()), int((~pitch).sum())
    target = np.where(pitch, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    facts = np.column_stack([rows, np.ones(len(rows))])
    found = np.zeros(facts.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-(facts @ found)))
        bend = np.maximum(chance * (1 - chance), 1e-9)
        found = found - np.linalg.solve(
            (facts * bend[:, None]).T @ facts + 1e-6 * np.eye(len(found)),
            facts.T @ (chance - target) + 1e-6 * found,
        )
    return [round(float(each), 6) for each in found]


def counts(item: Item, plain: str) -> tuple[int, int]:
    return (len(signals.offers(plain)), len(signals.asks(plain))) if item.kana else (0, 0)
