"""お知らせ: each chooses for themselves; news for an open page; a note calls a colleague by name."""

import json
from datetime import time, timedelta

from django.test import Client

from madoguchi.foundation.lib import clock
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.organisation.actions.set_wishes import set_wishes
from madoguchi.rooms.organisation.queries import wishes_of
from madoguchi.rooms.organisation.rules import EVENTS, Wishes
from tests.house import House

PAGE = "/desk/account/notices/"
NEWS = "/desk/news.json"


def given(**more: str) -> dict[str, str]:
    return dict.fromkeys(EVENTS, "now") | {"gathered_at": "09:00"} | more


def mine(house: House) -> Wishes:
    id = house.staff["clerk"].id
    return wishes_of([id])[id]


def test_what_is_proposed_stands_there_at_first(desk: Client) -> None:
    page = desk.get(PAGE).content.decode()

    assert page.count('<option value="now" selected>') == len(EVENTS) - 1  # one is the administrator's
    assert '<option value="09:00" selected>' in page
    assert 'name="daily" value="yes" checked' in page


def test_choices_are_kept_and_shown(house: House, desk: Client) -> None:
    answer = desk.post(
        PAGE, given(new="later", heard="off", gathered_at="16:00", quiet_from="20:00", quiet_until="08:00")
    )
    assert answer.status_code == 302

    chosen = mine(house)
    assert (chosen.way("new"), chosen.way("heard"), chosen.way("mention")) == ("later", "off", "now")
    assert (chosen.gathered_at, chosen.quiet_from, chosen.quiet_until) == (time(16), time(20), time(8))
    assert (chosen.daily, chosen.quiet_closed) == (False, False)
    assert '<option value="later" selected>' in desk.get(PAGE).content.decode()
    others = [each.id for each in house.everybody if each.id != house.staff["clerk"].id]
    assert list(wishes_of(others).values()) == [Wishes()] * len(others)


def test_what_the_page_does_not_offer_is_refused(house: House, desk: Client) -> None:
    for wrong in (
        given(new="perhaps"), given(gathered_at=""), given(gathered_at="25:00"), given(quiet_from="20:00"),
        given(quiet_from="x", quiet_until="08:00"),
    ):  # fmt: skip
        assert desk.post(PAGE, wrong).status_code == 422
    assert mine(house) == Wishes()


def test_the_breaker_of_mails_is_told_to_administrators(house: House, desk: Client) -> None:
    assert 'name="mail"' not in desk.get(PAGE).content.decode()
    assert 'name="mail"' in house.sign_in("admin").get(PAGE).content.decode()


class TestNews:
    def test_a_count_and_a_mark(self, house: House, desk: Client) -> None:
        first = json.loads(desk.get(NEWS).content)
        assert first["count"] == 0
        house.submit()
        house.submit()

        assert json.loads(desk.get(NEWS, {"after": first["latest"]}).content)["count"] == 2

    def test_nothing_new_is_nothing_said(self, house: House, desk: Client) -> None:
        house.submit()
        latest = json.loads(desk.get(NEWS).content)["latest"]
        answer = desk.get(NEWS, {"after": latest})
        again = desk.get(NEWS, {"after": latest}, headers={"if-none-match": answer["ETag"]})

        assert json.loads(answer.content) == {"count": 0, "latest": latest, "quiet": False}
        assert (again.status_code, again.content) == (304, b"")

    def test_trays_are_silent(self, house: House, desk: Client) -> None:
        latest = json.loads(desk.get(NEWS).content)["latest"]
        for lane in ("sales", "junk"):
            move_lane(viewer=house.viewer, inquiry_id=house.submit().id, lane=lane)  # type: ignore[arg-type]

        assert json.loads(desk.get(NEWS, {"after": latest}).content)["count"] == 0

    def test_nothing_but_numbers(self, house: House, desk: Client) -> None:
        house.submit(name="髙﨑 太郎")
        answer = desk.get(NEWS, {"after": "2000-01-01T00:00:00+00:00"})

        assert set(json.loads(answer.content)) == {"count", "latest", "quiet"}
        assert "髙﨑" not in answer.content.decode()

    def test_quiet_as_one_wishes(self, house: House, desk: Client) -> None:
        def quiet(wishes: Wishes) -> bool:
            set_wishes(staff_id=house.staff["clerk"].id, wishes=wishes)
            return bool(json.loads(desk.get(NEWS).content)["quiet"])

        hour = clock.local(clock.now()).hour
        now = Wishes(quiet_from=time(hour), quiet_until=time((hour + 1) % 24))
        assert [quiet(each) for each in (Wishes(), now, Wishes(ways={"new": "off"}))] == [False, True, True]

    def test_an_unfit_mark_is_no_mark(self, house: House, desk: Client) -> None:
        house.submit()
        for wrong in ("x", "2026-11-24", "2026-11-24T00:00:00"):
            assert json.loads(desk.get(NEWS, {"after": wrong}).content)["count"] == 0

    def test_asking_keeps_nobody_signed_in(self, house: House, desk: Client) -> None:
        session = desk.session
        session["clicked_at"] = (clock.now() - timedelta(minutes=29)).timestamp()
        session.save()
        desk.get(NEWS)
        assert desk.session["clicked_at"] == session["clicked_at"]
        desk.get("/desk/")
        assert desk.session["clicked_at"] > session["clicked_at"]


class TestCalling:
    def test_by_name_in_the_text(self, house: House, desk: Client) -> None:
        receipt, officer = house.submit(), house.staff["officer"]
        family = officer.name.split()[0]
        desk.post(f"/desk/inquiries/{receipt.receipt_number}/notes/", {"text": f"@{family} お願いします。"})

        assert Entry.objects.get(kind="note").details == {"to": [str(officer.id)]}
        page = desk.get(f"/desk/inquiries/{receipt.receipt_number}/").content.decode()
        assert f'<span class="mention">{family}さんへ</span>' in page

    def test_by_choice(self, house: House, desk: Client) -> None:
        receipt, officer = house.submit(), house.staff["officer"]
        address = f"/desk/inquiries/{receipt.receipt_number}/notes/"
        page = desk.get(f"/desk/inquiries/{receipt.receipt_number}/?write=note").content.decode()
        assert f'<option value="{officer.id}">{officer.name}さん</option>' in page
        desk.post(address, {"text": "お願いします。", "to": str(officer.id)})
        desk.post(address, {"text": "全員へ。", "to": "everybody"})
        desk.post(address, {"text": "誰でもない。", "to": "nobody"})

        called = [note.details.get("to", []) for note in Entry.objects.filter(kind="note").order_by("at")]
        assert [len(each) for each in called] == [1, len(house.everybody) - 1, 0]

    def test_an_address_calls_nobody(self, house: House, desk: Client) -> None:
        receipt = house.submit()
        family = house.staff["officer"].name.split()[0]
        text = f"hanako@{family}.example.jp に送りました。"
        desk.post(f"/desk/inquiries/{receipt.receipt_number}/notes/", {"text": text})

        assert Entry.objects.get(kind="note").details == {}
        assert Inquiry.objects.get(id=receipt.id).notified_at is None
