"""What the frame of every public page says: who the operator is, where the policy is, when the desk is open."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from madoguchi.foundation.lib import calendar, clock
from madoguchi.foundation.lib.calendar import Hours
from madoguchi.rooms.organisation.queries import Operator, only_entity, operator

_WORKDAYS = (0, 1, 2, 3, 4)
_NAMES = "月火水木金土日"


def site_of(owner: Operator) -> dict[str, Any]:
    return {
        "operator": owner.facts,
        "policy_url": "/policy/",
        "hours_text": hours_text(owner.hours),
        "answer_within": owner.hours.answer_within_business_days,
    }


def front_site() -> dict[str, Any] | None:
    """The frame of pages that belong to no form, such as the policy; nothing before an operator is set."""
    entity = only_entity()
    return site_of(operator(entity.id)) if entity else None


def hours_text(hours: Hours) -> str:
    """平日 9:00–18:00, or 月・水・金 9:00–18:00."""
    days = "平日" if hours.weekdays == _WORKDAYS else "・".join(_NAMES[day] for day in sorted(hours.weekdays))
    return f"{days} {_clock(hours.open)}–{_clock(hours.close)}"


def _clock(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02}"


def day_and_hour(moment: datetime, now: datetime) -> Mapping[str, Any]:
    """11月25日(水) and 18:00, apart so that neither breaks; the year only if it is another one."""
    day, _, hour = calendar.japanese_date(moment).partition(" ")
    same_year = clock.local(moment).year == clock.local(now).year
    return {"date": day.partition("年")[2] if same_year else day, "time": hour, "at": moment}
