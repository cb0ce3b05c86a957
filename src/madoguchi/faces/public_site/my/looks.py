"""Who looked at what is held of whoever is here: role and day, never a colleague's name.

Of a matter it is told once that matter is open to them: until then only what was looked at of the person as a whole.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from madoguchi.faces.public_site.my import matters
from madoguchi.faces.public_site.my.here import Here, own, page
from madoguchi.foundation.lib import clock
from madoguchi.rooms.audit import queries as audit
from madoguchi.rooms.audit.queries import Happened
from madoguchi.rooms.inquiries.queries.mine import Mine
from madoguchi.rooms.organisation.queries import roles_in

_ONE = (
    "inquiry.read", "inquiry.printed", "inquiry.file-opened", "inquiry.number-shown", "inquiry.special-care-shown",
    "person.read", "rights.read",
)  # fmt: skip
_MANY = ("inquiry.listed", "rights.listed")
_MOST = 5_000  # looks at lists that are gone through
_SHOWN = 400


@dataclass(frozen=True, slots=True)
class Look:
    """On that day somebody in that role opened it, or saw it in a list."""

    day: date
    role: str
    how: str


def looks_at(here: Here, open_ones: Collection[Mine], *, lists: bool) -> list[Look]:
    """The newest first, each day and role once for each way. `lists`: gone through for the page that shows all."""
    ids = {here.person, *here.confirmed}
    roles = roles_in(here.entity_id)
    found = _told(audit.looks(_ONE, ids, limit=_MOST), roles, "開いて見ました")
    if lists and open_ones:
        since: datetime = min(each.received_at for each in open_ones)
        listed = audit.listed(_MANY, here.confirmed, since=since, limit=_MOST)
        found |= _told(listed, roles, "一覧で見ました")
    return sorted(found, key=lambda each: (each.day, each.how, each.role), reverse=True)[:_SHOWN]


def _told(events: Iterable[Happened], roles: dict[UUID, str], how: str) -> set[Look]:
    return {
        Look(clock.local(each.at).date(), roles[each.by.id], how)
        for each in events
        if each.by.kind == "staff" and each.by.id in roles
    }


@own
@require_safe
def looks(request: HttpRequest, here: Here) -> HttpResponse:
    found = matters.rows(here)
    context = {
        "site": here.site,
        "looks": looks_at(here, matters.open_in(found), lists=True),
        "closed": any(not row["open"] for row in found),
    }
    return page("looks", context)
