"""Lines of at most 35 full-width characters, broken where Japanese may be broken (JIS X 4051, kinsoku).

Nothing is added or taken away but line ends: the pieces of a line, joined, are that line again. An ASCII
word, a number or a URL is never cut, and stands alone on a longer line if it must.
"""

import re
from collections.abc import Iterator
from unicodedata import east_asian_width

WIDTH = 70  # columns: a full-width character takes two
_BRACKETS = 8  # columns of brackets and marks around a long word

NOT_AT_START = frozenset(
    "、。,.，．・:;：；?!？！゛゜ヽヾゝゞ々〻ー―…‥)]}）］｝〕〉》」』】〙〗〟’”»｠"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ｡､｣･ｰﾞﾟｧｨｩｪｫｬｭｮｯ〜～゠–％%℃′″"
)
NOT_AT_END = frozenset("([{（［｛〔〈《「『【〘〖〝‘“«｟｢¥￥$＄£￡#＃№")

# Signs that leave no ink or lean on the one before: accents, variation selectors (IVS), skin tones, tags.
_LEANING = (
    "\u0300-\u036f\u3099\u309a\u20d0-\u20ff\ufe00-\ufe0f\U000e0100-\U000e01ef\U0001f3fb-\U0001f3ff"
    "\U000e0020-\U000e007f\u200b-\u200f\u2060\u061c\u202a-\u202e\u2066-\u2069"
)
_UNIT = re.compile(
    f"[!-~\u00a1-\u02ff{_LEANING}]+"  # an ASCII word, a number, a URL
    "|[０-９．，]+"
    "|[\U0001f1e6-\U0001f1ff]{2}"  # a flag
    f"|[^{_LEANING}](?:[{_LEANING}]|(?<=\u200d)[^ -~])*",
    re.DOTALL,
)
_NO_INK = re.compile(f"[{_LEANING}]")
_SPACES = " \t\u3000"


def fold(text: str) -> str:
    """`text` with its own line ends (LF) kept and further ones put in."""
    return "\n".join(piece for line in text.split("\n") for piece in fold_line(line))


def fold_line(line: str) -> list[str]:
    """The pieces of one line, each at most WIDTH columns without the spaces that hang at its end."""
    if 2 * len(line) <= WIDTH or width(line) <= WIDTH:
        return [line]
    pieces, current, columns = [], "", 0
    for chunk in _chunks(line):
        if current and columns + width(chunk.rstrip(_SPACES)) > WIDTH:
            pieces.append(current)
            current, columns = "", 0
        current += chunk
        columns += width(chunk)
    return [*pieces, current]


def width(text: str) -> int:
    """Columns on a Japanese terminal or phone; signs of ambiguous width (①, …, ─) count as full."""
    return sum(2 if east_asian_width(each) in "WFA" else 1 for each in _NO_INK.sub("", text))


def _chunks(line: str) -> Iterator[str]:
    """What must stay on one line."""
    units: list[str] = []
    ink = ""  # the last sign before any spaces
    for unit in _UNIT.findall(line):
        if units and unit not in _SPACES and unit[0] not in NOT_AT_START and ink not in NOT_AT_END:
            yield from _held_together(units)
            units = []
        units.append(unit)
        ink = ink if unit in _SPACES else unit[-1]
    yield from _held_together(units)


def _held_together(units: list[str]) -> list[str]:
    """A word too long for a line takes its brackets along; a long run of brackets alone is given up."""
    whole = "".join(units).rstrip(_SPACES)
    columns = width(whole)
    if columns > WIDTH and columns - max(map(width, units)) > _BRACKETS:
        return units
    return ["".join(units)]
