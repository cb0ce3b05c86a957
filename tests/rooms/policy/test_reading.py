"""A policy given as one text: clauses are found however they are numbered, and no word is lost."""

import re
from collections.abc import Callable

import pytest

from madoguchi.config.profile import bundled, read_policy, read_profile
from madoguchi.rooms.policy.errors import UnreadablePolicy
from madoguchi.rooms.policy.rules import Document
from madoguchi.rooms.policy.rules.reading import number_of, read_document, word_for_word

KANJI = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三")


def wide(digits: str) -> str:
    return digits.translate({ord(str(n)): ord("０") + n for n in range(10)})


def plain(document: Document, heading: Callable[[int, str], str]) -> str:
    """As a company would paste it: no Markdown, sub-clauses as bare lines."""
    clauses = [
        f"{heading(clause.number, clause.title)}\n{re.sub(r'(?m)^### ', '', clause.text)}"
        for clause in document.clauses
    ]
    return "\n\n".join((document.title, document.preamble, *clauses, "以上\n2022年4月1日 制定"))


HEADINGS: dict[str, Callable[[int, str], str]] = {
    "point": lambda number, title: f"{number}. {title}",
    "wide point": lambda number, title: f"{wide(str(number))}．{title}",
    "article": lambda number, title: f"第{number}条 {title}",
    "kanji": lambda number, title: f"第{KANJI[number - 1]}条（{title}）",
    "markdown": lambda number, title: f"## {number}. {title}",
}
SHAPES: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "no gaps": lambda text: re.sub(r"\n+", "\n", text),
    "gaps everywhere": lambda text: text.replace("\n", "\n\n"),
    "windows": lambda text: text.replace("\n", "\r\n"),
    "flat": lambda text: re.sub(r"(?m)^[ 　]+", "", text),
    "items as 1.": lambda text: re.sub(r"(?m)^(\s*)\((\d)\)", r"\g<1>\2.", text),
    "items as •": lambda text: re.sub(r"(?m)^(\s*)\(\d\)", r"\g<1>•", text),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize("profile", bundled())
def test_every_clause_is_found_word_for_word(profile: str, heading: str, shape: str) -> None:
    document = read_policy(read_profile(profile))
    text = SHAPES[shape](plain(document, HEADINGS[heading]))

    read = read_document(text)

    assert [(c.number, c.title) for c in read.clauses] == [(c.number, c.title) for c in document.clauses]
    assert word_for_word(text, read) == []
    assert "2022年4月1日" in read.closing
    assert "2022年4月1日" not in read.clauses[-1].text


def test_items_are_nested_by_their_marks() -> None:
    document = read_document(
        "方針\n1. 定義\n次のものです。\n1. 甲\n(1) 甲の一\n(2) 甲の二\n2. 乙\n2. 目的\nお答えするため"
    )

    assert document.clauses[0].text == "次のものです。\n1. 甲\n  (1) 甲の一\n  (2) 甲の二\n2. 乙"


def test_a_lost_word_is_noticed() -> None:
    text = "方針\n1. 定義\n次のものです。\n2. 目的\nお答えするため"
    whole = read_document(text)
    cut = Document(whole.title, whole.preamble, whole.clauses[:1], whole.closing)

    assert word_for_word(text, whole) == []
    assert word_for_word(text, cut) == ["2. 目的", "お答えするため"]


@pytest.mark.parametrize("text", ["", "お知らせ\n今日は晴れです。", "1. ひとつだけ\n本文"])
def test_a_text_without_clauses_says_what_to_do(text: str) -> None:
    with pytest.raises(UnreadablePolicy) as refused:
        read_document(text)

    assert "第1条" in refused.value.message


def test_numbers_in_every_hand() -> None:
    assert [number_of(each) for each in ("3", "１２", "一", "十", "十一", "二十", "二十三")] == [
        3, 12, 1, 10, 11, 20, 23,
    ]  # fmt: skip


def test_a_closing_may_name_its_word_before_the_day() -> None:
    read = read_document(
        "方針\n\n1. 目的\n\n答えるため。\n\n2. 変更\n\n変えることがあります。\n\n制定 2020年4月1日\n"
    )

    assert read.closing == "制定 2020年4月1日"
    assert read.clauses[-1].text == "変えることがあります。"
