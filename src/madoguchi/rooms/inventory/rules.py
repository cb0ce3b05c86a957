"""Who may do what with what is held, and what may be collected at all. Pure: facts come in as arguments."""

import re
from collections.abc import Collection, Container, Mapping, Sized
from datetime import date, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.contact import narrow
from madoguchi.foundation.lib.numbers.check_digits import is_card_number
from madoguchi.rooms.inventory import periods
from madoguchi.rooms.inventory.errors import (
    ArrivedMeanwhile,
    CardNumber,
    ChangedMeanwhile,
    EndedMeanwhile,
    HeldMeanwhile,
    KeepersOnly,
    NobodyHere,
    NotAnnounced,
    NotCollected,
    NotConfirmed,
    NothingChosen,
    NothingHeld,
    NotKeptHere,
    NotReady,
    OfficersOnly,
    Shortened,
    StillCollected,
    TooEarly,
    UnfitHold,
    UnfitPeriod,
    UnfitValue,
    UnknownClass,
    UnknownGround,
)
from madoguchi.rooms.inventory.items import BY_CODE, Door, Item
from madoguchi.rooms.promises.registry import keeps

_REFERENCE = re.compile(r"[\x21-\x7e]{1,100}")
_DIGITS = re.compile(r"\d(?:[-./_ ]?\d){12,18}")


def check_officer(role: str) -> None:
    if role != "officer":
        raise OfficersOnly


def check_keeper(role: str) -> None:
    """Who may read the data map and the records of deletion."""
    if role not in ("officer", "admin"):
        raise KeepersOnly


# -- what is collected ------------------------------------------------------------------------------


def has_switch(key: str) -> bool:
    return key in BY_CODE


@keeps("inventory.only-what-is-collected")
def check_collected(item: str, switched_on: Collection[str]) -> None:
    """An item that the policy announces is stored only while its switch is on (LAW C2-1a–d, T-C2-4)."""
    if item in BY_CODE and item not in switched_on:
        raise NotCollected(
            f"{BY_CODE[item].label}は、いまは取得していません。"
            "取得を始めるには、個人情報管理者が取扱台帳で切り替えてください。"
        )


def check_not_stopped(item: str, label: str, stopped: Collection[str]) -> None:
    """The person asked us not to collect it of them any more (clause 4-2)."""
    if item in stopped:
        raise NotCollected(
            f"ご本人のお申し出により、この方の{label}の取得を止めています。",
            next_step="再開のお申し出があれば、個人情報の窓口で停止を解いてから記録できます。",
        )


def may_collect(item: str, switched_on: Collection[str]) -> bool:
    try:
        check_collected(item, switched_on)
    except NotCollected:
        return False
    return True


def collectable(values: Mapping[str, str], switched_on: Collection[str]) -> dict[str, str]:
    """What of these values may be stored; the rest is dropped before anything is sealed."""
    return {key: value for key, value in values.items() if may_collect(key, switched_on)}


def switchable(values: Mapping[str, str]) -> list[str]:
    """The keys among these with a value whose storing depends on a switch."""
    return [key for key, value in values.items() if has_switch(key) and value]


def check_ready(item: Item) -> None:
    if item.wait:
        raise NotReady(item.wait)


def check_announced(item: Item, announced: Container[str]) -> None:
    """What the policy in force does not say is not collected (Art 21)."""
    if item.announced not in announced:
        raise NotAnnounced


def check_kept_by_staff(item: Item, *, picture: bool) -> None:
    if item.door is not Door.DESK or item.picture is not picture:
        raise NotKeptHere


def check_stopped(item: str, switched_on: Collection[str]) -> None:
    if item in switched_on:
        raise StillCollected


def check_held(files: Sized) -> None:
    if not files:
        raise NothingHeld


def check_somebody(files: Sized) -> None:
    """An erased person gets nothing new; writing again makes a new one (T-C9-10)."""
    if not files:
        raise NobodyHere


def check_reference(value: str) -> None:
    """A provider's reference, never a number that could be a card's (LAW C2-1c)."""
    runs = (re.sub(r"\D", "", run[0]) for run in _DIGITS.finditer(narrow(value)))
    if any(is_card_number(digits) for digits in runs):
        raise CardNumber
    if not _REFERENCE.fullmatch(value):
        raise UnfitValue


# -- what is erased and corrected -------------------------------------------------------------------

# Why something is erased: every ground the law knows (APPI Art 19, 22, 35), whatever a policy lists (LAW L4).
GROUNDS: Mapping[str, str] = MappingProxyType(
    {
        "asked": "ご本人のお申し出に、任意で応じる",
        "no-longer-needed": "利用する必要がなくなった",
        "beyond-purpose": "利用目的の範囲をこえて扱われていた",
        "improper-use": "不適正な方法で利用されていた",
        "improper-acquisition": "不正な手段で取得されていた",
        "leak": "漏えい等があった",
        "interests": "ご本人の権利や正当な利益が害されるおそれがある",
        "consent-withdrawn": "同意が撤回された",
        "by-mistake": "誤って送られたもの",
    }
)

