"""The public policy says of each version whether it holds, is to hold, or held before."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.test import Client

from madoguchi.config.profile import read_policy, read_profile
from madoguchi.foundation.lib import calendar, clock
from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.policy.actions.adopt import adopt
from madoguchi.rooms.policy.actions.store_version import New, next_number, store_version
from madoguchi.rooms.policy.models import Approval, Kind, PolicyVersion
from madoguchi.rooms.policy.queries.drafts import facts_for
from madoguchi.rooms.policy.rendering import render
from madoguchi.rooms.policy.rules import Document
from tests.house import House


def changed(document: Document, number: int, old: str, new: str) -> Document:
    clauses = tuple(
        replace(each, text=each.text.replace(old, new)) if each.number == number else each
        for each in document.clauses
    )
    return replace(document, clauses=clauses)


@action
def announce(house: House, *, after: timedelta, from_now: datetime | None = None) -> PolicyVersion:
    """A version that is public now and holds later."""
    begins = (from_now or clock.now()) + after
    document = changed(read_policy(read_profile("eclore")), 10, "ご質問、", "ご質問、ご要望、")
    new = New(
        kind=Kind.TEXT, document=document, rendered=render(document, facts_for(house.entity_id, {}, document)),
        enacted_on=date(2022, 4, 1), published_on=clock.today(), effective_from=begins,
        approval=Approval.SECOND, made_by=COMMAND, approved_by=COMMAND, changes={},
    )  # fmt: skip
    return store_version(house.entity_id, new, number=next_number(house.entity_id))


def read(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_is_announced_does_not_make_the_present_one_old(house: House) -> None:
    coming = announce(house, after=timedelta(days=30))
    day = calendar.plain_day(coming.effective_from)

    page, ahead = read("/policy/"), read("/policy/versions/2/")

    assert "以前の版" not in page
    assert f"{day}から、第2版に変わります" in page
    assert "（いまの版）" in page
    assert f"{day}に施行する版です" in ahead
    assert "（いまの版）" not in ahead


def test_three_dates_are_said(house: House) -> None:
    page = read("/policy/")

    assert re.findall(r"<span>([^<]*(?:制定|公表|施行))</span>", page) == [
        "2022年4月1日制定", "2022年4月1日公表", "2022年4月1日施行",
    ]  # fmt: skip


def test_an_older_version_says_when_it_was_replaced(house: House) -> None:
    document = changed(read_policy(read_profile("eclore")), 10, "苦情の申出", "苦情のお申し出")
    adopt(
        entity_id=house.entity_id, document=document, first_number=1, enacted_on=date(2022, 4, 1),
        published_on=date(2022, 4, 1), by=COMMAND,
    )  # fmt: skip

    page = read("/policy/versions/1/")

    assert f"{calendar.plain_day(clock.today())}に改めました" in page


def test_one_overtaken_before_it_came_is_said_to_have_never_held(house: House) -> None:
    now = clock.now()
    for _ in range(2):
        announce(house, after=timedelta(days=30), from_now=now)

    assert "施行の前に次の版に改めました" in read("/policy/versions/2/")
    assert "施行の前に改めた版" in read("/policy/versions/")


def test_every_version_is_listed_the_newest_first(house: House) -> None:
    announce(house, after=timedelta(days=30))

    page = read("/policy/versions/")

    assert re.findall(r'<h2><a href="/policy/versions/(\d+)/">', page) == ["2", "1"]
    assert page.count("いまの版</span>") == 1


def test_contents_are_the_headings_of_the_operator(house: House) -> None:
    page = read("/policy/")

    contents = re.findall(r'<a href="#clause-(\d+)">([^<]+)</a>', page)
    assert contents[:11] == contents[11:]  # beside the text, and above it on a narrow screen
    assert contents[0] == ("1", "第1条 個人情報とは")


def test_titles_of_sub_clauses_are_titles_in_a_comparison(house: House) -> None:
    before = read_policy(read_profile("eclore"))
    after = changed(
        changed(before, 4, "4-2 取得と利用", "4-2 取得又は利用"), 9, "9-2 消去\n", "9-2 消去\n\nすぐに。\n"
    )
    adopt(
        entity_id=house.entity_id, document=after, first_number=1, enacted_on=date(2022, 4, 1),
        published_on=date(2022, 4, 1), by=COMMAND,
    )  # fmt: skip

    page = read("/policy/compare/1/2/")

    titles = re.findall(r"<h3>(.*?)</h3>", page)
    assert "4-2 <del>取得と</del><ins>取得又は</ins>利用の停止" in titles
    assert "9-2 消去" in titles
    assert "###" not in page
