"""Counted from the tables: is every complaint in somebody's hands, and did none end without an outcome? Was nothing
done for a request that its steps do not allow, and is none left lying?"""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from madoguchi.foundation.lib import clock
from madoguchi.rooms.policy.queries.versions import fee_in
from madoguchi.rooms.promises.rules import Count
from madoguchi.rooms.rights.jobs import missed
from madoguchi.rooms.rights.models import (
    Complaint,
    Decision,
    DisclosurePackage,
    FeeRecord,
    IdentityCheck,
    Letter,
    RightsRequest,
)
from madoguchi.rooms.rights.queries.fee import NAMING
from madoguchi.rooms.rights.rules import identity
from madoguchi.rooms.rights.rules import requests as rules

_DONE = frozenset(rules.Outcome) - rules.UNEXECUTED
_DIGEST = 64  # SHA-256, in hex


def complaints_in_hand() -> Count:
    """Every open one has an owner who may sign in, and a day; and none that came by its form was left out."""
    standing = Complaint.objects.filter(closed_at=None)
    held = standing.filter(owner__is_active=True, due_on__isnull=False).count()
    return Count(held, standing.count() - held + len(missed()))


def closed_with_outcome() -> Count:
    """Closed ones without an outcome, and inquiries that were settled round the guard while theirs was open."""
    closed = Complaint.objects.filter(closed_at__isnull=False)
    kept = closed.exclude(outcome="").count()
    settled = Q(closed_at=None, inquiry__closed_at__isnull=False)
    return Count(kept, closed.count() - kept + Complaint.objects.filter(settled).count())


# -- requests under the Act ---------------------------------------------------------------------------


def identity_first() -> Count:
    """Whatever was searched for, decided or done, with what was shown by then of who asked."""
    worked = RightsRequest.objects.filter(
        Q(collected_at__isnull=False) | Q(executed_at__isnull=False) | Q(decision__isnull=False) | _handed()
    ).select_related("decision")
    requests = list(worked.distinct())
    shown = _shown(each.id for each in requests)
    return _count(_identified(each, shown.get(each.id, [])) for each in requests)


def _handed() -> Q:
    return Q(Exists(DisclosurePackage.objects.filter(request_id=OuterRef("id"))))


def _identified(request: RightsRequest, shown: Collection[identity.Shown]) -> bool:
    if identity.is_enough(request.kind, shown, agent=request.agent):
        return True
    decision = getattr(request, "decision", None)
    if decision is None or request.collected_at is not None or request.executed_at is not None:
        return False
    told_nothing = any(each.passed for each in shown)
    return rules.needs_nobody(decision.outcome, decision.ground, held=(), shown=told_nothing)


def _shown(requests: Iterable[UUID]) -> dict[UUID, list[identity.Shown]]:
    found: dict[UUID, list[identity.Shown]] = {}
    rows = IdentityCheck.objects.filter(request_id__in=list(requests)).order_by("at", "id")
    for request, way, passed, document in rows.values_list("request_id", "way", "passed", "document"):
        found.setdefault(request, []).append(identity.Shown(way, passed, document))
    return found


def fee_shown_first() -> Count:
    """Each fee: for one of the three kinds, as much as the policy of its arrival says, paid after it was shown, and
    settled before the work began."""
    named = Letter.objects.filter(request_id=OuterRef("request_id"), kind__in=NAMING)
    early = named.filter(written_at__lte=OuterRef("settled_at"))
    rows = FeeRecord.objects.filter(yen__gt=0).select_related("request__policy")
    return _count(_fair(each) for each in rows.annotate(told=Exists(early)))


def _fair(fee: FeeRecord) -> bool:
    request = fee.request
    ours = rules.KINDS[request.kind].fee and fee.yen == fee_in(request.policy)
    told: bool = fee.told  # type: ignore[attr-defined]  # annotated
    paid_unshown = fee.how not in ("", "waived") and fee.shown_at is None and not told
    began = min(filter(None, (request.collected_at, request.executed_at)), default=None)
    unsettled = began is not None and (fee.settled_at is None or fee.settled_at > began)
    return ours and not paid_unshown and not unsettled


def all_of_theirs() -> Count:
    """Of what was handed over: it has a digest, was made to its end, and every file that was chosen went in."""
    given = DisclosurePackage.objects.filter(Q(ready_at__isnull=False) | Q(given_at__isnull=False))
    return _count(_complete(each) for each in given.select_related("request"))


def _complete(package: DisclosurePackage) -> bool:
    files = set(package.request.chosen)
    whole = package.done == package.total >= len(files) and package.request.collected_at is not None
    return whole and len(package.digest) == _DIGEST


def nothing_held_is_told() -> Count:
    """Requests that ended with nothing found, with the letter that says so."""
    return _ended_with({rules.Outcome.NOT_FOUND})


def result_is_told() -> Count:
    """Every other one that ended, with the letter of its outcome."""
    return _ended_with(set(rules.Outcome) - {rules.Outcome.NOT_FOUND})


def _ended_with(outcomes: Collection[rules.Outcome]) -> Count:
    ended = RightsRequest.objects.filter(state=rules.State.CLOSED).select_related("decision")
    rows = [each for each in ended if _outcome(each) in {*outcomes, None}]
    letters = Letter.objects.filter(request_id__in=[each.id for each in rows])
    sent = set(letters.values_list("request_id", "kind"))
    return _count(each.notified_at is not None and _letter_of(each, sent) for each in rows)


def _outcome(request: RightsRequest) -> rules.Outcome | None:
    decision = getattr(request, "decision", None)
    return rules.Outcome(decision.outcome) if decision else None


def _letter_of(request: RightsRequest, sent: Collection[tuple[UUID, str]]) -> bool:
    outcome = _outcome(request)
    return outcome is not None and (request.id, rules.LETTER_OF[outcome]) in sent


def refused_with_reason() -> Count:
    """Decisions that do less than was asked: a listed ground that fits the kind, and a reason that was written."""
    rows = Decision.objects.filter(outcome__in=[each.value for each in rules.REASONED]).select_related(
        "request"
    )
    return _count(_reasoned(each) for each in rows)


def _reasoned(decision: Decision) -> bool:
    ground = rules.GROUNDS.get(decision.ground)
    instead = decision.outcome != rules.Outcome.ALTERNATIVE or bool(decision.instead)
    return ground is not None and decision.request.kind in ground.kinds and bool(decision.reason) and instead


def answered_in_time() -> Count:
    """Of the statutory requests that nobody was answered yet: none past the two weeks of the Act, and none past our
    own day without somebody who has it."""
    waiting = RightsRequest.objects.filter(
        state__in=[each.value for each in rules.OPEN], notified_at=None, kind__in=rules.STATUTORY
    )
    late = _late(waiting).count()
    return Count(waiting.count() - late, late)


def _late(waiting: "QuerySet[RightsRequest]") -> "QuerySet[RightsRequest]":
    today = clock.today()
    nobodys = Q(owner=None) | Q(owner__is_active=False)
    return waiting.filter(Q(line_on__lt=today) | (Q(due_on__lt=today) & nobodys))


def _count(kept: Iterable[bool]) -> Count:
    answers = list(kept)
    return Count(sum(answers), len(answers) - sum(answers))
