"""Who writes has the pen: the others see it, may take it over, and it falls down by itself."""

from datetime import timedelta
from pathlib import Path

import pytest

from madoguchi.foundation.lib import clock
from madoguchi.rooms.inquiries.actions.pen import release_pen, take_over, take_pen
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.actions.write_draft import discard_draft, save_draft
from madoguchi.rooms.inquiries.errors import BeingWritten
from madoguchi.rooms.inquiries.queries.drafts import draft_of, marks_on, pen_of_another, pen_on
from tests.clockwork import stopped_clock
from tests.house import House
from tests.rooms.inquiries.writing import TEXT, answer, officer_of, stored


def test_the_second_sees_who_holds_it_and_since_when(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inquiry, time = house.submit().id, stopped_clock(tmp_path, monkeypatch)
    began = clock.now()

    assert take_pen(viewer=house.viewer, inquiry_id=inquiry) is None
    time.forward(timedelta(seconds=90))
    assert take_pen(viewer=house.viewer, inquiry_id=inquiry) is None  # a sign of life
    time.forward(timedelta(seconds=90))

    held = take_pen(viewer=officer_of(house), inquiry_id=inquiry)
    assert held is not None
    assert (held.staff_id, held.since) == (house.viewer.ref.id, began)
    assert marks_on([inquiry])[inquiry].writer == house.viewer.ref.id


def test_without_a_sign_of_life_it_falls_after_two_minutes(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inquiry, time = house.submit().id, stopped_clock(tmp_path, monkeypatch)
    take_pen(viewer=house.viewer, inquiry_id=inquiry)

    time.forward(timedelta(minutes=2))

    assert pen_on(inquiry) is None
    assert take_pen(viewer=officer_of(house), inquiry_id=inquiry) is None
    held = pen_of_another(house.viewer, inquiry)
    assert held is not None
    assert held.since == clock.now()


def test_taken_over_the_text_comes_along_and_stays_with_its_writer(house: House) -> None:
    inquiry = house.submit().id
    take_pen(viewer=house.viewer, inquiry_id=inquiry)
    save_draft(viewer=house.viewer, inquiry_id=inquiry, text=TEXT)
    save_draft(viewer=officer_of(house), inquiry_id=inquiry, text="私の書きかけ")

    take_over(viewer=officer_of(house), inquiry_id=inquiry)

    theirs, mine = draft_of(officer_of(house), stored(inquiry)), draft_of(house.viewer, stored(inquiry))
    assert theirs is not None
    assert mine is not None
    assert (theirs.text, mine.text) == (f"私の書きかけ\n\n{TEXT}", TEXT)
    held = take_pen(viewer=house.viewer, inquiry_id=inquiry)
    assert held is not None
    assert held.staff_id == officer_of(house).ref.id


def test_whoever_sends_beside_the_holder_is_stopped(house: House) -> None:
    inquiry = house.submit().id
    take_pen(viewer=house.viewer, inquiry_id=inquiry)

    with pytest.raises(BeingWritten):
        reply(viewer=officer_of(house), inquiry_id=inquiry, text=TEXT, seen_until=None, confirmed=())
    take_over(viewer=officer_of(house), inquiry_id=inquiry)
    reply(viewer=officer_of(house), inquiry_id=inquiry, text=TEXT, seen_until=None, confirmed=())

    assert pen_on(inquiry) is None


@pytest.mark.parametrize("ending", ["sent", "discarded", "left"])
def test_it_is_put_down_when_the_writing_ends(house: House, ending: str) -> None:
    inquiry = house.submit().id
    take_pen(viewer=house.viewer, inquiry_id=inquiry)

    if ending == "sent":
        answer(house, inquiry)
    elif ending == "discarded":
        discard_draft(viewer=house.viewer, inquiry_id=inquiry)
    else:
        release_pen(viewer=house.viewer, inquiry_id=inquiry)

    assert pen_on(inquiry) is None


def test_nobody_puts_down_the_pen_of_another(house: House) -> None:
    inquiry = house.submit().id
    take_pen(viewer=house.viewer, inquiry_id=inquiry)

    release_pen(viewer=officer_of(house), inquiry_id=inquiry)
    discard_draft(viewer=officer_of(house), inquiry_id=inquiry)

    held = pen_on(inquiry)
    assert held is not None
    assert held.staff_id == house.viewer.ref.id
