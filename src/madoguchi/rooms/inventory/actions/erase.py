"""Erase what an officer saw and chose of a person (clause 9-2; APPI Art 35; LAW 6.3)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.actions.begin import ERASURE, Plan, carry_out
from madoguchi.rooms.inventory.errors import EndedMeanwhile
from madoguchi.rooms.inventory.queries.holds import standing
from madoguchi.rooms.inventory.queries.locate import staying
from madoguchi.rooms.jobs.queries import trusted_today
from madoguchi.rooms.organisation.queries import role_of
from madoguchi.rooms.people.queries import hold_person
from madoguchi.rooms.vault.queries import files_of, hold_files, holders_of


def erase(*, person: UUID, files: Collection[UUID], expected: Collection[UUID], ground: str, by: Ref) -> UUID:
    """`expected` are the person's files as the officer saw them: when others live now, nothing is done.

    `files` may name files of others too (a second address of the same person), each by an officer's own choice.
    Gives back the deletion's id at once; a job does the rest.
    """
    rules.check_officer(role_of(by))
    rules.check_ground(ground)
    chosen = tuple(dict.fromkeys(files))
    rules.check_chosen(chosen)
    theirs, nobodys = _by_holder(person, chosen)
    seen = {person: frozenset(expected)} | {
        each: frozenset(files_of(each)) for each in theirs if each != person
    }

    def check() -> None:
        for holder in sorted(theirs):
            hold_person(holder)  # nobody writes to us from this address now, and nobody into these files
        hold_files([*nobodys, *(file for holder in theirs for file in files_of(holder))])
        for holder in theirs:
            rules.check_confirmed(chosen=theirs[holder], seen=seen[holder], living=files_of(holder))
        rules.check_confirmed(chosen=nobodys, seen=nobodys, living=_of_nobody(nobodys))

    for holder in theirs:  # before the ledger too: what cannot be is not noted there
        rules.check_confirmed(chosen=theirs[holder], seen=seen[holder], living=files_of(holder))
    gone = tuple(sorted(holder for holder, files in theirs.items() if files == seen[holder]))
    whole = person in gone
    plan = Plan(
        uuid7(), ERASURE, ground, chosen, by, person, whole, kept=standing(chosen, trusted_today()), forgotten=gone,
        staying=tuple(staying(person, chosen, whole=whole)), check=check,
    )  # fmt: skip
    return carry_out(plan)


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
