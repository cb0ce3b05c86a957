"""The retention classes in words, and periods as people say them. Pure.

Which rows fall under a class is said by the declarations of the tables (`Table.ends`), not here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.contact import narrow

_SAID = re.compile(r"(\d{1,5})(日|年)")


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """What is kept, from when its period runs, and how long we propose (as said, never set by itself)."""

    code: str
    label: str
    runs_from: str
    proposed: str


CLASSES: Mapping[str, RetentionClass] = {
    each.code: each
    for each in (
        RetentionClass("inquiry", "受信箱のお問い合わせ", "完了にした日", "3年"),
        RetentionClass("sales", "「営業」に分けたもの", "受け付けた日", "180日"),
        RetentionClass("junk", "「迷惑」に分けたもの", "受け付けた日", "90日"),
        RetentionClass("detail", "お一人ずつ記録した項目", "記録した日", "3年"),
        RetentionClass("policy-mail", "方針の変更をお知らせしたメール", "お知らせした日", "1年"),
        RetentionClass("aside-mail", "取り込まなかったメール", "届いた日", "30日"),
        RetentionClass("request", "ご本人からのご請求", "終えた日", "3年"),
        RetentionClass("package", "お渡しするファイル", "用意した日", "30日"),
        RetentionClass("staff-mail", "職員へのお知らせメール", "送った日", "90日"),
    )
}


def days_in(said: str) -> int | None:
    """3年, 180日, also in full width; None when it is no period. A year counts every leap day that it may hold."""
    found = _SAID.fullmatch(narrow(said).replace(" ", ""))
    if found is None:
        return None
    number = int(found[1])
    return number if found[2] == "日" else _years(number)


def in_words(days: int | None) -> str:
    if days is None:
        return "期限を決めていません"
    years = days // 365
    return f"{years}年" if years and _years(years) == days else f"{days:,}日"


def _years(number: int) -> int:
    """At least as many days as any `number` calendar years: the end is never early."""
    return 365 * number + (number + 3) // 4


LONGEST = _years(30)  # days


def last_day(since: datetime, days: int) -> date:
    """The last day (Asia/Tokyo) on which it is kept. The day of `since` does not count (民法140条)."""
    return clock.local(since).date() + timedelta(days=days)


def over_before(on: date, days: int) -> datetime:
    """What began before this moment is over on the day `on`: the same count, as a bound for a query."""
    return datetime.combine(on - timedelta(days=days), time.min, clock.JST).astimezone(UTC)
