"""The one machine of a request, driven at random: whatever is tried in whatever order, the invariants of LAW 6.2 hold.

Each run is one request of a person of whom we hold two inquiries, in a house that goes on from run to run. The model
keeps its own account of what was shown, paid and told, and never asks the product what it may do.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.organisation.actions.add_staff import add_staff
from madoguchi.rooms.organisation.queries import Viewer, viewer_of
from madoguchi.rooms.people.queries import person_ref
from madoguchi.rooms.rights.actions.close import close, withdraw
from madoguchi.rooms.rights.actions.collect import collect
from madoguchi.rooms.rights.actions.decide import approve, decide, reopen
from madoguchi.rooms.rights.actions.execute import execute
from madoguchi.rooms.rights.actions.fee import settle_fee
from madoguchi.rooms.rights.actions.identify import note_check, note_mailbox, note_named
from madoguchi.rooms.rights.actions.letters import send_letter
from madoguchi.rooms.rights.actions.manage import change_due
from madoguchi.rooms.rights.actions.open_request import take_over
from madoguchi.rooms.rights.models import Decision, DisclosurePackage, FeeRecord, Letter, RightsRequest
from madoguchi.rooms.rights.queries.collected import living_of
from madoguchi.rooms.rights.queries.requests import asked_of
from madoguchi.rooms.rights.rules import identity
from madoguchi.rooms.rights.rules import requests as rules
from tests.clockwork import Clock, stopped_clock
from tests.house import House
from tests.rooms.rights.asked import REASON, row

WEIGHT = {"mailbox": 1, "named": 1, "call-back": 1, "document": 2, "in-person": 2}  # of what this house holds
CHARGED = {"disclosure", "purpose_notice", "provision_record_disclosure"}
AT_ONCE = {"collection_stop", "joint_use_exclusion", "consent_withdrawal", "mail_opt_out"}
LETTERS = ["acknowledgement", "identity", "fee", "granted", "partial", "refused", "not_found", "alternative"]
_START = datetime(2026, 12, 1, 3, tzinfo=clock.JST)


class Requests(RuleBasedStateMachine):
    """One request; `house`, `officers` and `clock` are the test's."""

    house: House
    officers: list[Viewer]
    clock: Clock
    count = 0
    reached: set[str] = set()

    @initialize(kind=st.sampled_from(sorted(rules.KINDS)), late=st.integers(0, 30), agent=st.booleans())
    def begin(self, kind: str, late: int, agent: bool) -> None:
        Requests.count += 1
        self.clock.set(_START)
        self.kind, self.agent = kind, "mandated" if agent else ""
        self.inquiries = [self.house.submit(email=f"p{Requests.count}@example.jp").id for _ in range(2)]
        self.clock.forward(timedelta(days=late))
        values = {"item": "phone", "value": "03-1111-2222"} if kind == "correction" else {}
        values |= {"item": "mailings"} if kind == "collection_stop" else {}
        self.values = values | ({"agent_name": "佐藤 一"} if agent else {})
        self.id = self._take_over()
        self.arrived, self.line = row(self.id).arrived_at, row(self.id).line_on
        self.states = ["received"]
        self.weight, self.mandate, self.paid, self.approvers = dict[str, int](), False, False, set[UUID]()
        self.before_collecting: tuple[bool, bool] | None = None

    def _take_over(self) -> UUID:
        return take_over(
            viewer=self.officers[0], inquiry_id=self.inquiries[0], kind=self.kind, values=self.values,
            agent=self.agent,
        ).id  # fmt: skip

    def tried(self, act: Callable[[], Any]) -> bool:
        """Whether it was done. Refused, it left nothing behind."""
        before = self.whole()
        try:
            act()
        except Refusal:
            assert self.whole() == before
            return False
        return True

    def whole(self) -> tuple[object, ...]:
        asked = RightsRequest.objects.filter(id=self.id).values_list()[0]
        decision = Decision.objects.filter(request_id=self.id).values_list("outcome", "ground", "approved_by")
        fee = FeeRecord.objects.filter(request_id=self.id).values_list("settled_at", "how")
        letters = Letter.objects.filter(request_id=self.id).values_list("id")
        return (asked, *decision, *fee, *letters)

    @property
    def known(self) -> bool:
        enough = sum(self.weight.values()) >= (1 if self.kind in AT_ONCE else 2)
        return enough and (self.mandate or not self.agent)

    def _go_on(self, outcome: str, data: st.DataObject) -> None:
        """As an officer would, so that the far end is reached often."""
        state = row(self.id).state
        if state in ("received", "verifying"):
            document = "mandate" if self.agent else "licence"
            self.check_who_asks("document", True, document, 0)
        elif state == "investigating" and row(self.id).collected_at is None:
            self.settle_the_fee("waived", "small")
            self.confirm_what_is_theirs(outcome != "not_found")
        elif state == "investigating":
            self.decide_well(outcome, data)
        elif state == "decided":
            self.confirm_the_decision(1, "")
            self.carry_it_out()
            self.send_the_right_letter()
        elif state == "executed":
            self.send_the_right_letter()
        else:
            self.close_it()

    go_on = rule(outcome=st.sampled_from([*rules.Outcome]), data=st.data())(_go_on)
    go_further = rule(outcome=st.sampled_from([*rules.Outcome]), data=st.data())(_go_on)
    go_to_the_end = rule(outcome=st.sampled_from([*rules.Outcome]), data=st.data())(_go_on)

    # -- what may be tried ----------------------------------------------------------------------------

    @rule()
    def prove_the_mailbox(self) -> None:
        open_still = row(self.id).state in ("received", "verifying")
        if self.tried(
            lambda: note_mailbox(request_id=self.id, by=person_ref(row(self.id).person_id))
        ) and open_still:  # fmt: skip
            self.weight["mailbox"] = 1

    @rule(which=st.sampled_from([0, 1]))
    def name_an_inquiry(self, which: int) -> None:
        open_still, by = row(self.id).state in ("received", "verifying"), person_ref(row(self.id).person_id)
        named = [self.inquiries[which]]
        if self.tried(lambda: note_named(request_id=self.id, inquiry_ids=named, by=by)) and open_still:
            self.weight["named"] = 1

    @rule(
        way=st.sampled_from(sorted(identity.WAYS)), passed=st.booleans(), who=st.integers(0, 1),
        document=st.sampled_from(["", "licence", "mandate"]),
    )  # fmt: skip
    def check_who_asks(self, way: str, passed: bool, document: str, who: int) -> None:
        done = self.tried(
            lambda: note_check(
                viewer=self.officers[who], request_id=self.id, way=way, passed=passed, document=document
            )
        )
        if done and passed:
            self.weight[way] = WEIGHT[way]
            self.mandate = self.mandate or document == "mandate"

    @rule(how=st.sampled_from(["transfer", "cash", "waived"]), reason=st.sampled_from(["", "small"]))
    def settle_the_fee(self, how: str, reason: str) -> None:
        paid = None if how == "waived" else clock.today()
        done = self.tried(
            lambda: settle_fee(
                viewer=self.officers[0], request_id=self.id, how=how, paid_on=paid, waived_for=reason
            )
        )
        self.paid = self.paid or done

    @rule(all_of_it=st.booleans())
    def confirm_what_is_theirs(self, all_of_it: bool) -> None:
        living = sorted(living_of(row(self.id).person_id))
        chosen = living if all_of_it else []
        if self.tried(
            lambda: collect(viewer=self.officers[0], request_id=self.id, files=chosen, seen=living)
        ):
            self.before_collecting = (self.known, self.paid or self.kind not in CHARGED)

    @rule(
        who=st.integers(0, 1), outcome=st.sampled_from([*rules.Outcome]), reason=st.sampled_from(["", REASON]),
        ground=st.sampled_from(["", *rules.GROUNDS]),
    )  # fmt: skip
    def decide_anything(self, who: int, outcome: str, reason: str, ground: str) -> None:
        self.tried(
            lambda: decide(
                viewer=self.officers[who], request_id=self.id, outcome=outcome, ground=ground, reason=reason,
                instead="止めます。",
            )
        )  # fmt: skip

    @rule(outcome=st.sampled_from([*rules.Outcome]), data=st.data())
    def decide_well(self, outcome: str, data: st.DataObject) -> None:
        fitting = [each.code for each in rules.grounds_for(self.kind)] or [""]
        ground = data.draw(st.sampled_from(fitting))
        self.decide_anything(0, outcome, REASON, ground)

    @rule(who=st.integers(0, 1), alone=st.sampled_from(["", "away", "急ぎ"]))
    def confirm_the_decision(self, who: int, alone: str) -> None:
        self.tried(lambda: approve(viewer=self.officers[who], request_id=self.id, alone_for=alone))

    @rule()
    def take_it_up_again(self) -> None:
        self.tried(lambda: reopen(viewer=self.officers[0], request_id=self.id))

    @rule()
    def carry_it_out(self) -> None:
        self.tried(lambda: execute(viewer=self.officers[0], request_id=self.id))

    @rule(kind=st.sampled_from(LETTERS))
    def send_any_letter(self, kind: str) -> None:
        self.tried(
            lambda: send_letter(
                viewer=self.officers[0], request_id=self.id, kind=kind, subject="ご請求について",
                body="お知らせします。", channel="post", sent_on=clock.today(),
            )
        )  # fmt: skip

    @precondition(lambda self: Decision.objects.filter(request_id=self.id).exists())
    @rule()
    def send_the_right_letter(self) -> None:
        outcome = Decision.objects.values_list("outcome", flat=True).get(request_id=self.id)
        self.send_any_letter(rules.LETTER_OF[rules.Outcome(outcome)])

    @rule()
    def close_it(self) -> None:
        self.tried(lambda: close(viewer=self.officers[0], request_id=self.id))

    @rule(by_them=st.booleans())
    def take_it_back(self, by_them: bool) -> None:
        by = person_ref(row(self.id).person_id) if by_them else self.officers[0].ref
        self.tried(lambda: withdraw(request_id=self.id, by=by))

    @rule(days=st.integers(-5, 60))
    def move_our_day(self, days: int) -> None:
        on = clock.today() + timedelta(days=days)
        self.tried(
            lambda: change_due(viewer=self.officers[0], request_id=self.id, on=on, reason="asking-others")
        )

    @rule(hours=st.integers(1, 30))
    def let_time_pass(self, hours: int) -> None:
        self.clock.forward(timedelta(hours=hours))

    @rule()
    def somebody_writes_again(self) -> None:
        self.house.submit(email=f"p{Requests.count}@example.jp")

    @rule()
    def take_the_inquiry_over_again(self) -> None:
        """It is the same request while it stands, at whatever point; afterwards it is a new one, at the beginning."""
        standing = row(self.id).closed_at is None
        found = list[UUID]()
        if self.tried(lambda: found.append(self._take_over())):
            assert (found == [self.id]) == standing
            if not standing:
                assert row(found[0]).state == "received"
                withdraw(request_id=found[0], by=self.officers[0].ref)

    # -- what holds after each of them ----------------------------------------------------------------

    @invariant()
    def every_move_is_one_of_the_machine(self) -> None:
        state = row(self.id).state
        if state != self.states[-1]:
            assert state in _reachable(self.states[-1])
            self.states.append(state)
            self.reached.add(state)

    @invariant()
    def nothing_is_done_before_it_is_known_who_asks(self) -> None:
        request, decision = row(self.id), Decision.objects.filter(request_id=self.id).first()
        if request.executed_at or request.collected_at or request.state in ("investigating", "executed"):
            assert self.known
        if decision is not None and not self.known:
            told_nothing = (decision.outcome, decision.ground) == ("refused", "identity-not-confirmed")
            assert told_nothing or decision.outcome == "not_found"
            assert decision.outcome != "not_found"  # of this person something is held
        if DisclosurePackage.objects.filter(request_id=self.id).exists():
            assert self.known

    @invariant()
    def a_fee_is_for_three_kinds_and_comes_before_the_work(self) -> None:
        fee = FeeRecord.objects.filter(request_id=self.id).first()
        assert (fee is not None) == (self.kind in CHARGED)
        if self.before_collecting is not None:
            assert self.before_collecting == (True, True)
        if fee is not None and fee.how in ("transfer", "cash"):
            letters = set(Letter.objects.filter(request_id=self.id).values_list("kind", flat=True))
            assert letters & {"acknowledgement", "fee"}  # it came in an inquiry, so no page had shown it

    @invariant()
    def no_refusal_without_a_ground_that_fits_and_a_reason(self) -> None:
        decision = Decision.objects.filter(request_id=self.id).first()
        if decision is not None and decision.outcome in ("refused", "partial", "alternative"):
            assert self.kind in rules.GROUNDS[decision.ground].kinds
            assert decision.reason
            assert decision.outcome != "alternative" or decision.instead

    @invariant()
    def much_at_once_is_done_by_two_or_after_a_day(self) -> None:
        request, decision = row(self.id), Decision.objects.filter(request_id=self.id).first()
        if decision is not None and decision.two_people and request.executed_at is not None:
            assert decision.approved_at is not None
            waited = decision.approved_at - decision.decided_at >= timedelta(hours=24)
            assert decision.approved_by != decision.decided_by or (waited and decision.alone_for == "away")

    @invariant()
    def nothing_ends_untold(self) -> None:
        request = row(self.id)
        ended = request.state in ("closed", "withdrawn")
        assert (request.closed_at is not None) == ended
        if request.state in ("closed", "notified"):
            outcome = Decision.objects.values_list("outcome", flat=True).get(request_id=self.id)
            assert Letter.objects.filter(request_id=self.id, kind=outcome).exists()
            assert request.notified_at is not None
            assert (request.executed_at is None) == (outcome in ("refused", "not_found"))

    @invariant()
    def its_arrival_and_its_line_never_move(self) -> None:
        request = row(self.id)
        assert (request.arrived_at, request.line_on) == (self.arrived, self.line)

    @invariant()
    def it_stays_readable_whatever_became_of_the_person(self) -> None:
        assert asked_of(row(self.id))["name"] == "山田 花子"


