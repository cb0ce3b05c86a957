"""Stage B: the same text again. Texts are kept as keyed hashes of masked 5-grams, never as words.

Two texts are the same when their grams overlap by 0.40 (Jaccard): a sender changes the addressee, the persona, the
numbers and a sentence. Candidates are found by bands of the smallest hashes, then compared exactly.
"""

import hmac
import re
from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b, sha256

SAME = 0.40
_SIZE = 5
_BANDS = 32
_ADDRESSEE = re.compile(
    "[^、。!?]{0,30}(?:様|さま|御中|殿|さん|先生|の皆様|各位)(?=[ 、。]|へ|お世話|突然|はじめ|いつも)|"
    "[^、。!?]{0,40}(?:と申し|といい|と言い|でござい)(?:ます|まして)"
)
_MOST = 4_000
_OPENING = 300  # where addressee and introduction stand


def sketch(masked: str, key: bytes) -> frozenset[int]:
    """The keyed hashes of a masked text's 5-grams, addressee and introduction left out."""
    opening = _ADDRESSEE.sub("", masked[:_OPENING])
    text = (opening + masked[_OPENING:])[:_MOST].replace(" ", "").replace("0", "")
    found = {text[at : at + _SIZE] for at in range(len(text) - _SIZE + 1)} or ({text} if text else set())
    return frozenset(_hash(gram, key) for gram in found)


def overlap(one: Collection[int], other: Collection[int]) -> float:
    """Jaccard: what both have of what either has."""
    first, second = set(one), set(other)
    return len(first & second) / len(first | second) if first and second else 0.0


def bands(grams: Collection[int]) -> frozenset[int]:
    """Under what to look a text up: two texts of Jaccard 0.40 share none with a chance of one in ten million."""
    return frozenset(
        (number << 56) | (min(grams, key=lambda gram: (gram * _odd(number)) & _ALL) & ((1 << 56) - 1))
        for number in range(_BANDS if grams else 0)
    )


def nearest(grams: Collection[int], known: Mapping[str, Collection[int]]) -> tuple[str, float] | None:
    """The most alike of the candidates, if it is the same text."""
    alike = [(overlap(grams, other), name) for name, other in known.items()]
    best = max(alike, default=(0.0, ""))
    return (best[1], best[0]) if best[0] >= SAME else None


def sender_keys(values: Iterable[tuple[str, str]], key: bytes) -> frozenset[str]:
    """(kind, value) as keyed hashes, so that a ledger can recognise a sender without knowing one."""
    return frozenset(hmac.new(key, f"{kind}:{value}".encode(), sha256).hexdigest() for kind, value in values)


_ALL = (1 << 64) - 1


def _odd(number: int) -> int:
    return (0x9E3779B97F4A7C15 * (2 * number + 1) | 1) & _ALL


def _hash(gram: str, key: bytes) -> int:
    return int.from_bytes(
        blake2b(gram.encode("utf-8", "surrogatepass"), digest_size=8, key=key[:64]).digest(), "big"
    )
