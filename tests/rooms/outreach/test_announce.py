"""A change is told once to each person who may be told; whom it is not told, and why, is said in words."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from email.header import decode_header, make_header
from pathlib import Path
from uuid import UUID

import pytest
from django.test.utils import CaptureQueriesContext

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import COMMAND, Ref
from madoguchi.foundation.lib.versions import GRACE
from madoguchi.rooms.audit.queries import of_kind
from madoguchi.rooms.consent.actions.answer_change import answer_change
from madoguchi.rooms.delivery.errors import UnsafeHeader
from madoguchi.rooms.delivery.models import Mail
from madoguchi.rooms.gate.models import PermitRow, StopRow
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inventory.actions.correct import correct
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.organisation.actions.set_facts import set_facts
from madoguchi.rooms.outreach.actions.tell import _ready, _tell, next_look
from madoguchi.rooms.outreach.models import Announcement, Told
from madoguchi.rooms.outreach.queries.changes import change_of
from madoguchi.rooms.outreach.queries.telling import announcement_of, foreseen, progress
from madoguchi.rooms.outreach.queries.telling import outcomes as would_be
from madoguchi.rooms.outreach.rules import LONGEST_SUBJECT, Outcome
from madoguchi.rooms.policy.rules.publishing import ChangeClass
from madoguchi.rooms.vault.models import File
from madoguchi.rooms.vault.queries import files_of
from tests.changing import change_policy
from tests.clockwork import stopped_clock
from tests.house import House
from tests.rooms.inventory.erasing import erase_all
from tests.rooms.outreach.telling import begin, outcomes, person, tell_all

Counter = Callable[[], AbstractContextManager[CaptureQueriesContext]]


@pytest.mark.law("T-C3-1")
def test_T_C3_1_each_person_is_told_once_with_a_permit_and_a_file_of_their_own(house: House) -> None:
    people = [person(house, f"p{n}@example.jp") for n in range(4)]
    person(house, "p0@example.jp")  # wrote twice
    house.work()
    change_policy(house)
    announcement = begin(house)
    house.work()

    told = list(Told.objects.order_by("person_id"))
    assert [each.person_id for each in told] == sorted(people)
    assert outcomes() == {"told": 4}
    assert (progress(announcement).sent, progress(announcement).silent) == (4, 4)
    for each in told:
        assert each.mail is not None
        permit = PermitRow.objects.get(id=each.mail.permit_id)
        assert (permit.purpose, permit.basis, permit.about_id) == ("changes", "announced", each.id)
        file = File.objects.get(id=each.mail.file_id)
        assert (file.holder, file.kind) == (each.person_id, "policy-mail")
    assert Mail.objects.filter(kind="policy-change").count() == 4


def test_the_mail_greets_by_name_and_repeats_nothing_else(house: House) -> None:
    person(
        house, name="4111 1111 1111 1111", company="青葉 https://evil.example", body="ひみつのご相談です。"
    )
    person(house, "taro@example.jp", name="鈴木 太郎", company="")
    house.work()
    change_policy(house)
    begin(house)
    house.work()

    (mine,) = [mail for mail in house.mails(to="hanako@") if mail["Auto-Submitted"] == "auto-generated"]
    (plain,) = [mail for mail in house.mails(to="taro@") if mail["Auto-Submitted"] == "auto-generated"]
    text, other = (str(mail.get_payload(decode=True), "utf-8") for mail in (mine, plain))  # type: ignore[arg-type]
    assert other.startswith("鈴木 太郎\N{NO-BREAK SPACE}様\r\n")
    assert "・第3条 利用の目的：同意をお願いする変更" in text
    assert "「同意する」か「同意しない」" in text
    for secret in ("4111", "evil.example/", "ひみつ", "https://evil"):
        assert secret not in text
    assert mine["List-Unsubscribe"] is None  # it is no advertising
    (link,) = {line for line in text.splitlines() if "/policy/changes/2/" in line}
    assert len({line for line in other.splitlines() if "/policy/changes/2/" in line} | {link}) == 2


def test_a_change_without_consent_asks_for_no_answer(house: House) -> None:
    person(house)
    house.work()
    change_policy(house, ChangeClass.NOTICE)
    begin(house)
    house.work()

    text = "".join(str(mail.get_payload(decode=True), "utf-8") for mail in house.mails())  # type: ignore[arg-type]
    assert "：お知らせする変更" in text
    assert "同意しない" not in text


def test_who_is_no_longer_bound_at_the_last_moment_holds_up_nobody(house: House) -> None:
    """Asked again in the transaction of each: the letter that was ready is left, and the reason is noted."""
    change_policy(house, ChangeClass.NOTICE, old="お知らせするため", new="掲示するため", without="changes")
    who = person(house)
    version = change_policy(house, new="\n8. 別の目的のため")
    announcement, change = begin(house, version.number), change_of(house.entity_id, version.number)

    _tell(announcement, _ready(announcement, change, who, Outcome.TOLD))  # as it had been foreseen

    assert outcomes() == {"purpose-not-shown": 1}
    assert not Mail.objects.filter(kind="policy-change").exists()


def test_whom_it_is_not_told_and_why(house: House) -> None:
    told, junk, stopped = (person(house, f"{name}@example.jp") for name in ("told", "junk", "stopped"))
    erased, both = Inquiry.objects.get(id=house.submit().id), person(house, "both@example.jp")
    nameless, after = person(house, "nameless@example.jp"), "after@example.jp"
    Inquiry.objects.filter(person_id=junk).update(lane="junk")
    StopRow.objects.create(person=stopped, scope="all")
    erase_all(house, erased)
    house.work()
    without_address(house, nameless)
    version = change_policy(house)
    seen = person(house, after)
    person(house, "both@example.jp")

    expected = {
        told: "told", junk: "only-junk", stopped: "stopped", erased.person_id: "nothing-left",
        nameless: "no-address", seen: "already-seen", both: "already-seen",
    }  # fmt: skip
    assert would_be(version, list(expected)) == expected
    count, reasons = foreseen(version)
    assert (count, sorted(each.count for each in reasons)) == (1, [1, 1, 1, 2])
    announcement = begin(house)
    house.work()
    assert dict(Told.objects.values_list("person_id", "outcome")) == expected
    assert Told.objects.filter(mail__isnull=False).count() == 1
    assert sorted(each.count for each in progress(announcement).reasons) == [1, 1, 1, 2]


def without_address(house: House, who: UUID) -> None:
    """The officer takes the address out of all that they wrote."""
    correct(
        files=files_of(who), key="email", value="", ground="typo",
        by=Ref("staff", house.staff["officer"].id),
    )  # fmt: skip


def test_a_corrected_address_is_the_one_that_is_written_to(house: House) -> None:
    who = person(house, "old@example.jp")
    house.work()
    correct(
        files=files_of(who), key="email", value="new@example.jp", ground="changed",
        by=Ref("staff", house.staff["officer"].id),
    )  # fmt: skip
    change_policy(house)
    begin(house)
    house.work()

    assert len(house.mails(to="old@")) == 1
    assert len(house.mails(to="new@")) == 1


def test_who_was_never_shown_that_changes_are_told_is_not_written_to(house: House) -> None:
    """An operator whose policy did not announce it has to find another way."""
    change_policy(house, ChangeClass.NOTICE, old="お知らせするため", new="掲示するため", without="changes")
    who = person(house)
    version = change_policy(house, new="\n8. 別の目的のため")

    assert would_be(version, [who]) == {who: "purpose-not-shown"}


# -- who may begin it, and with which words ---------------------------------------------------------


def test_only_who_speaks_for_the_operator_begins_it_and_once(house: House) -> None:
    person(house)
    version = change_policy(house)
    with pytest.raises(Refusal):
        begin(house, role="clerk")
    assert Announcement.objects.count() == 0

    begin(house, role="admin")
    with pytest.raises(Refusal) as again:
        begin(house)
    assert (again.value.code, Announcement.objects.count()) == ("announced-already", 1)
    assert announcement_of(version.id) is not None
    assert len(list(of_kind("outreach.announced"))) == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"text": "リンクがありません。"}, "link-missing"),
        ({"subject": "  "}, "text-missing"),
        ({"subject": "長" * 201}, "text-missing"),
        ({"text": "{{change_url}} {{nothing}}"}, "missing-field"),
        ({"text": "{{change_url}} {{#asks_consent}}"}, "broken-template"),
        ({"subject": "{{nothing}}"}, "missing-field"),
    ],
)
def test_words_that_cannot_be_sent_are_refused_before_anybody_is_told(
    house: House, words: dict[str, str], code: str
) -> None:
    change_policy(house)
    with pytest.raises(Refusal) as refused:
        begin(house, 2, **words)
    assert (refused.value.code, Job.objects.filter(kind="outreach.announce").count()) == (code, 0)


@pytest.mark.parametrize("number", [1, 9, 2**40])
def test_what_is_no_change_cannot_be_told(house: House, number: int) -> None:
    with pytest.raises(Refusal) as refused:
        begin(house, number)
    assert refused.value.code == "no-change"


# -- until nobody can be left out -------------------------------------------------------------------


def test_who_writes_before_the_day_is_told_too_and_then_it_ends(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, first = stopped_clock(tmp_path, monkeypatch), person(house)
    begins = clock.now() + timedelta(days=10)
    change_policy(house, effective_from=begins)
    announcement = begin(house)
    tell_all()
    late = person(house, "late@example.jp")
    assert Job.objects.get(kind="outreach.announce").due_at == clock.now() + timedelta(hours=6)

    time.forward(timedelta(hours=7))
    tell_all()
    assert set(Told.objects.values_list("person_id", flat=True)) == {first, late}
    time.set(begins + GRACE)
    newcomer = person(house, "new@example.jp")
    tell_all()
    assert dict(Told.objects.filter(person_id=newcomer).values_list("person_id", "outcome")) == {
        newcomer: "already-seen"
    }
    announcement.refresh_from_db()
    assert announcement.finished_at == clock.now()
    assert Job.objects.filter(kind="outreach.announce").count() == 0
    assert next_look(announcement.id) is None
    assert len(list(of_kind("outreach.announcement-finished"))) == 1


def test_answers_are_counted_as_they_stand(house: House) -> None:
    yes, no, turned, _ = (person(house, f"{n}@example.jp") for n in range(4))
    version = change_policy(house)
    announcement = begin(house)
    house.work()
    for who, agreed in ((yes, True), (no, False), (turned, False), (turned, True)):
        answer_change(person=who, policy=version.id, agreed=agreed)

    found = progress(announcement)
    assert (found.told, found.agreed, found.declined, found.silent) == (4, 2, 1, 1)


def test_the_count_asks_no_more_for_more_people(house: House, count_queries: Counter) -> None:
    person(house)
    version = change_policy(house)
    with count_queries() as one:
        foreseen(version)
    for n in range(5):
        person(house, f"p{n}@example.jp")
    with count_queries() as many:
        foreseen(version)
    assert len(one) == len(many)


def test_a_subject_that_grows_by_its_fields_still_reaches_everybody(house: House) -> None:
    person(house)
    house.work()
    change_policy(house)

    begin(house, subject="{{changes}}" * 18)
    house.work()

    assert outcomes() == {"told": 1}
    (mail,) = [each for each in house.mails(to="hanako@") if each["Auto-Submitted"] == "auto-generated"]
    assert 100 < len(str(make_header(decode_header(mail["Subject"])))) <= LONGEST_SUBJECT


def test_a_sender_that_makes_no_mail_is_no_reason_to_leave_people_out(house: House) -> None:
    """Written down as "no address", they would never be told."""
    person(house)
    house.work()
    change_policy(house)
    set_facts(facts={"sender_address": "窓口"}, by=COMMAND)
    with pytest.raises(UnsafeHeader):
        begin(house)
    set_facts(facts={"sender_address": "madoguchi@eclore.example.jp"}, by=COMMAND)
    begin(house)
    set_facts(facts={"sender_address": "窓口"}, by=COMMAND)
    tell_all()
    assert outcomes() == {}

    set_facts(facts={"sender_address": "madoguchi@eclore.example.jp"}, by=COMMAND)
    Job.objects.update(due_at=clock.now())
    tell_all()

    assert outcomes() == {"told": 1}
