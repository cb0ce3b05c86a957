"""Carry out what was decided (clauses 4-2, 7-1, 8, 9; Art 33–35): the ledger first, then one transaction in which the
request moves on. Whoever lost a race learns it before anything was done; a killed one is pressed again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.contact import read_email
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.consent.actions.choose import apply_withdrawal
from madoguchi.rooms.consent.queries import chosen_by
from madoguchi.rooms.forms import rules as forms
from madoguchi.rooms.forms.queries import first_form
from madoguchi.rooms.gate.actions.stop import stop
from madoguchi.rooms.gate.rules import Purpose, Stop
from madoguchi.rooms.inquiries.queries.of_person import inquiries_in
from madoguchi.rooms.inventory.actions.correct import correct
from madoguchi.rooms.inventory.actions.erase import erase
from madoguchi.rooms.inventory.errors import EndedMeanwhile, NothingToCorrect
from madoguchi.rooms.inventory.queries.corrections import corrected_since
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions.hold import hold_by
from madoguchi.rooms.rights.actions.steps import move, write_step
from madoguchi.rooms.rights.actions.stop_use import Bound, check_scope, facts, still_open
from madoguchi.rooms.rights.actions.work import check_work_may_begin
from madoguchi.rooms.rights.errors import MovedMeanwhile, NoSuchRequest, NothingToCorrectIn, NotYetReady
from madoguchi.rooms.rights.models import Decision, DisclosurePackage, RightsRequest
from madoguchi.rooms.rights.queries.collected import chosen_of, seen_of
from madoguchi.rooms.rights.queries.requests import asked_of, by_id
from madoguchi.rooms.rights.rules import requests as rules
from madoguchi.rooms.vault.actions.write_ledger import write_ledger
from madoguchi.rooms.vault.queries import ending_of, suppression_mark

CORRECTING, ERASING = "not-factual", "asked"
READY = ("ready", "given")


def execute(*, viewer: Viewer, request_id: UUID) -> None:
    """By an officer, once it is decided and, where that is needed, confirmed. Raises what stands against it."""
    if by_id(request_id).entity_id != viewer.entity_id:
        raise NoSuchRequest
    execute_by(request_id=request_id, by=viewer.ref)


def execute_by(*, request_id: UUID, by: Ref) -> None:
    """The same for what acts at once with the proof of the mailbox (`run_through`)."""
    request = by_id(request_id)
    decision = _check_may(request)
    alternative = (
        decision.outcome == rules.Outcome.ALTERNATIVE
    )  # what people do instead; here it is only noted
    _done(request, by) if alternative else _ACTS[request.kind](request, by)


def _check_may(request: RightsRequest) -> Decision:
    """Read anew each time: no state alone lets anything happen (LAW 6.2, invariants 1 and 3)."""
    rules.check_move(request.state, rules.State.EXECUTED)
    decision = Decision.objects.filter(request_id=request.id).first()
    if decision is None:  # taken up again between two looks
        raise MovedMeanwhile
    rules.check_executable(decision.outcome)
    rules.check_approved(decision)
    check_work_may_begin(request)
    return decision


def _move_on(request_id: UUID, by: Ref, *, deletion: UUID | None = None, **details: int) -> RightsRequest:
    """Inside an action: holds the request, asks everything once more, and moves it."""
    request = hold_by(by, request_id)
    _check_may(request)
    move(request, rules.State.EXECUTED, executed_at=clock.now(), deletion=deletion)
    write_step(request.id, "executed", by, kind=request.kind, **details)
    return request


@action
def _done(request: RightsRequest, by: Ref) -> None:
    """An answer in a letter is all there is to do."""
    _move_on(request.id, by)


# -- handing over -------------------------------------------------------------------------------------


@action
def _disclose(request: RightsRequest, by: Ref) -> None:
    _move_on(request.id, by)
    if not DisclosurePackage.objects.filter(request_id=request.id, state__in=READY).exists():
        raise NotYetReady


# -- correcting ---------------------------------------------------------------------------------------


def _correct(request: RightsRequest, by: Ref) -> None:
    """Everywhere it is held as such, in the request itself too (T-C9-1). Where no single value is named, an officer
    corrects on the screen of the person first."""
    item, value = _new_value(request)
    if not item:
        _corrected_by_hand(request, by)
        return
    try:
        _correct_all(request, by, item, value)
    except NothingToCorrect:  # an officer was there before: it stands so everywhere
        _done(request, by)


def _new_value(request: RightsRequest) -> tuple[str, str]:
    """As the form itself would read it; nothing where it asks no such thing."""
    asked, form = asked_of(request), first_form()
    item, typed = asked.get("item", ""), asked.get("value", "")
    spec = next((each for each in form.definition.fields if each.key == item), None) if form else None
    if form is None or spec is None or not typed:
        return "", ""
    checked = forms.check_answers(replace(form.definition, fields=(spec,)), {item: typed})
    if item in checked.errors:
        raise NothingToCorrectIn(checked.errors[item])
    return item, checked.values[item]


@action
def _correct_all(request: RightsRequest, by: Ref, item: str, value: str) -> None:
    held = _move_on(request.id, by)
    correct(files=[*chosen_of(held), held.file_id], key=item, value=value, ground=CORRECTING, by=by)


@action
def _corrected_by_hand(request: RightsRequest, by: Ref) -> None:
    held = _move_on(request.id, by)
    if not corrected_since(chosen_of(held), held.arrived_at):
        raise NothingToCorrectIn


# -- erasing ------------------------------------------------------------------------------------------


def _erase(request: RightsRequest, by: Ref) -> None:
    """The request's own file lives on (`Table.apart`). The move and the end of the files are one commit."""
    chosen = chosen_of(request)

    def within(deletion: UUID) -> None:
        _move_on(request.id, by, deletion=deletion, files=len(chosen))

    try:
        erase(
            person=request.person_id, files=chosen, expected=seen_of(request), ground=ERASING, by=by,
            within=within,
        )  # fmt: skip
    except EndedMeanwhile:
        deletion = ending_of(chosen)  # killed after the ledger's line, and completed from it since
        if deletion is None:
            raise
        _ended_before(request, by, deletion)


