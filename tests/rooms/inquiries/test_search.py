"""What the desk finds, and what it does not: opened, looked through, and only what the viewer may read."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest

from madoguchi.foundation.lib import clock
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.actions.flag_special_care import flag_special_care
from madoguchi.rooms.inquiries.actions.index import index_some_more
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.errors import NoSuchInquiry, TooMuchAsked
from madoguchi.rooms.inquiries.jobs import look_after_index
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.asked import read_asked
from madoguchi.rooms.inquiries.queries.search import Results, search
from madoguchi.rooms.inventory.actions.correct import correct
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.organisation.models import LegalEntity
from madoguchi.rooms.organisation.queries import Viewer, viewer_of
from madoguchi.rooms.vault.actions.search import begin_walk, reset
from madoguchi.rooms.vault.queries.search import Term, fold, is_current
from tests.bench.generate import generate
from tests.house import House
from tests.rooms.inventory.erasing import erase_all, officer
from tests.rooms.vault.shelves import on_sqlite

Counter = Callable[[], AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def index(house: House) -> None:
    reset()
    while index_some_more():
        pass


def asked(viewer: Viewer, typed: str, **more: Any) -> Results:
    return search(viewer, read_asked(typed), **more)


def numbers(viewer: Viewer, typed: str) -> list[str]:
    return [hit.row.receipt_number for hit in asked(viewer, typed).hits]


def told(viewer: Viewer, typed: str) -> list[str]:
    """Each hit as its label and its words, matches in brackets."""
    found = []
    for hit in asked(viewer, typed).hits:
        pieces = hit.snippet.pieces if hit.snippet else ()
        text = "".join(f"[{each.text}]" if each.marked else each.text for each in pieces)
        found.append(f"{hit.snippet.label} {text}" if hit.snippet else "")
    return found


# ---- what is typed


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("", []),
        ("　 ", []),
        ("見積", [("見積", "")]),
        ("見積　山田 見積", [("見積", ""), ("山田", "")]),
        ('"見積 の 宛名" 納期', [("見積の宛名", ""), ("納期", "")]),
        ("“見積 の”", [("見積の", "")]),
        ('"閉じていない 言葉', [("閉じていない言葉", "")]),
        ("氏名:山田 会社：青葉", [("山田", "name"), ("青葉", "company")]),
        (
            "Name:yamada 電話番号:03-1234 メール:a@b",
            [("yamada", "name"), ("03-1234", "phone"), ("a@b", "email")],
        ),
        ('氏名:"山田 花子"', [("山田花子", "name")]),
        ("氏名:", [("氏名:", "")]),
        ("https://example.jp", [("https://example.jp", "")]),
    ],
)
def test_what_is_typed_is_read_as_people_mean_it(typed: str, terms: list[tuple[str, str]]) -> None:
    assert read_asked(typed).terms == tuple(Term(fold(word), field) for word, field in terms)


@pytest.mark.parametrize("typed", ["あ" * 201, " ".join("あいうえおかきくけこさ")])
def test_what_nobody_types_is_refused(typed: str) -> None:
    with pytest.raises(TooMuchAsked):
        read_asked(typed)


# ---- what is found


def test_one_and_two_letters_words_and_fields(house: House) -> None:
    first = house.submit(body="見積書の宛名を変更してください。", name="髙橋 渉", company="㈱ひばり工務店")
    second = house.submit(
        body="納期について。", name="山田 花子", phone="03-1234-5678", email="hanako@aoba.example"
    )
    house.work()
    viewer = house.viewer

    for typed in ("宛名", "宛", "見積 高橋", "タカハシ 見積", "株式会社", "ひばり", "氏名:髙橋"):
        expected = [] if typed == "タカハシ 見積" else [first.receipt_number]
        assert numbers(viewer, typed) == expected, typed
    for typed in (
        "納期",
        "0312345678",
        "1234-5678",
        "電話:5678",
        "メール:aoba.example",
        '"山田 花子"',
        "ﾉｳ期 山田",
    ):
        expected = [] if typed == "ﾉｳ期 山田" else [second.receipt_number]
        assert numbers(viewer, typed) == expected, typed
    assert numbers(viewer, "氏名:納期") == numbers(viewer, "期納") == numbers(viewer, "見積 納期") == []
    assert numbers(viewer, second.receipt_number[-4:]) == [second.receipt_number]


def test_the_words_around_are_quoted_as_typed_and_marked(house: House) -> None:
    house.submit(
        body=f"はじめまして。\n{'あ' * 60}見積書の　ｱﾃ名を、\n変更してください。{'い' * 90}",
        name="髙橋 渉",
        phone="03-1234-5678",
    )
    house.work()

    (body,) = told(house.viewer, "アテ名 見積")
    assert body.startswith("ご相談内容 …ああ")
    assert "[見積]書の [ｱﾃ名]を、 変更" in body
    assert body.endswith("…")
    assert told(house.viewer, "高橋") == ["氏名 [髙橋] 渉"]
    assert told(house.viewer, "12345678") == ["電話番号 03-[1234-5678]"]


def test_notes_and_replies_are_found_together_with_what_was_asked(house: House) -> None:
    mine = house.submit(body="納期を教えてください。")
    house.submit(body="納期を教えてください。")
    house.work()
    add_note(viewer=house.viewer, inquiry_id=mine.id, text="倉庫の鑞付け待ち。")
    reply(viewer=house.viewer, inquiry_id=mine.id, text="あさって出荷いたします。", seen_until=None)
    house.work()

    assert numbers(house.viewer, "納期 鑞付け 出荷") == [mine.receipt_number]
    assert told(house.viewer, "鑞") == ["社内メモ 倉庫の[鑞]付け待ち。"]
    assert told(house.viewer, "出荷") == ["お返事 あさって[出荷]いたします。"]


def test_trays_and_closed_ones_are_found_newest_first_page_by_page(house: House) -> None:
    generate(400)
    while index_some_more():
        pass
    reset()
    while index_some_more():
        pass
    seen: list[UUID] = []
    cursor = ""

    for _ in range(40):
        page = asked(house.viewer, "納期", cursor=cursor, limit=13)
        seen += [hit.row.id for hit in page.hits]
        cursor = page.next_cursor
        if not cursor:
            break

    rows = Inquiry.objects.order_by("-received_at", "-id")
    from madoguchi.rooms.inquiries.queries.texts import texts_of

    texts = texts_of(list(rows))
    expected = [row.id for row in rows if any("納期" in text.text for text in texts[row.id])]
    assert len(expected) > 26
    assert seen == expected
    assert {hit.row.lane for hit in asked(house.viewer, "納期", limit=200).hits} == {"inbox", "sales", "junk"}


def test_another_company_finds_nothing(house: House) -> None:
    house.submit(body="見積書の宛名")
    house.work()
    other = LegalEntity.objects.create(
        name="別の会社", address="-", representative_title="-", representative="-", desk="-",
        sender_name="-", sender_address="desk@other.example.jp",
    )  # fmt: skip
    staff = house.staff["officer"]
    staff.entity_id = other.id
    staff.save()

    assert numbers(house.viewer, "宛名") != []
    assert numbers(viewer_of(staff), "宛名") == []


def test_a_cursor_of_nobody_is_not_found(house: House) -> None:
    for cursor in ("x", "-1", "9" * 40, "1;2"):
        with pytest.raises(NoSuchInquiry):
            asked(house.viewer, "宛名", cursor=cursor)


def test_the_questions_to_the_database_do_not_grow(house: House, count_queries: Counter) -> None:
    house.submit(body="見積書の宛名")
    house.work()
    with count_queries() as one:
        assert len(asked(house.viewer, "宛名").hits) == 1
    for _ in range(5):
        house.submit(body="見積書の宛名")
    house.work()
    with count_queries() as more:
        assert len(asked(house.viewer, "宛名").hits) == 6

    assert len(more) == len(one)


# ---- what is not


def test_erased_people_are_not_found(house: House) -> None:
    gone = house.submit(body="蹴鞠の件", name="飛鳥井 雅")
    house.submit(body="蹴鞠の件")
    house.work()
    add_note(viewer=house.viewer, inquiry_id=gone.id, text="龢さんへ。")
    house.work()
    assert len(numbers(house.viewer, "蹴鞠")) == 2

    erase_all(house, Inquiry.objects.get(id=gone.id))
    assert gone.receipt_number not in numbers(house.viewer, "蹴鞠")  # at once, before any step ran
    house.work()

    assert len(numbers(house.viewer, "蹴鞠")) == 1
    assert numbers(house.viewer, "飛鳥井") == numbers(house.viewer, "龢") == []
    assert numbers(house.viewer, gone.receipt_number[-4:]) == []


def test_delicate_text_is_found_only_by_who_may_read_it_and_quoted_for_nobody(house: House) -> None:
    sent = house.submit(body="持病の件で蹴鞠を休みます。", name="飛鳥井 雅")
    house.work()
    flag_special_care(viewer=house.viewer, inquiry_id=sent.id)
    keeper = viewer_of(house.staff["officer"])

    assert numbers(house.viewer, "蹴鞠") == []
    assert numbers(house.viewer, "飛鳥井") == [sent.receipt_number]
    assert numbers(keeper, "蹴鞠") == [sent.receipt_number]
    assert told(keeper, "蹴鞠") == [""]
    assert told(keeper, "蹴鞠 飛鳥井") == ["氏名 [飛鳥井] 雅"]


def test_a_number_that_is_covered_is_not_found_digit_by_digit(house: House) -> None:
    body = "マイナンバーは 1234 5678 9018 です。よろしくお願いします。"
    house.submit(body=body, email="hanako@example.jp")
    house.work()

    assert len(numbers(house.viewer, "マイナンバー")) == 1
    assert "5678" not in told(house.viewer, "マイナンバー")[0]
    for typed in ("5678", "9018", "123456789018", "56"):
        assert numbers(house.viewer, typed) == [], typed


# ---- keeping it so


def test_a_correction_finds_the_new_and_no_longer_the_old(house: House) -> None:
    sent = house.submit(body="納期の件", name="飛鳥井 雅")
    house.work()
    file = Inquiry.objects.get(id=sent.id).file_id

    correct(files=[file], key="name", value="冷泉 為", ground="not-factual", by=officer(house))
    assert numbers(house.viewer, "飛鳥井") == []  # opened and looked through: not even before the job ran
    house.work()

    assert numbers(house.viewer, "冷泉") == [sent.receipt_number]
    assert numbers(house.viewer, "飛鳥井") == []


def test_a_broken_index_holds_back_no_notice_and_is_caught_up(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing can be written to the index while it is locked by somebody else for too long."""
    from django.conf import settings

    monkeypatch.setattr(settings, "DATA_DIR", settings.DATA_DIR / "not" / "there")
    sent = house.submit(body="蹴鞠の件", name="飛鳥井 雅")
    if on_sqlite():
        with caplog.at_level(logging.ERROR):
            house.work(rounds=3)
        assert Inquiry.objects.get(id=sent.id).notified_at is not None
        assert Job.objects.filter(kind="inquiries.index", subject=sent.id).exists()
        assert "飛鳥井" not in caplog.text
        assert "蹴鞠" not in caplog.text
    monkeypatch.undo()
    Job.objects.update(due_at=clock.now(), attempts=0, leased_until=None)
    house.work()

    assert numbers(house.viewer, "蹴鞠") == [sent.receipt_number]


def test_the_worker_makes_a_missing_index_newest_first_in_steps(house: House) -> None:
    generate(250)
    reset()
    assert asked(house.viewer, "納期").whole is False

    assert index_some_more() is True
    part = asked(house.viewer, "納期", limit=200)
    assert part.whole is False
    newest = {row.id for row in Inquiry.objects.order_by("-id")[:100]}
    assert part.hits
    assert {hit.row.id for hit in part.hits} <= newest
    walk = begin_walk()
    assert walk is not None
    assert UUID(walk.walked) in newest  # a killed worker goes on from here

    look_after_index()
    assert Job.objects.filter(kind="inquiries.rebuild").count() == 1
    house.work()
    assert is_current()
    assert Job.objects.filter(kind="inquiries.rebuild").count() == 0
    assert asked(house.viewer, "納期").whole is True
    look_after_index()
    assert Job.objects.filter(kind="inquiries.rebuild").count() == 0
