"""Letters: what may leave when, that nothing in it is left open, what stays of it; and what owners are reminded of."""

from datetime import timedelta

import pytest

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import VISITOR
from madoguchi.rooms.delivery.models import Mail
from madoguchi.rooms.gate.models import PermitRow
from madoguchi.rooms.rights.actions.letters import acknowledge, draft_letter, send_letter
from madoguchi.rooms.rights.actions.remind import remind
from madoguchi.rooms.rights.actions.stop_use import stop_use
from madoguchi.rooms.rights.errors import (
    NoLetterAddress,
    TooEarlyForLetter,
    UnfitLetter,
    UnknownLetter,
    UnknownLetterChannel,
)
from madoguchi.rooms.rights.letter_texts import DONE, TEXTS
from madoguchi.rooms.rights.models import Letter, RightsRequest, Step
from madoguchi.rooms.rights.queries import letter_facts
from madoguchi.rooms.rights.rules import letters as rules
from madoguchi.rooms.rights.rules.requests import KINDS, State
from madoguchi.rooms.vault.queries import file_key
from tests.house import House
from tests.rooms.inventory.erasing import someone
from tests.rooms.rights.effect import ADDRESS, Case, asked


def sent(house: House) -> list[str]:
    house.work()
    return [mail.get_payload(decode=True).decode() for mail in house.mails(to=ADDRESS)]  # type: ignore[union-attr]


def test_there_is_a_wording_for_every_letter_and_every_kind() -> None:
    assert TEXTS.keys() == rules.LABELS.keys()
    assert DONE.keys() == KINDS.keys()


def test_received_is_told_once_with_the_arrival_and_the_two_weeks(house: House) -> None:
    case = asked(house, "disclosure", wish="electronic")
    (text,) = sent(house)
    request = case.request
    assert request.line_on is not None
    for words in (request.number, "1,000円", f"{request.line_on.month}月{request.line_on.day}日"):
        assert words in text
    assert letter_facts.status_url(request) in text
    acknowledge(case.id)
    assert len(sent(house)) == 1
    assert Letter.objects.filter(request_id=case.id).count() == 1


def test_known_and_unknown_addresses_get_the_same_letter(house: House) -> None:
    """T-C8-2: nothing in it depends on what is held."""
    someone(house)
    known, unknown = asked(house, "erasure"), asked(house, "erasure", email="nobody@nubatama.example")
    texts = []
    for case in (known, unknown):
        subject, body = letter_facts.letter(case.request, "acknowledgement")
        url = letter_facts.status_url(case.request)
        texts.append((subject + body).replace(url, "…").replace(case.request.number, "…"))
        identity = draft_letter(case.officer, case.request, "identity")
        texts.append(identity.body.replace(url, "…").replace(case.request.number, "…"))
    assert (texts[0], texts[1]) == (texts[2], texts[3])


def test_what_is_left_open_does_not_leave(house: House) -> None:
    someone(house)
    case = asked(house, "disclosure", wish="electronic")
    worded = draft_letter(case.officer, case.request, "identity")
    assert rules.blanks(worded.body) == ["｛お願いする確認の方法｝"]
    for body in (worded.body, "{name} 様", "", "あ\x00"):
        with pytest.raises(UnfitLetter):
            _send(case, "identity", body=body)
    assert not Letter.objects.filter(request_id=case.id, kind="identity").exists()
    _send(case, "identity", body=worded.body.replace("｛お願いする確認の方法｝", "お電話で確かめます。"))
    assert "お電話で確かめます。" in "".join(sent(house))


def test_each_letter_has_its_time(house: House) -> None:
    someone(house)
    case = asked(house, "use_cessation").decided(
        "refused", ground="no-risk-shown", reason="ご案内はお送りしていません。"
    )
    for early in ("identity", "withdrawn"):
        with pytest.raises(TooEarlyForLetter):
            draft_letter(case.officer, case.request, early)
    with pytest.raises(UnknownLetter):
        draft_letter(case.officer, case.request, "not_found")
    with pytest.raises(UnknownLetter):
        _send(case, "greeting")
    text = case.told("refused")
    assert "権利や正当な利益が害されるおそれは、認められない（法 第35条第6項）" in text
    assert "ご案内はお送りしていません。" in text
    assert case.request.state == State.NOTIFIED
    case.told("refused")  # the mail came back: once more, and it stays where it is
    assert Letter.objects.filter(request_id=case.id, kind="refused").count() == 2
    case.closed()
    with pytest.raises(TooEarlyForLetter):
        draft_letter(case.officer, case.request, "refused")


