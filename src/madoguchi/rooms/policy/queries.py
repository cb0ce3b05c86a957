"""Which version is in force, and every version ever published."""

from uuid import UUID

from madoguchi.rooms.policy.errors import NoPolicy
from madoguchi.rooms.policy.models import PolicyVersion


def in_force(entity_id: UUID) -> PolicyVersion:
    version = (
        PolicyVersion.objects.filter(entity_id=entity_id, superseded_at=None).order_by("-number").first()
    )
    if version is None:
        raise NoPolicy
    return version


def in_force_number(entity_id: UUID) -> tuple[UUID, str]:
    """Id and digest only: what the public page asks every second."""
    row = (
        PolicyVersion.objects.filter(entity_id=entity_id, superseded_at=None)
        .order_by("-number")
        .values_list("id", "digest")
        .first()
    )
    if row is None:
        raise NoPolicy
    return row


def by_number(entity_id: UUID, number: int) -> PolicyVersion | None:
    return PolicyVersion.objects.filter(entity_id=entity_id, number=number).first()


def by_digest(digest: str) -> PolicyVersion | None:
    return PolicyVersion.objects.filter(digest=digest).order_by("-number").first()


def by_id(id: UUID) -> PolicyVersion:
    return PolicyVersion.objects.get(id=id)


def list_versions(entity_id: UUID) -> list[PolicyVersion]:
    return list(
        PolicyVersion.objects.filter(entity_id=entity_id).defer("text", "html", "clauses").order_by("-number")
    )
