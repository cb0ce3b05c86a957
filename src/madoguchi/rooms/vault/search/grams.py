"""Grams: single letters and pairs of letters of a text, told apart by keyed digests only.

Two Japanese letters are a word, so that pairs find what word indexes do not. Digits also come by fours:
every phone number is made of the same hundred pairs. A digest says nothing without the key of the index
epoch; how often each occurs, and together with which, is what it leaks.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from madoguchi.foundation.lib.text import search_key

FORMAT = 2  # of folding, grams and digests: another one makes every index anew
DIGEST_BYTES = 4
ANYWHERE = ""  # the scope of every text; a field's own scope comes besides
_NUMBER = re.compile(r"[0-9()+-]{7,}")
_SIGNS = str.maketrans("", "", "()+-")
_LEAST_DIGITS = 7
_FOURS = re.compile(r"(?=([0-9]{4}))")
_INNER = re.compile(r"(?<=[0-9])[0-9]{2,}(?=[0-9])")

Texts = Mapping[str, Iterable[str]]  # by field


def fold(text: str) -> str:
    return search_key(text)


def squeeze(folded: str) -> str:
    """Long numbers without their hyphens and brackets, so that 0312345678 finds 03-1234-5678."""
    return _NUMBER.sub(_digits, folded)


def _digits(run: re.Match[str]) -> str:
    digits = run[0].translate(_SIGNS)
    return digits if len(digits) >= _LEAST_DIGITS else run[0]


def contains(text: str, word: str) -> bool:
    """Whether a folded text says a folded word, a number in whichever way it is written."""
    if word in text:
        return True
    short = squeeze(word)
    return any(map(str.isdigit, short)) and short in squeeze(text)


def gram_key(epoch_secret: bytes) -> bytes:
    return hmac.digest(epoch_secret, b"search", "sha256")


def of_texts(key: bytes, folded: Texts) -> list[int]:
    """Every digest of what a group says, each once, in ascending order."""
    found: set[int] = set()
    for field, texts in folded.items():
        letters = set().union(*map(_letters, texts))
        for scope in {ANYWHERE, field}:
            found.update(_digest(key, scope, gram) for gram in letters)
    return sorted(found)


def of_word(key: bytes, field: str, word: str) -> set[int]:
    """What a text must hold to say this folded word: its fours of digits, its other pairs, or its one letter."""
    short = squeeze(word)
    outer = map(_pairs, _INNER.split(short))
    grams = _fours(short).union(*outer) or {short}
    return {_digest(key, field, gram) for gram in grams}


def _letters(text: str) -> set[str]:
    squeezed = squeeze(text)
    also = _pairs(squeezed) | _fours(squeezed) if squeezed != text else set()
    return _pairs(text) | _fours(text) | set(text) | also


def _fours(text: str) -> set[str]:
    return set(_FOURS.findall(text))


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}


@lru_cache(maxsize=1 << 15)
def _digest(key: bytes, scope: str, gram: str) -> int:
    named = f"{scope}\x00{gram}".encode()
    raw = hashlib.blake2b(named, key=key, digest_size=DIGEST_BYTES).digest()
    return int.from_bytes(raw, "big", signed=True)
