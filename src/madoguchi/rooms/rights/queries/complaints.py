"""Who has which complaint, by when; read with the inquiry it came with, and scoped like it (T-C5-7)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.organisation.queries import Colleague, Viewer, colleagues, staff_of
from madoguchi.rooms.rights.models import Complaint
from madoguchi.rooms.rights.rules import complaints as rules
from madoguchi.rooms.vault.queries import file_keys

MOST = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """One complaint without its words. `owner` is empty when nobody who may sign in has it."""

    inquiry_id: UUID
    kind: str
    owner_id: UUID | None
    owner: str
    due_on: date
    late: bool
    opened_by: Ref
    outcome: str
    closed_at: datetime | None

    @property
    def label(self) -> str:
        return rules.KINDS[self.kind]

    @property
    def open(self) -> bool:
        return self.closed_at is None

    @property
    def ended(self) -> str:
        return rules.outcome_in_words(self.outcome)


def first_owner(entity_id: UUID) -> UUID | None:
    """The officer longest here; where there is none, the administrator."""
    by_role = {each.role: each.id for each in reversed(staff_of(entity_id))}
    return next((by_role[role] for role in rules.HANDLERS if role in by_role), None)


def handlers(viewer: Viewer) -> list[Colleague]:
    """Who may own one."""
    return [each for each in colleagues(viewer) if each.role in rules.HANDLERS]


def standing_of(inquiry_id: UUID) -> Standing | None:
    found = Complaint.objects.select_related("owner").filter(inquiry_id=inquiry_id).first()
    return _standing(found) if found else None


def said_of(inquiry_id: UUID) -> str:
    """What was done about it; empty while it is open, and once it was erased."""
    found = Complaint.objects.filter(inquiry_id=inquiry_id).first()
    key = file_keys([found.file_id]).get(found.file_id) if found else None
    return found.opened(key, "said") if found and key and found.said else ""


def open_ones(viewer: Viewer) -> list[Standing]:
    """The most urgent first."""
    return [_standing(each) for each in _of(viewer).filter(closed_at=None).order_by("due_on", "opened_at")]


def closed_ones(viewer: Viewer, *, limit: int = MOST) -> list[Standing]:
    """The latest first."""
    closed = _of(viewer).filter(closed_at__isnull=False).order_by("-closed_at")
    return [_standing(each) for each in closed[:limit]]


def pressing(viewer: Viewer) -> list[Standing]:
    """Those whose day comes within three days or has passed, and those that nobody has."""
    soon = clock.today() + rules.SOON
    return [each for each in open_ones(viewer) if each.due_on <= soon or not each.owner]


def among(inquiries: Collection[UUID]) -> set[UUID]:
    """Which of these inquiries carry one, open or closed; one that was taken back is none."""
    found = Complaint.objects.filter(inquiry_id__in=list(inquiries)).exclude(outcome=rules.TAKEN_BACK)
    return set(found.values_list("inquiry_id", flat=True))


def _of(viewer: Viewer) -> QuerySet[Complaint]:
    return Complaint.objects.select_related("owner").filter(inquiry__entity_id=viewer.entity_id)


def _standing(each: Complaint) -> Standing:
    owner = each.owner
    return Standing(
        each.inquiry_id, each.kind, each.owner_id, owner.name if owner and owner.is_active else "", each.due_on,
        each.closed_at is None and each.due_on < clock.today(), Ref(each.opened_by_kind, each.opened_by_id),
        each.outcome, each.closed_at,
    )  # fmt: skip
