"""Erasing while others write: who came first wins whole, who comes later is refused, and nothing is left between."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.delivery.actions.send import send
from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.delivery.rules import Outcome, Verdict
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.actions.assign import assign
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.errors import WrongMove
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.inventory.actions.begin import Plan, carry_out
from madoguchi.rooms.inventory.actions.correct import correct
from madoguchi.rooms.inventory.errors import ArrivedMeanwhile, EndedMeanwhile
from madoguchi.rooms.inventory.models import Correction, DeletionRecord
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.models import File
from madoguchi.rooms.vault.queries import files_of
from tests.house import House
from tests.rooms.inventory.erasing import CANARIES, erase_all, officer, someone

WAIT = 20.0  # seconds that a test waits for the other side
ROUNDS = 8


@dataclass
class Side:
    """One of two who do something at the same time, in a thread and on a connection of its own."""

    act: Callable[[], Any]
    outcome: Any = None
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self.outcome = self.act()
        except Exception as error:  # noqa: BLE001  shown by who looks at the outcome
            self.outcome = error
        finally:
            connections.close_all()

    def start(self) -> "Side":
        self.thread.start()
        return self

    def result(self) -> Any:
        self.thread.join(WAIT)
        assert not self.thread.is_alive(), "still waiting"
        return self.outcome


class Pause:
    """Where the first side stands still, inside its transaction, until the second has begun and waits."""

    def __init__(self) -> None:
        self.reached, self.released = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.reached.set()
        assert self.released.wait(WAIT)


def one_after_the_other(first: Callable[[Pause], Any], second: Callable[[], Any]) -> tuple[Any, Any]:
    """`first` pauses inside its transaction, `second` begins meanwhile; both outcomes."""
    pause = Pause()
    one = Side(lambda: first(pause)).start()
    assert pause.reached.wait(WAIT)
    two = Side(second).start()
    two.thread.join(0.4)  # it should wait now; whether it does shows in the outcomes
    pause.released.set()
    return one.result(), two.result()


def both(one: Callable[[], Any], two: Callable[[], Any]) -> tuple[Any, Any]:
    """At the same moment, as nearly as threads can."""
    barrier = threading.Barrier(2)

    def at_once(act: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            barrier.wait(WAIT)
            threading.Event().wait(random.random() * 0.01)
            return act()

        return run

    sides = [Side(at_once(act)).start() for act in (one, two)]
    return sides[0].result(), sides[1].result()


def in_action(act: Callable[[], Any]) -> Callable[[Pause], Any]:
    """A verb whose commit waits."""

    def run(pause: Pause) -> Any:
        with action:
            done = act()
            pause()
            return done

    return run


def paused_erasure(house: House, inquiry: Inquiry) -> Callable[[Pause], Any]:
    """The same ending, standing still inside its transaction once everything is held and marked."""
    files = tuple(files_of(inquiry.person_id))

    def run(pause: Pause) -> Any:
        from madoguchi.rooms.inventory.actions import begin

        plan = Plan(
            uuid7(), "erasure", "asked", files, officer(house), inquiry.person_id, whole=True,
            forgotten=(inquiry.person_id,),
        )  # fmt: skip
        begin.note(plan)
        with action:
            begin.start(plan)
            pause()
        return plan.id

    return run


def counts(inquiry: Inquiry) -> tuple[int, int, int, int]:
    return (
        Entry.objects.filter(inquiry_id=inquiry.id).count(),
        Mail.objects.count(),
        File.objects.count(),
        Job.objects.exclude(kind__in=("inventory.end", "inquiries.index", "inquiries.rebuild")).count(),
    )


# ---- a submission of the same address


def test_a_submission_that_is_being_stored_stops_the_erasure(house: House) -> None:
    inquiry = someone(house)
    seen = files_of(inquiry.person_id)
    new, refused = one_after_the_other(
        in_action(lambda: house.submit(**CANARIES)), lambda: erase_all_as_seen(house, inquiry, seen)
    )

    assert isinstance(refused, ArrivedMeanwhile)
    assert Inquiry.objects.get(id=new.id).person_id == inquiry.person_id
    assert len(files_of(inquiry.person_id)) == 3
    assert DeletionRecord.objects.count() == 0


def erase_all_as_seen(house: House, inquiry: Inquiry, seen: list[UUID]) -> UUID:
    from madoguchi.rooms.inventory.actions.erase import erase

    return erase(person=inquiry.person_id, files=seen, expected=seen, ground="asked", by=officer(house))


@pytest.mark.law("T-C9-10")
def test_a_submission_that_comes_during_the_erasure_is_somebody_new(house: House) -> None:
    inquiry = someone(house)
    _, new = one_after_the_other(paused_erasure(house, inquiry), lambda: house.submit(**CANARIES))

    stored = Inquiry.objects.get(id=new.id)
    assert stored.person_id != inquiry.person_id
    assert answers_of(stored).values["name"] == CANARIES["name"]
    house.work()
    assert answers_of(stored).values["name"] == CANARIES["name"]
    assert files_of(inquiry.person_id) == []


def test_at_the_same_moment_it_is_one_or_the_other(house: House) -> None:
    for number in range(ROUNDS):
        answers = CANARIES | {"email": f"p{number}@example.jp"}
        inquiry = Inquiry.objects.get(id=house.submit(**answers).id)
        seen = files_of(inquiry.person_id)
        erased, new = both(
            lambda: erase_all_as_seen(house, inquiry, seen),  # noqa: B023  done before the next round
            lambda: house.submit(**answers),  # noqa: B023
        )
        stored = Inquiry.objects.get(id=new.id)
        assert answers_of(stored).values["body"] == CANARIES["body"]
        if isinstance(erased, UUID):
            assert stored.person_id != inquiry.person_id
            assert files_of(inquiry.person_id) == []
        else:
            assert isinstance(erased, ArrivedMeanwhile)
            assert stored.person_id == inquiry.person_id
            assert len(files_of(inquiry.person_id)) == 2


# ---- a reply, a note, a correction


def writing_a_reply(house: House, inquiry: Inquiry) -> Callable[[], Any]:
    return lambda: reply(viewer=house.viewer, inquiry_id=inquiry.id, text="ご用意しました。", seen_until=None)


def writing_a_note(house: House, inquiry: Inquiry) -> Callable[[], Any]:
    return lambda: add_note(viewer=house.viewer, inquiry_id=inquiry.id, text="書きかけのメモ")


def test_a_reply_that_is_being_stored_is_erased_with_the_rest_and_not_sent(house: House) -> None:
    inquiry = someone(house)
    before = len(house.mails())
    _, id = one_after_the_other(in_action(writing_a_reply(house, inquiry)), lambda: erase_all(house, inquiry))
    house.work()

    assert isinstance(id, UUID)
    assert len(house.mails()) == before
    assert Mail.objects.filter(file_id=inquiry.file_id, state=State.STOPPED).count() == 1
    assert files_of(inquiry.person_id) == []


@pytest.mark.parametrize("writing", [writing_a_reply, writing_a_note])
def test_who_writes_during_the_erasure_is_refused_and_stores_nothing(house: House, writing: Any) -> None:
    inquiry = someone(house)
    before = counts(inquiry)
    _, refused = one_after_the_other(paused_erasure(house, inquiry), writing(house, inquiry))

    assert isinstance(refused, FileErased)
    assert refused.message == FileErased.default
    assert counts(inquiry) == before


def test_the_first_note_makes_a_file_that_the_erasure_must_see(house: House) -> None:
    inquiry = Inquiry.objects.get(id=house.submit(**CANARIES).id)
    seen = files_of(inquiry.person_id)
    _, refused = one_after_the_other(
        in_action(writing_a_note(house, inquiry)), lambda: erase_all_as_seen(house, inquiry, seen)
    )

    assert isinstance(refused, ArrivedMeanwhile)
    assert len(files_of(inquiry.person_id)) == 2


def test_the_first_note_during_the_erasure_leaves_no_file(house: House) -> None:
    inquiry = Inquiry.objects.get(id=house.submit(**CANARIES).id)
    _, refused = one_after_the_other(paused_erasure(house, inquiry), writing_a_note(house, inquiry))

    assert isinstance(refused, FileErased)
    assert File.objects.filter(holder=inquiry.person_id).count() == 1


def correcting(house: House, inquiry: Inquiry) -> Callable[[], Any]:
    return lambda: correct(
        files=[inquiry.file_id], key="name", value="左近允 曜子", ground="typo", by=officer(house)
    )


def test_a_correction_and_an_erasure(house: House) -> None:
    inquiry = someone(house)
    _, id = one_after_the_other(in_action(correcting(house, inquiry)), lambda: erase_all(house, inquiry))
    assert isinstance(id, UUID)
    assert files_of(inquiry.person_id) == []

    other = someone(house, email="else@example.jp")
    _, refused = one_after_the_other(paused_erasure(house, other), correcting(house, other))
    assert isinstance(refused, FileErased)
    assert Correction.objects.filter(row=other.id).count() == 0


def test_a_correction_a_reply_and_a_note_at_once_never_wait_for_each_other_in_a_circle(house: House) -> None:
    for number in range(ROUNDS):
        inquiry = Inquiry.objects.get(id=house.submit(**(CANARIES | {"email": f"p{number}@example.jp"})).id)
        done = both(correcting(house, inquiry), writing_a_reply(house, inquiry))
        assert [each for each in done if isinstance(each, Exception)] == []


# ---- the worker


def test_the_acknowledgement_during_the_erasure_is_not_written(house: House) -> None:
    from madoguchi.config.worker import OFFICE, Worker

    inquiry = Inquiry.objects.get(id=house.submit(**CANARIES).id)
    _, worked = one_after_the_other(
        paused_erasure(house, inquiry), lambda: Worker().work_off(["inquiries.acknowledge"])
    )

    assert worked == 1
    assert "inquiries.acknowledge" in OFFICE
    assert Mail.objects.filter(kind="acknowledgement").count() == 0
    assert Job.objects.filter(kind="inquiries.acknowledge").count() == 0


@pytest.mark.parametrize(
    ("verdict", "state", "sent"),
    [
        (Verdict.SENT, State.SENT, 1),
        (Verdict.RETRY, State.STOPPED, 0),
        (Verdict.AMBIGUOUS, State.STOPPED, 0),
        (Verdict.REFUSED, State.STOPPED, 0),
    ],
)
def test_a_mail_that_the_relay_has_in_hand(house: House, verdict: Verdict, state: str, sent: int) -> None:
    """Erased while it is spoken to: what left is noted as sent, anything else is over, and none goes a second time."""
    inquiry = Inquiry.objects.get(id=house.submit(**CANARIES).id)
    from madoguchi.config.worker import Worker

    Worker().work_off(["inquiries.acknowledge"])
    mail = Mail.objects.get(kind="acknowledgement")
    tries = []

    def relay(_: object) -> Outcome:
        tries.append(1)
        assert isinstance(Side(lambda: erase_all(house, inquiry)).start().result(), UUID)
        return Outcome(verdict, "end-250")

    send(mail.id, through=relay)
    send(mail.id, through=relay)
    house.work()

    mail.refresh_from_db()
    assert (mail.state, len(tries)) == (state, 1)
    assert (mail.sent_at is not None) == bool(sent)
    assert house.mails(to=CANARIES["email"]) == []
    assert Job.objects.filter(kind="delivery.send", subject=mail.id).count() == 0


# ---- a second erasure, and the other verbs


def test_of_two_erasures_one_does_the_work_and_the_other_is_told(house: House) -> None:
    for number in range(ROUNDS):
        inquiry = Inquiry.objects.get(id=house.submit(**(CANARIES | {"email": f"p{number}@example.jp"})).id)
        seen = files_of(inquiry.person_id)
        outcomes = both(
            lambda: erase_all_as_seen(house, inquiry, seen),  # noqa: B023
            lambda: erase_all_as_seen(house, inquiry, seen),  # noqa: B023
        )
        kinds = sorted(type(each).__name__ for each in outcomes)
        assert kinds == [EndedMeanwhile.__name__, UUID.__name__]
        assert DeletionRecord.objects.filter(person=inquiry.person_id).count() == 1


def test_two_who_finish_at_once_count_once(house: House) -> None:
    from madoguchi.rooms.inventory.actions.finish import finish
    from madoguchi.rooms.inventory.queries.records import certificate

    inquiry = someone(house)
    id = erase_all(house, inquiry)
    outcomes = both(lambda: finish(id), lambda: finish(id))

    assert outcomes == (None, None)
    assert (certificate(id).files, certificate(id).rows) == (2, 3)


def test_assigning_moving_and_settling_go_on(house: House) -> None:
    """They change the row and no text: before, during and after."""
    inquiry = someone(house)

    def move_about() -> None:
        assign(viewer=house.viewer, inquiry_id=inquiry.id, to=house.viewer.ref.id)
        move_lane(viewer=house.viewer, inquiry_id=inquiry.id, lane="sales")
        move_lane(viewer=house.viewer, inquiry_id=inquiry.id, lane="inbox")
        try:
            set_status(viewer=house.viewer, inquiry_id=inquiry.id, status="done")
        except WrongMove:  # the erasure was quicker, and settled it itself
            assert Inquiry.objects.get(id=inquiry.id).status == "done"

    _, moved = one_after_the_other(paused_erasure(house, inquiry), move_about)
    house.work()

    assert moved is None
    inquiry.refresh_from_db()
    assert (inquiry.status, inquiry.phone_index) == ("done", None)


def test_a_refusal_under_the_lock_is_told_to_the_ledger(house: House) -> None:
    """What was noted and then refused must not be ended by a later restore."""
    from madoguchi.rooms.inventory.actions.replay import replay_erasures
    from tests.rooms.inventory.test_erase import lines

    inquiry = someone(house)
    files = tuple(files_of(inquiry.person_id))

    def refuse() -> None:
        raise ArrivedMeanwhile

    plan = Plan(uuid7(), "erasure", "asked", files, officer(house), inquiry.person_id, check=refuse)
    with pytest.raises(Refusal):
        carry_out(plan)

    assert {"record": str(plan.id)} in lines("erasure-withdrawn")
    from django.conf import settings

    from madoguchi.rooms.vault.ledger import folder_of
    from madoguchi.rooms.vault.queries import read_ledger

    replay_erasures(list(read_ledger(folder_of(settings.KEY_DIR))))
    assert files_of(inquiry.person_id) == list(files)
