"""What the report counts: held-out decisions, bounds, curves, slices. Nothing here is fitted to what it judges."""

import itertools
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import exp, log, sqrt

import numpy as np

from madoguchi.rooms.screening import model, reading, rules, sameness
from training.screening import data, fit
from training.screening.data import Item
from training.screening.train import Bench, Benches, Held

SEED = 20261129
_SENTENCE = re.compile("[^。!?！？\n]+[。!?！？\n]*")
_PERSONAS = ("山田", "佐々木", "小野寺", "清水", "長谷川")
_OPENINGS = (
    "",
    "株式会社みなと 様\n",
    "ご担当者様\n",
    "突然のご連絡失礼いたします。\n",
    "お世話になっております。\n",
)


def held_out(items: Sequence[Item], stood: Benches) -> list[Held]:
    """Every item decided by weights, calibration and lines made without its author and those grouped with them."""
    found = []
    for group in data.GROUPS:
        weights = stood.weights(group)
        found += [decided(item, weights) for item in items if item.author in group]
    return found


def decided(item: Item, weights: model.Weights) -> Held:
    decision = rules.decide(rules.Message(item.body, item.company, item.email), weights=weights)
    return Held(item, decision.logit if decision.logit is not None else float("nan"), decision)


def outcome(held: Held) -> str:
    if held.decision.lane != rules.Lane.INBOX:
        return "moved"
    return "badged" if held.decision.badge else "inbox"


def tally(rows: Iterable[Held], label: str) -> Counter[str]:
    return Counter(outcome(row) for row in rows if row.item.label == label)


def bounds(hits: int, of: int) -> tuple[float, float]:
    """95 %: Wilson, and at none the rule of three."""
    if not of:
        return 0.0, 1.0
    if hits == 0:
        return 0.0, min(1.0, 3 / of)
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    reach = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return middle - reach, middle + reach


def auc(pitches: Sequence[float], genuine: Sequence[float]) -> float:
    below = np.sort(np.array(genuine))
    ranks = np.searchsorted(below, pitches, "left") + np.searchsorted(below, pitches, "right")
    return float(ranks.sum()) / 2 / len(pitches) / len(below)


def ranked(bench: Bench) -> tuple[list[Item], np.ndarray]:
    """Log-odds of each item by a model that did not see its author."""
    items, rows = bench.scored()
    part = bench.part()
    return items, rows @ np.array([part.slope, part.per_offer, part.per_ask]) + part.base


def recall(items: Sequence[Item], logits: np.ndarray, bench: Bench, share: float) -> float:
    """Pitches above the line that this share of unguarded genuine messages pass; guarded ones are not moved."""
    free = np.array([not bench.seen[item.id].guarded for item in items])
    above_line = logits - np.array([bench.seen[item.id].surer_by for item in items])
    enough = np.isfinite(above_line)
    pitch = np.array([item.label == "pitch" for item in items])
    above = np.sort(above_line[~pitch & free & enough])[::-1]
    line = above[min(int(share * (~pitch).sum()), len(above) - 1)]
    return float((above_line[pitch & free & enough] > line).sum() / pitch.sum())


def folds(bench: Bench, count: int = 5) -> tuple[float, float]:
    """AUC and recall without a genuine message, families kept together but authors mixed: kinder than real life."""
    families = sorted({item.family for item in bench.items})
    random.Random(SEED).shuffle(families)
    fold = {family: at % count for at, family in enumerate(families)}
    scores: dict[str, float] = {}
    for number in range(count):
        part = fit.fit(
            [item for item in bench.items if fold[item.family] != number], bench.recipe, "pitch"
        ).part()
        scores |= {item.id: part.score(item.masked) for item in bench.items if fold[item.family] == number}
    pitches = [scores[item.id] for item in bench.items if item.label == "pitch"]
    genuine = [scores[item.id] for item in bench.items if item.label == "genuine"]
    return auc(pitches, genuine), sum(score > max(genuine) for score in pitches) / len(pitches)


def calibration(items: Sequence[Item], logits: np.ndarray) -> list[tuple[str, int, float, float]]:
    """Band of predicted probability, how many, mean predicted, share of pitches."""
    chance = 1 / (1 + np.exp(-logits))
    pitch = np.array([item.label == "pitch" for item in items])
    edges = (0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1.0001)
    rows = []
    for low, high in itertools.pairwise(edges):
        inside = (chance >= low) & (chance < high)
        if inside.any():
            rows.append(
                (
                    f"{low:g}–{min(high, 1):g}",
                    int(inside.sum()),
                    float(chance[inside].mean()),
                    float(pitch[inside].mean()),
                )
            )
    return rows


