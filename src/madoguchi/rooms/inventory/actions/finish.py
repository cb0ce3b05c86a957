"""Finish an ending, step by step; each step may be killed, repeated and run by two at once (ADR 0010)."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import OnErase
from madoguchi.foundation.lib.ids import WORKER, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inventory.models import DeletionRecord
from madoguchi.rooms.inventory.queries.apart import theirs
from madoguchi.rooms.inventory.reading import Holding, blanks, holdings, not_blank, path
from madoguchi.rooms.people.actions.forget import forget
from madoguchi.rooms.people.queries import hold_person
from madoguchi.rooms.vault.actions import search
from madoguchi.rooms.vault.actions.end_files import destroy_some
from madoguchi.rooms.vault.actions.sweep import sweep
from madoguchi.rooms.vault.queries import files_ending, holders_of, sealed_of
from madoguchi.rooms.vault.queries.epochs import unreadable_on

AT_ONCE = 200  # rows in one transaction: well below 20 ms


def finish(record_id: UUID) -> None:
    """Runs what is left of one ending; nothing when it is done."""
    ending = DeletionRecord.objects.get(id=record_id)
    if ending.finished_at is not None:
        return
    names = [name for name, _ in _STEPS]
    for name, step in _STEPS[names.index(ending.step) + 1 if ending.step in names else 0 :]:
        step(ending)
        DeletionRecord.objects.filter(id=ending.id, finished_at=None).update(step=name)
    _certify(ending, unreadable_on(clock.now()))


def _take_out(ending: DeletionRecord) -> None:
    """While the keys last: what was made from the texts can be told, and goes. What stays sealed is not found either."""
    search.forget(files={*files_ending(ending.id), *sealed_of(_people(ending))})


def _people(ending: DeletionRecord) -> set[UUID]:
    """Whom this is about: the person named, and whoever held one of its files."""
    holders = holders_of(files_ending(ending.id)).values()
    return {holder for holder in (ending.person, *holders) if holder}


def _destroy(ending: DeletionRecord) -> None:
    while destroy_some(ending=ending.id, reason=ending.cause):
        pass


def _clear(ending: DeletionRecord) -> None:
    """What the declarations say of each table: rows deleted, values blanked."""
    files = files_ending(ending.id)
    for holding in holdings():
        if holding.in_files:
            for start in range(0, len(files), AT_ONCE):
                some = {f"{path(holding.table.file)}__in": files[start : start + AT_ONCE]}
                _end_rows(ending, holding, Q(**some))
                _settle_rows(holding, Q(**some))


def _forget(ending: DeletionRecord) -> None:
    """Who has nothing left here is not known any more, and what was about them outside of files goes as well."""
    for person in sorted(_people(ending)):
        if forget_if_nothing_left(person):
            for holding in holdings():
                if not holding.in_files and holding.names_people:
                    _end_rows(ending, holding, Q(**{path(holding.table.subject): person}))


@action
def forget_if_nothing_left(person: UUID) -> bool:
    """With the row held: a submission of this moment either came before, and then something is left, or it makes
    somebody new. What lies apart is no reason to know them (T-C9-10), and a holder who is no person (a colleague and
    their notices) is not touched."""
    if not hold_person(person) or theirs(person):
        return False
    forget(person)
    return True


def _end_rows(ending: DeletionRecord, holding: Holding, these: Q) -> None:
    """Where one column says that the row goes, it goes; otherwise the values that go are blanked."""
    blank = blanks(holding.ends_as(OnErase.BLANK))
    if holding.ends_as(OnErase.DELETE):
        _in_batches(ending, holding, these, lambda rows: int(rows.delete()[0]))
    elif blank:
        _in_batches(ending, holding, these & not_blank(blank), lambda rows: int(rows.update(**blank)))


@action
def _settle_rows(holding: Holding, these: Q) -> None:
    """Rows that still wait for somebody: nothing is left of them to attend to."""
    if holding.table.settled is not None:
        settled = holding.table.settled()
        waiting = Q(**{f"{name}__isnull": True for name in settled if name.endswith("_at")})
        holding.model._default_manager.filter(these, waiting).update(**settled)


def _in_batches(ending: DeletionRecord, holding: Holding, these: Q, act: Callable[[Any], int]) -> None:
    rows = holding.model._default_manager
    while some := list(rows.filter(these).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        _counted(ending, act, rows.filter(these, pk__in=some))


@action
def _counted(ending: DeletionRecord, act: Callable[[Any], int], rows: Any) -> None:
    """The rows and their count in one commit: after a kill none is counted twice."""
    done = act(rows)
    DeletionRecord.objects.filter(id=ending.id).update(rows=F("rows") + done)


def _sweep(ending: DeletionRecord) -> None:
    sweep({"vault_key", *(holding.model._meta.db_table for holding in holdings() if _goes(holding))})


def _goes(holding: Holding) -> bool:
    return bool(holding.ends_as(OnErase.DELETE, OnErase.BLANK))


@action
def _certify(ending: DeletionRecord, unreadable: date) -> None:
    """Once: of two who finish at the same time, one writes it down."""
    mine = DeletionRecord.objects.filter(id=ending.id, finished_at=None)
    if not mine.update(finished_at=clock.now(), unreadable_on=unreadable, step="finished"):
        return
    about = Ref("person", ending.person) if ending.person else Ref("deletion", ending.id)
    record(
        f"inventory.{ending.cause}-finished",
        about=about,
        by=WORKER,
        details={"code": ending.code, "files": ending.files},
    )


_STEPS: tuple[tuple[str, Callable[[DeletionRecord], None]], ...] = (
    ("unfound", _take_out),
    ("destroyed", _destroy),
    ("cleared", _clear),
    ("forgotten", _forget),
    ("swept", _sweep),
)
