"""Erase what an officer saw and chose of a person (clause 9-2; APPI Art 35; LAW 6.3)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.actions.begin import ERASURE, Plan, carry_out
from madoguchi.rooms.inventory.errors import EndedMeanwhile
from madoguchi.rooms.inventory.queries.apart import apart, theirs
from madoguchi.rooms.inventory.queries.holds import standing
from madoguchi.rooms.inventory.queries.locate import staying
from madoguchi.rooms.jobs.queries import trusted_today
from madoguchi.rooms.organisation.queries import role_of
from madoguchi.rooms.people.queries import hold_person
from madoguchi.rooms.vault.queries import hold_files, holders_of


def erase(
    *, person: UUID, files: Collection[UUID], expected: Collection[UUID], ground: str, by: Ref,
    within: Callable[[UUID], None] | None = None,
) -> UUID:  # fmt: skip
    """`expected` are the person's files as the officer saw them: when others live now, nothing is done.

    `files` may name files of others too (a second address of the same person), each by an officer's own choice.
    What lies apart (a request under the Act) is no part of either: it is left out of both, and lives on.
    `within` is what the caller composes into the same transaction: it gets the deletion's id, before a person or a
    file is held. Gives back that id at once; a job does the rest.
    """
    rules.check_officer(role_of(by))
    rules.check_ground(ground)
    chosen, seen_of_theirs = _without_apart(files), frozenset(_without_apart(expected))
    rules.check_chosen(chosen)
    found, nobodys = _by_holder(person, chosen)
    seen = {person: seen_of_theirs} | {each: frozenset(theirs(each)) for each in found if each != person}

    id = uuid7()

    def check() -> None:
        if within is not None:
            within(id)
        for holder in sorted(found):
            hold_person(holder)  # nobody writes to us from this address now, and nobody into these files
        hold_files([*nobodys, *(file for holder in found for file in theirs(holder))])
        for holder in found:
            rules.check_confirmed(chosen=found[holder], seen=seen[holder], living=theirs(holder))
        rules.check_confirmed(chosen=nobodys, seen=nobodys, living=_of_nobody(nobodys))

    for holder in found:  # before the ledger too: what cannot be is not noted there
        rules.check_confirmed(chosen=found[holder], seen=seen[holder], living=theirs(holder))
    gone = tuple(sorted(holder for holder, files in found.items() if files == seen[holder]))
    whole = person in gone
    plan = Plan(
        id, ERASURE, ground, chosen, by, person, whole, kept=standing(chosen, trusted_today()), forgotten=gone,
        staying=tuple(staying(person, chosen, whole=whole)), check=check,
    )  # fmt: skip
    return carry_out(plan)


def _without_apart(files: Collection[UUID]) -> tuple[UUID, ...]:
    beside = apart(files)
    return tuple(file for file in dict.fromkeys(files) if file not in beside)


def _by_holder(
    person: UUID, chosen: Collection[UUID]
) -> tuple[Mapping[UUID, frozenset[UUID]], frozenset[UUID]]:
    """And those that are nobody's: mails that were not placed, found by their sender."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    found[person] = set()
    holders, nobodys = holders_of(chosen), set[UUID]()
    for file in chosen:
        if file not in holders:
            raise EndedMeanwhile
        holder = holders[file]
        (found[holder] if holder else nobodys).add(file)
    return {holder: frozenset(files) for holder, files in found.items()}, frozenset(nobodys)


def _of_nobody(files: Collection[UUID]) -> set[UUID]:
    """Those of them that still live and are nobody's: one that was placed meanwhile is a part of something."""
    return {file for file, holder in holders_of(hold_files(files)).items() if holder is None}