def _reachable(state: str) -> set[str]:
    """One verb may take several steps of the machine: a first check both begins and ends the asking, and what acts at
    once runs through."""
    found, new = set[str](), {state}
    while new:
        new = {each.value for every in new for each in rules.MOVES[rules.State(every)]} - found
        found |= new
    return found


def driven(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: int) -> set[str]:
    """The states that were reached."""
    monkeypatch.setattr(rules, "BULK", 2)
    second = add_staff(
        email="second@example.jp", name="次の 人", role="officer", entity_id=house.entity_id,
        by=Ref("command", house.entity_id),
    )  # fmt: skip
    Requests.house, Requests.clock = house, stopped_clock(tmp_path, monkeypatch)
    Requests.officers = [viewer_of(house.staff["officer"]), viewer_of(second)]
    Requests.reached = set()
    dose = settings(
        max_examples=runs, stateful_step_count=30, phases=[Phase.generate], deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Requests, settings=dose)  # type: ignore[no-untyped-call]
    return Requests.reached


@pytest.mark.timeout(300)
def test_no_order_of_verbs_breaks_the_invariants(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert driven(house, tmp_path, monkeypatch, 20) >= {"investigating", "decided", "closed"}


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_nor_does_it_in_hundreds_of_runs(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert driven(house, tmp_path, monkeypatch, 400) >= {each.value for each in rules.State} - {"received"}
