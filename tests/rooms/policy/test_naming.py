"""Merge fields for facts: the words stay the same today, and follow the facts tomorrow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.foundation.lib.merging import merge
from madoguchi.rooms.organisation.rules import merge_facts
from madoguchi.rooms.policy.rendering import render
from madoguchi.rooms.policy.rules import Clause, Document, policy_facts
from madoguchi.rooms.policy.rules.binding import propose
from madoguchi.rooms.policy.rules.naming import name_facts
from madoguchi.rooms.policy.rules.preparing import prepare
from madoguchi.rooms.policy.rules.reading import read_document
from tests.rooms.policy.original import FACTS, ORIGINAL, VARIANTS

SMALL = {
    "name": "株式会社青葉", "group": "青葉グループ", "address": "仙台市青葉区1-2", "representative_title": "代表取締役",
    "representative": "林 太", "phone": "022-1-2", "email": "a@b.jp", "desk": "個人情報窓口", "sender_name": "株式会社青葉",
}  # fmt: skip
_PIECES = st.one_of(
    st.sampled_from([*SMALL.values(), "{{", "}}", "{", "{{operator.name}}", "{{#fee}}", "{{brace}}"]),
    st.text(alphabet="株式会社青葉は、台{}#/ aA1-@.\n(1)・及び様", max_size=12),
)


def named(text: str, facts: dict[str, str] = SMALL) -> str:
    clause = name_facts(Document("", "", (Clause(1, "題", text),), ""), facts).clauses[0]
    return clause.text


def document(text: str) -> Document:
    return Document("", text, (Clause(1, "題", text, (), {"range": text}, announces={"2-1a": text}),), text)


@given(st.lists(_PIECES, max_size=14).map("".join))
def test_with_todays_facts_the_words_are_exactly_the_same(text: str) -> None:
    written = document(text)
    made = name_facts(written, SMALL)
    facts = merge_facts(SMALL) | policy_facts(made)

    for part, original in ((made.preamble, text), (made.closing, text), (made.clauses[0].text, text)):
        assert merge(part, facts) == original
    (clause,) = render(made, facts).clauses
    assert (clause["parameters"]["range"], clause["announces"]["2-1a"]) == (text, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("株式会社青葉は、", "{{operator.name}}は、"),
        ("（株式会社青葉）", "（{{operator.name}}）"),
        ("株式会社青葉及びその子会社", "{{operator.name}}及びその子会社"),
        ("株式会社青葉台は別の会社です。", "株式会社青葉台は別の会社です。"),
        ("新株式会社青葉", "新株式会社青葉"),
        ("代表取締役林 太", "{{operator.representative_title}}{{operator.representative}}"),
        ("代表取締役 林 太郎", "{{operator.representative_title}} 林 太郎"),
        ("電話:022-1-2、", "電話:{{operator.phone}}、"),
        ("電話:022-1-23", "電話:022-1-23"),
        ("電話:022-1-2-9", "電話:022-1-2-9"),
        ("a@b.jpまで。", "{{operator.email}}まで。"),
        ("See a@b.jp.", "See {{operator.email}}."),
        ("xa@b.jp と a@b.jp.example", "xa@b.jp と a@b.jp.example"),
        ("{株式会社青葉}", "{{brace}}{{operator.name}}}"),
        ("{{operator.name}}", "{{brace}}{{brace}}operator.name}}"),
    ],
)
def test_a_fact_is_named_where_it_stands_by_itself(text: str, expected: str) -> None:
    assert named(text) == expected


def test_the_longest_fact_is_named_first() -> None:
    facts = SMALL | {"joint_use_range": "株式会社青葉の子会社"}

    assert named("範囲：株式会社青葉の子会社", facts) == "範囲：{{operator.joint_use_range}}"


def test_an_empty_or_single_letter_fact_names_nothing() -> None:
    assert named("東京都 A 区", {"postal_code": "", "group": "A", "desk": " "}) == "東京都 A 区"


@pytest.mark.parametrize("variant", VARIANTS)
def test_an_imported_original_reads_the_same_and_follows_the_facts(variant: str) -> None:
    text = VARIANTS[variant](ORIGINAL)
    literal, made = propose(read_document(text)), prepare(text, FACTS)

    today = render(made, merge_facts(FACTS) | policy_facts(made))
    moved = render(
        made,
        merge_facts(FACTS | {"name": "株式会社ひなげし", "representative": "早乙女 環"}) | policy_facts(made),
    )

    assert today == render(literal, policy_facts(literal))
    assert today.text.count("株式会社ひなげし計画") == 4
    assert moved.text == today.text.replace("代表取締役 早乙女 恵", "代表取締役 早乙女 環").replace(
        "株式会社ひなげし計画の子会社", "@"
    ).replace("株式会社ひなげし計画", "株式会社ひなげし").replace("@", "株式会社ひなげし計画の子会社")


def test_a_long_text_of_names_takes_no_long_time() -> None:
    """Every one adjacent to the next, the last inside a word: then none of them is a name."""
    assert named("ab" * 60_000 + "c", {"name": "ab"}) == "ab" * 60_000 + "c"