def slices(
    rows: Sequence[Held], of: Callable[[Item], str]
) -> list[tuple[str, int, Counter[str], Counter[str]]]:
    groups: dict[str, list[Held]] = {}
    for row in rows:
        if row.item.label != "spam":
            groups.setdefault(of(row.item), []).append(row)
    return [
        (name, len(group), tally(group, "genuine"), tally(group, "pitch"))
        for name, group in sorted(groups.items(), key=lambda each: (-len(each[1]), each[0]))
    ]


CUES: dict[str, Callable[[Item], float]] = {
    "本文に URL がある": lambda item: float("http" in item.body),
    "URL 欄がある": lambda item: float(bool(item.url)),
    "電話番号がある": lambda item: float(bool(item.phone)),
    "会社名がある": lambda item: float(bool(item.company)),
    "メールアドレスがある": lambda item: float(bool(item.email)),
    "挨拶で始まる": lambda item: float(
        bool(re.search("お世話|突然|はじめまして|初めて|こんにちは|Dear|Hello|Hi", item.body[:40]))
    ),
    "長さ": lambda item: float(len(item.body)),
    "改行の数": lambda item: float(item.body.count("\n")),
    "「無料」がある": lambda item: float("無料" in item.body),
    "数字の数": lambda item: float(sum(letter.isdigit() for letter in item.body)),
    "句点の数": lambda item: float(item.body.count("。")),
    "疑問符がある": lambda item: float(bool(re.search("[?？]", item.body))),
    "感嘆符がある": lambda item: float(bool(re.search("[!！]", item.body))),
    "敬語(いただ・ござい・いたし)": lambda item: float(len(re.findall("いただ|ござい|いたし", item.body))),
    "「円」がある": lambda item: float("円" in item.body),
    "「御社・貴社」がある": lambda item: float(bool(re.search("御社|貴社", item.body))),
}


def cues(items: Sequence[Item]) -> list[tuple[str, float]]:
    pitches = [item for item in items if item.label == "pitch"]
    genuine = [item for item in items if item.label == "genuine"]
    return [
        (name, auc([cue(item) for item in pitches], [cue(item) for item in genuine]))
        for name, cue in CUES.items()
    ]


def repeats(items: Sequence[Item]) -> tuple[int, int, int, float]:
    """Edited repeats recognised, of how many; genuine messages taken for one; the nearest they came."""
    chance, key = random.Random(SEED), b"repeats"
    marked = {item.id: sameness.sketch(item.masked, key) for item in items if item.label == "pitch"}
    shelves: dict[int, list[str]] = {}
    for name, known in marked.items():
        for band in sameness.bands(known):
            shelves.setdefault(band, []).append(name)
    found = 0
    for item in items:
        if item.label == "pitch":
            again = sameness.sketch(reading.read(edited(item, chance)).masked, key)
            near = {name: marked[name] for band in sameness.bands(again) for name in shelves.get(band, ())}
            found += sameness.nearest(again, near) is not None
    genuine = [sameness.sketch(item.masked, key) for item in items if item.label == "genuine"]
    holders: dict[int, list[str]] = {}
    for name, known in marked.items():
        for gram in known:
            holders.setdefault(gram, []).append(name)
    nearest = []
    for each in genuine:
        shared = Counter(name for gram in each for name in holders.get(gram, ()))
        most = (count / (len(each) + len(marked[name]) - count) for name, count in shared.items())
        nearest.append(max(most, default=0.0))
    return found, len(marked), sum(each >= sameness.SAME for each in nearest), max(nearest)


def edited(item: Item, chance: random.Random) -> str:
    """The same blast: another addressee, persona and numbers, a sentence less."""
    parts = _SENTENCE.findall(item.body)
    if len(parts) >= 4:
        parts.pop(chance.randrange(1, len(parts)))
    text = re.sub("[0-9]+", lambda run: str(chance.randrange(1, 10 ** len(run[0]))), "".join(parts))
    for name in re.split("[ 　]", item.name):
        if len(name) > 1:
            text = text.replace(name, chance.choice(_PERSONAS))
    text = re.sub(
        "御社|貴社|貴院|貴店|貴校|貴園", lambda _: chance.choice(("御社", "貴社", "貴院", "貴店")), text
    )
    return chance.choice(_OPENINGS) + text


def chance_of_none(logits: Sequence[float], line: float, of: int) -> float:
    """How likely none of so many new genuine messages passes the line, if their upper tail goes on as it does."""
    above = sorted(logits, reverse=True)
    start = above[10]
    mean = sum(each - start for each in above[:10]) / 10
    rate = 10 / len(above) * exp(-max(line - start, 0) / mean)
    return exp(of * log(1 - min(rate, 0.999)))
