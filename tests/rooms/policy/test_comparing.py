"""Two versions compared: nothing of either is lost, and each clause finds the one it came from."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rooms.policy.rules.comparing import Change, Piece, compare, pieces

_TEXT = st.text(alphabet="氏名とお電話番号を、3年間保存します。ABC\n(1)・", max_size=120)


def clause(number: int, title: str, text: str = "本文です。") -> dict[str, Any]:
    return {"number": number, "title": title, "heading": f"第{number}条 {title}", "text": text}


OLD = [
    clause(1, "定義"),
    clause(2, "取得", "氏名を取得します。"),
    clause(3, "利用目的", "お答えするため"),
    clause(4, "窓口"),
]


def kinds(changes: list[Change]) -> list[tuple[str, int | None, int | None]]:
    return [(change.kind, change.before, change.after) for change in changes]


@given(_TEXT, _TEXT)
def test_the_pieces_make_up_both_texts(before: str, after: str) -> None:
    found = list(pieces(before, after))

    assert "".join(piece.text for piece in found if piece.kind != "new") == before
    assert "".join(piece.text for piece in found if piece.kind != "gone") == after


def test_a_changed_word_is_the_only_mark() -> None:
    new = [OLD[0], clause(2, "取得", "氏名と住所を取得します。"), *OLD[2:]]

    (change,) = [each for each in compare(OLD, new) if each.kind != "same"]

    assert (change.kind, change.before, change.after) == ("changed", 2, 2)
    assert "".join(piece.text for piece in change.text if piece.kind == "new") == "と住所"
    assert [piece for piece in change.text if piece.kind == "gone"] == []


def test_the_mark_of_a_sub_clause_is_not_read_out() -> None:
    old, new = (clause(1, "請求", f"### 1-1 {title}\n\n# は文字です。") for title in ("訂正", "消去"))

    (change,) = compare([old], [new])

    read = "".join(piece.text for piece in change.text if piece.kind != "gone")
    assert read == "1-1 消去\n\n# は文字です。"


def test_the_same_version_has_no_change() -> None:
    assert kinds(compare(OLD, OLD)) == [("same", n, n) for n in (1, 2, 3, 4)]


def test_an_inserted_clause_moves_the_others_without_changing_them() -> None:
    new = [
        OLD[0],
        clause(2, "保存期間", "3年間、保存します。"),
        *(c | {"number": c["number"] + 1} for c in OLD[1:]),
    ]
    new = [each | {"heading": f"第{each['number']}条 {each['title']}"} for each in new]

    assert kinds(compare(OLD, new)) == [
        ("same", 1, 1), ("new", None, 2), ("changed", 2, 3), ("changed", 3, 4), ("changed", 4, 5),
    ]  # fmt: skip


def test_a_clause_that_went_stands_where_it_stood() -> None:
    new = [OLD[0], OLD[2] | {"number": 2}, OLD[3] | {"number": 3}]

    assert kinds(compare(OLD, new)) == [("same", 1, 1), ("gone", 2, None), ("same", 3, 2), ("same", 4, 3)]


def test_a_renamed_clause_is_found_by_its_words() -> None:
    new = [*OLD[:2], clause(3, "情報の使いみち", "お答えするため"), OLD[3]]

    assert kinds(compare(OLD, new))[2] == ("changed", 3, 3)


@pytest.mark.parametrize(("before", "after", "expected"), [([], OLD, "new"), (OLD, [], "gone")])
def test_from_and_to_nothing(before: Any, after: Any, expected: str) -> None:
    assert {change.kind for change in compare(before, after)} == {expected}


def test_a_text_that_repeats_itself_without_end_is_not_compared_word_by_word() -> None:
    """What somebody pastes may be anything: word by word, this one would keep the desk busy for hours."""
    middle = [",".join(words * 50_000) for words in (["あ", "1"], ["1", "あ"])]
    old, new = (clause(2, "利用目的", f"初め。{text}。終わり") for text in middle)

    (change,) = compare([old], [new])

    assert change.kind == "changed"
    assert "".join(each.text for each in change.text if each.kind != "new") == old["text"]
    assert "".join(each.text for each in change.text if each.kind != "gone") == new["text"]
    assert [change.text[0], change.text[-1]] == [Piece("same", "初め。"), Piece("same", "。終わり")]
    assert kinds(compare([old], [old])) == [("same", 2, 2)]
    assert kinds(compare([old], [new | {"title": "使いみち"}])) == [("changed", 2, 2)]
