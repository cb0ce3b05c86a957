"""Programs that send pitches through forms, as readers of a refusal: who of them would notice this wording.

Written by ourselves after the three ways in which such programs read a page. `nodes` are the texts of a page, one a
text node, white space between them included: two of the readers look at each alone, so that a break or a tag inside
a phrase hides it from them.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Reader = Callable[[Sequence[str]], bool]

LINE = "※営業お断り:営業メールお断り。営業目的のお問い合わせはご遠慮ください。"

_SALES = "営業|セールス|勧誘|売り込み"
_NO = "お断り|断り|ご遠慮|遠慮|お控え|禁止"
_SENTENCES = re.compile(r"[。！？\n]")
_CANCELLING = ("個人情報", "お客様", "サービス")


def _phrase(*phrases: str) -> Reader:
    return lambda nodes: any(phrase in "".join(nodes) for phrase in phrases)


def _near(sales: str, distance: int, no: str = _NO) -> Reader:
    """A refusing word within so many characters after a selling one, in the same sentence."""
    pattern = re.compile(f"(?P<sales>{sales})|(?P<no>{no})|[。\n]")

    def noticed(nodes: Sequence[str]) -> bool:
        after = None
        for found in pattern.finditer("".join(nodes)):
            if found["no"] and after is not None and found.start() - after <= distance:
                return True
            if not found["no"]:
                after = found.end() if found["sales"] else None
        return False

    return noticed


def _sentence(sales: str, no: str, cancelled_by: Sequence[str] = ()) -> Reader:
    first, second = re.compile(sales), re.compile(no)

    def noticed(nodes: Sequence[str]) -> bool:
        return any(
            first.search(each) and second.search(each) and not any(word in each for word in cancelled_by)
            for each in _SENTENCES.split("".join(nodes))
        )

    return noticed


def _each_node(reader: Reader) -> Reader:
    return lambda nodes: any(reader([node]) for node in nodes)


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to read. `wants` says what a wording has to have for all of its readers."""

    label: str
    wants: str
    readers: tuple[Reader, ...]


KINDS = (
    Kind(
        "決まった言い回しを探すもの",
        "「営業お断り」「営業メールお断り」「営業目的のお問い合わせはご遠慮」を、このとおりの字で書くと気づきます。",
        (
            _phrase("営業お断り"),
            _phrase("営業メールお断り", "営業メールはお断り"),
            _phrase("営業目的のお問い合わせはご遠慮"),
            _phrase("営業目的の", "営業目的で"),
            _phrase("営業お断り", "営業目的", "営業メール", "セールスお断り", "勧誘お断り"),
        ),
    ),
    Kind(
        "「営業」などの言葉のすぐ後に、断る言葉があるかを見るもの",
        "「営業」「営業目的」から20字のうちに「お断り」や「ご遠慮」があると気づきます。",
        (
            _near("営業", 20, "お断り|ご遠慮"),
            _near(_SALES, 25),
            _near("営業", 20, "ご遠慮|お控え"),
            _near("営業目的", 20),
            _each_node(_near("営業", 20, "お断り|ご遠慮")),
        ),
    ),
    Kind(
        "一つの文に、両方の言葉があるかを見るもの",
        "「営業」と「お断り」か「ご遠慮」を、同じ一文に入れると気づきます。その文に「個人情報」「お客様」「サービス」があると、気づかないものがあります。",
        (
            _sentence(_SALES, _NO),
            _sentence(_SALES, _NO, _CANCELLING),
            _each_node(_sentence("営業", "お断り|ご遠慮")),
        ),
    ),
)
ALL = sum(len(kind.readers) for kind in KINDS)


@dataclass(frozen=True, slots=True)
class Noticed:
    """How many readers of a kind notice a wording, and what the others miss."""

    label: str
    count: int
    of: int
    wants: str


def noticed(nodes: Sequence[str]) -> list[Noticed]:
    return [_noticed(kind, nodes) for kind in KINDS]


def _noticed(kind: Kind, nodes: Sequence[str]) -> Noticed:
    count, of = sum(reader(nodes) for reader in kind.readers), len(kind.readers)
    return Noticed(kind.label, count, of, kind.wants if count < of else "")


def noticing(nodes: Sequence[str]) -> int:
    """How many of all readers."""
    return sum(each.count for each in noticed(nodes))
