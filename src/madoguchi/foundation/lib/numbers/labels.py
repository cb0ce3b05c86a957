"""Numbers that only the word before them tells: policies, pensions, accounts, security codes."""

import re
from collections.abc import Iterator
from itertools import zip_longest

from madoguchi.foundation.lib.numbers.kinds import Found, Kind
from madoguchi.foundation.lib.numbers.words import SECURITY_CODES, Sign

_REACH, _LONGEST = 15, 24  # characters from the word to the number, and of the number itself
_ALONE = r"(?![0-9]|[- ][0-9]|[,年月日円時分人名件個枚])"
_LABELLED: dict[str, re.Pattern[str]] = {
    Kind.RESIDENT: re.compile(rf"(?<![0-9])[0-9]{{5}}[- ]?[0-9]{{6}}{_ALONE}"),
    Kind.INSURANCE: re.compile(rf"(?<![0-9])(?:[0-9]{{4}}[- ][0-9]{{6}}[- ][0-9]|[0-9]{{5,11}}){_ALONE}"),
    Kind.PENSION: re.compile(rf"(?<![0-9])[0-9]{{4}}[- ]?[0-9]{{6}}{_ALONE}"),
    Kind.CARD: re.compile(rf"(?<![0-9])[0-9]{{3,4}}{_ALONE}"),
    Kind.ACCOUNT: re.compile(rf"(?<![0-9])[0-9]{{6,8}}{_ALONE}"),
}
_EVERYDAY = frozenset({"普通", "当座"})  # the number follows at once, and has seven digits
_SEVEN = re.compile(r"[ :-]{0,2}([0-9]{7})(?![0-9])")
_PAIR = re.compile(
    r"記号(?:[- :/と及び]{0,3}番号)?[ :はが]{0,3}([0-9]{1,8}|[0-9A-Z一-龠ぁ-ん]{1,6}[- ]?[0-9]{1,6})"
    r"[- 、,/\n]{0,3}(?:番号)?[ :はが]{0,3}([0-9]{1,10})(?![0-9])"
)
_TOLD = 60  # characters before a pair in which its issuer is named
_BANKED, _INSURED, _POST_OFFICE = re.compile("ゆうちょ|郵便|銀行|口座|振込"), "保険", re.compile("1[0-9]{3}0")


def labelled(folded: str, signs: list[Sign]) -> Iterator[Found]:
    for (start, end, says), following in zip_longest(signs, signs[1:]):
        pattern = _LABELLED.get(says)
        if pattern is None or (says is Kind.CARD and folded[start:end] not in SECURITY_CODES):
            continue
        if says is Kind.ACCOUNT and folded[start:end] in _EVERYDAY:
            number, place = _SEVEN.match(folded, end), 1
        else:
            reach = min(end + _REACH, following.start if following else len(folded))
            number, place = pattern.search(folded, end, reach + _LONGEST), 0
            if number and number.start() > reach:
                continue
        if number:
            yield Found(Kind(says), *number.span(place))


def paired(folded: str) -> Iterator[Found]:
    """記号 and 番号, as they stand on a health insurance card and in a post-office passbook."""
    for pair in _PAIR.finditer(folded):
        told = folded[max(pair.start() - _TOLD, 0) : pair.end() + _REACH]
        if _BANKED.search(told) or _POST_OFFICE.fullmatch(pair[1]):
            kind = Kind.ACCOUNT
        elif _INSURED in told:
            kind = Kind.INSURANCE
        else:
            continue
        yield Found(kind, *pair.span(1))
        yield Found(kind, *pair.span(2))
