"""Reading the record."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.audit.models import Event

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Happened:
    at: datetime
    kind: str
    about: Ref
    by: Ref
    details: dict[str, Any]
    refs: list[str]


def about(ref: Ref, *, limit: int = 200) -> list[Happened]:
    """What happened to one thing, oldest first."""
    events = Event.objects.filter(about_id=ref.id, about_kind=ref.kind).order_by("id")[:limit]
    return [_happened(event) for event in events]


def latest(kind: str) -> Happened | None:
    event = Event.objects.filter(kind=kind).order_by("-id").first()
    return _happened(event) if event else None


def newest(kinds: Collection[str], *, limit: int) -> list[Happened]:
    """The newest events of some kinds, newest first."""
    return [_happened(event) for event in Event.objects.filter(kind__in=kinds).order_by("-id")[:limit]]


def alarms() -> list[str]:
    """Promises that broke and have not been seen whole since."""
    return sorted(promise for promise, last in last_turns().items() if last.kind == "promise.broken")


def last_turns() -> dict[str, Happened]:
    """By promise, when it last broke or was last mended, whichever came later."""
    events = Event.objects.filter(kind__in=("promise.broken", "promise.mended")).order_by("id")
    turns = map(_happened, events)
    return {turn.details["promise"]: turn for turn in turns}


def changed_since(ids: Collection[UUID], at: datetime) -> set[UUID]:
    """Which of these something was done about since then; a look changes nothing."""
    events = Event.objects.filter(about_id__in=list(ids), at__gte=at).exclude(kind__endswith=".read")
    return set(events.values_list("about_id", flat=True))


def looks(kinds: Collection[str], ids: Collection[UUID], *, limit: int) -> list[Happened]:
    """The newest events of these kinds about these things, newest first."""
    events = Event.objects.filter(about_id__in=list(ids), kind__in=kinds).order_by("-id")
    return [_happened(event) for event in events[:limit]]


def listed(kinds: Collection[str], ids: Collection[UUID], *, since: datetime, limit: int) -> list[Happened]:
    """Looks at many things at once that showed one of these, newest first; of the newest `limit` looks since then."""
    wanted = {str(id) for id in ids}
    events = Event.objects.filter(kind__in=kinds, at__gte=since).order_by("-id")[:limit]
    shown = map(_happened, events)
    return [each for each in shown if not wanted.isdisjoint(ref.partition(":")[2] for ref in each.refs)]


def touching(ids: Collection[UUID]) -> Iterator[Happened]:
    """Everything that happened to these things, the oldest first of each few."""
    asked = sorted(ids)
    for start in range(0, len(asked), _AT_ONCE):
        events = Event.objects.filter(about_id__in=asked[start : start + _AT_ONCE]).order_by("id")
        yield from map(_happened, list(events))


def naming(ids: Collection[UUID], *, since: datetime) -> list[Happened]:
    """Looks at many things at once that showed one of these, the oldest first; read to the end before anything is
    written."""
    wanted, first = {str(id) for id in ids}, UUID(int=int(since.timestamp() * 1000) << 80)
    events = (
        Event.objects.filter(id__gte=first).exclude(refs="[]").order_by("id").iterator(chunk_size=_AT_ONCE)
    )
    shown = map(_happened, events)
    return [each for each in shown if not wanted.isdisjoint(ref.partition(":")[2] for ref in each.refs)]


def of_kind(kind: str, *, since: datetime | None = None) -> Iterator[Happened]:
    events = Event.objects.filter(kind=kind)
    if since is not None:
        events = events.filter(at__gte=since)
    for event in events.order_by("id").iterator():
        yield _happened(event)


def _happened(event: Event) -> Happened:
    return Happened(
        event.at,
        event.kind,
        Ref(event.about_kind, event.about_id),
        Ref(event.by_kind, event.by_id),
        json.loads(event.details),
        json.loads(event.refs),
    )
