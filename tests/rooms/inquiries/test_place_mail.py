"""Where a mail that arrived goes: threads by token and sender, new inquiries, events, aside (DESK §4.6, §4.9)."""

from datetime import timedelta
from pathlib import Path

import pytest

from madoguchi.foundation.lib import clock
from madoguchi.rooms.delivery.marks import loop_mark
from madoguchi.rooms.delivery.models import ArrivedMail, Mail
from madoguchi.rooms.inquiries.models import Enclosure, Entry, Inquiry, Related
from madoguchi.rooms.inquiries.queries.one import answers_of, timeline
from madoguchi.rooms.inquiries.threading import token_of
from tests.clockwork import stopped_clock
from tests.house import House
from tests.mailing import arrive, raw_mail


def _inquiry(house: House, **answers: str) -> Inquiry:
    receipt = house.submit(email="hanako@example.jp", **answers)
    house.work()
    return Inquiry.objects.get(id=receipt.id)


def _said(inquiry: Inquiry) -> list[tuple[str, str, dict]]:
    inquiry.refresh_from_db()
    return [(line.kind, line.text or line.code, dict(line.details)) for line in timeline(inquiry)]


def _tokened(inquiry: Inquiry) -> str:
    return f"<{'0' * 8}.{token_of(inquiry)}@eclore.example>"


def test_a_mail_without_evidence_is_a_new_inquiry_and_acknowledged(house: House) -> None:
    arrive(house, raw_mail("納期を教えてください。", subject="納期の件"))
    house.work()

    inquiry = Inquiry.objects.get()
    assert inquiry.channel == "mail"
    values = answers_of(inquiry).values
    assert (values["body"], values["name"], values["email"]) == (
        "件名：納期の件\n\n納期を教えてください。", "山田 花子", "hanako@example.jp",
    )  # fmt: skip
    assert ArrivedMail.objects.get().state == "placed"
    assert ArrivedMail.objects.get().file.holder == inquiry.person_id
    (mail,) = house.mails(to="hanako@example.jp")
    assert token_of(inquiry) in mail["Message-ID"]
    assert mail["In-Reply-To"].startswith("<m")
    assert _said(inquiry) == [("event", "came-by-mail", {})]


def test_the_token_and_the_same_sender_make_a_thread(house: House) -> None:
    inquiry = _inquiry(house)
    arrive(house, raw_mail("その件、お願いします。", subject="在庫について", In_Reply_To=_tokened(inquiry)))
    house.work()

    assert Inquiry.objects.count() == 1
    assert ("message", "その件、お願いします。", {"channel": "mail", "subject_changed": True}) in _said(
        inquiry
    )
    assert (inquiry.status, inquiry.answered_at) == ("new", None)


def test_the_subject_we_wrote_is_no_change_of_subject(house: House) -> None:
    inquiry = _inquiry(house)
    (sent,) = house.mails(to="hanako@example.jp")
    subject = f"Re: お問い合わせを受け付けました（受付番号 {inquiry.receipt_number}）"
    arrive(house, raw_mail("はい。", subject=subject, In_Reply_To=str(sent["Message-ID"])))
    house.work()

    assert ("message", "はい。", {"channel": "mail"}) in _said(inquiry)


def test_the_token_of_the_address_is_enough(house: House) -> None:
    inquiry = _inquiry(house)
    arrive(house, raw_mail("追伸です。", subject="", to=f"desk+{token_of(inquiry)}@eclore.example"))
    house.work()

    assert ("message", "追伸です。", {"channel": "mail"}) in _said(inquiry)


def test_a_forged_token_is_no_evidence(house: House) -> None:
    inquiry = _inquiry(house)
    forged = token_of(inquiry)[:-1] + ("0" if token_of(inquiry)[-1] != "0" else "1")
    arrive(house, raw_mail("別件です。", to=f"desk+{forged}@eclore.example"))
    house.work()

    assert Inquiry.objects.count() == 2


