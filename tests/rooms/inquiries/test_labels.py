"""Labels: made, changed, retired, put on and taken off; and lists of what carries one."""

from uuid import uuid4

import pytest

from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.inquiries.actions.labels import add_label, change_label, put_label, retire_label
from madoguchi.rooms.inquiries.errors import NoSuchInquiry, UnfitLabel
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.conditions import Conditions, page_of
from madoguchi.rooms.inquiries.queries.labels import how_many_carry, labels, labels_on
from madoguchi.rooms.inquiries.queries.one import timeline
from tests.house import House


def test_labels_are_the_companys_words_in_order(house: House) -> None:
    first = add_label(viewer=house.viewer, name="展示会", colour="kusa")
    add_label(viewer=house.viewer, name="急ぎ", colour="cha")
    change_label(viewer=house.viewer, label_id=first, name="展示会2026", colour="ai")

    assert [(each.name, each.colour) for each in labels(house.viewer)] == [
        ("展示会2026", "ai"),
        ("急ぎ", "cha"),
    ]


@pytest.mark.parametrize(
    ("name", "colour"), [("", "ai"), ("あ" * 21, "ai"), ("急ぎ", "red"), ("展示会", "ai")]
)
def test_unfit_ones_are_refused(house: House, name: str, colour: str) -> None:
    add_label(viewer=house.viewer, name="展示会", colour="ai")

    with pytest.raises(UnfitLabel):
        add_label(viewer=house.viewer, name=name, colour=colour)


def test_put_on_and_taken_off_once(house: House) -> None:
    receipt, label = house.submit(), add_label(viewer=house.viewer, name="展示会", colour="ai")

    changed = [
        put_label(viewer=house.viewer, inquiry_id=receipt.id, label_id=label, on=on)
        for on in (True, True, False, False)
    ]

    assert changed == [True, False, True, False]
    inquiry = Inquiry.objects.get()
    assert [(line.details["name"], line.details["on"]) for line in timeline(inquiry)] == [
        ("展示会", True),
        ("展示会", False),
    ]
    written = " ".join(Event.objects.filter(kind__contains="label").values_list("details", flat=True))
    assert "展示会" not in written


def test_a_retired_one_is_offered_no_more_and_comes_back_whole(house: House) -> None:
    receipt, label = house.submit(), add_label(viewer=house.viewer, name="展示会", colour="ai")
    put_label(viewer=house.viewer, inquiry_id=receipt.id, label_id=label)

    retire_label(viewer=house.viewer, label_id=label)
    assert (labels(house.viewer), labels_on([receipt.id])) == ([], {})
    retire_label(viewer=house.viewer, label_id=label, retired=False)

    assert [each.name for each in labels_on([receipt.id])[receipt.id]] == ["展示会"]
    assert how_many_carry(house.viewer) == {label: 1}


def test_what_carries_a_label_is_listed_newest_first_page_by_page(house: House) -> None:
    label = add_label(viewer=house.viewer, name="展示会", colour="ai")
    wanted = []
    for number in range(12):
        receipt = house.submit()
        if number % 2:
            put_label(viewer=house.viewer, inquiry_id=receipt.id, label_id=label)
            wanted.append(receipt.id)
    conditions, seen, cursor = Conditions(label=str(label)), [], ""
    while True:
        page = page_of(house.viewer, conditions, cursor=cursor, limit=4)
        seen += [row.id for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break

    assert seen == wanted[::-1]


def test_another_companys_label_does_not_exist(house: House) -> None:
    receipt = house.submit()

    with pytest.raises(NoSuchInquiry):
        put_label(viewer=house.viewer, inquiry_id=receipt.id, label_id=uuid4())
