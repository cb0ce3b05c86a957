"""Who is told of a change and who is not, before it begins and while it is under way."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from madoguchi.foundation.lib import links
from madoguchi.rooms.consent.queries import have_seen
from madoguchi.rooms.consent.queries.standings import count_replies, usable
from madoguchi.rooms.delivery.rules import WAITING
from madoguchi.rooms.gate.queries import stops_of_all
from madoguchi.rooms.gate.rules import Purpose
from madoguchi.rooms.inquiries.queries.addresses import lanes_of
from madoguchi.rooms.outreach import rules
from madoguchi.rooms.outreach.errors import LinkOver
from madoguchi.rooms.outreach.models import Announcement, Told
from madoguchi.rooms.outreach.rules import LINK, REASONS, Facts, Outcome
from madoguchi.rooms.people.queries import in_turn, known
from madoguchi.rooms.policy.queries.versions import since

if TYPE_CHECKING:
    from madoguchi.rooms.policy.models import PolicyVersion

_AT_ONCE = 2000  # people in one question to the database


def announcement_of(policy: UUID) -> Announcement | None:
    return Announcement.objects.filter(policy_id=policy).first()


def begun(policies: Collection[UUID]) -> set[UUID]:
    """Those of them of which telling people has begun."""
    return set(Announcement.objects.filter(policy_id__in=policies).values_list("policy_id", flat=True))


def outcomes(version: "PolicyVersion", people: Collection[UUID]) -> dict[UUID, Outcome]:
    """What would come of telling each, as they stand now: a fixed number of questions."""
    ids, lanes, stops = known(people), lanes_of(people), stops_of_all(people)
    seen = have_seen(people, since(version))
    refused = usable(version.entity_id, Purpose.CHANGES, people).refused
    return {
        person: rules.outcome(
            Facts(
                known=person in ids, lanes=lanes.get(person, ()), seen=person in seen,
                stops=stops.get(person, ()), refusal=refused.get(person, ""),
            )
        )
        for person in people
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some are not told, in words, and how many they are."""

    says: str
    count: int


def foreseen(version: "PolicyVersion") -> tuple[int, list[Reason]]:
    """How many will be told, and for how many not and why."""
    counted, after = Counter[str](), None
    while some := list(in_turn(after=after)[:_AT_ONCE]):
        counted.update(outcomes(version, some).values())
        after = some[-1]
    return counted[Outcome.TOLD], _reasons(counted)


def _reasons(counted: Mapping[str, int]) -> list[Reason]:
    """Those of whom nothing is left are no one's business any more."""
    told = (code for code in REASONS if code is not Outcome.NOTHING_LEFT)
    return [Reason(REASONS[code], counted[code]) for code in told if counted.get(code)]


def waiting(announcement: Announcement, *, limit: int) -> list[UUID]:
    """Who comes next in this round."""
    told = Told.objects.filter(announcement_id=announcement.id, person_id=OuterRef("id"))
    return list(in_turn(after=announcement.walked_to).exclude(Exists(told))[:limit])


@dataclass(frozen=True, slots=True)
class Progress:
    """Of those told: how many mails left, wait, or did not arrive; who agreed, who declined, who said nothing yet."""

    told: int
    sent: int
    waiting: int
    undelivered: int
    agreed: int
    declined: int
    reasons: list[Reason]

    @property
    def silent(self) -> int:
        return self.told - self.agreed - self.declined


def progress(announcement: Announcement) -> Progress:
    rows = Told.objects.filter(announcement_id=announcement.id)
    by_outcome = dict(rows.values_list("outcome").annotate(n=Count("id")).order_by("outcome"))
    told = _told(announcement)
    states = dict(told.values_list("mail__state").annotate(n=Count("id")).order_by("mail__state"))
    sent, queued = states.pop("sent", 0), sum(states.pop(each, 0) for each in WAITING)
    agreed, declined = count_replies(announcement.policy_id, told.values("person_id"))
    return Progress(
        told=sent + queued + sum(states.values()), sent=sent, waiting=queued, undelivered=sum(states.values()),
        agreed=agreed, declined=declined, reasons=_reasons(by_outcome),
    )  # fmt: skip


def _told(announcement: Announcement) -> QuerySet[Told]:
    return Told.objects.filter(announcement_id=announcement.id, outcome=Outcome.TOLD)


def undelivered(announcement: Announcement, *, limit: int) -> list[UUID]:
    """People whose mail did not arrive, for whoever wants to reach them another way."""
    rows = _told(announcement).exclude(mail__state__in=("sent", *WAITING))
    return list(rows.order_by("at").values_list("person_id", flat=True)[:limit])


def told_by(token: str, number: int) -> Told:
    """Whose link this is. Raises LinkOver for a token that is not ours, is for another change, or whose holder was
    erased."""
    named = links.named(token)
    told = Told.objects.filter(id=named, announcement__policy__number=number).first() if named else None
    if told is None or not links.holds(LINK, token, told.link_issue) or not known([told.person_id]):
        raise LinkOver
    return told
