"""変更のお知らせ at the desk: who may, what they see before, what the words must have, and how it goes on."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.rooms.consent.actions.answer_change import answer_change
from madoguchi.rooms.delivery.models import Mail
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.outreach.models import Announcement, Told
from madoguchi.rooms.policy.rules.publishing import ChangeClass
from tests.changing import change_policy
from tests.house import House
from tests.journeys.visitor import Screen, screen_of
from tests.rooms.outreach.telling import person

HERE = "/desk/policy/2/announce/"


@pytest.fixture
def officer(house: House) -> Client:
    return house.sign_in("officer")


def look(client: Client) -> Screen:
    return screen_of(HERE, client.get(HERE))


def text(screen: Screen) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", screen.html))


def start(client: Client, screen: Screen) -> int:
    fields = {name: screen.fields[name] for name in ("subject", "text")}
    return client.post(HERE, fields | {"go": "start"}).status_code


def test_the_overview_leads_here_before_and_after_it_begins(house: House, officer: Client) -> None:
    def said() -> tuple[bool, bool]:
        page = officer.get("/desk/policy/").content.decode()
        return (
            f'href="{HERE}">お知らせのメールを用意する' in page,
            f'href="{HERE}">進み具合とお返事を見る' in page,
        )

    assert said() == (False, False)
    change_policy(house)
    assert said() == (True, False)
    start(officer, look(officer))
    assert said() == (False, True)


def test_the_officer_reads_the_mail_and_the_numbers_and_begins_it(house: House, officer: Client) -> None:
    told, junk = person(house, "told@example.jp"), person(house, "junk@example.jp")
    Inquiry.objects.filter(person_id=junk).update(lane="junk")
    change_policy(house)

    screen = look(officer)
    assert "1 人 にメールをお送りします。" in text(screen)
    assert "お送りしない方 1 人 お問い合わせが「迷惑」だけの方" in text(screen)
    assert "【株式会社eclore】「プライバシーポリシー」の変更のお知らせ" in screen.html
    assert "・第3条 利用の目的：同意をお願いする変更" in screen.html
    assert screen.buttons == [("go", "start"), ("go", "look")]
    assert start(officer, screen) == 302
    house.work()

    after = text(look(officer))
    assert "お送りしました 1 人" in after
    assert "同意する 0 人 同意しない 0 人 お返事がまだ 1 人" in after
    answer_change(person=told, policy=Announcement.objects.get().policy_id, agreed=False)
    assert "同意する 0 人 同意しない 1 人 お返事がまだ 0 人" in text(look(officer))
    assert look(officer).buttons == []
    assert start(officer, screen) == 302
    assert Announcement.objects.count() == 1


def test_other_words_are_read_before_they_are_sent(house: House, officer: Client) -> None:
    person(house)
    change_policy(house, ChangeClass.NOTICE)
    given = {"subject": "お知らせ", "text": "{{name_line}}\r\nこちらです。{{change_url}}", "go": "look"}

    shown = screen_of(HERE, officer.post(HERE, given))
    assert (shown.status, Announcement.objects.count()) == (200, 0)
    assert "山田 花子" in shown.html
    assert start(officer, shown) == 302
    house.work()
    (mail,) = [each for each in house.mails(to="hanako@") if each["Auto-Submitted"] == "auto-generated"]
    _, first, link = str(mail.get_payload(decode=True), "utf-8").splitlines()  # type: ignore[arg-type]
    assert (first, "/policy/changes/2/" in link) == ("こちらです。", True)  # a line of its own keeps it whole
    assert "お返事" not in text(look(officer))  # nobody is asked


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"text": "リンクがありません。"}, "変更のページへの案内"),
        ({"subject": ""}, "件名と本文の両方"),
        ({"text": "{{change_url}}{{somebody}}"}, "「{{somebody}}」に入れる値がありません"),
    ],
)
@pytest.mark.parametrize("go", ["look", "start"])
def test_words_that_cannot_go_out_come_back_as_typed(
    house: House, officer: Client, words: dict[str, str], says: str, go: str
) -> None:
    person(house)
    change_policy(house)
    given = {name: look(officer).fields[name] for name in ("subject", "text")} | words

    screen = screen_of(HERE, officer.post(HERE, given | {"go": go}))
    assert screen.status == 422
    assert screen.says(says)
    assert screen.fields["text"].strip() == given["text"].replace("\r\n", "\n").strip()
    assert ("go", "start") not in screen.buttons
    assert Announcement.objects.count() == 0


def test_clerks_are_sent_to_who_speaks_for_the_operator(house: House, desk: Client) -> None:
    change_policy(house)

    assert desk.get(HERE).status_code == desk.post(HERE, {"go": "start"}).status_code == 403
    assert house.sign_in("admin").get(HERE).status_code == 200


@pytest.mark.parametrize("number", ["1", "9", str(2**40)])
def test_there_is_nothing_to_tell_of_what_changed_nothing(house: House, officer: Client, number: str) -> None:
    assert officer.get(f"/desk/policy/{number}/announce/").status_code == 404


def test_who_was_not_reached_is_named_by_their_record(house: House, officer: Client) -> None:
    who = person(house)
    house.work()
    change_policy(house)
    start(officer, look(officer))
    house.work()
    Mail.objects.filter(kind="policy-change").update(state="refused")

    screen = look(officer)
    assert "届きませんでした 1 人" in text(screen)
    assert f"/desk/people/{who}/" in screen.links


def test_the_progress_asks_no_more_for_more_people(
    house: House,
    officer: Client,
    count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]],
) -> None:
    person(house)
    version = change_policy(house)
    start(officer, look(officer))
    house.work()
    answer_change(person=Told.objects.get().person_id, policy=version.id, agreed=True)
    officer.get(HERE)
    counted = []
    for people in (0, 3):
        for n in range(people):
            inquiry = person(house, f"p{n}@example.jp")
            Told.objects.create(
                announcement=Announcement.objects.get(),
                person_id=inquiry,
                outcome="told",
                mail=Mail.objects.first(),
            )
            answer_change(person=inquiry, policy=version.id, agreed=True)
        with count_queries() as seen:
            officer.get(HERE)
        counted.append(len(seen))
    assert counted[0] == counted[1]


def test_home_reminds_of_a_change_that_asks_for_consent_until_it_is_told(
    house: House, officer: Client, desk: Client
) -> None:
    def reminded(client: Client) -> bool:
        return f'href="{HERE}">お知らせを用意する' in client.get("/desk/").content.decode()

    assert not reminded(officer)
    change_policy(house, clazz=ChangeClass.CONSENT)
    assert (reminded(officer), reminded(desk)) == (True, False)
    start(officer, look(officer))
    assert not reminded(officer)
