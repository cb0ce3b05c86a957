"""Wording in force and ever shown, what one submission saw, and the person's choices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.consent.errors import NoNotice
from madoguchi.rooms.consent.models import Choice, NoticeVersion, Presentation


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody saw when they sent something."""

    id: UUID
    person: UUID
    notice: NoticeVersion
    policy_number: int
    policy_digest: str
    policy_title: str
    deemed: bool
    shown_at: datetime
    choices: list[Choice]


def notice_in_force(form_id: UUID) -> NoticeVersion:
    notice = NoticeVersion.objects.filter(form=form_id, superseded_at=None).order_by("-number").first()
    if notice is None:
        raise NoNotice
    return notice


def digest_in_force(form_id: UUID) -> str:
    """The digest only: what the public page asks every second."""
    digest = (
        NoticeVersion.objects.filter(form=form_id, superseded_at=None)
        .order_by("-number")
        .values_list("digest", flat=True)
        .first()
    )
    if digest is None:
        raise NoNotice
    return digest


def notice_by_digest(digest: str) -> NoticeVersion | None:
    return NoticeVersion.objects.filter(digest=digest).first()


def shown_with(about: Ref) -> Shown | None:
    presented = Presentation.objects.select_related("notice", "policy").filter(about_id=about.id)
    # The whole policy is long, and nobody who asks here reads it.
    shown = presented.defer("policy__text", "policy__html", "policy__clauses").first()
    if shown is None:
        return None
    policy = shown.policy
    chosen = Choice.objects.filter(person_id=shown.person_id, about_id=about.id)
    choices = list(chosen.select_related("notice").order_by("given_at"))
    return Shown(
        shown.id, shown.person_id, shown.notice, policy.number, policy.digest, policy.title, shown.deemed,
        shown.shown_at, choices,
    )  # fmt: skip


def properly_shown() -> QuerySet[Presentation, UUID]:
    """Ids of what came with wording and a policy that were stored before they were shown."""
    shown = Presentation.objects.filter(
        policy__stored_at__lte=F("shown_at"), notice__stored_at__lte=F("shown_at")
    )
    return shown.values_list("about_id", flat=True)


def consents(person: UUID, purpose: str) -> bool:
    return Choice.objects.filter(person_id=person, purpose=purpose, withdrawn_at=None).exists()


def chosen_by(person: UUID) -> list[Choice]:
    """Everything they ever chose, the oldest first, with the wording it was given under."""
    return list(Choice.objects.filter(person_id=person).select_related("notice").order_by("given_at", "id"))


def have_seen(people: Iterable[UUID], policies: Iterable[UUID]) -> set[UUID]:
    """Those among them who acknowledged one of these versions by sending something."""
    shown = Presentation.objects.filter(person_id__in=list(people), policy_id__in=list(policies), deemed=True)
    return set(shown.values_list("person_id", flat=True))


def last_seen(person: UUID) -> UUID | None:
    """The version that this person acknowledged last by sending something."""
    shown = Presentation.objects.filter(person_id=person, deemed=True).order_by("-shown_at", "-id")
    return shown.values_list("policy_id", flat=True).first()
