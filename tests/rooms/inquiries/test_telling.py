"""Colleagues are told as they wish: once, together with what else is due, without a word about a person."""

import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connections

from madoguchi.foundation.lib import clock as now_of
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.delivery.models import Mail
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.actions.assign import assign
from madoguchi.rooms.inquiries.actions.hear import Heard, hear
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.read import mark_read
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.actions.screen import confirm
from madoguchi.rooms.inquiries.actions.tell import tell
from madoguchi.rooms.inquiries.actions.tell_colleague import tell_colleague
from madoguchi.rooms.inquiries.jobs import look_after_notices
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.organisation.actions.set_wishes import set_wishes
from madoguchi.rooms.organisation.models import Notice, Staff
from madoguchi.rooms.organisation.rules import EVENTS, Wishes
from madoguchi.rooms.vault.actions.open_file import open_file
from tests.clockwork import Clock, stopped_clock
from tests.house import House
from tests.journeys.judging import judged

QUIET = Wishes(ways=dict.fromkeys(EVENTS, "off"), daily=False)


@pytest.fixture
def clock(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return stopped_clock(tmp_path, monkeypatch)


@pytest.fixture
def clerk(house: House) -> Staff:
    """All the others want to hear nothing."""
    for each in house.everybody:
        if each.id != house.staff["clerk"].id:
            set_wishes(staff_id=each.id, wishes=QUIET)
    return house.staff["clerk"]


def wish(staff: Staff, **more: object) -> None:
    set_wishes(staff_id=staff.id, wishes=Wishes(**more))  # type: ignore[arg-type]


def an_inquiry(house: House, **columns: object) -> Inquiry:
    receipt = house.submit()
    Inquiry.objects.filter(id=receipt.id).update(**columns)
    return Inquiry.objects.get(id=receipt.id)


def subject(mail: Message) -> str:
    return str(make_header(decode_header(mail["Subject"])))


def text(mail: Message) -> str:
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


def told(house: House, staff: Staff) -> list[Message]:
    house.work()
    return house.mails(to=staff.email)


def says_more(inquiry: Inquiry) -> UUID:
    with action:
        key = open_file(kind="message", holder=inquiry.person_id)
        return hear(inquiry_id=inquiry.id, heard=Heard("追伸です。", key, now_of.now()))


def test_everybody_hears_of_a_new_one_in_the_operators_words(house: House) -> None:
    inquiry = an_inquiry(house)

    for staff in house.everybody:
        (mail,) = told(house, staff)
        assert subject(mail) == f"【窓口】新しいお問い合わせ {inquiry.receipt_number}"
        assert mail["Auto-Submitted"] == "auto-generated"


def test_what_came_together_is_told_together(house: House, clerk: Staff) -> None:
    numbers = [an_inquiry(house).receipt_number for _ in range(25)]
    (mail,) = told(house, clerk)

    assert subject(mail) == f"【窓口】新しいお問い合わせ {numbers[0]} ほか24件"
    assert [number for number in numbers if number in text(mail)] == numbers


def test_nobody_hears_of_the_trays(house: House, clerk: Staff) -> None:
    inquiry = an_inquiry(house)
    move_lane(viewer=house.viewer, inquiry_id=inquiry.id, lane="sales")

    assert told(house, clerk) == []
    assert Inquiry.objects.get(id=inquiry.id).notified_at is not None


def test_what_was_moved_to_a_tray_meanwhile_is_not_told(house: House, clerk: Staff) -> None:
    one, other = an_inquiry(house, notified_at=now_of.now()), an_inquiry(house, notified_at=now_of.now())
    for each in (one, other):
        tell(event="deadline", inquiry=each, to=[clerk.id])
    move_lane(viewer=house.viewer, inquiry_id=one.id, lane="junk")
    (mail,) = told(house, clerk)

    assert subject(mail) == f"【窓口】お返事の期限 {other.receipt_number}"
    assert one.receipt_number not in text(mail)
    assert not Notice.objects.filter(told_at=None).exists()


def test_who_has_it_in_hand_hears_what_its_person_says(house: House, clerk: Staff) -> None:
    inquiry = an_inquiry(house, assignee=clerk.id, notified_at=now_of.now())
    says_more(inquiry)
    says_more(inquiry)
    (mail,) = told(house, clerk)

    assert subject(mail) == f"【窓口】担当の方からの続き {inquiry.receipt_number}"
    assert told(house, house.staff["officer"]) == []


def test_until_somebody_has_it_everybody_hears(house: House, clerk: Staff) -> None:
    says_more(an_inquiry(house, notified_at=now_of.now()))

    assert len(told(house, clerk)) == 1


def test_who_is_put_in_charge_hears_of_it_but_not_of_their_own_click(house: House, clerk: Staff) -> None:
    inquiry = an_inquiry(house, notified_at=now_of.now())
    from madoguchi.rooms.organisation.queries import viewer_of

    assign(viewer=house.viewer, inquiry_id=inquiry.id, to=clerk.id)
    assert told(house, clerk) == []
    assign(viewer=viewer_of(house.staff["officer"]), inquiry_id=inquiry.id, to=None)
    assign(viewer=viewer_of(house.staff["officer"]), inquiry_id=inquiry.id, to=clerk.id)
    (mail,) = told(house, clerk)
    assert subject(mail) == f"【窓口】担当になりました {inquiry.receipt_number}"


def family(staff: Staff) -> str:
    return staff.name.split()[0]


@pytest.mark.parametrize("sign", ["@", "＠"])
def test_who_is_called_in_a_note_hears_of_it(house: House, clerk: Staff, sign: str) -> None:
    inquiry, officer = an_inquiry(house, notified_at=now_of.now()), house.staff["officer"]
    wish(officer, daily=False)
    note = add_note(
        viewer=house.viewer, inquiry_id=inquiry.id, text=f"{sign}{family(officer)} さん、ご確認ください。"
    )
    (mail,) = told(house, officer)

    assert subject(mail) == f"【窓口】社内メモで呼ばれました {inquiry.receipt_number}"
    assert "ご確認ください" not in text(mail)
    assert Entry.objects.get(id=note).details == {"to": [str(officer.id)]}


def test_everybody_but_oneself_is_called(house: House) -> None:
    inquiry = an_inquiry(house, notified_at=now_of.now())
    note = add_note(viewer=house.viewer, inquiry_id=inquiry.id, text="@全員 明日は休業です。")

    others = {str(each.id) for each in house.everybody} - {str(house.viewer.ref.id)}
    assert set(Entry.objects.get(id=note).details["to"]) == others


def test_one_may_be_named_without_the_sign(house: House) -> None:
    inquiry, officer = an_inquiry(house, notified_at=now_of.now()), house.staff["officer"]
    note = add_note(viewer=house.viewer, inquiry_id=inquiry.id, text="どうぞ。", to=[officer.id, uuid7()])

    assert Entry.objects.get(id=note).details == {"to": [str(officer.id)]}


def test_deadlines_are_told_once_when_near_and_once_when_over(
    house: House, clerk: Staff, clock: Clock
) -> None:
    inquiry = an_inquiry(house, assignee=clerk.id, notified_at=now_of.now())
    house.work()
    before = len(house.mails(to=clerk.email))
    seen = []
    for moment in (-180, -119, -60, 1, 60):
        clock.set(inquiry.due_at + timedelta(minutes=moment))
        look_after_notices()
        seen.append(len([m for m in told(house, clerk)[before:] if "期限" in subject(m)]))

    assert seen == [0, 1, 1, 2, 2]


def test_an_answered_one_has_no_deadline(house: House, clerk: Staff, clock: Clock) -> None:
    inquiry = an_inquiry(house, assignee=clerk.id, notified_at=now_of.now())
    clock.set(inquiry.due_at - timedelta(minutes=30))
    reply(viewer=house.viewer, inquiry_id=inquiry.id, text="承知しました。", seen_until=now_of.now())
    look_after_notices()

    assert not Notice.objects.filter(event="deadline").exists()


def test_a_mail_that_came_back_is_told_once(house: House, clerk: Staff) -> None:
    wish(clerk, daily=False)
    inquiry = an_inquiry(house, assignee=clerk.id)
    house.work()
    Mail.objects.filter(id=Inquiry.objects.get(id=inquiry.id).acknowledgement_id).update(state="refused")
    for _ in range(3):
        look_after_notices()
    mails = [mail for mail in told(house, clerk) if "届かなかったメール" in subject(mail)]

    assert len(mails) == 1
    assert inquiry.receipt_number in subject(mails[0])


class TestMornings:
    def test_counts_of_what_waits_trays_included(self, house: House, clerk: Staff, clock: Clock) -> None:
        clock.set(datetime.fromisoformat("2026-11-24T09:30+09:00"))
        an_inquiry(house, notified_at=now_of.now())
        tray = an_inquiry(house, notified_at=now_of.now())
        move_lane(viewer=house.viewer, inquiry_id=tray.id, lane="sales")
        look_after_notices()
        look_after_notices()
        (mail,) = told(house, clerk)

        assert subject(mail) == "【窓口】今日のまとめ"
        assert "　受信箱　1 件\n" in text(mail)
        assert "　営業　1 件\n" in text(mail)

    def test_nothing_waits_nothing_is_sent(self, house: House, clerk: Staff, clock: Clock) -> None:
        clock.set(datetime.fromisoformat("2026-11-24T09:30+09:00"))
        look_after_notices()

        assert told(house, clerk) == []
        assert not Notice.objects.filter(told_at=None).exists()

    def test_what_may_be_a_customer_and_lies_unread_for_two_working_days_is_named(
        self, house: House, clerk: Staff, clock: Clock
    ) -> None:
        """Count and link, and nothing that it says; over a weekend and a holiday nobody is hurried."""
        clock.set(datetime.fromisoformat("2026-11-20T10:00+09:00"))  # a Friday; Monday is a holiday
        doubted, junk, read, sure, settled = (house.submit(name=f"名前 {n}") for n in range(5))
        for receipt in (doubted, read, settled):
            judged(house, receipt, guarded=True)
        judged(house, junk, lane="junk", guarded=True)
        judged(house, sure)
        mark_read(viewer=house.viewer, inquiry_id=read.id)
        confirm(viewer=house.viewer, inquiry_id=settled.id)
        said = []
        for day in ("2026-11-24T09:30", "2026-11-25T09:30", "2026-11-26T09:30"):
            clock.set(datetime.fromisoformat(f"{day}+09:00"))
            look_after_notices()
            mail = told(house, clerk)[-1]
            said.append((subject(mail), text(mail)))

        assert [each for each, _ in said] == [
            "【窓口】今日のまとめ",
            "【窓口】今日のまとめ",
            "【窓口】今日のまとめ（お客様かもしれない未開封 2件）",
        ]
        assert "開かれていない" not in said[1][1]
        assert said[2][1].startswith(
            "■ お客様かもしれないのに、2営業日開かれていないもの\n"
            "　営業　1 件\n　http://localhost:8000/desk/inbox/sales/\n"
            "　迷惑　1 件\n　http://localhost:8000/desk/inbox/junk/\n"
        )
        for receipt in (doubted, junk):
            assert receipt.receipt_number not in said[2][1]
        assert "名前" not in said[2][1]

    def test_each_working_day_anew(self, house: House, clerk: Staff, clock: Clock) -> None:
        an_inquiry(house, notified_at=now_of.now(), assignee=house.staff["officer"].id)
        days = []
        for day in ("2026-11-20T09:30", "2026-11-21T09:30", "2026-11-24T08:59", "2026-11-24T09:00"):
            clock.set(datetime.fromisoformat(day + "+09:00"))
            look_after_notices()
            days.append(len(told(house, clerk)))

        assert days == [1, 1, 1, 2]

    def test_what_was_gathered_goes_along(self, house: House, clerk: Staff, clock: Clock) -> None:
        wish(clerk, ways={"new": "later"})
        clock.set(datetime.fromisoformat("2026-11-24T08:00+09:00"))
        inquiry = an_inquiry(house)
        assert told(house, clerk) == []
        clock.set(datetime.fromisoformat("2026-11-24T09:00+09:00"))
        look_after_notices()
        (mail,) = told(house, clerk)

        assert subject(mail) == f"【窓口】新しいお問い合わせ {inquiry.receipt_number}"
        assert "■ いまの窓口" in text(mail)


def test_quiet_hours_hold_it_back_and_let_it_go(house: House, clerk: Staff, clock: Clock) -> None:
    wish(clerk, quiet_from=time(20), quiet_until=time(8), daily=False)
    clock.set(datetime.fromisoformat("2026-11-24T22:00+09:00"))
    an_inquiry(house)
    look_after_notices()
    assert told(house, clerk) == []
    clock.set(datetime.fromisoformat("2026-11-25T08:00+09:00"))
    look_after_notices()

    assert len(told(house, clerk)) == 1


def test_a_storm_is_one_mail_a_minute(house: House, clerk: Staff, clock: Clock) -> None:
    clock.set(datetime.fromisoformat("2026-11-24T10:00+09:00"))
    an_inquiry(house)
    house.work()
    an_inquiry(house)
    from madoguchi.config.worker import SORTING, Worker
    from madoguchi.rooms.inquiries.actions.notify import notify

    Worker().work_off(SORTING)
    notify(house.entity_id)
    waits = Job.objects.get(kind="inquiries.tell", subject=clerk.id).due_at - now_of.now()
    assert waits == timedelta(minutes=1)


def test_a_mail_that_cannot_be_made_loses_nothing(
    house: House, clerk: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    inquiry = an_inquiry(house, notified_at=now_of.now())
    tell(event="deadline", inquiry=inquiry, to=[clerk.id])
    Staff.objects.filter(id=clerk.id).update(email="not an address")
    house.work(rounds=2)
    assert Notice.objects.get().told_at is None
    Staff.objects.filter(id=clerk.id).update(email=clerk.email)
    Job.objects.update(due_at=now_of.now())

    assert len(told(house, clerk)) == 1


def test_a_former_colleague_is_told_nothing(house: House, clerk: Staff) -> None:
    inquiry = an_inquiry(house, notified_at=now_of.now())
    tell(event="deadline", inquiry=inquiry, to=[clerk.id])
    Staff.objects.filter(id=clerk.id).update(is_active=False)

    assert told(house, clerk) == []
    assert not Notice.objects.filter(told_at=None).exists()


def test_two_workers_tell_once(house: House, clerk: Staff) -> None:
    inquiry = an_inquiry(house, notified_at=now_of.now())
    tell(event="deadline", inquiry=inquiry, to=[clerk.id])
    at_once(lambda: tell_colleague(clerk.id), 6)

    assert Mail.objects.filter(kind="staff-notice").count() == 1


def test_two_workers_note_once(house: House, clerk: Staff) -> None:
    inquiry = an_inquiry(house, notified_at=now_of.now())
    at_once(lambda: tell(event="deadline", inquiry=inquiry, to=[clerk.id], occasion="near:x"), 6)

    assert Notice.objects.count() == 1


def at_once(work: Callable[[], object], count: int) -> None:
    start, failures = threading.Barrier(count), []

    def run() -> None:
        start.wait()
        try:
            work()
        except BaseException as error:  # noqa: BLE001  shown by the assertion below
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_no_mail_to_staff_names_a_person(house: House) -> None:
    inquiry = an_inquiry(house, assignee=house.staff["clerk"].id)
    says_more(inquiry)
    add_note(viewer=house.viewer, inquiry_id=inquiry.id, text="@全員 山田 花子様は070-1234-5678です。")
    look_after_notices()
    house.work()
    mails = [mail for staff in house.everybody for mail in house.mails(to=staff.email)]

    assert len(mails) >= len(house.everybody)
    for mail in mails:
        for secret in ("山田", "花子", "青葉食堂", "見積書", "追伸", "070", "example.jp"):
            assert secret not in text(mail) + subject(mail)
