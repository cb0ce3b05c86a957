"""A message as the rules read it: a folded copy without what somebody else wrote. The stored text stays as it is.

`plain` keeps digits and addresses (guards and spam need them); `masked` is what the model and the repeat
memory see. Every pattern here runs in linear time, since a stranger chooses the text.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 8_000
_QUOTED = re.compile("「[^「」]{40,}」")
_QUOTED_LINE = re.compile(r"^[ ]*>.*$", re.MULTILINE)
_FORWARDED = re.compile(
    r"^[ ]*(?:-{3,12}|_{3,12}|={3,12}|[*]{3,12})[ ]?(?:original message|forwarded message|転送(?:メッセージ|メール|元)"
    r"|元のメッセージ|以下転送|ここから転送).*\Z",
    re.MULTILINE | re.DOTALL,
)
_MARKS = "\u3099\u309a"
_GAP = re.compile(r"[ \n]+")
_RUN = re.compile("[!-~]+")
_HOST = re.compile(r"(?:://|^www\.|@[a-z0-9-])")
_DENIAL = re.compile(
    "(?:営業|勧誘|売り込み|セールス|宣伝|広告)[^。!?\n]{0,14}?(?:では(?:ございません|ありません|なく|ない(?:です|ので)?)|じゃ(?:ありません|ない(?:です|ので)?|なく)|するつもりはありません)"
)
_DIGITS = re.compile("[0-9][0-9,.:/-]*")
_SENTENCE = re.compile("[^。!?\n]+[。!?]*")
_KANA = re.compile("[ぁ-んァ-ヶ]")


@dataclass(frozen=True, slots=True)
class Reading:
    """`origin[i]`: which character of the text `plain[i]` came from. `quoted`: something was left out."""

    plain: str
    origin: tuple[int, ...]
    masked: str
    kana: int
    quoted: bool

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original text behind a stretch of `plain`."""
        return (self.origin[start], self.origin[end - 1] + 1) if start < end else (0, 0)


def read(text: str) -> Reading:
    folded, origin = _fold(text[:LONGEST])
    kept = _own_words(folded)
    plain = "".join(folded[start:end] for start, end in kept)
    places = tuple(place for start, end in kept for place in origin[start:end])
    return Reading(plain, places, mask(plain), len(_KANA.findall(plain)), len(plain) < len(folded))


def mask(plain: str) -> str:
    """Without addresses, every number 0, lines joined. A denial of selling says nothing: both kinds write it."""
    shown = _DIGITS.sub("0", _RUN.sub(_without_address, _DENIAL.sub(" ", plain)))
    return f" {_GAP.sub(' ', shown).strip()} "


def sentences(plain: str) -> list[tuple[int, int]]:
    """Start and end of each sentence or line that says something."""
    return [found.span() for found in _SENTENCE.finditer(plain) if found[0].strip()]


def _without_address(run: re.Match[str]) -> str:
    return " " if _HOST.search(run[0]) else run[0]


def _own_words(folded: str) -> list[tuple[int, int]]:
    cut = [
        found.span() for pattern in (_QUOTED_LINE, _QUOTED, _FORWARDED) for found in pattern.finditer(folded)
    ]
    kept, at = [], 0
    for start, end in sorted(cut):
        if start > at:
            kept.append((at, start))
        at = max(at, end)
    return [*kept, (at, len(folded))] if at < len(folded) else kept


def _fold(text: str) -> tuple[str, list[int]]:
    letters: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        for letter in _folded(character):
            if letter in _MARKS:
                if letters:
                    whole = unicodedata.normalize("NFC", letters[-1] + letter)
                    letters[-1] = whole if len(whole) == 1 else letters[-1]
            else:
                letters.append(letter)
                origin.append(place)
    return "".join(letters), origin


@lru_cache(maxsize=8_192)
def _folded(character: str) -> str:
    if character in "\n\r\u2028\u2029\x85":
        return "\n"
    if character.isspace():
        return " "
    return "".join(letter for letter in unicodedata.normalize("NFKC", character).lower() if _seen(letter))


def _seen(letter: str) -> bool:
    return letter in _MARKS or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Mn", "Me", "Co", "Cn")