def test_a_stranger_with_the_token_waits_for_a_person(house: House) -> None:
    inquiry = _inquiry(house)
    arrive(house, raw_mail("代わりに書きます。", sender="x@elsewhere.example", In_Reply_To=_tokened(inquiry)))
    house.work()

    mail = ArrivedMail.objects.get()
    assert (mail.state, mail.code, mail.settled_at, mail.file.holder) == ("aside", "other-sender", None, None)
    assert Inquiry.objects.count() == 1
    assert _said(inquiry) == []


def test_a_colleague_of_the_same_company_is_another_sender(house: House) -> None:
    inquiry = _inquiry(house)
    sender = "佐藤 <sato@example.jp>"
    arrive(house, raw_mail("佐藤です。", sender=sender, subject="", In_Reply_To=_tokened(inquiry)))
    house.work()

    assert ("message", "佐藤です。", {"channel": "mail", "other_sender": True}) in _said(inquiry)


def test_free_mail_makes_nobody_a_colleague(house: House) -> None:
    receipt = house.submit(email="hanako@gmail.com")
    house.work()
    inquiry = Inquiry.objects.get(id=receipt.id)
    arrive(house, raw_mail("?", sender="other@gmail.com", In_Reply_To=_tokened(inquiry)))
    house.work()

    assert ArrivedMail.objects.get().code == "other-sender"


def test_the_number_in_the_subject_is_only_a_hint(house: House) -> None:
    inquiry = _inquiry(house)
    arrive(
        house, raw_mail("別の人です。", sender="x@elsewhere.example", subject=f"Re: {inquiry.receipt_number}")
    )
    house.work()

    assert Inquiry.objects.count() == 2
    assert _said(inquiry) == []


def test_a_reply_opens_what_was_closed(house: House) -> None:
    inquiry = _inquiry(house)
    Inquiry.objects.filter(id=inquiry.id).update(
        status="done", closed_at=clock.now(), answered_at=clock.now()
    )
    arrive(house, raw_mail("もう一つだけ。", subject="", In_Reply_To=_tokened(inquiry)))
    house.work()

    inquiry.refresh_from_db()
    assert (inquiry.status, inquiry.closed_at, inquiry.answered_at) == ("open", None, None)


