"""The operator's facts, the staff, and who is looking."""

from dataclasses import dataclass
from datetime import time
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.calendar import Hours
from madoguchi.foundation.lib.digests import sha256
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.organisation.models import LegalEntity, Remembered, Role, Staff, Token

FACTS = (
    "name", "group", "postal_code", "address", "representative_title", "representative", "desk",
    "joint_use_range", "phone", "email", "sender_name", "sender_address",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Viewer:
    """Every staff query takes one: who looks, for which entity, in which role."""

    ref: Ref
    entity_id: UUID
    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Colleague:
    id: UUID
    name: str
    role: str
    email: str


@dataclass(frozen=True, slots=True)
class Operator:
    """What public pages say of the company, and when its desk is open."""

    facts: dict[str, str]
    hours: Hours


def viewer_of(staff: Staff) -> Viewer:
    return Viewer(Ref("staff", staff.id), staff.entity_id, staff.role, staff.name)


def viewer_by_token(secret: str) -> tuple[Viewer, frozenset[str]] | None:
    """The staff member behind an API token, with its scopes; None for any token that does not hold."""
    tokens = Token.objects.select_related("staff").filter(revoked_at=None, staff__is_active=True)
    token = tokens.filter(digest=sha256(secret.encode())).first()
    return (viewer_of(token.staff), frozenset(token.scopes.split())) if token else None


def entity_facts(entity_id: UUID) -> dict[str, str]:
    entity = LegalEntity.objects.get(id=entity_id)
    return {name: getattr(entity, name) for name in FACTS}


def operator(entity_id: UUID) -> Operator:
    entity = LegalEntity.objects.get(id=entity_id)
    return Operator({name: getattr(entity, name) for name in FACTS}, read_hours(entity.hours))


def only_entity() -> LegalEntity | None:
    return LegalEntity.objects.order_by("id").first()


def hours_of(entity_id: UUID) -> Hours:
    return read_hours(LegalEntity.objects.values_list("hours", flat=True).get(id=entity_id))


def read_hours(stored: dict[str, Any]) -> Hours:
    return Hours(
        open=time.fromisoformat(stored.get("open", "09:00")),
        close=time.fromisoformat(stored.get("close", "18:00")),
        weekdays=tuple(stored.get("weekdays", (0, 1, 2, 3, 4))),
        closures=frozenset(stored.get("closures", ())),
        answer_within_business_days=int(stored.get("answer_within_business_days", 2)),
    )


def colleagues(viewer: Viewer) -> list[Colleague]:
    return [_colleague(staff) for staff in _active(viewer.entity_id)]


def to_notify(entity_id: UUID) -> list[Colleague]:
    """Staff who get a mail when an inquiry arrives."""
    return [_colleague(staff) for staff in _active(entity_id) if staff.notified]


def names(viewer: Viewer) -> dict[UUID, str]:
    """Names of all staff of the viewer's entity, former ones included, for the timeline."""
    return dict(Staff.objects.filter(entity_id=viewer.entity_id).values_list("id", "name"))


def staff_by_email(email: str) -> Staff | None:
    return Staff.objects.filter(email__iexact=email).first()


def staff_by_id(id: UUID) -> Staff | None:
    return Staff.objects.filter(id=id).first()


def staff_of(entity_id: UUID) -> list[Staff]:
    """Accounts that may sign in, the longest here first."""
    return _active(entity_id)


def entities_of_staff() -> dict[UUID, UUID]:
    """The entity of every account, former ones included."""
    return dict(Staff.objects.values_list("id", "entity_id"))


def role_label(role: str) -> str:
    return str(Role(role).label)


def has_own_wording(entity_id: UUID) -> bool:
    """Whether the operator still shows this project's bundled wording (OP: own_wording)."""
    return LegalEntity.objects.values_list("own_wording", flat=True).get(id=entity_id)


def remembered(key: str) -> Any:
    """A fact kept by `actions.remember`, None once its time is over."""
    fact = Remembered.objects.filter(key=sha256(key.encode()), until__gt=clock.now())
    return fact.values_list("value", flat=True).first()


def _active(entity_id: UUID) -> list[Staff]:
    return list(Staff.objects.filter(entity_id=entity_id, is_active=True).order_by("joined_at", "id"))


def _colleague(staff: Staff) -> Colleague:
    return Colleague(staff.id, staff.name, staff.role, staff.email)


def entity_named(name: str) -> UUID | None:
    """The entity of this name, or the only one when no name is given."""
    entities = LegalEntity.objects.filter(name=name) if name else LegalEntity.objects.order_by("id")
    return entities.values_list("id", flat=True).first()


def has_staff() -> bool:
    return Staff.objects.exists()
