"""What somebody types to search: words, "phrases in quotes", 氏名:山田, and what narrows: 状態:保留."""

import re
from dataclasses import dataclass

from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.vault.queries.search import Term, fold

_FIELDS = {
    "氏名": "name", "名前": "name", "お名前": "name", "name": "name",
    "会社": "company", "企業": "company", "企業名": "company", "会社名": "company", "company": "company",
    "電話": "phone", "電話番号": "phone", "phone": "phone", "tel": "phone",
    "メール": "email", "メールアドレス": "email", "email": "email", "mail": "email",
    "番号": "number", "受付番号": "number", "件名": "subject",
}  # fmt: skip
_NARROWS = {
    "担当": "assignee",
    "状態": "status",
    "状況": "status",
    "ラベル": "label",
    "期間": "span",
    "箱": "lane",
}
_QUOTES = '"＂“”'
_NAMES = "|".join(sorted(_FIELDS | _NARROWS, key=len, reverse=True))
_PIECE = re.compile(
    rf"(?:(?P<field>{_NAMES})[:：])?(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]?|(?P<word>[^\s{_QUOTES}]+))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """All terms must be met; none at all asks for nothing. `narrow` leaves out by what the desk knows, as typed."""

    typed: str
    terms: tuple[Term, ...]
    narrow: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms or self.narrow)


def read_asked(typed: str) -> Asked:
    """Raises TooMuchAsked for what nobody types by hand."""
    pieces = list(_PIECE.finditer(typed[: rules.LONGEST_ASKED + 1]))
    narrow = tuple((_NARROWS[each["field"]], _word(each)) for each in pieces if each["field"] in _NARROWS)
    found = [_term(each) for each in pieces if each["field"] not in _NARROWS]
    terms = tuple(dict.fromkeys(term for term in found if term.word))
    rules.check_asked(typed, len(terms) + len(narrow))
    return Asked(typed, terms, tuple(pair for pair in narrow if pair[1]))


def _term(piece: re.Match[str]) -> Term:
    field = _FIELDS[piece["field"].lower()] if piece["field"] else ""
    return Term(fold(_word(piece)), field)


def _word(piece: re.Match[str]) -> str:
    return piece["phrase"] or piece["word"] or ""
