"""What becomes of a request: decided with a listed ground and a reason, confirmed by a second person, taken up again."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.text import clean_text, grapheme_length, unstorable
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions.hold import hold_for
from madoguchi.rooms.rights.actions.steps import move, write_step
from madoguchi.rooms.rights.actions.work import check_work_may_begin
from madoguchi.rooms.rights.errors import MovedMeanwhile, NoSuchRequest, UnfitReason
from madoguchi.rooms.rights.models import Decision, RightsRequest
from madoguchi.rooms.rights.queries.collected import matters_of
from madoguchi.rooms.rights.queries.held import held
from madoguchi.rooms.rights.queries.requests import by_id
from madoguchi.rooms.rights.queries.shown import is_identified, passed
from madoguchi.rooms.rights.rules import requests as rules
from madoguchi.rooms.vault.queries import hold_file

LONGEST = 10_000


def decide(
    *, viewer: Viewer, request_id: UUID, outcome: str, ground: str = "", reason: str = "", instead: str = ""
) -> None:
    """Refused without a listed ground that fits and a reason in words, on every way in (T-C8-9, T-C9-11). What is
    held is looked at before, since it is opened for that; only an answer of nothing needs it."""
    known = by_id(request_id)
    if known.entity_id != viewer.entity_id:
        raise NoSuchRequest
    rules.check_decision(known.kind, outcome, ground, reason, instead)
    holding = held(known) if outcome == rules.Outcome.NOT_FOUND else set[str]()
    said = tuple(_read(each) for each in (reason, instead))
    _decide(viewer, request_id, rules.Outcome(outcome), ground, said, holding)


def _read(words: str) -> str:
    if unstorable(words) or grapheme_length(words) > LONGEST:
        raise UnfitReason
    return clean_text(words).strip()


@action
def _decide(
    viewer: Viewer, request_id: UUID, outcome: rules.Outcome, ground: str, said: tuple[str, ...], held: set[str]
) -> None:  # fmt: skip
    request = hold_for(viewer, request_id)
    _check_ready(request, outcome, ground, held)
    reason, instead = said
    told = ground if outcome in rules.REASONED else ""
    matters = len(matters_of(request)) if outcome not in rules.UNEXECUTED else 0
    two = rules.needs_two_people(request.kind, matters)
    move(request, rules.State.DECIDED)
    write_decision(request, viewer.ref, outcome, ground=told, reason=reason, instead=instead, two_people=two)


def _check_ready(request: RightsRequest, outcome: rules.Outcome, ground: str, held: set[str]) -> None:
    rules.check_move(request.state, rules.State.DECIDED)
    shown = bool(passed(request))
    if not rules.needs_nobody(outcome, ground, held=held, shown=shown):
        rules.check_identified(is_identified(request))
    if outcome not in rules.UNEXECUTED:
        check_work_may_begin(request)
    rules.check_collected(request.kind, outcome, request.collected_at is not None)
    rules.check_nothing_chosen(outcome, request.chosen)


def write_decision(
    request: RightsRequest, by: Ref, outcome: rules.Outcome, *, ground: str = "", reason: str = "",
    instead: str = "", two_people: bool = False,
) -> None:  # fmt: skip
    """The caller moved the request."""
    id, key = uuid7(), hold_file(request.file_id)
    Decision.objects.create(
        id=id, request_id=request.id, outcome=outcome.value, ground=ground, file_id=key.id, decided_by=by.id,
        reason=key.seal(Decision, "reason", id, reason) if reason else b"",
        instead=key.seal(Decision, "instead", id, instead) if instead else b"", two_people=two_people,
    )  # fmt: skip
    write_step(request.id, "decided", by, outcome=outcome.value, ground=ground or "none", two=two_people)


@action
def approve(*, viewer: Viewer, request_id: UUID, alone_for: str = "", seen: UUID | None = None) -> None:
    """A second person; or whoever decided, a day later, with a reason that stays on record (T-C11-5). `seen` is the
    decision that was read: another one made meanwhile is not confirmed unread."""
    request = hold_for(viewer, request_id)
    rules.check_stands(request.state, rules.State.DECIDED)
    decision = Decision.objects.get(request_id=request.id)
    unread = seen is not None and seen != decision.id
    if unread or not decision.two_people or decision.approved_by is not None:
        raise MovedMeanwhile
    rules.check_approver(decision, viewer.ref.id, alone_for, clock.now())
    alone = alone_for if decision.decided_by == viewer.ref.id else ""
    Decision.objects.filter(id=decision.id).update(
        approved_at=clock.now(), approved_by=viewer.ref.id, alone_for=alone
    )
    write_step(request.id, "approved", viewer.ref, alone=alone or "no")


@action
def reopen(*, viewer: Viewer, request_id: UUID) -> None:
    """Before anything was done or told. Whoever is not known yet is asked again; what was decided stays on record."""
    request = hold_for(viewer, request_id)
    rules.check_stands(request.state, rules.State.DECIDED)
    decision = Decision.objects.get(request_id=request.id)
    known = is_identified(request)
    move(request, rules.State.INVESTIGATING if known else rules.State.VERIFYING)
    Decision.objects.filter(id=decision.id).delete()
    write_step(request.id, "reopened", viewer.ref, outcome=decision.outcome, ground=decision.ground or "none")
