"""What the frame of every public page says: who the operator is, where the policy is, when the desk is open."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from madoguchi.foundation.lib import calendar, clock
from madoguchi.rooms.organisation.queries import Operator, only_entity, operator


def site_of(owner: Operator) -> dict[str, Any]:
    return {
        "operator": owner.facts,
        "policy_url": "/policy/",
        "promises_url": "/promises/" if owner.promises else "",
        "hours_text": calendar.hours_text(owner.hours),
        "answer_within": calendar.target_text(owner.hours.target),
    }


def front_site() -> dict[str, Any] | None:
    """The frame of pages that belong to no form, such as the policy; nothing before an operator is set."""
    entity = only_entity()
    return site_of(operator(entity.id)) if entity else None


def day_and_hour(moment: datetime, now: datetime) -> Mapping[str, Any]:
    """11月25日(水) and 18:00, apart so that neither breaks; the year only if it is another one."""
    day, _, hour = calendar.japanese_date(moment).partition(" ")
    same_year = clock.local(moment).year == clock.local(now).year
    return {"date": day.partition("年")[2] if same_year else day, "time": hour, "at": moment}
