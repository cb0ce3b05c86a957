"""Erasing somebody unlearns them exactly: as if they had never been taught, in weights, words, thresholds and marks."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.screening.actions.teach import unteach
from madoguchi.rooms.screening.models import Allowed, Lesson, Repeat, Verdict
from madoguchi.rooms.screening.queries.memory import forget_everything, memory_of
from tests.clockwork import Clock, stopped_clock
from tests.house import House
from tests.rooms.screening.pitching import (
    GENUINE,
    customer,
    erase_person,
    made,
    mark,
    pitch,
    sort,
)

TWENTY = 20
WORDS = [
    "木箱",
    "樽",
    "釘",
    "砥石",
    "障子",
    "反物",
    "染料",
    "和紙",
    "線香",
    "茶筒",
    "急須",
    "竹籠",
    "風鈴",
    "簾",
    "下駄",
    "草履",
    "帯",
    "扇子",
    "提灯",
    "漆椀",
    "硯",
    "墨",
    "筆",
    "屏風",
    "土鍋",
    "徳利",
    "暖簾",
    "箒",
    "行李",
    "火鉢",
    "囲炉裏",
    "鉄瓶",
    "灯籠",
    "鏡台",
    "箪笥",
    "畳",
    "襖",
    "瓦",
    "煉瓦",
    "石臼",
]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    forget_everything()


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return stopped_clock(tmp_path, monkeypatch)


def seller(house: House, n: int, body: str = "") -> Inquiry:
    """Called a pitch, though it reads like a customer's: the model has something to learn."""
    given = {
        "email": f"s{n}@seller{n}.example.com",
        "phone": f"03-0001-{n:04d}",
        "website": f"https://w{n}.example.com",
    }
    return mark(house, pitch(house, **given, body=body or words(n)))


def words(n: int) -> str:
    """Each text is its own; some words are in many."""
    picked = random.Random(n).sample(WORDS, 9)
    return f"{'、'.join(picked)}の納期と在庫を教えてください。"


def teach_some(house: House, count: int = TWENTY) -> None:
    """Sellers and some customers, each of an address and a text of their own."""
    for n in range(count):
        if n % 4 == 3:
            mark(
                house,
                mark(house, customer(house, email=f"c{n}@buyer{n}.example.com", body=words(500 + n))),
                "inbox",
            )
        else:
            seller(house, n)


def test_who_is_erased_was_never_taught(house: House, clock: Clock) -> None:
    teach_some(house)
    without = made(house)
    bent = memory_of(house.entity_id).local
    assert bent is not None
    assert bent.delta
    one = [seller(house, 100 + n) for n in range(TWENTY)]
    assert made(house) != without
    for each in one:
        erase_person(house, each)

    assert made(house) == without
    assert Lesson.objects.count() == TWENTY


def test_who_is_erased_from_the_middle_was_never_taught(house: House, clock: Clock) -> None:
    """x before the others: what is left is what they alone would have taught."""
    extra = [seller(house, 200 + n) for n in range(3)]
    clock.forward(timedelta(minutes=1))
    teach_some(house)
    with_it = made(house)
    for each in extra:
        erase_person(house, each)
    left = memory_of(house.entity_id)

    assert left.as_bytes() != with_it
    assert left.as_bytes() == made(house)  # what was kept open in this process is forgotten as well
    assert left.local is not None
    assert left.local.lessons <= TWENTY


def test_a_hit_of_somebody_erased_prolongs_nothing(house: House, clock: Clock) -> None:
    seller(house, 1)
    clock.forward(timedelta(days=100))
    before = made(house)
    hit = sort(pitch(house, email="z@else.example.com", phone="03-0001-0001", website="", body=GENUINE))
    assert made(house) != before
    erase_person(house, hit)

    assert made(house) == before


def test_an_allowed_sender_is_forgotten_too(house: House) -> None:
    inquiry = mark(house, mark(house, customer(house, email="a@buyer.example.com")), "inbox")
    assert Allowed.objects.count() == 2  # the address and the company
    erase_person(house, inquiry)

    assert (Allowed.objects.count(), Lesson.objects.count(), Repeat.objects.count()) == (0, 0, 0)


def test_taken_back_is_never_taught(house: House, clock: Clock) -> None:
    teach_some(house)
    without = made(house)
    more = seller(house, 300)
    unteach(about=more.id, by=house.viewer.ref)

    assert made(house) == without


def test_nothing_in_a_row_opens_after_the_erasure(house: House) -> None:
    """An older copy of the rows is of no use: what they say is sealed under the key that went."""
    inquiry = mark(house, sort(pitch(house)))
    rows = list(Lesson.objects.values_list("id", "learned")) + list(Repeat.objects.values_list("id", "mark"))
    file = inquiry.file_id
    erase_person(house, inquiry)

    from madoguchi.rooms.vault.errors import FileErased
    from madoguchi.rooms.vault.queries import file_key

    assert len(rows) == 5
    with pytest.raises(FileErased):
        file_key(file)
    verdict = Verdict.objects.get(about=inquiry.id)
    assert memory_of(house.entity_id).signs == ()
    assert b"repeat" not in bytes(verdict.why)


def test_two_processes_make_the_same_of_it(house: House, clock: Clock) -> None:
    teach_some(house)
    first = memory_of(house.entity_id).as_bytes()

    assert made(house) == first
    assert made(house) == first


def test_the_model_is_made_anew_every_twenty_and_each_day(house: House, clock: Clock) -> None:
    teach_some(house, TWENTY - 1)
    assert memory_of(house.entity_id).local is None
    seller(house, 400)
    assert memory_of(house.entity_id).local is not None
    clock.forward(timedelta(days=1))
    seller(house, 401)
    first = memory_of(house.entity_id).local
    clock.forward(timedelta(days=1))
    second = memory_of(house.entity_id).local

    assert first is not None
    assert second is not None
    assert (first.lessons, second.lessons) == (TWENTY, TWENTY + 1)


def test_what_is_disclosed_names_the_lesson_and_the_reasons(house: House) -> None:
    marked = mark(house, sort(pitch(house)))
    again = sort(pitch(house, email="other@else.example.com"))
    held = {each.id: handed_over(each) for each in (marked, again)}

    assert marked.receipt_number in held[again.id]["仕分けの判断"]
    assert "同じ電話番号の連絡が" in held[again.id]["仕分けの判断"]
    assert marked.receipt_number in held[marked.id]["仕分けについて職員が教えたこと"]


def handed_over(inquiry: Inquiry) -> dict[str, str]:
    """By the label of the table, everything of it that a disclosure says."""
    from madoguchi.rooms.inventory.queries.disclosure import lying_in, opened

    found: dict[str, str] = {}
    for lying in lying_in([inquiry.file_id]):
        for each in opened(lying.places):
            found[each.label] = found.get(each.label, "") + "".join(one.value for one in each.found)
    return found