# Why a value is corrected (APPI Art 34): facts only, never an opinion (LAW 8.11).
CORRECTION_GROUNDS: Mapping[str, str] = MappingProxyType(
    {
        "not-factual": "内容が事実と異なっていた",
        "changed": "その後に変わった（改姓、転居、異動など）",
        "typo": "書き誤り",
    }
)

# What stays after an erasure, in the words of a certificate. A hold brings words of its own.
BECAUSE: Mapping[str, str] = MappingProxyType(
    {
        "proof": "対応したことの証明のため。ご本人を指す符号だけで、氏名や連絡先は含みません",
        "suppression": "ご案内を送らないお約束を守るため。元のアドレスには戻せない符号です",
        "request": "ご請求にどう対応したかを示すため。ご請求を終えてから決めた期間まで保管し、その後に消します",
    }
)


ITEM_LABELS: Mapping[str, str] = MappingProxyType({code: item.label for code, item in BY_CODE.items()})


def ground_in_words(code: str) -> str:
    """Of an erasure; of one item its name; a class of retention says itself elsewhere."""
    if code in BY_CODE:
        return BY_CODE[code].label
    return GROUNDS.get(code, code)


def law_in_words(code: str) -> str:
    return BECAUSE.get(code) or HOLD_GROUNDS.get(code) or code


def may_end(role: str) -> bool:
    try:
        check_officer(role)
    except OfficersOnly:
        return False
    return True


def check_ground(ground: str, grounds: Mapping[str, str] = GROUNDS) -> None:
    if ground not in grounds:
        raise UnknownGround


def check_chosen(files: Sized) -> None:
    if not files:
        raise NothingChosen


@keeps("inventory.only-what-was-confirmed")
def check_confirmed(*, chosen: Collection[UUID], seen: Collection[UUID], living: Collection[UUID]) -> None:
    """Of one person's files: what is erased was seen, what was seen still lives, and nothing came since."""
    if {*chosen, *seen} - {*living}:
        raise EndedMeanwhile
    if {*living} - {*seen}:
        raise ArrivedMeanwhile
    if {*chosen} - {*seen}:
        raise NotConfirmed


def check_holds_unchanged(planned: Mapping[UUID, object], standing: Mapping[UUID, object]) -> None:
    """What must stay was planned to stay, and nothing else."""
    if dict(planned) != dict(standing):
        raise HeldMeanwhile


# -- how long it is kept ----------------------------------------------------------------------------

# Why something must not end yet.
HOLD_GROUNDS: Mapping[str, str] = MappingProxyType(
    {
        "dispute": "係争や請求の可能性",
        "authority": "行政機関などからの照会",
        "statute": "法令による保存",
        "talks": "ご本人との調整中",
    }
)
HOLD_GRACE = timedelta(days=7)  # after its last day, so that its end is seen before anything follows from it
HOLD_NOTICE = timedelta(days=14)  # before its last day its owner is told
LONGEST_HOLD = 5  # calendar years


@keeps("inventory.never-before-its-time")
def check_period_over(since: datetime | None, days: int | None, trusted: datetime) -> None:
    """Whole days of Asia/Tokyo by the trusted time; the last one is kept to its end (LAW 6.3, 8.16)."""
    if since is None or days is None or clock.local(trusted).date() <= periods.last_day(since, days):
        raise TooEarly


def check_looked_at_since_restore(unseen: bool) -> None:
    """A hold or a longer period decided after the backup is not in it: an officer looks before anything ends."""
    if unseen:
        raise TooEarly(
            "バックアップを戻したあとの確認がまだのため、廃棄しません。",
            next_step="個人情報管理者が「保存期間」の画面で、期間と保留を確かめてください。",
        )


def check_remainder_over(until: date | None, trusted: datetime) -> None:
    """The last lawful day of what stayed after an erasure is kept to its end."""
    if until is None or clock.local(trusted).date() <= until:
        raise TooEarly


def check_as_planned(
    planned: Collection[UUID], *, living: Collection[UUID], now: Collection[UUID], held: Sized
) -> None:
    """Every file of the matters, none more, all readable and none held."""
    if {*planned} != {*living} or {*planned} != {*now} or held:
        raise ChangedMeanwhile


def check_class(retention: str) -> None:
    if retention not in periods.CLASSES:
        raise UnknownClass


def check_days(days: int | None) -> None:
    if days is not None and not 1 <= days <= periods.LONGEST:
        raise UnfitPeriod


def read_period(said: str) -> int:
    """Days in 180日 or 3年."""
    days = periods.days_in(said)
    if days is None:
        raise UnfitPeriod
    check_days(days)
    return days


def shortens(before: int | None, after: int | None) -> bool:
    return after is not None and (before is None or after < before)


def check_shortening_seen(before: int | None, after: int | None, *, confirmed: bool) -> None:
    if shortens(before, after) and not confirmed:
        raise Shortened


def check_hold_until(until: date, today: date) -> None:
    if not today < until <= last_hold_day(today):
        raise UnfitHold


def last_hold_day(today: date) -> date:
    """The same day five years on; of a 29th February the day before."""
    return today.replace(
        year=today.year + LONGEST_HOLD, day=28 if (today.month, today.day) == (2, 29) else today.day
    )
