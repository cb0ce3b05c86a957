"""Requests as rows of a list, scoped to the viewer's company like everything else (T-C5-7)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.errors import NotYours
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.errors import NoSuchRequest
from madoguchi.rooms.rights.models import RightsRequest
from madoguchi.rooms.rights.rules import requests as rules
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_key, file_keys

MOST = 200
_OPEN = [state.value for state in rules.OPEN]


@dataclass(frozen=True, slots=True)
class Standing:
    """One request in a list. `name` is empty once its file has ended; `owner` when nobody who may sign in has it;
    `late`: our own day has passed, `over`: the two weeks of the Act have."""

    id: UUID
    number: str
    kind: str
    name: str
    state: str
    outcome: str
    channel: str
    arrived_at: datetime
    line_on: date | None
    due_on: date
    late: bool
    over: bool
    owner_id: UUID | None
    owner: str
    inquiry_id: UUID | None
    person: UUID
    closed_at: datetime | None

    @property
    def label(self) -> str:
        return rules.KINDS[self.kind].label

    @property
    def state_label(self) -> str:
        return rules.STATES[rules.State(self.state)]

    @property
    def open(self) -> bool:
        return self.closed_at is None

    @property
    def ended(self) -> str:
        """How it was decided, in words; empty before, and for what was withdrawn."""
        return rules.OUTCOMES[rules.Outcome(self.outcome)] if self.outcome else ""


def find(viewer: Viewer, number: str, *, for_update: bool = False) -> RightsRequest:
    """By its number; another company's does not exist."""
    rows = RightsRequest.objects.select_for_update(of=("self",)) if for_update else RightsRequest.objects
    request = rows.filter(number=number).first()
    if request is None:
        raise NoSuchRequest
    try:
        organisation.check_own(viewer, request)
    except NotYours:
        raise NoSuchRequest from None
    return request


def by_id(id: UUID) -> RightsRequest:
    """For the worker and the person's own links, which have proven what they may see."""
    request = RightsRequest.objects.filter(id=id).first()
    if request is None:
        raise NoSuchRequest
    return request


def reference(request: RightsRequest) -> Ref:
    return Ref("request", request.id)


def asked_of(request: RightsRequest) -> dict[str, str]:
    """What they said of themselves and of what they want; raises FileErased once its own period ended."""
    return dict(json.loads(request.opened(file_key(request.file_id), "asked")))


def open_requests(viewer: Viewer) -> list[Standing]:
    """The most urgent first."""
    return standings(_of(viewer).filter(state__in=_OPEN).order_by("due_on", "arrived_at"))


def closed_requests(viewer: Viewer, limit: int = MOST) -> list[Standing]:
    """The latest first, what was withdrawn among them."""
    return standings(_of(viewer).exclude(state__in=_OPEN).order_by("-closed_at", "-id")[:limit])


def pressing(viewer: Viewer) -> list[Standing]:
    """Those whose day comes within three days or has passed, and those that nobody has."""
    soon = clock.today() + rules.SOON
    return [each for each in open_requests(viewer) if each.due_on <= soon or not each.owner]


@dataclass(frozen=True, slots=True)
class Page:
    """`following` goes on from here; empty at the end."""

    rows: list[Standing]
    following: str


def page(viewer: Viewer, *, standing: bool | None, after: str, limit: int) -> Page:
    """The latest arrivals first: those that stand, those that ended, or both. `after` is the number of the last one
    that was shown; raises NoSuchRequest when it is none of ours."""
    rows = _of(viewer).order_by("-arrived_at", "-id")
    if standing is not None:
        rows = rows.filter(state__in=_OPEN) if standing else rows.exclude(state__in=_OPEN)
    if after:
        last = find(viewer, after)
        rows = rows.filter(Q(arrived_at__lt=last.arrived_at) | Q(arrived_at=last.arrived_at, id__lt=last.id))
    found = list(rows[: limit + 1])
    return Page(standings(found[:limit]), found[limit - 1].number if len(found) > limit else "")


def of_person(person: UUID) -> list[Standing]:
    """For their own page, the newest first."""
    return standings(_whole().filter(person_id=person).order_by("-arrived_at", "-id"))


def of_inquiry(inquiry_id: UUID) -> list[Standing]:
    return standings(_whole().filter(inquiry_id=inquiry_id).order_by("arrived_at", "id"))


def own_files(person: UUID) -> set[UUID]:
    """The files of this person's requests themselves: they prove what was asked, and no request reaches them."""
    return set(RightsRequest.objects.filter(person_id=person).values_list("file_id", flat=True))


def standings(rows: Iterable[RightsRequest]) -> list[Standing]:
    """Names are opened with one question for the keys of all."""
    found = list(rows)
    keys = file_keys({each.file_id for each in found})
    return [_standing(each, _name(each, keys)) for each in found]


def outcome_of(request: RightsRequest) -> str:
    """How it was decided; nothing before, and nothing for what was withdrawn after all."""
    decision = getattr(request, "decision", None)
    return str(decision.outcome) if decision and request.state != rules.State.WITHDRAWN else ""


def _whole() -> QuerySet[RightsRequest]:
    return RightsRequest.objects.select_related("owner", "decision")


def _of(viewer: Viewer) -> QuerySet[RightsRequest]:
    return _whole().filter(entity_id=viewer.entity_id)


def _name(request: RightsRequest, keys: dict[UUID, FileKey]) -> str:
    key = keys.get(request.file_id)
    return str(json.loads(request.opened(key, "asked")).get("name", "")) if key else ""


def _standing(each: RightsRequest, name: str) -> Standing:
    owner, today, standing = each.owner, clock.today(), each.closed_at is None
    return Standing(
        each.id, each.number, each.kind, name, each.state, outcome_of(each), each.channel,
        each.arrived_at, each.line_on, each.due_on, standing and each.due_on < today,
        standing and each.line_on is not None and each.line_on < today, each.owner_id,
        owner.name if owner and owner.is_active else "", each.inquiry_id, each.person_id, each.closed_at,
    )  # fmt: skip
