"""Each night: mails with a code end, and so do people of whom nothing is held.

Whoever asks to sign in is claimed, known or not (ADR 0025), so a typed address may make somebody of whom there is
nothing. They go after a day; never anybody who has, or ever had, anything else.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db.models import Q

from madoguchi.foundation.lib.ids import WORKER, uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.actions.begin import Plan, carry_out
from madoguchi.rooms.inventory.actions.finish import finish
from madoguchi.rooms.inventory.queries.holds import standing
from madoguchi.rooms.inventory.reading import Holding, holdings, path
from madoguchi.rooms.jobs.queries import trusted_now, trusted_today
from madoguchi.rooms.people.actions.forget import let_go
from madoguchi.rooms.people.queries import came_since, hold_person, seen_before
from madoguchi.rooms.people.rules import SIGN_IN
from madoguchi.rooms.vault.queries import files_of_kind, hold_files, without_files

CAUSE, CODE = "sign-in", "session"
AFTER = timedelta(days=1)
AT_ONCE = 100  # files in one deletion: its first transaction stays below 20 ms
PEOPLE = 500  # in one question
# What tells only that somebody came: it goes with them, or stays as a proof that names nobody.
_VISITS = frozenset({"session", "audit"})


def sweep_nobody() -> int:
    """Safe to repeat; gives back how many people went."""
    before = trusted_now() - AFTER
    while files := files_of_kind(SIGN_IN, before=before, limit=AT_ONCE):
        check = partial(_check_old, files, before)
        finish(carry_out(Plan(uuid7(), CAUSE, CODE, tuple(files), WORKER, check=check)))
    return sum(_let_go(person, before) for person in _candidates(before))


def _check_old(files: list[UUID], before: datetime) -> None:
    """Nothing was read wrongly, and nobody holds one of them."""
    living = hold_files(files)
    now = set(files_of_kind(SIGN_IN, before=before, limit=AT_ONCE))
    rules.check_as_planned(files, living=living, now=now, held=standing(files, trusted_today()))


def _candidates(before: datetime) -> Iterator[UUID]:
    """A few at a time, and no question stays open while one goes. Nearly everybody has a file and is left at once."""
    last: UUID | None = None
    while some := seen_before(before, after=last, limit=PEOPLE):
        last = some[-1]
        bare = without_files(some)
        told = {person for holding in _telling() for person in _named_in(holding, bare)} if bare else set()
        yield from (person for person in bare if person not in told)


@action
def _let_go(person: UUID, before: datetime) -> bool:
    """Looked at again with the person held: whoever writes to us, or comes back, at this moment came before."""
    if not hold_person(person) or came_since(person, before):
        return False
    if not without_files([person]) or any(_named_in(holding, [person]) for holding in _telling()):
        return False
    return let_go(person)


def _telling() -> Iterator[Holding]:
    """Tables outside of files in which a row says more of somebody than that they came."""
    outside = (each for each in holdings() if not each.in_files and each.names_people)
    return (each for each in outside if each.table.subject != "id" and each.table.retention not in _VISITS)


def _named_in(holding: Holding, people: Collection[UUID]) -> set[UUID]:
    subject = path(holding.table.subject)
    named = Q(**{f"{subject}__in": list(people)})
    return set(holding.model._default_manager.filter(named).values_list(subject, flat=True))
