"""Where people stand: what each was shown and chose, and which version of the policy binds them (clauses 3, 11).

Asked of many at once with the same few questions; as of any moment, so that a check can look back.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.rooms.consent import rules
from madoguchi.rooms.consent.models import Agreement, Choice, NoticeVersion, Presentation
from madoguchi.rooms.consent.rules import Answer, Edition, Standing
from madoguchi.rooms.gate.rules import Purpose
from madoguchi.rooms.policy.queries.versions import in_order, uses_of

_WIDENS = ("notice", "consent")  # classes of a change that may bring people of before a new purpose
_AT_ONCE = 5000  # people in one question to the database


def standing_of(entity_id: UUID, person: UUID) -> Standing:
    """What this person was shown and agreed to, as it binds now (clause 11b; LAW T-C3-3, T-C11-3)."""
    return standings_of(entity_id, [person])[person]


def standings_of(entity_id: UUID, people: Collection[UUID]) -> dict[UUID, Standing]:
    """The same for many, in a fixed number of questions for every 5,000 of them."""
    now, past, found = clock.now(), past_of(entity_id), dict[UUID, Standing]()
    for some in _parts(people):
        found |= {
            person: past.standing(history, now) for person, history in histories(entity_id, some).items()
        }
    return found


@dataclass(frozen=True, slots=True)
class Usable:
    """Who may be used for a purpose; `refused` has the code of the reason for everybody else."""

    people: tuple[UUID, ...]
    refused: Mapping[UUID, str]


def usable(entity_id: UUID, purpose: Purpose, among: Collection[UUID]) -> Usable:
    """Selection: only those whom `permit_use` would not refuse (LAW T-C3-2, T-C3-3)."""
    standings = standings_of(entity_id, among)
    reasons = {person: rules.why_not(standings[person], purpose) for person in dict.fromkeys(among)}
    return Usable(
        tuple(person for person, code in reasons.items() if not code),
        {person: code for person, code in reasons.items() if code},
    )


@dataclass(frozen=True, slots=True)
class Replied:
    """What a person said to a change of the policy, and when."""

    policy: UUID
    number: int
    title: str
    digest: str
    agreed: bool
    at: datetime


def replies_of(person: UUID) -> list[Replied]:
    """Every answer of theirs, oldest first."""
    answers = Agreement.objects.filter(person_id=person).order_by("answered_at", "id")
    facts = ("policy_id", "policy__number", "policy__title", "policy__digest", "agreed", "answered_at")
    return [Replied(*each) for each in answers.values_list(*facts)]


def count_replies(policy: UUID, people: Any) -> tuple[int, int]:
    """How many of these people (ids, or a query of them) agreed to a version and how many declined, as they said last."""
    answers = Agreement.objects.filter(policy_id=policy, person_id__in=people).order_by("answered_at", "id")
    last = dict(answers.values_list("person_id", "agreed"))
    agreed = sum(last.values())
    return agreed, len(last) - agreed


# -- as of a moment ---------------------------------------------------------------------------------


@dataclass(slots=True)
class History:
    """What the tables say of one person, each in the order of time. `seen`: the version acknowledged by sending (none
    where the wording bound them to no policy), and the notice beside the form."""

    seen: list[tuple[datetime, int | None, UUID]] = field(default_factory=list)
    answers: list[tuple[datetime, int, bool]] = field(default_factory=list)
    choices: list[tuple[str, datetime, datetime | None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Past:
    """The versions in the order in which they came into force, and what each notice announces."""

    versions: Sequence[Any]
    notices: Mapping[UUID, frozenset[str]]

    def standing(self, history: History, at: datetime) -> Standing:
        held, stands_for = self._held(at)
        seen = [number for when, number, _ in history.seen if number is not None and when <= at]
        answers = [
            Answer(stands_for.get(number, number), agreed)
            for when, number, agreed in history.answers
            if when <= at
        ]
        shown = set(rules.announced(held, seen, answers))
        for when, _, notice in history.seen:
            shown |= self.notices[notice] if when <= at else set()
        chosen = {
            purpose
            for purpose, given, withdrawn in history.choices
            if given <= at and (withdrawn is None or withdrawn > at)
        }
        return Standing(rules.binding(held, seen, answers), frozenset(shown), frozenset(chosen))

    def _held(self, at: datetime) -> tuple[list[Edition], dict[int, int]]:
        """Versions that held by then; and which of them took the place of one that was still to come when the
        operator's facts changed: a yes to that one was said to this one."""
        known = [each for each in self.versions if each.stored_at <= at]
        held, stands_for, before = list[Edition](), dict[int, int](), None
        for version, following in zip(known, [*known[1:], None], strict=True):
            if following is not None and _made_anew(version, following):
                stands_for[version.number] = following.number
            elif version.effective_from <= at and not _overtaken(version, following):
                held.append(_edition(version, before))
                before = version
        for number in list(stands_for):
            while stands_for[number] in stands_for:
                stands_for[number] = stands_for[stands_for[number]]
        return held, stands_for


def past_of(entity_id: UUID) -> Past:
    notices = NoticeVersion.objects.values_list("id", "uses")
    return Past(in_order(entity_id), {id: frozenset(uses) for id, uses in notices})


def histories(entity_id: UUID, people: Collection[UUID]) -> dict[UUID, History]:
    """Three questions, however many people."""
    asked = list(people)
    found: dict[UUID, History] = defaultdict(History, {person: History() for person in asked})
    shown = Presentation.objects.filter(person_id__in=asked, policy__entity_id=entity_id)
    shown = shown.order_by("shown_at", "id")
    facts = ("person_id", "shown_at", "policy__number", "notice_id", "deemed")
    for person, at, number, notice, deemed in shown.values_list(*facts):
        found[person].seen.append((at, number if deemed else None, notice))
    answers = Agreement.objects.filter(person_id__in=asked, policy__entity_id=entity_id)
    answers = answers.order_by("answered_at", "id")
    for person, at, number, agreed in answers.values_list(
        "person_id", "answered_at", "policy__number", "agreed"
    ):
        found[person].answers.append((at, number, agreed))
    choices = Choice.objects.filter(person_id__in=asked)
    for person, purpose, given, withdrawn in choices.values_list(
        "person_id", "purpose", "given_at", "withdrawn_at"
    ):
        found[person].choices.append((purpose, given, withdrawn))
    return dict(found)


def _parts(people: Collection[UUID]) -> Iterator[list[UUID]]:
    every = list(dict.fromkeys(people))
    for start in range(0, len(every), _AT_ONCE):
        yield every[start : start + _AT_ONCE]


def _overtaken(version: Any, following: Any) -> bool:
    """Another with the same beginning was made before this one came."""
    if following is None or following.effective_from > version.effective_from:
        return False
    return bool(following.stored_at <= version.effective_from)


def _made_anew(version: Any, following: Any) -> bool:
    return bool(
        following.kind == "facts" and _overtaken(version, following) and following.changes == version.changes
    )


def _edition(version: Any, before: Any) -> Edition:
    """A purpose that a clause brings is brought to people of before only by a class that says so."""
    known = uses_of(before) if before is not None else frozenset[str]()
    widened = {
        code
        for clause in version.clauses
        for code in clause["parameters"].get("uses", {})
        if code not in known and version.changes.get(str(clause["number"]), {}).get("class") in _WIDENS
    }
    return Edition(version.number, version.needs_consent, uses_of(version), frozenset(widened))
