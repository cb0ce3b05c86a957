"""When a colleague is told of something: at once, at the hour they chose, after their quiet hours, or never."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args

from madoguchi.foundation.lib.clock import JST
from madoguchi.foundation.lib.hours import Hours, is_open, next_open

Way = Literal["now", "later", "off"]
WAYS: Mapping[Way, str] = {"now": "すぐに", "later": "まとめて", "off": "知らせない"}

# What happens at the desk, and how it is said: on the screen of one's wishes, and in the mail.
EVENTS: Mapping[str, tuple[str, str]] = {
    "new": ("新しいお問い合わせが届いた", "新しいお問い合わせ"),
    "heard": ("自分が担当のお問い合わせに、お客様から続きが届いた", "担当の方からの続き"),
    "assigned": ("自分が担当になった", "担当になりました"),
    "approval": ("お返事の承認を頼まれた、承認された、差し戻された", "お返事の承認"),
    "mention": ("社内メモで、自分の名前が呼ばれた", "社内メモで呼ばれました"),
    "deadline": ("お返事の期限が近い、または過ぎた", "お返事の期限"),
    "mail": ("自動のメールの行き来を止めた（管理者）", "自動のメールの行き来を止めました"),
    "screening": (
        "営業の仕分けが、自分で「バッジのみ」に戻った（管理者）",
        "営業の仕分けを「バッジのみ」に戻しました",
    ),
    "undelivered": ("お客様へのメールが届かなかった", "届かなかったメール"),
}
DAILY = "daily"  # the summary of a working day; it has a switch of its own
_LONGEST_QUIET = 370  # days


@dataclass(frozen=True, slots=True)
class Wishes:
    """One colleague's; unsaid ones are as proposed. A pair of equal quiet hours is none."""

    ways: Mapping[str, Way] = field(default_factory=dict)
    gathered_at: time = time(9)
    daily: bool = True
    quiet_from: time | None = None
    quiet_until: time | None = None
    quiet_closed: bool = False

    def way(self, event: str) -> Way:
        way = self.ways.get(event, "now")
        return way if way in get_args(Way) else "now"


def due_at(wishes: Wishes, event: str, now: datetime, hours: Hours) -> datetime | None:
    """When to tell of something that happens now; None for what they do not want to hear of."""
    if event == DAILY:
        return now
    match wishes.way(event):
        case "off":
            return None
        case "later":
            return next_gathering(wishes, now, hours)
        case _:
            return end_of_quiet(wishes, now, hours)


def next_gathering(wishes: Wishes, now: datetime, hours: Hours) -> datetime:
    """The chosen hour of this working day, or of the next one."""
    local = now.astimezone(JST)
    first = local.date() if local.time() < wishes.gathered_at else local.date() + timedelta(days=1)
    return _at(next_open(first, hours), wishes.gathered_at)


def is_quiet(wishes: Wishes, now: datetime, hours: Hours) -> bool:
    local = now.astimezone(JST)
    return (wishes.quiet_closed and not is_open(local.date(), hours)) or _in_quiet_hours(wishes, local.time())


def end_of_quiet(wishes: Wishes, now: datetime, hours: Hours) -> datetime:
    moment = now
    for _ in range(_LONGEST_QUIET):
        if not is_quiet(wishes, moment, hours):
            return moment
        local = moment.astimezone(JST)
        if _in_quiet_hours(wishes, local.time()) and wishes.quiet_until is not None:
            same_day = local.time() < wishes.quiet_until
            moment = _at(local.date() if same_day else local.date() + timedelta(days=1), wishes.quiet_until)
        else:
            moment = _at(local.date() + timedelta(days=1), time(0))
    return now


def _in_quiet_hours(wishes: Wishes, at: time) -> bool:
    start, end = wishes.quiet_from, wishes.quiet_until
    if start is None or end is None or start == end:
        return False
    return start <= at < end if start < end else at >= start or at < end


def daily_is_due(wishes: Wishes, now: datetime, hours: Hours) -> bool:
    local = now.astimezone(JST)
    return wishes.daily and local.time() >= wishes.gathered_at and is_open(local.date(), hours)


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, JST).astimezone(UTC)
