"""Which version is in force, and every version ever published."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.rooms.organisation.queries import facts_history
from madoguchi.rooms.policy.errors import NoPolicy
from madoguchi.rooms.policy.models import Kind, PolicyVersion
from madoguchi.rooms.policy.rules.comparing import Change, compare_wording

if TYPE_CHECKING:
    from django.db.models import QuerySet


def in_force(entity_id: UUID) -> PolicyVersion:
    version = _latest(entity_id, clock.now()).first()
    if version is None:
        raise NoPolicy
    return version


def in_force_or_none(entity_id: UUID) -> PolicyVersion | None:
    return _latest(entity_id, clock.now()).first()


def in_force_at(entity_id: UUID, moment: datetime) -> PolicyVersion | None:
    """Which version held then; None before the first."""
    return _latest(entity_id, moment).first()


def fee_in(version: PolicyVersion | None) -> int:
    """Yen for a request that may cost something (Art 38); 0 where the version names none."""
    clauses = version.clauses if version else []
    fees = [each["parameters"]["fee_yen"] for each in clauses if "fee_yen" in each["parameters"]]
    return int(fees[0]) if fees else 0


def in_force_number(entity_id: UUID) -> tuple[UUID, str]:
    """Id and digest only: what the public page asks every second."""
    row = _latest(entity_id, clock.now()).values_list("id", "digest").first()
    if row is None:
        raise NoPolicy
    return row


def _latest(entity_id: UUID, now: datetime) -> "QuerySet[PolicyVersion]":
    """A version announced for a later day is public, and holds from that day."""
    effective = PolicyVersion.objects.filter(entity_id=entity_id, effective_from__lte=now)
    return effective.order_by("-effective_from", "-number")


def ahead(entity_id: UUID) -> list[PolicyVersion]:
    """Published, and still to come into force; the next one first. One that another overtook is left out."""
    now = clock.now()
    coming = PolicyVersion.objects.filter(entity_id=entity_id, effective_from__gt=now)
    return [each for each in coming.order_by("effective_from", "number") if not each.never_held]


def in_order(entity_id: UUID) -> list[PolicyVersion]:
    """Every version in the order in which it comes into force, without its texts."""
    versions = PolicyVersion.objects.filter(entity_id=entity_id).defer("text", "html", "document")
    return list(versions.order_by("effective_from", "number"))


def number_to_be(entity_id: UUID) -> int:
    """The number that the next version will have."""
    last = PolicyVersion.objects.filter(entity_id=entity_id).order_by("-number")
    return (last.values_list("number", flat=True).first() or 0) + 1


def last_change(entity_id: UUID) -> datetime | None:
    """When what people read last changed: a version published or come into force, or a fact that a draft may name."""
    now = clock.now()
    moments = PolicyVersion.objects.filter(entity_id=entity_id).values_list("stored_at", "effective_from")
    facts = facts_history(entity_id)[:1]
    found = [each for pair in moments for each in pair if each <= now]
    return max([*found, *(each.since for each in facts)], default=None)


def first_published_here(entity_id: UUID) -> datetime | None:
    """From when versions are published here: the day of the set-up, or the first that was approved for a day
    before it. What came before may be taken over."""
    versions = PolicyVersion.objects.filter(entity_id=entity_id)
    set_up = (
        versions.filter(kind=Kind.SET_UP).order_by("stored_at").values_list("stored_at", flat=True).first()
    )
    ours = versions.filter(kind__in=(Kind.TEXT, Kind.FACTS)).order_by("effective_from")
    approved = ours.values_list("effective_from", flat=True).first()
    return min((each for each in (set_up, approved) if each is not None), default=None)


def before(version: PolicyVersion) -> PolicyVersion | None:
    """The one that it follows: what held, or was to hold, just before it."""
    earlier = [
        each for each in in_order(version.entity_id) if _precedes(each, version) and not each.never_held
    ]
    return by_id(earlier[-1].id) if earlier else None


def since(version: PolicyVersion) -> list[UUID]:
    """Ids of this version and of every one that comes into force after it."""
    return [each.id for each in in_order(version.entity_id) if not _precedes(each, version)]


def _precedes(one: PolicyVersion, other: PolicyVersion) -> bool:
    return (one.effective_from, one.number) < (other.effective_from, other.number)


def uses_of(version: PolicyVersion) -> frozenset[str]:
    """The purposes that this version announces, by their codes (gate.rules.Purpose)."""
    return frozenset(code for clause in version.clauses for code in clause["parameters"].get("uses", {}))


def announced(entity_id: UUID) -> dict[str, str]:
    """What the version in force says it collects: its words by the row's code; empty where nobody bound them."""
    clauses = in_force(entity_id).clauses
    return {code: words for clause in clauses for code, words in clause.get("announces", {}).items()}


def by_number(entity_id: UUID, number: int) -> PolicyVersion | None:
    return PolicyVersion.objects.filter(entity_id=entity_id, number=number).first()


def by_digest(digest: str) -> PolicyVersion | None:
    """The same words may come again: then the version meant is the one that held last, not one still to come."""
    versions = PolicyVersion.objects.filter(digest=digest).order_by("-effective_from", "-number")
    return versions.filter(effective_from__lte=clock.now()).first() or versions.first()


def by_id(id: UUID) -> PolicyVersion:
    return PolicyVersion.objects.get(id=id)


def list_versions(entity_id: UUID) -> list[PolicyVersion]:
    return list(
        PolicyVersion.objects.filter(entity_id=entity_id).defer("text", "html", "clauses").order_by("-number")
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two published versions and what became of each clause, the older first."""

    older: PolicyVersion
    newer: PolicyVersion
    changes: tuple[Change, ...]

    @property
    def changed(self) -> int:
        return sum(change.kind != "same" for change in self.changes)


def comparison(entity_id: UUID, one: int, other: int) -> Comparison | None:
    """Whichever way round they are named; None when one of them was never published, or both are the same."""
    older, newer = (by_number(entity_id, number) for number in sorted((one, other)))
    if older is None or newer is None or one == other:
        return None
    return Comparison(older, newer, tuple(compare_wording(older, newer)))
