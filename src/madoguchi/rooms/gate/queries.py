"""What the gate knows now: permits, stops, suppression."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.gate import rules
from madoguchi.rooms.gate.models import PermitRow, StopRow, Suppression
from madoguchi.rooms.gate.rules import Basis, Permit, Purpose, Stop, _permit


def read_permit(id: UUID) -> Permit:
    row = PermitRow.objects.get(id=id)
    recipient, about = Ref(row.recipient_kind, row.recipient_id), Ref(row.about_kind, row.about_id)
    return _permit(row.id, recipient, Purpose(row.purpose), Basis(row.basis), about)


def is_suppressed(mark: bytes) -> bool:
    return Suppression.objects.filter(Q(until=None) | Q(until__gt=clock.now()), mark=mark).exists()


def stops_of(person: UUID, about: UUID | None = None) -> frozenset[str]:
    """What binds everything of theirs; with `about`, what binds this one inquiry too."""
    bound = Q(about=None) | Q(about=about) if about else Q(about=None)
    standing = StopRow.objects.filter(bound, person=person, lifted_at=None)
    return frozenset(standing.values_list("scope", flat=True))


@dataclass(frozen=True, slots=True)
class Standing:
    """One stop that stands."""

    scope: str
    about: UUID | None
    asked_at: datetime


def standing_stops(person: UUID) -> list[Standing]:
    """All of one person's, the oldest first."""
    rows = StopRow.objects.filter(person=person, lifted_at=None).order_by("asked_at", "id")
    return [Standing(*each) for each in rows.values_list("scope", "about", "asked_at")]


def stopped_matters(inquiries: Iterable[UUID]) -> set[UUID]:
    """Those among them of which every use is stopped."""
    rows = StopRow.objects.filter(about__in=list(inquiries), scope=Stop.ALL, lifted_at=None)
    return {about for about in rows.values_list("about", flat=True) if about}


def check_in_use(person: UUID, about: UUID) -> None:
    """Before something of this inquiry is used; raises Stopped, with the next step."""
    rules.check_in_use(stops_of(person, about))


def stopped_items(person: UUID) -> frozenset[str]:
    """Codes of what is not to be collected of them any more."""
    scopes = StopRow.objects.filter(person=person, about=None, lifted_at=None, scope__startswith=rules.ITEM)
    return rules.items_in(scopes.values_list("scope", flat=True))


def out_of_use() -> "QuerySet[StopRow, UUID | None]":
    """Ids of all matters of which every use is stopped, as a part of another question."""
    return StopRow.objects.filter(scope=Stop.ALL, lifted_at=None, about__isnull=False).values_list(
        "about", flat=True
    )


def whose_use_is_stopped() -> QuerySet[StopRow, UUID]:
    """The same for people who stopped everything of theirs."""
    return StopRow.objects.filter(scope=Stop.ALL, lifted_at=None, about=None).values_list("person", flat=True)


def use_stopped_since(moment: datetime) -> bool:
    """Whether somebody stopped every use since then: what was made before may hold them still."""
    return StopRow.objects.filter(scope=Stop.ALL, lifted_at=None, asked_at__gt=moment).exists()


def stops_of_all(people: Iterable[UUID]) -> dict[UUID, set[str]]:
    """The same for many, in one question; whoever stopped nothing is left out."""
    found: dict[UUID, set[str]] = {}
    rows = StopRow.objects.filter(person__in=list(people), about=None, lifted_at=None)
    for person, scope in rows.values_list("person", "scope"):
        found.setdefault(person, set()).add(scope)
    return found


def check_still_may_leave(permit: Permit, mark: bytes) -> None:
    """Ask again at the moment of sending; raises the refusal with its reason."""
    person, about = permit.recipient, permit.about.id
    stops = stops_of(person.id, about) if person.kind == "person" else frozenset[str]()
    rules.check_may_leave(permit, stops, is_suppressed(mark))


@dataclass(frozen=True, slots=True)
class Minted:
    """A permit as it stands in the table, to be looked at afterwards; a purpose nobody knows is told as it is."""

    person: UUID
    purpose: str
    basis: str
    at: datetime


def uses(*, limit: int) -> list[Minted]:
    """The newest permits to use what is held of a person for more than answering what they asked, or what a law asks
    of us."""
    rows = PermitRow.objects.filter(recipient_kind="person").exclude(basis=Basis.LEGAL_DUTY)
    rows = rows.exclude(purpose=Purpose.ANSWER, basis=Basis.OWN_REQUEST)
    facts = rows.order_by("-minted_at", "-id").values_list("recipient_id", "purpose", "basis", "minted_at")
    return [Minted(*each) for each in facts[:limit]]


def announcing() -> QuerySet[PermitRow, UUID]:
    """Ids of permits for what nobody asked for, unknown purposes included: what a stop binds."""
    bound = PermitRow.objects.exclude(purpose__in=rules.NEEDED).exclude(basis=Basis.LEGAL_DUTY)
    return bound.values_list("id", flat=True)


def was_stopped(permit_id: UUID, mark: bytes | None, *, since: datetime, until: datetime) -> bool:
    """Whether a stop of the recipient stood all the time between two moments.

    A lifted suppression is no longer there to be seen; a `mark` of None leaves suppressions out.
    """
    listed = Suppression.objects.filter(Q(until=None) | Q(until__gt=until), since__lte=since)
    if mark is not None and listed.filter(mark=mark).exists():
        return True
    permit = PermitRow.objects.filter(id=permit_id, recipient_kind="person")
    stops = StopRow.objects.filter(Q(lifted_at=None) | Q(lifted_at__gt=until), asked_at__lte=since)
    binding = stops.filter(
        Q(about=None) | Q(about__in=permit.values("about_id")), scope__in=(Stop.ALL, Stop.MAILINGS)
    )
    return binding.filter(person__in=permit.values("recipient_id")).exists()


@dataclass(frozen=True, slots=True)
class Asked:
    """One stop that was asked for, standing or lifted."""

    scope: str
    about: UUID | None
    asked_at: datetime
    lifted_at: datetime | None


def every_stop(person: UUID) -> list[Asked]:
    """The oldest first."""
    rows = StopRow.objects.filter(person=person).order_by("asked_at", "id")
    return [Asked(*each) for each in rows.values_list("scope", "about", "asked_at", "lifted_at")]
