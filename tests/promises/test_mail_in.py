"""Attempts to make us answer machines, and to lose a mail that arrived."""

from datetime import timedelta

import pytest

from madoguchi.foundation.lib import clock
from madoguchi.rooms.delivery.models import ArrivedMail
from madoguchi.rooms.inquiries.actions.take_in_mail import take_in_anew
from madoguchi.rooms.inquiries.models import Inquiry
from tests.house import House
from tests.mailing import arrive, raw_mail
from tests.promises.planting import counted

MACHINES = (
    {"Auto_Submitted": "auto-generated"},
    {"Auto_Submitted": "auto-replied"},
    {"Precedence": "bulk"},
    {"List_Id": "<news.example.jp>"},
    {"X_Autoreply": "yes"},
    {"Return_Path": "<>"},
)


@pytest.mark.promise("inquiries.automatic-mail-unanswered")
@pytest.mark.parametrize("headers", MACHINES)
def test_a_machine_gets_no_answer_even_when_a_colleague_takes_it_in(
    house: House, headers: dict[str, str]
) -> None:
    kept = arrive(house, raw_mail("定期のお知らせです。", **headers))
    house.work()
    assert (house.mails(), Inquiry.objects.count()) == ([], 0)

    take_in_anew(viewer=house.viewer, arrived_id=kept.id)
    house.work()
    assert Inquiry.objects.get().channel == "mail"
    assert house.mails(to="hanako@example.jp") == []
    assert counted("inquiries.automatic-mail-unanswered").broken == 0


@pytest.mark.promise("inquiries.automatic-mail-unanswered")
@pytest.mark.parametrize("sender", ["no-reply@example.jp", "noreply@example.jp", "do-not-reply@x.example"])
def test_an_address_that_takes_no_answer_gets_none(house: House, sender: str) -> None:
    arrive(house, raw_mail("お申し込みがありました。", sender=sender))
    house.work()

    assert Inquiry.objects.count() == 1
    assert house.mails(to=sender) == []


@pytest.mark.promise("inquiries.automatic-mail-unanswered")
def test_an_answer_to_a_machine_is_noticed(house: House) -> None:
    arrive(house, raw_mail("人からです。"))
    house.work()
    assert (
        counted("inquiries.automatic-mail-unanswered").kept,
        len(house.mails(to="hanako@example.jp")),
    ) == (1, 1)
    ArrivedMail.objects.update(kind="auto")

    assert counted("inquiries.automatic-mail-unanswered").broken == 1


@pytest.mark.promise("delivery.arrived-is-understood")
def test_a_mail_that_waits_too_long_is_noticed(house: House) -> None:
    arrive(house, raw_mail("取り込まれたもの"))
    house.work()
    kept = arrive(house, raw_mail("忘れられたもの"))
    assert counted("delivery.arrived-is-understood").broken == 0
    ArrivedMail.objects.filter(id=kept.id).update(arrived_at=clock.now() - timedelta(minutes=61))

    found = counted("delivery.arrived-is-understood")
    assert (found.kept, found.broken) == (1, 1)


@pytest.mark.promise("delivery.arrived-is-understood")
def test_one_that_our_code_cannot_read_is_put_aside_and_the_next_goes_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from madoguchi.rooms.delivery import rules
    from madoguchi.rooms.jobs.models import Job

    decode = rules.decode

    def fails(raw: bytes, *, charset: str = "") -> rules.DecodedMail:
        if "毒".encode() in raw:
            raise RecursionError
        return decode(raw, charset=charset)

    poison = arrive(house, raw_mail("毒"))
    arrive(house, raw_mail("ふつうの用件"))
    monkeypatch.setattr(rules, "decode", fails)
    for _ in range(4):
        Job.objects.update(due_at=clock.now(), leased_until=None)
        house.work()

    bad = ArrivedMail.objects.get(id=poison.id)
    assert (bad.state, bad.code, Inquiry.objects.count()) == ("aside", "could-not-read", 1)
