"""An operator's original in plain text: nothing lost, everything bound, however it is written."""

import re

import pytest

from madoguchi.rooms.policy.rendering import render
from madoguchi.rooms.policy.rules import Document, policy_facts
from madoguchi.rooms.policy.rules.binding import enacted_on, propose
from madoguchi.rooms.policy.rules.reading import read_document, word_for_word
from tests.rooms.policy.original import ORIGINAL, TITLES, VARIANTS

ROWS = ["2-1a", "2-1b", "2-1c", "2-1d", "2-1e", "2-2a", "2-2b", "2-3a", "2-3b", "2-3c", "2-3d", "2-4a"]
TOPICS = [
    "definition", "collection", "purposes", "choice", "provision", "safeguards", "joint-use", "disclosure",
    "correction", "contact", "change",
]  # fmt: skip


def bare(text: str) -> str:
    return re.sub(r"[\s　#]+", "", text)


def read(variant: str) -> tuple[str, Document]:
    text = VARIANTS[variant](ORIGINAL)
    return text, propose(read_document(text))


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_clause_is_found_and_bound(variant: str) -> None:
    _, document = read(variant)

    assert [(clause.number, clause.title) for clause in document.clauses] == list(enumerate(TITLES, 1))
    assert [clause.parameters["topic"] for clause in document.clauses] == TOPICS
    assert [clause.number for clause in document.clauses if not clause.promises] == [1]
    assert document.clauses[7].parameters["fee_yen"] == 1000
    assert sorted(document.clauses[1].announces) == ROWS
    assert len(document.clauses[2].parameters["purposes"]) == 6
    assert sorted(document.clauses[2].parameters["uses"]) == [
        "advertise", "answer", "breach-of-terms", "changes", "measure", "service",
    ]  # fmt: skip
    assert "子会社及び関連会社" in document.clauses[6].parameters["range"]
    assert enacted_on(document) == (2022, 4, 1)


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_is_published_is_the_original_character_by_character(variant: str) -> None:
    """Not line by line only: all of it, in its order, white space and marks of headings aside."""
    text, document = read(variant)

    shown = render(document, policy_facts(document))

    assert bare(f"{document.title}{shown.text}") == bare(text)
    assert word_for_word(text, document) == []
    assert bare(re.sub(r"<[^>]+>", "", shown.html)) in bare(text)


def test_sub_clauses_stand_as_headings_only_where_they_are_short() -> None:
    _, document = read("as it is")

    assert "4-1 次の情報については、収集を始める前に、お客様の同意を得ます。" in document.clauses[3].text
    assert "### 4-1" not in document.clauses[3].text


def test_a_lost_line_and_a_changed_word_are_noticed() -> None:
    text, document = read("as it is")

    lost = text.replace("9-3 前２項の規定は", "9-3 前２項の規定は、")

    assert word_for_word(lost, document) == [
        "9-3 前２項の規定は、、法令により当社が義務を負わない場合には適用されません。"
    ]
