"""A pitch that was marked once is known again: by domain, number, link or text, for a while, and to one company only."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from madoguchi.foundation.lib import clock as now_of
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.organisation.models import LegalEntity
from madoguchi.rooms.screening.actions.allow import remove_repeat, restore_repeat
from madoguchi.rooms.screening.actions.forget import forget_ended
from madoguchi.rooms.screening.actions.set_state import set_days
from madoguchi.rooms.screening.errors import NoSuchMark, UnfitDays
from madoguchi.rooms.screening.facts import Facts
from madoguchi.rooms.screening.keys import Keys, keys_of, registered
from madoguchi.rooms.screening.models import Repeat
from madoguchi.rooms.screening.queries.memory import forget_everything, mark, memory_of
from madoguchi.rooms.screening.queries.repeats import ledger
from madoguchi.rooms.screening.queries.verdicts import of
from tests.clockwork import Clock, stopped_clock
from tests.house import House
from tests.rooms.screening.pitching import (
    OTHER_PITCH,
    PITCH,
    admin_of,
    customer,
    erase_person,
    made,
    marked_pitch,
    now,
    pitch,
    sort,
)
from tests.rooms.screening.pitching import mark as marked

OTHER = {
    "body": OTHER_PITCH, "email": "x@elsewhere.example.com", "phone": "03-0000-9999", "website": "",
    "company": "合同会社サーチ堂", "name": "久保 唯",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    forget_everything()


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return stopped_clock(tmp_path, monkeypatch)


def code(inquiry: Inquiry) -> str:
    told = of(inquiry.id)
    assert told is not None
    return told.stage


@pytest.mark.parametrize(
    ("same", "kind"),
    [
        ({"email": "another@site-one.example.com"}, "domain"),
        ({"phone": "03-0000-1111"}, "phone"),
        ({"website": "https://lp.site-one.example.com/x?utm=1"}, "link"),
        ({"body": PITCH}, "text"),
    ],
)
def test_each_sign_is_known_again(house: House, same: dict[str, str], kind: str) -> None:
    marked_pitch(house)
    again = sort(pitch(house, **(OTHER | same)))
    stranger = sort(pitch(house, **OTHER | {"email": "y@third.example.com"}))

    assert again.lane == "sales"
    assert [now(stranger.id).lane, code(again)] == ["inbox", "repeat"]


EDITS = (
    lambda text: text.replace(
        "突然のご連絡失礼いたします。", "株式会社ひばり ご担当者様\nはじめてご連絡いたします。"
    ),
    lambda text: text.replace("300社", "512社").replace("9,800円", "7,480円").replace("2.4倍", "3.1倍"),
    lambda text: text.replace("これまで", "ビズリンクの田所と申します。これまで"),
    lambda text: text.split("つきましては")[0] + "ご返信をお待ちしております。",
    lambda text: text.replace("。", "。\n\n"),
    lambda text: text + "\n\n――――\n田所 誠\nビズリンク\n03-0000-7777\nhttps://biz.example.com/",
)


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_repeat_is_known(house: House, edit: object) -> None:
    marked_pitch(house)
    assert callable(edit)

    assert sort(pitch(house, **OTHER | {"body": edit(PITCH)})).lane == "sales"


def test_a_customer_who_quotes_the_trade_is_no_repeat(house: House) -> None:
    marked_pitch(house)

    assert (
        sort(customer(house, body="採用サイトの制作をお願いできますか。見積書をいただきたいです。")).lane
        == "inbox"
    )


def test_what_many_share_tells_nobody_apart(house: House) -> None:
    marked_pitch(house, email="hori@gmail.com", website="https://youtu.be/abc", phone="03-0000-0000")
    again = sort(customer(house, email="tanaka@gmail.com", website="https://youtu.be/xyz"))

    assert again.lane == "inbox"
    assert {each.kind for each in ledger(house.entity_id)} == {"text"}


def test_ours_tells_nobody_apart(house: House) -> None:
    facts = LegalEntity.objects.get(id=house.entity_id)
    own = facts.sender_address.rpartition("@")[2]
    marked_pitch(house, email=f"somebody@{own}", website=f"https://www.{own}/", phone="03-0000-0000")

    assert {each.kind for each in ledger(house.entity_id)} == {"text"}


def test_it_ends_by_itself_after_the_last_hit(house: House, clock: Clock) -> None:
    marked_pitch(house)
    clock.forward(timedelta(days=170))
    assert sort(pitch(house, **OTHER | {"phone": "03-0000-1111"})).lane == "sales"
    clock.forward(timedelta(days=170))  # prolonged by the hit; the other signs of the same sender have ended
    assert {each.kind for each in ledger(house.entity_id)} == {"phone"}
    assert sort(pitch(house, **OTHER | {"email": "a@site-one.example.com"})).lane == "inbox"
    assert (forget_ended(house.entity_id), Repeat.objects.count()) == (3, 1)
    clock.forward(timedelta(days=11))
    assert ledger(house.entity_id) == []
    assert (forget_ended(house.entity_id), Repeat.objects.count()) == (1, 0)

    assert sort(pitch(house, **OTHER | {"phone": "03-0000-1111"})).lane == "inbox"


def test_the_days_are_the_companys(house: House, clock: Clock) -> None:
    marked_pitch(house)
    set_days(viewer=admin_of(house), days=30)
    clock.forward(timedelta(days=31))

    assert sort(pitch(house)).lane == "inbox"
    with pytest.raises(UnfitDays):
        set_days(viewer=admin_of(house), days=0)


def test_one_sign_is_taken_off_and_put_back(house: House) -> None:
    marked_pitch(house)
    text = next(each for each in ledger(house.entity_id) if each.kind == "text")
    remove_repeat(viewer=house.viewer, id=text.id)

    assert sort(pitch(house, **OTHER | {"body": PITCH})).lane == "inbox"
    restore_repeat(viewer=house.viewer, id=text.id)
    assert sort(pitch(house, **OTHER | {"body": PITCH, "email": "z@fourth.example.com"})).lane == "sales"
    with pytest.raises(NoSuchMark):
        restore_repeat(viewer=house.viewer, id=text.id)


def test_another_company_knows_nothing_of_it(house: House) -> None:
    first = marked_pitch(house)
    other = LegalEntity.objects.get(id=house.entity_id)
    other.pk, other.name = uuid4(), "別の会社"
    other.save(force_insert=True)

    assert memory_of(other.id).signs == ()
    assert mark(other.id, "domain", "a.example.com") != mark(house.entity_id, "domain", "a.example.com")
    viewer = admin_of(house)
    stranger = type(viewer)(viewer.ref, other.id, viewer.role, viewer.name)
    row = Repeat.objects.filter(lesson__about=first.id).first()
    assert row is not None
    with pytest.raises(NoSuchMark):
        remove_repeat(viewer=stranger, id=row.id)
    assert ledger(other.id) == []


def test_a_burst_before_any_mark_is_a_group(house: House) -> None:
    first = sort(pitch(house, email="a@one.example.com", phone="03-0000-1001", website=""))
    second = sort(pitch(house, email="b@two.example.com", phone="03-0000-1002", website=""))
    third = sort(pitch(house, email="c@three.example.com", phone="03-0000-1003", website=""))

    told = [of(each.id) for each in (first, second, third)]
    assert [each.group_of if each else None for each in told] == [None, first.id, first.id]
    assert [each.group if each else 0 for each in told[1:]] == [3, 3]
    assert all(each is not None and each.badge for each in told[1:])
    assert {now(each.id).lane for each in (first, second, third)} == {"inbox"}


def test_the_same_person_who_resends_is_no_burst(house: House) -> None:
    sort(customer(house, email="same@example.jp"))
    again = sort(customer(house, email="same@example.jp"))

    told = of(again.id)
    assert told is not None
    assert (told.group_of, told.badge) == (None, False)


def test_the_mark_goes_with_the_person(house: House) -> None:
    before = made(house)
    inquiry = marked_pitch(house)
    erase_person(house, inquiry)

    assert made(house) == before
    assert Repeat.objects.count() == 0
    assert sort(pitch(house)).lane == "inbox"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("www.site.co.jp", "site.co.jp"), ("a.b.example.com", "b.example.com"), ("mail.shop.com", "shop.com"),
        ("shop.com", "shop.com"), ("x.lg.jp", "x.lg.jp"), ("localhost", "localhost"), ("", ""),
    ],
)  # fmt: skip
def test_registered_domains(host: str, expected: str) -> None:
    assert registered(host) == expected


def test_keys_of_strange_input() -> None:
    fields = {
        "email": "no address",
        "phone": "でんわ",
        "body": "http://" + "a" * 50_000 + " https://ａ.example.com/é\x00",
    }
    facts = Facts(uuid4(), uuid4(), uuid4(), fields)

    assert keys_of(facts) == keys_of(facts)
    assert isinstance(keys_of(facts), Keys)
    assert keys_of(Facts(uuid4(), uuid4(), uuid4(), {})) == Keys()


def test_a_mark_survives_being_settled_twice(house: House) -> None:
    inquiry = marked_pitch(house)
    marked(house, marked(house, inquiry, "junk"), "sales")

    assert {each.kind for each in ledger(house.entity_id)} == {"domain", "phone", "host", "text"}
    assert now_of.now() >= Repeat.objects.earliest("since").since
