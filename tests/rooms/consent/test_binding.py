"""Which version binds a person, and which purposes it brings them: rules alone, over every order of events."""

import itertools
from collections.abc import Sequence

import pytest

from madoguchi.rooms.consent.errors import NotChosen, NotShown
from madoguchi.rooms.consent.rules import (
    Answer,
    Edition,
    Standing,
    announced,
    binding,
    check_use,
    may_use,
    why_not,
)
from madoguchi.rooms.gate.rules import Purpose


def edition(number: int, *uses: str, consent: bool = False, widened: Sequence[str] = ()) -> Edition:
    return Edition(number, consent, frozenset(uses), frozenset(widened))


FIRST, WORDS = edition(1, "answer", "changes"), edition(2, "answer", "changes")
ASKED = edition(3, "answer", "changes", "measure", consent=True, widened=["measure"])
AFTER = edition(4, "answer", "changes", "measure")
TOLD = edition(5, "answer", "changes", "measure", "service", widened=["service"])
AGAIN = edition(6, "answer", "measure", "service", "advertise", consent=True, widened=["advertise"])
ALL = (FIRST, WORDS, ASKED, AFTER, TOLD, AGAIN)
YES, NO = Answer(3, True), Answer(3, False)


@pytest.mark.parametrize(
    ("seen", "answers", "bound"),
    [
        ([1], [], 2),  # up to the first change that asks; silence is no yes
        ([1], [YES], 5),
        ([1], [NO], 2),
        ([1], [YES, NO], 2),  # the later answer stands
        ([1], [NO, YES], 5),
        ([1], [Answer(6, True)], 6),  # whoever agrees to the later one has read the earlier with it
        ([1], [YES, Answer(6, False)], 5),
        ([1], [NO, Answer(6, True)], 6),
        ([1], [Answer(6, True), NO], 2),
        ([1], [Answer(6, False), YES], 5),
        ([1], [Answer(2, False)], 2),  # nobody was asked
        ([3], [], 5),  # shown with what they sent
        ([1, 3], [], 5),
        ([1, 4], [NO], 2),  # a form sent since takes no no back: anybody may type the address
        ([1, 4], [NO, YES], 5),
        ([3, 1], [], 2),  # what they saw last counts
        ([6], [], 6),
        ([9], [], None),
        ([], [YES], None),
        ([1], [Answer(9, True)], 2),
    ],
)
def test_the_version_that_binds(seen: list[int], answers: list[Answer], bound: int | None) -> None:
    assert binding(ALL, seen, answers) == bound


def test_nobody_is_bound_by_what_needs_a_yes_they_never_gave() -> None:
    """Every order of up to three answers, from every version."""
    said = [Answer(number, agreed) for number in (3, 6) for agreed in (True, False)]
    for seen, count in itertools.product((1, 2), range(4)):
        for answers in itertools.product(said, repeat=count):
            bound = binding(ALL, [seen], answers) or 0
            last = {answer.number: answer.agreed for answer in answers}
            yes = [number for number, agreed in last.items() if agreed]
            assert bound < 3 or max(yes, default=0) >= 3
            assert bound < 6 or last.get(6) is True


@pytest.mark.parametrize(
    ("seen", "answers", "uses"),
    [
        ([1], [], {"answer", "changes"}),
        ([1], [YES], {"answer", "changes", "measure", "service"}),
        ([1], [NO], {"answer", "changes"}),
        ([1, 4], [NO], {"answer", "changes"}),
        ([4], [], {"answer", "changes", "measure", "service"}),
        # What a version drops is gone.
        ([1], [Answer(6, True)], {"answer", "measure", "service", "advertise"}),
        ([], [], set()),
    ],
)
def test_the_purposes_it_brings(seen: list[int], answers: list[Answer], uses: set[str]) -> None:
    assert announced(ALL, seen, answers) == uses


def test_a_purpose_in_a_change_of_mere_wording_reaches_nobody_of_before() -> None:
    sly = (FIRST, edition(2, "answer", "changes", "advertise"))

    assert binding(sly, [1], []) == 2
    assert announced(sly, [1], []) == {"answer", "changes"}
    assert announced(sly, [2], []) == {"answer", "changes", "advertise"}


def test_a_use_is_refused_by_name() -> None:
    shown = Standing(1, frozenset({"answer", "event-mail"}), frozenset())
    with pytest.raises(NotShown):
        check_use(shown, Purpose.MEASURE)
    with pytest.raises(NotChosen):
        check_use(shown, Purpose.EVENT_MAIL)
    assert [why_not(shown, each) for each in (Purpose.MEASURE, Purpose.EVENT_MAIL, Purpose.ANSWER)] == [
        "purpose-not-shown", "not-chosen", "",
    ]  # fmt: skip
    chosen = Standing(1, shown.shown, frozenset({"event-mail", "measure"}))
    assert may_use(chosen, Purpose.EVENT_MAIL)
    assert not may_use(chosen, Purpose.MEASURE)  # a choice of what was never shown is none