def test_posted_it_has_its_day_and_no_mail(house: House) -> None:
    someone(house)
    case = asked(house, "use_cessation").executed()
    tomorrow = clock.today() + timedelta(days=1)
    for wrong in ({"channel": "post"}, {"channel": "post", "sent_on": tomorrow}, {"channel": "pigeon"}):
        with pytest.raises(UnknownLetterChannel):
            _send(case, "granted", **wrong)  # type: ignore[arg-type]
    mails = Mail.objects.count()
    _send(case, "granted", channel="post", sent_on=clock.today())
    assert Mail.objects.count() == mails
    letter = Letter.objects.get(request_id=case.id, kind="granted")
    assert (letter.channel, letter.mail, letter.sent_on) == ("post", None, clock.today())
    assert letter.opened(file_key(case.request.file_id), "body") == "お知らせします。\n"
    assert case.request.notified_at is not None


def test_without_an_address_nothing_is_mailed(house: House) -> None:
    from madoguchi.rooms.rights.actions.open_request import open_request
    from madoguchi.rooms.rights.rules.asking import Asking

    opened = open_request(
        entity_id=house.entity_id, channel="letter", by=house.viewer.ref,
        asking=Asking("erasure", {"name": "左近允 燿子", "postal": "東京都千代田区みなと町1-2-3"}),
    )  # fmt: skip
    house.work()
    case = Case(house, opened.id)
    assert not Letter.objects.filter(request_id=opened.id).exists()
    with pytest.raises(NoLetterAddress):
        _send(case, "identity", body="お電話で確かめます。")


def test_the_answer_leaves_though_every_use_is_stopped(house: House) -> None:
    """Art 18(3)(i): by a legal duty; so the check of the stops does not count it."""
    from tests.promises.planting import counted

    inquiry = someone(house)
    for scope in ("all", "mailings"):
        stop_use(person=inquiry.person_id, scope=scope, by=VISITOR)
    asked(house, "use_cessation").executed().told()
    assert "すべての利用を止めました" in "".join(sent(house))
    assert set(PermitRow.objects.filter(about_kind="request").values_list("purpose", "basis")) == {
        ("rights", "legal-duty")
    }
    assert counted("gate.stops-hold").broken == 0


def test_owners_are_told_as_the_days_come_each_once(house: House) -> None:
    case = asked(house, "erasure")
    house.work()
    owner = house.staff["officer"].email
    assert (remind(), len(house.mails(to=owner))) == (0, 0)
    today = clock.today()
    for due, line, said in (
        (today + timedelta(days=2), today + timedelta(days=9), "目標日まで、あと2日です。"),
        (today, today + timedelta(days=9), "今日が、お返事の目標日です。"),
        (today - timedelta(days=5), today - timedelta(days=1), "法律が定める二週間が過ぎました。"),
    ):
        RightsRequest.objects.filter(id=case.id).update(due_on=due, line_on=line)
        assert remind() == 1
        assert remind() == 0
        house.work()
        text = house.mails(to=owner)[-1].get_payload(decode=True).decode()  # type: ignore[union-attr]
        assert said in text
        assert case.request.number in text
        assert ADDRESS not in text
        assert "左近允" not in text
    assert Step.objects.filter(request_id=case.id, code="reminded").count() == 3
    RightsRequest.objects.filter(id=case.id).update(state="withdrawn", due_on=today)
    assert remind() == 0


def _send(
    case: Case, kind: str, *, body: str = "お知らせします。", channel: str = "mail", **more: object
) -> None:
    send_letter(
        viewer=case.officer, request_id=case.id, kind=kind, subject="お知らせ", body=body, channel=channel, **more
    )  # type: ignore[arg-type]  # fmt: skip
