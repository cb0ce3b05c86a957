"""Numbers that tell themselves by shape and check digit, unless the words around them say otherwise."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from madoguchi.foundation.lib.numbers import check_digits
from madoguchi.foundation.lib.numbers.kinds import Found, Kind
from madoguchi.foundation.lib.numbers.words import LETTERS, OTHER, PHONE, Sign

_S = "[- ]{1,3}"
_D3, _D4, _D6, _D8 = (f"[0-9]{{{n}}}" for n in (3, 4, 6, 8))
_END, _WHOLE = "(?![0-9])", "(?![A-Z0-9])"
_SHAPES = re.compile(
    "(?<![0-9])(?:"
    f"{_D4}{_S}{_D4}{_S}{_D4}(?:{_S}{_D4}(?:{_S}{_D3})?)?{_END}"
    f"|{_D4}{_S}{_D6}{_S}[0-9]{{4,5}}{_END}"
    f"|{_D3}{_S}{_D3}{_S}{_D3}{_S}{_D3}{_END}"
    f"|{_D6}{_S}{_D6}{_END}|{_D8}{_S}{_D8}{_END}"
    f"|[0-9]{{12,19}}{_END})"
    f"|(?<![A-Z0-9])[A-Z]{{2}} ?(?:[0-9]{{7}}|[0-9]{{8}} ?[A-Z]{{2}}){_WHOLE}"
)
_TWELVE = re.compile(f"{_D4}{_S}{_D4}{_S}{_D4}{_END}")
_PASSPORT = re.compile(
    "[MT][A-Z][0-9]{7}"
)  # of Japan: M for 5 years, T for 10; others only where a word says so
_NEAR, _FAR, _AFTER = 12, 40, 16  # characters between a word and its number
_PART_OF_MORE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/=&%#.+-¥\\$@~")
_UNITS = frozenset("円件個人名台本枚点年時秒")
_STAMP = re.compile("(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])[0-5]")
_FROM_ABROAD = ("8150", "8170", "8180", "8190")

# Where the word is at hand a slip of the pen is still the number; farther off its check digit must fit.
_CHECKS: dict[Kind, tuple[frozenset[int], Callable[[str], bool]]] = {
    Kind.MY_NUMBER: (frozenset({12}), check_digits.is_my_number),
    Kind.LICENCE: (frozenset({12}), check_digits.is_licence_number),
    Kind.CARD: (frozenset({14, 15, 16}), check_digits.is_card_number),
}


def shaped(folded: str, signs: list[Sign]) -> Iterator[Found]:
    # No telephone has twelve digits: the word explains none of these.
    signs = [sign for sign in signs if sign.says != PHONE]
    starts = [sign.start for sign in signs]
    for shape in _SHAPES.finditer(folded):
        start, end = shape.span()
        near = _Around(folded, signs, starts, start, end)
        if shape[0][0] in LETTERS:
            kind = _lettered(shape[0], near)
        else:
            kind = _numbered(_digits(shape[0]), near)
            if kind is None and near.said and (first := _TWELVE.match(folded, start)) and first.end() < end:
                end = first.end()  # 1234 5678 9018 2026: twelve digits, then a year
                kind = _numbered(_digits(first[0]), _Around(folded, signs, starts, start, end))
        if kind is not None:
            yield Found(kind, start, end)


def _digits(shape: str) -> str:
    return shape.replace("-", "").replace(" ", "")


class _Around:
    """The words around one number. `said`: before it, the nearest first, each with its distance; `told`: the
    next after it, in the same sentence."""

    def __init__(self, folded: str, signs: list[Sign], starts: list[int], start: int, end: int) -> None:
        self.folded, self.start, self.end = folded, start, end
        upto = bisect_left(starts, start)
        first = bisect_left(starts, start - _FAR, 0, upto)
        self.said = [(start - sign.end, sign.says) for sign in reversed(signs[first:upto])]
        following = signs[upto] if upto < len(signs) else None
        within = following is not None and end <= following.start < end + _AFTER
        self.told = following.says if following and within and self._same(end, following.start) else ""

    def _same(self, start: int, end: int) -> bool:
        between = self.folded[start:end]
        return len(between) <= 3 or not ("。" in between or "\n" in between)

    def explained(self) -> bool:
        """Something else is named: at hand, or in the same sentence where nothing of ours is."""
        if self.said and self.said[0][1] == OTHER and self.said[0][0] <= _NEAR:
            return self._same(self.start - self.said[0][0], self.start)
        if self.told not in ("", OTHER) or any(says != OTHER for _, says in self.said):
            return False
        return self.told == OTHER or (
            bool(self.said) and self._same(self.start - self.said[0][0], self.start)
        )

    def names(self, kind: Kind, within: int) -> bool:
        """Its kind is said that near before the number."""
        return any(says == kind and gap <= within for gap, says in self.said)

    def stands_alone(self) -> bool:
        """Not part of a longer code, an amount, a count."""
        before, after = self.folded[max(self.start - 2, 0) : self.start], self.folded[self.end : self.end + 2]
        if before[-1:] in _PART_OF_MORE or (before[-1:] == " " and before[0].isdecimal()):
            return False
        if after[:1] == "." and not after[1:].isdecimal():
            return True  # the full stop of a sentence
        if after[:1] in (" ", ","):
            return not (after[1:].isdecimal() or after[1:] in _UNITS)
        return after[:1] not in _PART_OF_MORE and after[:1] not in _UNITS


def _numbered(digits: str, near: _Around) -> Kind | None:
    """Of 12 to 19 digits: what the words make of them, else what the check digit does."""
    if near.explained():
        return None
    if near.said or near.told:
        for kind, (lengths, check) in _CHECKS.items():
            if near.names(kind, _NEAR) and len(digits) in lengths:
                return kind
            if (near.names(kind, _FAR) or near.told == kind) and check(digits):
                return kind
    return _unnamed(digits, near) if near.stands_alone() else None


def _unnamed(digits: str, near: _Around) -> Kind | None:
    if digits.count(digits[0]) == len(digits):
        return None  # ０００…, a placeholder
    if check_digits.is_my_number(digits):
        stamp = _STAMP.match(digits) or digits.startswith(_FROM_ABROAD)
        return None if stamp else Kind.MY_NUMBER
    grouped = near.end - near.start > len(digits)
    # 13 digits are a company's number or a bar code far more often than a card.
    usual = len(digits) in (15, 16) or (grouped and len(digits) > 13)
    return Kind.CARD if usual and check_digits.is_card_number(digits) else None


def _lettered(shape: str, near: _Around) -> Kind | None:
    """Two letters and digits: a passport, a residence card."""
    if near.explained():
        return None
    kind = Kind.RESIDENCE if shape[-1] in LETTERS else Kind.PASSPORT
    if near.names(kind, _FAR) or near.told == kind:
        return kind
    return kind if _PASSPORT.fullmatch(shape) and near.stands_alone() else None
