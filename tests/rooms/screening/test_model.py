"""The shipped weights: intact, exact, the same everywhere, and quiet about what they do not know."""

import itertools
import json
import random
import re
from collections import Counter
from importlib.resources import files
from math import exp, fsum, log, sqrt

import pytest

from madoguchi.rooms.screening import model, reading, rules, signals
from madoguchi.rooms.screening.errors import BadWeights
from tests.rooms.screening import items

SHIPPED = files("madoguchi.rooms.screening").joinpath("weights.json").read_text("utf-8")


def reference(part: model.Part, masked: str, offers: int, asks: int) -> float:
    """The same by the book: every feature listed one by one, sums exact, in no particular order."""
    listed = [
        masked[at : at + size]
        for size in (1, 2, 3, 4)
        for at in range(len(masked))
        if at + size <= len(masked)
    ]
    kinds = {gram: part.grams.get(gram, 0) for gram in listed}
    words = model._RUNS.findall(masked)
    pairs = [" ".join(pair) for pair in itertools.pairwise(words)]
    found = {word: part.runs.get(word, 0) for word in [*words, *pairs]}
    total = sum(
        fsum(part.scale * weight for weight in table.values()) / sqrt(len(table))
        for table in (kinds, found)
        if table
    )
    return part.slope * (part.bias + total) + part.per_offer * offers + part.per_ask * asks + part.base


def test_scores_equal_the_reference_on_a_thousand_texts() -> None:
    part, chance = model.shipped().kana, random.Random(7)
    bodies = [item["body"] for item in items.items()]
    for number in range(1_000):
        text = "".join(chance.sample(bodies, 1 + number % 3))[: chance.randrange(1, 900)]
        read = reading.read(text)
        offers, asks = len(signals.offers(read.plain)), len(signals.asks(read.plain))
        assert abs(part.logit(read.masked, offers, asks) - reference(part, read.masked, offers, asks)) < 1e-9


def test_the_order_of_features_is_irrelevant() -> None:
    part = model.shipped().kana
    turned = model.Part(
        dict(reversed(list(part.grams.items()))), dict(reversed(list(part.runs.items()))),
        part.scale, part.bias, part.slope, part.per_offer, part.per_ask, part.base, part.tray, part.badge,
    )  # fmt: skip
    for item in items.items()[::50]:
        masked = reading.read(item["body"]).masked
        assert part.score(masked) == turned.score(masked)


def test_the_file_is_small_and_says_what_it_is() -> None:
    data = json.loads(SHIPPED)
    assert len(SHIPPED.encode()) <= 600_000
    assert data["features"] == model.FEATURES
    assert len(data["trained_on"]) == len(data["digest"]) == 64
    assert 15_000 <= len(model.shipped().kana.grams) + len(model.shipped().kana.runs) <= 40_100


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-2],
        lambda text: text.replace('"slope":', '"slope":1', 1),
        lambda text: text.replace("ませんか", "ませんよ", 1),
        lambda text: "{}",
        lambda text: "",
        lambda text: "[]",
        lambda text: text.replace(model.FEATURES, "another reading"),
    ],
)
def test_a_spoilt_file_is_refused(spoil: object) -> None:
    assert callable(spoil)
    spoilt = spoil(SHIPPED)
    assert spoilt != SHIPPED
    with pytest.raises(BadWeights):
        model.read_weights(spoilt)


def test_an_intact_file_of_other_features_is_refused() -> None:
    data = json.loads(SHIPPED) | {"features": "another reading"}
    data["digest"] = model.digest_of(data)
    with pytest.raises(BadWeights):
        model.read_weights(json.dumps(data))


def test_without_weights_the_inbox_is_as_usual_and_the_other_stages_work() -> None:
    pitch = rules.Message(next(iter(items.bodies("pitch"))))
    assert rules.decide(pitch, weights=None).lane == rules.Lane.INBOX
    spam = rules.Message("スーパーコピー時計 N級品 財布 激安通販")
    assert rules.decide(spam, weights=None).lane == rules.Lane.JUNK


def test_probability_is_the_logistic_of_the_log_odds() -> None:
    for chance in (0.001, 0.2, 0.5, 0.9, 0.999):
        assert abs(model.probability(log(chance / (1 - chance))) - chance) < 1e-12
    assert model.probability(-800) == exp(-800) / (1 + exp(-800))


def test_no_name_or_address_of_the_training_set_is_a_feature() -> None:
    """Grams are at most four characters; whole names of five letters and more can only come as runs."""
    weights = model.shipped()
    runs = {run for name in model.PARTS for run in getattr(weights, name).runs}
    words = Counter(
        word for item in items.items() for word in set(re.findall("[a-z]+", item["body"].lower()))
    )
    names = {
        part
        for item in items.items()
        for part in (item["email"].split("@")[0], item["phone"])
        if len(part) > 6 and words[part.lower()] < 3  # an ordinary word is nobody's name
    }
    callings = {"barrister"}  # what somebody is, not who
    assert {name.lower() for name in names if name.lower() in runs} <= callings