def test_after_half_a_year_it_is_taken_up_anew(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inquiry = _inquiry(house)
    stopped_clock(tmp_path, monkeypatch).forward(timedelta(days=181))
    arrive(house, raw_mail("お久しぶりです。", In_Reply_To=_tokened(inquiry)))
    house.work()

    newer = Inquiry.objects.exclude(id=inquiry.id).get()
    assert list(Related.objects.values_list("inquiry_id", "other_id", "kind")) == [
        (newer.id, inquiry.id, "continued")
    ]


def test_an_automatic_reply_is_an_event_and_is_not_answered(house: House) -> None:
    inquiry = _inquiry(house)
    before = len(house.mails())
    raw = raw_mail("休暇中です。", In_Reply_To=_tokened(inquiry), Auto_Submitted="auto-replied")
    arrive(house, raw)
    house.work()

    assert _said(inquiry) == [("event", "auto-reply", {"why": "auto-submitted"})]
    assert (Inquiry.objects.count(), len(house.mails())) == (1, before)


def test_automatic_mail_of_nobody_is_put_aside_silently(house: House) -> None:
    arrive(house, raw_mail("メルマガです。", List_Id="<news.example.jp>", Precedence="bulk"))
    house.work()

    mail = ArrivedMail.objects.get()
    assert (mail.state, mail.code, mail.settled_at is None) == ("aside", "automatic", False)
    assert (Inquiry.objects.count(), house.mails()) == (0, [])


def test_the_breaker_trips_after_five_in_an_hour(house: House) -> None:
    inquiry = _inquiry(house)
    for n in range(8):
        raw = raw_mail(f"休暇中です。{n}", In_Reply_To=_tokened(inquiry), Auto_Submitted="auto-replied")
        arrive(house, raw)
    house.work()

    assert [line[1] for line in _said(inquiry)] == ["auto-reply"] * 5
    assert list(ArrivedMail.objects.filter(state="aside").values_list("code", flat=True)) == ["breaker"] * 3
    told = [mail for mail in house.mails() if mail["Auto-Submitted"] == "auto-generated"]
    assert any(house.staff["admin"].email in str(mail["To"]) for mail in told)


def test_our_own_mail_that_comes_back_is_put_aside(house: House) -> None:
    arrive(house, raw_mail("受け付けました。", X_Madoguchi_Loop=loop_mark()))
    house.work()

    assert ArrivedMail.objects.get().code == "loop"
    assert Inquiry.objects.count() == 0


def test_the_mark_of_another_house_is_no_loop(house: House) -> None:
    arrive(house, raw_mail("取引先の窓口からです。", X_Madoguchi_Loop="0" * 32))
    house.work()

    assert Inquiry.objects.count() == 1


def test_own_addresses_wait_for_a_person(house: House) -> None:
    from madoguchi.rooms.organisation.queries import entity_facts

    arrive(house, raw_mail("自分宛てです。", sender=entity_facts(house.entity_id)["sender_address"]))
    house.work()

    assert ArrivedMail.objects.get().code == "own-address"


def test_what_is_said_to_an_erased_person_begins_anew(house: House) -> None:
    inquiry = _inquiry(house)
    token = _tokened(inquiry)
    from madoguchi.foundation.lib.ids import WORKER
    from madoguchi.rooms.inventory.actions.begin import begin

    begin(
        cause="retention",
        code="inbox",
        files=[inquiry.file_id],
        by=WORKER,
        person=inquiry.person_id,
        whole=True,
    )
    house.work()
    arrive(house, raw_mail("まだお願いがあります。", In_Reply_To=token))
    house.work()

    assert Inquiry.objects.count() == 2


def test_attached_files_lie_with_the_message(house: House) -> None:
    inquiry = _inquiry(house)
    parts = "".join(
        f'--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="{n}.txt"\r\n\r\n{n}\r\n'
        for n in range(45)
    )
    body = f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n送ります。\r\n{parts}--b--\r\n"
    raw = raw_mail(
        body, subject="", In_Reply_To=_tokened(inquiry), Content_Type='multipart/mixed; boundary="b"'
    )
    arrive(house, raw.replace(b"\r\r\n", b"\r\n"))
    house.work()

    entry = Entry.objects.get(kind="message")
    assert Enclosure.objects.filter(entry=entry).count() == 45
    assert sorted(Enclosure.objects.values_list("position", flat=True)) == list(range(45))
    assert {each.attachment.file_id for each in Enclosure.objects.all()} == {entry.file_id}


@pytest.mark.parametrize(
    ("status", "state", "stopped"), [("5.1.1", "refused", True), ("4.4.7", "sent", False)]
)
def test_a_bounce_is_an_event_of_the_inquiry(house: House, status: str, state: str, stopped: bool) -> None:
    inquiry = _inquiry(house)
    arrive(house, bounce_of(house.mails(to="hanako@example.jp")[0]["Message-ID"], status))
    house.work()

    ((kind, code, details),) = _said(inquiry)
    assert (kind, code, details["status"], details["permanent"]) == ("event", "bounced", status, stopped)
    assert Mail.objects.get(id=inquiry.acknowledgement_id).state == state
    assert Inquiry.objects.count() == 1


def bounce_of(message_id: str, status: str) -> bytes:
    action = "failed" if status.startswith("5") else "delayed"
    body = (
        "--b\nContent-Type: text/plain\n\nThis is the mail system.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.jp\n\n"
        f"Final-Recipient: rfc822; hanako@example.jp\nAction: {action}\nStatus: {status}\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {message_id}\nSubject: x\n\n--b--\n"
    )
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    return raw_mail(
        body, sender="MAILER-DAEMON@mx.example.jp", subject="Undelivered Mail", Content_Type=kind, Return_Path="<>",
        Auto_Submitted="auto-replied",
    )  # fmt: skip


def test_after_two_bounces_further_mail_waits_with_a_reason(house: House) -> None:
    for _ in range(2):
        inquiry = _inquiry(house)
        sent = Mail.objects.get(id=inquiry.acknowledgement_id).message_id
        arrive(house, bounce_of(sent, "5.1.1"))
        house.work()
    third = _inquiry(house)

    mail = Mail.objects.get(id=third.acknowledgement_id)
    assert (mail.state, mail.code) == ("held", "address-returns-mail")
