"""Publishing while others publish, and while people send the form: on real connections, on both engines."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from madoguchi.faces.public_site.inquiry import page
from madoguchi.foundation.lib.versions import GRACE
from madoguchi.rooms.consent.models import Presentation
from madoguchi.rooms.policy import errors
from madoguchi.rooms.policy.models import Draft, PolicyVersion
from tests.clockwork import stopped_clock
from tests.house import ANSWERS, House
from tests.journeys.visitor import Screen, Visitor
from tests.rooms.policy.drafting import ask, asked, begin, publish, reworded

WAIT = 120.0  # seconds that a test waits for the others


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Each in a thread and on a connection of its own, all let go together; results or refusals in order."""
    results: list[Any] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def one(place: int) -> None:
        try:
            gate.wait(WAIT)
            results[place] = acts[place]()
        except Exception as error:  # noqa: BLE001  looked at by the caller
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(place,), daemon=True) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
        assert not thread.is_alive(), "still waiting"
    return results


def visitor() -> Visitor:
    return Visitor(Client(headers={"sec-fetch-site": "same-origin"}))


def shown(visitor: Visitor) -> Screen:
    page.forget()
    return visitor.open()


def sent(visitor: Visitor, screen: Screen) -> int:
    confirmed = visitor.press(screen, "confirm", **ANSWERS)
    return (visitor.press(confirmed, "send") if confirmed.status == 200 else confirmed).status


def test_the_same_draft_published_by_four_at_once_is_one_version(house: House) -> None:
    draft = asked(house)

    results = at_once(*[lambda: publish(house, draft)] * 4)

    assert sorted(type(each).__name__ for each in results) == ["DraftClosed"] * 3 + ["PolicyVersion"]
    assert list(PolicyVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_of_two_drafts_the_second_is_asked_again(house: House) -> None:
    """Whoever comes second would publish over what the first left, which nobody approved."""
    text = asked(house)
    facts = begin(house, kind="facts", facts={"representative": "新任 太郎"})
    ask(house, facts)

    results = at_once(lambda: publish(house, text), lambda: publish(house, facts))

    made = [each for each in results if isinstance(each, PolicyVersion)]
    refused = [type(each) for each in results if not isinstance(each, PolicyVersion)]
    assert ([each.number for each in made], refused) == ([2], [errors.AskedBefore])
    assert Draft.objects.filter(closed_at=None).count() == 1


def test_begun_by_four_at_once_is_one_draft(house: House) -> None:
    results = at_once(*[lambda: begin(house)] * 4)

    assert sorted(type(each).__name__ for each in results) == ["Draft"] + ["DraftOpenAlready"] * 3


def test_people_send_while_versions_are_published(house: House) -> None:
    """Each is bound to the version on their own page; publishing and sending do not wait for each other in a circle."""
    seen: list[str] = []
    over = threading.Event()

    def visit() -> None:
        try:
            while not over.is_set():
                one = visitor()
                screen = shown(one)
                assert sent(one, screen) == 303
                seen.append(screen.fields["policy"])
        finally:
            over.set()

    def publish_three() -> list[int]:
        try:
            documents = [reworded(house, more=f"\n追記{n}。") for n in range(3)]
            return [publish(house, asked(house, document=each)).number for each in documents]
        finally:
            over.set()

    results = at_once(publish_three, visit, visit)

    assert results == [[2, 3, 4], None, None]
    presented = list(Presentation.objects.select_related("policy"))
    assert sorted(each.policy.digest for each in presented) == sorted(seen)
    assert len(seen) >= 2
    for each in presented:
        ended = each.policy.superseded_at
        assert max(each.policy.effective_from, each.policy.stored_at) <= each.shown_at
        assert ended is None or each.shown_at - ended <= GRACE


def test_people_send_over_midnight(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock goes on from before the beginning to more than a day later while pages are opened and sent."""
    from madoguchi.foundation.lib import clock

    time = stopped_clock(tmp_path, monkeypatch)
    midnight = clock.now() + timedelta(days=1)
    publish(house, asked(house, effective_from=midnight))
    over, tally = threading.Event(), list[int]()

    def visit() -> None:
        one = visitor()
        old = shown(one)
        try:
            while not over.is_set():
                tally.extend([sent(one, old), sent(one, shown(one))])
        finally:
            over.set()

    def pass_midnight() -> None:
        try:
            for minutes in (-1, 0, 1, 24 * 60, 24 * 60 + 1, 24 * 60 + 2):
                done = len(tally)
                time.set(midnight + timedelta(minutes=minutes))
                while len(tally) < done + 4 and not over.wait(0.01):
                    pass
        finally:
            over.set()

    assert at_once(pass_midnight, visit) == [None, None]

    assert set(tally) == {303, 409}
    presented = list(Presentation.objects.select_related("policy"))
    assert {each.policy.number for each in presented} == {1, 2}
    for each in presented:
        assert each.policy.effective_from <= each.shown_at
        # What was accepted in the last moment is dated when it is written: the clock may have been set on meanwhile.
        assert each.policy.number == 2 or each.shown_at <= midnight + GRACE + timedelta(minutes=1)