@action
def _ended_before(request: RightsRequest, by: Ref, deletion: UUID) -> None:
    _move_on(request.id, by, deletion=deletion, files=len(request.chosen))


# -- stopping -----------------------------------------------------------------------------------------


def _cease(request: RightsRequest, by: Ref) -> None:
    """Every use of each matter that was confirmed as theirs; what they write next is a new request."""
    found = inquiries_in(chosen_of(request))
    _stop(request, by, [(person, (Stop.ALL.value, inquiry)) for inquiry, person in found.items()])


def _stop_one(scope: str, request: RightsRequest, by: Ref) -> None:
    _stop(request, by, [(request.person_id, (scope, None))])


def _stop_item(request: RightsRequest, by: Ref) -> None:
    scope = asked_of(request).get("item", "")
    check_scope(scope)
    _stop_one(scope, request, by)


def _stop(request: RightsRequest, by: Ref, wanted: list[tuple[UUID, Bound]]) -> None:
    """Mail that waits to leave is dropped when it is its turn: the gate is asked again then (T-C4-2)."""
    people = dict.fromkeys(person for person, _ in wanted)
    fresh = {each: still_open(each, (bound for person, bound in wanted if person == each)) for each in people}
    lines = [line for person, bound in fresh.items() for line in facts(person, bound)]
    if lines:
        write_ledger("stop", *lines)
    _stopped(request, by, fresh)


@action
def _stopped(request: RightsRequest, by: Ref, fresh: Mapping[UUID, list[Bound]]) -> None:
    _move_on(request.id, by, stops=sum(map(len, fresh.values())))
    for person, bound in fresh.items():
        for scope, about in bound:
            stop(person=person, scope=scope, about=about, by=by)


def _opt_out(request: RightsRequest, by: Ref) -> None:
    """No mailings to this person, and none to this address, also after an erasure (LAW 6.4)."""
    _withdraw_these(request, by, [Purpose.EVENT_MAIL.value], [(Stop.MAILINGS.value, None)])


def _withdraw(request: RightsRequest, by: Ref) -> None:
    """Every choice that stands."""
    standing = [each.purpose for each in chosen_by(request.person_id) if each.withdrawn_at is None]
    _withdraw_these(request, by, sorted(set(standing)), [])


def _withdraw_these(request: RightsRequest, by: Ref, purposes: list[str], scopes: list[Bound]) -> None:
    person, email = request.person_id, asked_of(request).get("email", "")
    mark = suppression_mark("email", read_email(email).key) if email else b""
    fresh = still_open(person, scopes)
    if mark:
        lines = [{"person": str(person), "purpose": each, "mark": mark.hex()} for each in purposes]
        write_ledger("withdrawal", *lines)
    if fresh:
        write_ledger("stop", *facts(person, fresh))
    _withdrawn(request, by, purposes if mark else [], mark, fresh)


@action
def _withdrawn(
    request: RightsRequest, by: Ref, purposes: list[str], mark: bytes, scopes: list[Bound]
) -> None:
    _move_on(request.id, by, withdrawn=len(purposes), stops=len(scopes))
    for purpose in purposes:
        apply_withdrawal(person=request.person_id, purpose=purpose, mark=mark, by=by)
    for scope, about in scopes:
        stop(person=request.person_id, scope=scope, about=about, by=by)


_ACTS: Mapping[str, Callable[[RightsRequest, Ref], None]] = {
    "disclosure": _disclose,
    "purpose_notice": _done,
    "provision_record_disclosure": _done,
    "correction": _correct,
    "use_cessation": _cease,
    "erasure": _erase,
    "provision_cessation": partial(_stop_one, Stop.PROVISION.value),
    "joint_use_exclusion": partial(_stop_one, Stop.JOINT_USE.value),
    "collection_stop": _stop_item,
    "mail_opt_out": _opt_out,
    "consent_withdrawal": _withdraw,
}
