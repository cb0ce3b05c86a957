"""A mail that nobody placed yet is found by its sender, erased, and kept no longer than said."""

from datetime import timedelta
from pathlib import Path

import pytest

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.delivery.models import ArrivedMail
from madoguchi.rooms.inquiries.actions.place_mail import place
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inventory.actions.erase import erase
from madoguchi.rooms.inventory.actions.retain import retain_some
from madoguchi.rooms.inventory.actions.set_period import set_period
from madoguchi.rooms.inventory.queries.locate import locate
from madoguchi.rooms.jobs.queries import trusted_today
from madoguchi.rooms.organisation.queries import viewer_of
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.queries import files_of
from tests.clockwork import stopped_clock
from tests.house import House
from tests.mailing import arrive, raw_mail


def _inquiry(house: House) -> Inquiry:
    receipt = house.submit(email="hanako@example.jp")
    house.work()
    return Inquiry.objects.get(id=receipt.id)


def _officer(house: House) -> Ref:
    return viewer_of(house.staff["officer"]).ref


def test_it_is_located_by_its_sender_before_it_is_understood(house: House) -> None:
    inquiry = _inquiry(house)
    kept = arrive(house, raw_mail("まだ読まれていません。"))
    arrive(house, raw_mail("別の方です。", sender="other@example.jp"))

    perhaps = [each for each in locate(inquiry.file_id).perhaps if each.table == "delivery.ArrivedMail"]
    assert [(each.id, each.why) for each in perhaps] == [(kept.id, "address")]


def test_it_is_erased_with_the_person_and_never_placed(house: House) -> None:
    inquiry = _inquiry(house)
    kept = arrive(house, raw_mail("まだ読まれていません。"))
    waiting = ArrivedMail.objects.get(id=kept.id)
    erase(
        person=inquiry.person_id, files=[inquiry.file_id, waiting.file_id], expected=files_of(inquiry.person_id),
        ground="asked", by=_officer(house),
    )  # fmt: skip
    with pytest.raises(FileErased):
        place(kept.id)
    house.work()

    waiting.refresh_from_db()
    assert (waiting.state, waiting.code, waiting.sender_index) == ("aside", "erased", None)
    assert waiting.file.destroyed_at is not None
    assert Inquiry.objects.count() == 1


def test_what_arrives_while_its_person_is_erased_begins_anew(house: House) -> None:
    from madoguchi.rooms.inquiries.threading import token_of

    inquiry = _inquiry(house)
    raw = raw_mail("もう一つ。", In_Reply_To=f"<x.{token_of(inquiry)}@eclore.example>")
    kept = arrive(house, raw)
    erase(
        person=inquiry.person_id, files=[inquiry.file_id], expected=files_of(inquiry.person_id), ground="asked",
        by=_officer(house),
    )  # fmt: skip
    house.work()

    assert ArrivedMail.objects.get(id=kept.id).state == "placed"
    assert Inquiry.objects.exclude(id=inquiry.id).get().person_id != inquiry.person_id


def test_a_placed_mail_ends_with_its_inquiry(house: House) -> None:
    arrive(house, raw_mail("新しい件です。"))
    house.work()
    inquiry, mail = Inquiry.objects.get(), ArrivedMail.objects.get()
    matter = next(each for each in locate(inquiry.file_id).certain if each.id == inquiry.id)

    assert set(matter.files) == {inquiry.file_id, mail.file_id}


def test_one_put_aside_is_kept_for_its_period(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = stopped_clock(tmp_path, monkeypatch)
    arrive(house, raw_mail("だれからでもありません。", sender=""))
    house.work()
    mail = ArrivedMail.objects.get()
    assert (mail.state, mail.code) == ("aside", "no-sender")
    set_period(viewer=viewer_of(house.staff["officer"]), retention="aside-mail", days=30, confirmed=True)
    clock.live(timedelta(days=29))
    assert retain_some(entity_id=house.entity_id, on=trusted_today()) == 0
    clock.live(timedelta(days=3))
    assert retain_some(entity_id=house.entity_id, on=trusted_today()) == 1
    mail.refresh_from_db()
    assert mail.file.destroyed_at is not None
