"""A change of the policy as people meet it: the page for everybody, the link in the mail, and their own answer."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from madoguchi.foundation.lib import clock, links
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.consent.actions.permit_use import permit_use
from madoguchi.rooms.consent.errors import NotShown
from madoguchi.rooms.consent.models import Agreement
from madoguchi.rooms.consent.queries.standings import standing_of, usable
from madoguchi.rooms.gate.rules import Purpose
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.outreach.models import Announcement, Told
from madoguchi.rooms.policy.rules.publishing import ChangeClass
from tests.changing import change_policy
from tests.clockwork import stopped_clock
from tests.house import House
from tests.journeys.visitor import Visitor
from tests.rooms.inventory.erasing import erase_all
from tests.rooms.outreach.telling import begin

HIRING = {"staff": "採用の選考のため"}


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


def wrote(house: House, email: str = "hanako@example.jp") -> Inquiry:
    return Inquiry.objects.get(id=house.submit(email=email).id)


def announced(house: House, clazz: ChangeClass = ChangeClass.CONSENT, **more: Any) -> Announcement:
    """A change that everybody was told of by mail."""
    house.work()
    version = change_policy(house, clazz, uses=HIRING, **more)
    found = begin(house, version.number)
    house.work()
    return found


def link_of(house: House, email: str = "hanako@example.jp") -> str:
    """As it stands in their newest mail about a change."""
    told = [mail for mail in house.mails(to=email) if mail["Auto-Submitted"] == "auto-generated"]
    texts = [str(mail.get_payload(decode=True), "utf-8") for mail in told]  # type: ignore[arg-type]
    found = [line for text in texts for line in text.splitlines() if "/policy/changes/" in line]
    return found[-1].partition("8000")[2]


def may(house: House, person: UUID) -> bool:
    return usable(house.entity_id, Purpose.STAFF, [person]).people == (person,)


# -- by law -----------------------------------------------------------------------------------------


@pytest.mark.law("T-C3-1")
def test_T_C3_1_a_reply_works_whatever_was_answered(house: House, visitor: Visitor) -> None:
    inquiry = wrote(house)
    announced(house)
    visitor.post(link_of(house), {"go": "decline"})

    reply(viewer=house.viewer, inquiry_id=inquiry.id, text="お返事です。", seen_until=None)
    house.work()
    assert any("お返事です。" in mail_text(mail) for mail in house.mails(to="hanako@"))


def test_what_stands_around_the_clauses_is_told_like_them(house: House, visitor: Visitor) -> None:
    """前文 has the number 0 and is a part like any other; 末尾, which nobody classes, is named without brackets."""
    wrote(house)
    announced(house, around="以上です。")

    page = visitor.open("/policy/changes/2/").html
    for part in ("前文", "末尾"):
        section = page.partition(f"<h2>{part}")[2].partition("</section>")[0]
        assert re.findall("<h3>(.*?)</h3>", section) == ["これまで", "いま"]
        assert re.findall(r"<ins>\s*(.*?)</ins>", section) == ["以上です。"]
    told = [mail_text(mail) for mail in house.mails(to="hanako@") if "変わる条文" in mail_text(mail)]
    listed = [line for text in told for line in text.splitlines() if line.startswith("・")]
    assert listed == ["・前文：同意をお願いする変更", "・第3条 利用の目的：同意をお願いする変更", "・末尾"]


def mail_text(mail: Any) -> str:
    return str(mail.get_payload(decode=True), "utf-8")


@pytest.mark.law("T-C3-3")
def test_T_C3_3_a_purpose_of_today_is_not_for_yesterdays_people(house: House) -> None:
    yesterday = wrote(house)
    announced(house)
    today = wrote(house, "today@example.jp")

    assert (may(house, yesterday.person_id), may(house, today.person_id)) == (False, True)
    with pytest.raises(NotShown):
        permit_use(
            entity_id=house.entity_id, person=yesterday.person_id, purpose=Purpose.STAFF,
            about=Ref("inquiry", yesterday.id),
        )  # fmt: skip


@pytest.mark.law("T-C11-3")
def test_T_C11_3_who_does_not_answer_keeps_the_old_version_and_only_they_are_left_out(
    house: House, visitor: Visitor
) -> None:
    silent, agreed, declined = (wrote(house, f"{name}@example.jp") for name in ("silent", "yes", "no"))
    announced(house)

    for who, button in (("yes", "agree"), ("no", "decline")):
        link = link_of(house, f"{who}@example.jp")
        screen = visitor.open(link)
        assert screen.buttons == [("go", "agree"), ("go", "decline")]
        answered = visitor.post(link, {"go": button})
        assert (answered.status, answered.response["Location"]) == (303, f"{link}#answer")

    assert [standing_of(house.entity_id, each.person_id).policy for each in (silent, agreed, declined)] == [
        1, 2, 1,
    ]  # fmt: skip
    assert [may(house, each.person_id) for each in (silent, agreed, declined)] == [False, True, False]


# -- nothing acts but the person's own press --------------------------------------------------------


def test_looking_answers_nothing_and_neither_does_a_program(house: House, visitor: Visitor) -> None:
    wrote(house)
    announced(house)
    link = link_of(house)

    for _ in range(2):
        visitor.open(link)
    Client().head(link)
    Client(headers={"sec-fetch-site": "cross-site"}).get(f"{link}?go=agree")
    assert Client().post(link, {"List-Unsubscribe": "One-Click"}).status_code == 415
    assert visitor.post(link, "List-Unsubscribe=One-Click").status == 303
    assert visitor.post(link, {"go": "everything"}).status == 303
    assert visitor.post(link, {"go": "agree"}, **{"sec-fetch-site": "cross-site"}).status == 403
    assert visitor.post(link, {"go": "agree"}, origin="https://evil.example").status == 403
    assert Client().put(link).status_code == 405
    assert Agreement.objects.count() == 0


def test_a_mind_may_change_and_every_answer_stays(house: House, visitor: Visitor) -> None:
    inquiry = wrote(house)
    announced(house)
    link = link_of(house)

    assert visitor.open(link).says("ページの終わり")
    visitor.post(link, {"go": "agree"})
    shown = visitor.open(link)
    assert shown.says("「同意する」")
    assert shown.buttons == [("go", "decline")]
    visitor.press(shown, "decline")
    again = visitor.open(link)
    assert again.says("「同意しない」")
    assert again.buttons == [("go", "agree")]
    assert list(Agreement.objects.order_by("answered_at").values_list("agreed", flat=True)) == [True, False]
    assert not may(house, inquiry.person_id)


def test_an_answer_shows_on_no_receipt(house: House, visitor: Visitor) -> None:
    """Whoever types an address gets a receipt at once; what its holder answered is none of theirs."""
    inquiry = wrote(house)
    token = links.mint("receipt", inquiry.id, inquiry.link_issue)
    before = [visitor.client.get(f"/receipts/{token}{end}").content for end in ("/", ".json")]
    announced(house)
    visitor.post(link_of(house), {"go": "agree"})

    assert Agreement.objects.count() == 1
    assert [visitor.client.get(f"/receipts/{token}{end}").content for end in ("/", ".json")] == before


def test_the_page_of_a_person_keeps_to_itself(house: House, visitor: Visitor) -> None:
    wrote(house)
    announced(house)
    screen = visitor.open(link_of(house))

    assert (screen.response["Cache-Control"], screen.response["X-Robots-Tag"]) == ("no-store", "noindex")
    assert screen.response["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert "hanako" not in screen.html
    assert screen.response.cookies == {}


@pytest.mark.parametrize("what", ["other", "purpose", "issue", "number", "nonsense"])
def test_a_link_that_is_not_theirs_opens_nothing(house: House, visitor: Visitor, what: str) -> None:
    wrote(house)
    announcement, told = announced(house), Told.objects.get()
    token, number = links.mint("policy-change", told.id), 2
    assert visitor.open(f"/policy/changes/2/{token}/").status == 200
    match what:
        case "other":
            token = links.mint("policy-change", announcement.id)
        case "purpose":
            token = links.mint("receipt", told.id)
        case "issue":
            Told.objects.update(link_issue=2)
        case "number":
            number = 1
        case "nonsense":
            token = "x" * 54

    assert visitor.open(f"/policy/changes/{number}/{token}/").status == 404
    assert visitor.post(f"/policy/changes/{number}/{token}/", {"go": "agree"}).status == 404
    assert Agreement.objects.count() == 0


def test_after_an_erasure_the_link_answers_for_nobody(house: House, visitor: Visitor) -> None:
    inquiry = wrote(house)
    announced(house)
    link = link_of(house)
    erase_all(house, inquiry)
    house.work()

    screen = visitor.open(link)
    assert (screen.status, screen.says("消去した場合も")) == (404, True)
    assert visitor.post(link, {"go": "agree"}).status == 404
    assert Agreement.objects.count() == 0


# -- what the page says -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clazz", "means", "asks"),
    [
        (ChangeClass.CONSENT, "同意をいただいた方にだけ", True),
        (ChangeClass.NOTICE, "お手続きはいりません", False),
        (ChangeClass.NAME, "会社の名称や所在地などの変更", False),
        (ChangeClass.WORDING, "言葉を直すだけで", False),
    ],
)
def test_everybody_reads_what_it_means_and_nobody_is_asked_without_a_link(
    house: House, visitor: Visitor, clazz: ChangeClass, means: str, asks: bool
) -> None:
    wrote(house)
    announced(house, clazz)
    page, mine = visitor.open("/policy/changes/2/"), visitor.open(link_of(house))

    for screen in (page, mine):
        assert screen.says(means)
        assert screen.html.count('<div class="before-after') == 1
        assert re.findall(r"<(ins|del)>([^<]*)</", screen.html)[-1][0] == "ins"
        assert "採用の選考のため" in screen.html
    assert page.buttons == []
    assert page.says("メールでお知らせし") is asks
    assert mine.buttons == ([("go", "agree"), ("go", "decline")] if asks else [])
    assert visitor.post("/policy/changes/2/", {"go": "agree"}).status == 405
    assert visitor.post(link_of(house), {"go": "agree"}).status == (303 if asks else 422)


def test_a_version_to_come_is_told_of_as_to_come(
    house: House, visitor: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = stopped_clock(tmp_path, monkeypatch)
    begins = clock.now() + timedelta(days=30)
    change_policy(house, ChangeClass.NOTICE, effective_from=begins)

    assert visitor.open("/policy/changes/2/").says("次のように変わります。")
    time.set(begins)
    assert visitor.open("/policy/changes/2/").says("次のように変わりました。")


@pytest.mark.parametrize("number", ["1", "9", str(2**40)])
def test_what_changed_nothing_has_no_page(house: House, visitor: Visitor, number: str) -> None:
    assert visitor.open(f"/policy/changes/{number}/").status == 404


def test_who_missed_a_change_reads_both(house: House, visitor: Visitor) -> None:
    """From the version they were shown last, with the weightiest class; a yes is a yes to both."""
    inquiry = wrote(house)
    house.work()
    change_policy(house, uses=HIRING)
    change_policy(house, ChangeClass.WORDING, old="採用の選考のため", new="採用の選考を行うため")
    version = change_policy(house, clause=10, new="\nお電話でも承ります。")
    begin(house, version.number)
    house.work()
    link = link_of(house)

    assert visitor.open(f"/policy/changes/{version.number}/").html.count('<div class="before-after') == 1
    mine = visitor.open(link)
    assert mine.html.count('<div class="before-after') == 2
    assert mine.html.count("同意をお願いする変更") == 2
    visitor.post(link, {"go": "agree"})
    assert standing_of(house.entity_id, inquiry.person_id).policy == version.number
    assert may(house, inquiry.person_id)
