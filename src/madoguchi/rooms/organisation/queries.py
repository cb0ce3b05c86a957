"""The operator's facts, the staff, and who is looking."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import sha256
from madoguchi.foundation.lib.hours import Hours
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.audit.queries import latest
from madoguchi.rooms.organisation import rules
from madoguchi.rooms.organisation.models import (
    FactsVersion,
    LegalEntity,
    Notice,
    Remembered,
    Role,
    Staff,
    Token,
    Wish,
)
from madoguchi.rooms.organisation.telling import Wishes

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
    """What public pages say of the company, when its desk is open, and whether it shows how it keeps its promises."""

    facts: dict[str, str]
    hours: Hours
    promises: bool = False


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
    facts = {name: getattr(entity, name) for name in FACTS}
    return Operator(facts, Hours.from_json(entity.hours), entity.promises_published_at is not None)


def only_entity() -> LegalEntity | None:
    return LegalEntity.objects.order_by("id").first()


def entities() -> list[UUID]:
    return list(LegalEntity.objects.order_by("id").values_list("id", flat=True))


def hours_of(entity_id: UUID) -> Hours:
    return Hours.from_json(LegalEntity.objects.values_list("hours", flat=True).get(id=entity_id))


def hours_from_desk() -> bool:
    """Whether somebody of the staff set them: then a profile no longer does."""
    last = latest("organisation.hours-set")
    return last is not None and last.by.kind == "staff"


def colleagues(viewer: Viewer) -> list[Colleague]:
    return [_colleague(staff) for staff in _active(viewer.entity_id)]


def names(viewer: Viewer) -> dict[UUID, str]:
    """Names of all staff of the viewer's entity, former ones included, for the timeline."""
    return names_in(viewer.entity_id)


def names_in(entity_id: UUID) -> dict[UUID, str]:
    return dict(Staff.objects.filter(entity_id=entity_id).values_list("id", "name"))


def roles_in(entity_id: UUID) -> dict[UUID, str]:
    """The role of every account, former ones included, in words."""
    return {
        id: role_label(role)
        for id, role in Staff.objects.filter(entity_id=entity_id).values_list("id", "role")
    }


def staff_by_email(email: str) -> Staff | None:
    return Staff.objects.filter(email__iexact=email).first()


def staff_by_id(id: UUID) -> Staff | None:
    return Staff.objects.filter(id=id).first()


def role_of(ref: Ref) -> str:
    """The role of who acts; empty for whoever is no member of the staff that may sign in."""
    if ref.kind != "staff":
        return ""
    return Staff.objects.filter(id=ref.id, is_active=True).values_list("role", flat=True).first() or ""


def staff_of(entity_id: UUID) -> list[Staff]:
    """Accounts that may sign in, the longest here first."""
    return _active(entity_id)


def entities_of_staff() -> dict[UUID, UUID]:
    """The entity of every account, former ones included."""
    return dict(Staff.objects.values_list("id", "entity_id"))


def staff_in_role(role: str) -> list[UUID]:
    """Accounts with this role, former ones included."""
    return list(Staff.objects.filter(role=role).values_list("id", flat=True))


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


def speakers(entity_id: UUID) -> list[Colleague]:
    """Who may approve what the operator publishes, among those who may sign in."""
    return [_colleague(staff) for staff in _active(entity_id) if rules.may_speak_for_operator(staff.role)]


def speakers_set_up(entity_id: UUID) -> list[Colleague]:
    """Those of them who have chosen a password: before, their accounts are names only."""
    able = (staff for staff in _active(entity_id) if rules.may_speak_for_operator(staff.role))
    return [_colleague(staff) for staff in able if staff.has_usable_password()]


def facts_history(entity_id: UUID) -> list[FactsVersion]:
    return list(FactsVersion.objects.filter(entity_id=entity_id).order_by("-number"))


def facts_from_desk(entity_id: UUID) -> bool:
    """Whether the facts of today were approved by somebody of the staff, after the set-up."""
    last = FactsVersion.objects.filter(entity_id=entity_id).order_by("-number")
    return last.values_list("by_kind", flat=True).first() == "staff"


def promises_shown(entity_id: UUID) -> bool:
    """Whether the operator has published the page 「お約束」."""
    return LegalEntity.objects.filter(id=entity_id, promises_published_at__isnull=False).exists()


def active_among(entity_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    found = Staff.objects.filter(entity_id=entity_id, is_active=True, id__in=list(ids))
    return set(found.values_list("id", flat=True))


def wishes_of(ids: Collection[UUID]) -> dict[UUID, Wishes]:
    """How each wants to be told; who never said is told as proposed."""
    stored = {wish.staff_id: _wishes(wish) for wish in Wish.objects.filter(staff_id__in=list(ids))}
    return {id: stored.get(id, Wishes()) for id in ids}


def _wishes(wish: Wish) -> Wishes:
    return Wishes(
        ways=wish.ways,
        gathered_at=_time(wish.gathered_at) or time(9),
        daily=wish.daily,
        quiet_from=_time(wish.quiet_from),
        quiet_until=_time(wish.quiet_until),
        quiet_closed=wish.quiet_closed,
    )


def _time(stored: str) -> time | None:
    return time.fromisoformat(stored) if stored else None


@dataclass(frozen=True, slots=True)
class DueNotice:
    id: UUID
    event: str
    about: Ref


def colleague_told(staff_id: UUID) -> tuple[Colleague, Viewer] | None:
    """Somebody who is told things, and what they may see; None for who may no longer sign in."""
    staff = Staff.objects.filter(id=staff_id, is_active=True).first()
    return (_colleague(staff), viewer_of(staff)) if staff else None


def due_notices(staff_id: UUID, now: datetime, *, limit: int) -> list[DueNotice]:
    """What this colleague is to be told by now, in the order it happened."""
    rows = Notice.objects.filter(staff_id=staff_id, told_at=None, due_at__lte=now).order_by("at", "id")
    facts = rows.values_list("id", "event", "about_kind", "about_id")[:limit]
    return [DueNotice(id, event, Ref(kind, about)) for id, event, kind, about in facts]


def waiting_to_be_told(now: datetime) -> list[UUID]:
    """Colleagues for whom something is due."""
    due = Notice.objects.filter(told_at=None, due_at__lte=now).order_by()
    return list(due.values_list("staff_id", flat=True).distinct())


def last_told(staff_id: UUID) -> datetime | None:
    told = Notice.objects.filter(staff_id=staff_id, told_at__isnull=False).order_by("-told_at")
    return told.values_list("told_at", flat=True).first()
