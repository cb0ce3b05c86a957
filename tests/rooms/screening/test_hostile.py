"""Hostile text: no pattern grows faster than the text, and any Unicode is read without an exception, twice alike."""

import itertools
import re
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.rooms.screening import explaining, guards, model, reading, rules, sameness, signals, spam

SHORT, LONG = 12_500, 50_000
FLOOR = 0.05  # seconds: what is this quick at 50 kB need not be compared
GROWTH = 9  # four times the text; a square would take sixteen times as long
COMMON = (
    "あ",
    "a",
    "0",
    " ",
    "\n",
    "「",
    ">",
    "<a ",
    "http://a ",
    "[url=",
    "' or ",
    "{{",
    "-",
    "円",
    "様",
    "、",
    "a@",
)


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for number, guard in enumerate(guards.GUARDS):
        for name in ("pattern", "unless", "also"):
            if found := getattr(guard, name):
                yield f"guards-{number}-{name}", found
    for code, found in {**signals.OFFERS, **signals.ASKS, **spam._SCAM_WORDS}.items():
        yield code, found
    for language, families in (("ja", spam._FAMILY), ("en", spam._PHRASE)):
        for code, groups in families.items():
            yield from ((f"{language}-{code}-{number}", group) for number, group in enumerate(groups))
    for module in (guards, spam, reading, sameness, model, rules, explaining):
        for name, found in vars(module).items():
            if isinstance(found, re.Pattern):
                yield f"{module.__name__}.{name}", found


PATTERNS = dict(patterns())


def pumps(pattern: re.Pattern[str]) -> list[str]:
    """What every pattern is fed, and its own words alone and side by side."""
    words = list(dict.fromkeys(re.findall(r"[ぁ-んァ-ヶ一-龠ー]{1,8}|[a-z]{3,}", pattern.pattern)))
    pairs = [one + two for one, two in itertools.pairwise(words)]
    return [*COMMON, *words[:6], *words[-3:], *pairs[:3], *pairs[-3:]]


def seconds(pattern: re.Pattern[str], text: str) -> float:
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        for _ in pattern.finditer(text):
            pass
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.soak
@pytest.mark.parametrize("name", PATTERNS)
def test_no_pattern_grows_faster_than_the_text(name: str) -> None:
    pattern = PATTERNS[name]
    for unit in pumps(pattern):
        long = seconds(pattern, (unit * (LONG // len(unit) + 1))[:LONG])
        if long > FLOOR:
            short = seconds(pattern, (unit * (SHORT // len(unit) + 1))[:SHORT])
            assert long < GROWTH * max(short, FLOOR / 8), (unit, short, long)


@pytest.mark.parametrize("unit", COMMON)
def test_a_decision_on_a_pump_is_no_slower_than_the_cap_allows(unit: str) -> None:
    """Whatever is sent, no more than the first 8,000 characters are looked at."""
    text = (unit * (LONG // len(unit) + 1))[:LONG]
    same = rules.decide(rules.Message(text[: reading.LONGEST]), weights=model.shipped())
    assert rules.decide(rules.Message(text), weights=model.shipped()) == same


@settings(max_examples=150)
@given(st.text(st.characters(codec=None), max_size=300))
def test_any_unicode_is_decided_twice_alike(text: str) -> None:
    read = reading.read(text)
    assert len(read.plain) == len(read.origin)
    one, two = (rules.decide(rules.Message(text, text, text), weights=model.shipped()) for _ in range(2))
    assert repr(one) == repr(two)
    for start, end in explaining.telling(text, model.shipped()):
        assert 0 <= start < end <= len(text)
    sameness.sketch(read.masked, b"key")


@settings(max_examples=60)
@given(
    st.text(
        "営業無料ませんか。、\n「」> [url=]<a href>{{}}'%0d.../a@-あsdふぁ１２３ｱﾞ\u3099\ud800\u200b",
        max_size=200,
    )
)
def test_what_the_rules_look_for_in_any_order(text: str) -> None:
    decision = rules.decide(rules.Message(text), weights=model.shipped())
    explaining.told(decision, text)
    explaining.counter(decision, text)
