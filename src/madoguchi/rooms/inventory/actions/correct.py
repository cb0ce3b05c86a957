"""Correct one value everywhere it is held as such: documents, what is made from them, look-up values (Art 34).

What was sent, audited or written by us keeps what it said then; the value before lies in the correction only.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from madoguchi.foundation.lib.digests import canonical_json
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.actions.stop import stop_mails, stop_mails_to
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.errors import AddressTaken, NothingToCorrect
from madoguchi.rooms.inventory.models import Correction
from madoguchi.rooms.inventory.queries.matters import CANONICAL
from madoguchi.rooms.inventory.reading import Holding, document, holdings
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.organisation.queries import role_of
from madoguchi.rooms.people.actions.readdress import readdress
from madoguchi.rooms.people.queries import hold_person, person_by_address
from madoguchi.rooms.vault.fields import NONCE_BYTES, FileKey
from madoguchi.rooms.vault.queries import file_keys, files_of, hold_file, holders_of

ADDRESS = "email"
_LOOK_UP, _STOPPED = "アドレスを探すための符号", "送信を取りやめたメール"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new value now stands, or what was stopped because of the old one."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class _Change:
    """A document before and after, with the key of its file."""

    holding: Holding
    field: Any
    row: Any
    key: FileKey
    before: dict[str, str]
    after: dict[str, str]


@action
def correct(*, files: Collection[UUID], key: str, value: str, ground: str, by: Ref) -> list[Place]:
    """`value` as the form's own reader gives it. All or nothing; whoever writes into a file is waited for.

    Raises NothingToCorrect, FileErased, and AddressTaken when somebody else already writes from that address.
    """
    rules.check_officer(role_of(by))
    rules.check_ground(ground, rules.CORRECTION_GROUNDS)
    rules.check_chosen(files)
    keys = _hold(files)
    changes = [each for each in _documents(keys, key) if each.before[key] != value]
    if not changes:
        raise NothingToCorrect
    places = Counter[str]()
    for change in changes:
        places.update(_apply(_with(change, key, value), key, by))
    if key == ADDRESS:
        places.update(_follow(changes, value))
    _note(changes, key, ground, by)
    return [Place(label, count) for label, count in places.items() if count]


def _hold(files: Collection[UUID]) -> dict[UUID, FileKey]:
    """Everything this may change, in the order in which every verb takes it: people, rows, files."""
    for person in sorted({holder for holder in holders_of(files).values() if holder}):
        hold_person(person)
    for holding in holdings():
        if holding.in_files and holding.documents:
            list(holding.lying_in(files).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    return {file: hold_file(file) for file in sorted(set(files))}


def _documents(keys: dict[UUID, FileKey], key: str) -> Iterator[_Change]:
    """Every document in these files that has the part."""
    for holding in holdings():
        for row in holding.rows_in(keys) if holding.documents and holding.in_files else ():
            for field in holding.documents:
                before = document(holding, row, field, keys[row.in_file])
                if key in before:
                    yield _Change(holding, field, row, keys[row.in_file], before, before)


def _with(change: _Change, key: str, value: str) -> _Change:
    after = change.before | {key: value}
    return _Change(change.holding, change.field, change.row, change.key, change.before, after)


def _apply(change: _Change, key: str, by: Ref) -> Iterator[str]:
    """Seals the document anew with all that is made from it; gives back what was written, in a person's words."""
    model, row, table = change.holding.model, change.row, change.holding.table
    sealed = change.key.seal(model, change.field.name, row.pk, canonical_json(change.after).decode())
    _keep(change, key, made=sealed[:NONCE_BYTES], by=by)
    made = table.derive(change.key, row.pk, change.after) if table.derive else {}
    model._default_manager.filter(pk=row.pk).update(**{change.field.name: sealed}, **made)
    if table.reindex:
        add_job(table.reindex, row.pk)
    columns = {field.name: column.label for field, column in change.holding.personal()}
    yield from (columns[name] for name in (change.field.name, *made) if made.get(name, sealed) is not None)


def _keep(change: _Change, key: str, *, made: bytes, by: Ref) -> None:
    """Before the document itself: the database lets what was sent be replaced by nothing else."""
    id = uuid7()
    Correction.objects.create(
        id=id,
        file_id=change.key.id,
        table=change.holding.label,
        row=change.row.pk,
        key=key,
        made=made,
        before=change.key.seal(Correction, "before", id, change.before[key]),
        after=change.key.seal(Correction, "after", id, change.after[key]),
        by_kind=by.kind,
        by_id=by.id,
    )


def _follow(changes: Collection[_Change], value: str) -> Iterator[str]:
    """Mails to the old address that did not leave are stopped. Who wrote under it is known by the new one, unless
    something else of theirs still has the old: then they stay who they are (a shared mailbox)."""
    files, address = {change.key.id for change in changes}, _matched(value)
    old = {each for change in changes if (each := _matched(change.before[ADDRESS]))}
    for holder in sorted({holder for holder in holders_of(files).values() if holder}):
        if not _still_has(holder, old):
            _readdress(holder, address)
            address = (
                ""  # one address, one person: who wrote from a second one is known by the first from now on
            )
            yield _LOOK_UP
            yield from [_STOPPED] * stop_mails_to(holder=holder, email_keys=old, code="corrected")
    yield from [_STOPPED] * stop_mails(files, "corrected")


def _matched(address: str) -> str:
    return CANONICAL[ADDRESS](address) if address else ""


def _still_has(holder: UUID, old: Collection[str]) -> bool:
    """After the correction: whether a living document of theirs has one of these addresses."""
    living = _documents(file_keys(files_of(holder)), ADDRESS)
    return any(_matched(each.before[ADDRESS]) in old for each in living if each.before[ADDRESS])


def _readdress(holder: UUID, address: str) -> None:
    hold_person(holder)
    if address and person_by_address(address) not in (None, holder):
        raise AddressTaken
    try:
        readdress(person=holder, email_key=address or None)
    except IntegrityError:  # claimed by a submission at this very moment
        raise AddressTaken from None


def _note(changes: Collection[_Change], key: str, ground: str, by: Ref) -> None:
    holder = next(iter(holders_of([next(iter(changes)).key.id]).values()), None)
    refs = [Ref(change.holding.model._meta.model_name or "", change.row.pk) for change in changes]
    about = Ref("person", holder) if holder else refs[0]
    details: dict[str, str | int | bool] = {"key": key, "ground": ground, "count": len(changes)}
    record("inventory.corrected", about=about, by=by, details=details, refs=refs)
