"""担当:佐藤, 状態:保留, ラベル:展示会, 期間:2026-11: what was asked, as conditions by code."""

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.text import search_key
from madoguchi.rooms.inquiries.errors import UnknownNarrowing
from madoguchi.rooms.inquiries.models import Lane, Status
from madoguchi.rooms.inquiries.queries.asked import Asked
from madoguchi.rooms.inquiries.queries.conditions import ALL, ME, NOBODY, Conditions
from madoguchi.rooms.inquiries.queries.labels import labels
from madoguchi.rooms.organisation.queries import Viewer, names

_ME, _NOBODY = ("自分", "私", "me"), ("なし", "担当なし", "none")
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?)?月?年?")
_BETWEEN = re.compile(r"[~〜～]|\.\.")
_SPANS = ("今日", "昨日", "今週", "先週", "今月", "先月")


def narrowed_to(viewer: Viewer, asked: Asked) -> Conditions:
    """Trays and settled ones are looked through, unless a status is named. The last of a kind counts."""
    found = Conditions(status=ALL)
    for kind, typed in asked.narrow:
        if kind == "span":
            since, until = _span(typed)
            found = replace(found, since=since, until=until)
        else:
            found = replace(found, **{kind: _READ[kind](viewer, typed)})
    return found


def _assignee(viewer: Viewer, typed: str) -> str:
    if typed in _ME or typed in _NOBODY:
        return ME if typed in _ME else NOBODY
    word = search_key(typed)
    found = [id for id, name in names(viewer).items() if word in search_key(name)]
    if not found:
        raise UnknownNarrowing("その名前の担当は見つかりませんでした。姓か名でお書きください。")
    return str(found[0])


def _label(viewer: Viewer, typed: str) -> str:
    word = search_key(typed)
    known = labels(viewer, retired=True)
    found = [each for each in known if search_key(each.name) == word] or [
        each for each in known if word in search_key(each.name)
    ]
    if not found:
        raise UnknownNarrowing(
            "その名前のラベルは見つかりませんでした。左の列の「ラベル」でお確かめください。"
        )
    return str(found[0].id)


def _status(viewer: Viewer, typed: str) -> str:
    return _named(typed, Status)


def _lane(viewer: Viewer, typed: str) -> str:
    return _named(typed, Lane)


def _named(typed: str, choices: type[Status] | type[Lane]) -> str:
    for value, label in choices.choices:
        if typed in (value, label):
            return str(value)
    raise UnknownNarrowing


_READ = {"assignee": _assignee, "label": _label, "status": _status, "lane": _lane}


def _span(typed: str) -> tuple[str, str]:
    """A word, a day, a month, a year, or two of them with 〜 between; either side may be left open."""
    if typed in _SPANS:
        first, last = _named_span(typed, clock.today())
        return first.isoformat(), last.isoformat()
    begin, *rest = _BETWEEN.split(typed, maxsplit=1)
    since = _days(begin)[0] if begin else ""
    end = rest[0] if rest else begin
    until = _days(end)[1] if end else ""
    return since, until


def _days(typed: str) -> tuple[str, str]:
    found = _DAY.fullmatch(typed.strip())
    if found is None:
        raise UnknownNarrowing
    year, month, day = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    try:
        first = date(year, month or 1, day or 1)
        last = first if day else date(year, month or 12, monthrange(year, month or 12)[1])
    except ValueError:
        raise UnknownNarrowing from None
    return first.isoformat(), last.isoformat()


def _named_span(word: str, today: date) -> tuple[date, date]:
    if word in ("今日", "昨日"):
        day = today - timedelta(days=word == "昨日")
        return day, day
    if word in ("今週", "先週"):
        monday = today - timedelta(days=today.weekday() + (7 if word == "先週" else 0))
        return monday, monday + timedelta(days=6)
    first = today.replace(day=1)
    if word == "先月":
        first = (first - timedelta(days=1)).replace(day=1)
    return first, first.replace(day=monthrange(first.year, first.month)[1])
