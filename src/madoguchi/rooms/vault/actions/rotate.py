"""The life of an epoch, step by step: made, taken into use, emptied, closed, destroyed (LAW 6.3; ADR 0011).

Each step is short, may be repeated, and leaves everything readable if the power goes in its middle. Their
order and their pauses are `config.rotation`'s; the ledger is written before what it says.
"""

import fcntl
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.vault import rules
from madoguchi.rooms.vault.actions.write_ledger import write_ledger
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.keyring import KINDS, Key, keyring, read_folder, remove_key, sweep, write_key
from madoguchi.rooms.vault.models import Epoch, File
from madoguchi.rooms.vault.queries.epochs import current_epoch, forget_epochs, in_use, periods
from madoguchi.rooms.vault.wrapping import unwrap, wrap

AT_ONCE = 200  # files in one transaction: well below 20 ms
log = logging.getLogger("madoguchi.keys")


@contextmanager
def alone() -> Iterator[None]:
    """One process of this key folder at a time; the kernel lets go when it dies."""
    descriptor = os.open(settings.KEY_DIR / "epochs.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


# -- made, and taken into use ------------------------------------------------------------------------


def make_key(kind: str, *, now: datetime) -> None:
    """A new key on disk; `know` it next. Nothing uses it before every process knows it."""
    folder: Path = settings.KEY_DIR
    ring = read_folder(folder)
    known = Epoch.objects.filter(kind=kind).values_list("number", flat=True)
    number = max((*known, *ring.numbers(kind)), default=0) + 1
    write_key(folder, kind, number, made_at=now, marked_by=ring)


def unknown_keys(kind: str) -> list[Key]:
    """Keys that lie in the folder and not in the database: just made, or after a crash or a restore."""
    ring, epochs = read_folder(settings.KEY_DIR), list(Epoch.objects.all())
    known = {epoch.number for epoch in epochs if epoch.kind == kind}
    fresh = [ring.key(kind, number) for number in ring.numbers(kind) if number not in known]
    if fresh:
        rules.check_keys_fit(epochs, ring, today=clock.today())
    return fresh


@action
def know(key: Key) -> None:
    """It keeps the day on which it was made, and is destroyed on the day that was promised then."""
    facts = {
        "fingerprint": key.fingerprint,
        "opened_at": key.made_at,
        "destroy_on": rules.last_day(key.made_at, periods()),
    }
    Epoch.objects.get_or_create(kind=key.kind, number=key.number, defaults=facts)
    forget_epochs()


@action
def take_into_use(kind: str, number: int, *, now: datetime) -> bool:
    taken = Epoch.objects.filter(kind=kind, number=number, in_use_from=None).update(in_use_from=now)
    forget_epochs()
    return bool(taken)


# -- emptied -------------------------------------------------------------------------------------------


def rewrap_some(limit: int = AT_ONCE) -> int:
    """Wrap the keys of some living files anew, also of those kept sealed; 0 when none is left.

    What is being destroyed at this moment is left alone. A damaged wrap opens under no key: it is carried
    along as it is, so that one damaged file does not keep the keys of all the others alive.
    """
    epoch = current_epoch("kek")
    files = list(_outdated(epoch).select_related("key").only("epoch", "key__wrapped")[:limit])
    if files:
        _put([(_anew(file, epoch), file) for file in files], epoch)
    return len(files)


def _outdated(epoch: int) -> models.QuerySet[File]:
    return File.objects.filter(epoch__lt=epoch, destroyed_at=None, ending=None)


def _anew(file: File, epoch: int) -> bytes:
    try:
        return wrap(unwrap(file.id, file.key.wrapped, keyring().wrapper(file.epoch)), epoch)
    except FileErased:
        log.error("damaged-wrap", extra={"epoch": file.epoch})
        return bytes(file.key.wrapped)


@action
def _put(wraps: list[tuple[bytes, File]], epoch: int) -> None:
    """Only over the very wrap that was read, and never into a file whose end has begun meanwhile. Files are taken
    before their keys, as by who destroys them, so that nobody waits in a ring."""
    old = _outdated(epoch).filter(id__in=[file.id for _, file in wraps]).order_by("id")
    held = dict(old.select_for_update(of=("self",)).values_list("id", "epoch"))
    taken = [(new, file) for new, file in wraps if held.get(file.id) == file.epoch]
    File.objects.filter(id__in=[file.id for _, file in taken]).update(epoch=epoch)
    with connection.cursor() as cursor:
        rows = [(new, file.key_id) for new, file in taken]
        cursor.executemany("UPDATE vault_key SET wrapped = %s WHERE id = %s", rows)


# -- closed, and destroyed -----------------------------------------------------------------------------


def note_closing(kind: str, number: int, destroy_on: date) -> None:
    """Before `close`: a restored backup learns from the ledger on which day its old key goes."""
    facts = {"kind": kind, "number": str(number), "destroy_on": destroy_on.isoformat()}
    write_ledger("epoch-closed", facts)


@action
def close(kind: str, number: int, *, now: datetime, destroy_on: date) -> bool:
    """False while anything still lies under it."""
    if in_use(kind, number):
        return False
    closed = Epoch.objects.filter(kind=kind, number=number, closed_at=None).update(
        closed_at=now, destroy_on=destroy_on
    )
    forget_epochs()
    return bool(closed)


def note_destruction(kind: str, number: int) -> None:
    """Before `destroy`."""
    write_ledger("epoch-destroyed", {"kind": kind, "number": str(number)})


@action
def destroy(kind: str, number: int, *, now: datetime) -> bool:
    """Only the word; `remove_destroyed` takes the file. False while anything still lies under it."""
    if in_use(kind, number):
        return False
    gone = Epoch.objects.filter(kind=kind, number=number, closed_at__isnull=False, destroyed_at=None)
    destroyed = gone.update(destroyed_at=now)
    forget_epochs()
    return bool(destroyed)


def remove_destroyed(kind: str) -> int:
    """Take away the key files of destroyed epochs, also one that a crash or a helping hand left there."""
    sweep(settings.KEY_DIR)
    present = read_folder(settings.KEY_DIR).numbers(kind)
    dead = Epoch.objects.filter(kind=kind, destroyed_at__isnull=False, number__in=present)
    found = list(dead.values_list("number", flat=True))
    for number in found:
        remove_key(settings.KEY_DIR, kind, number)
    return len(found)


# -- after a restore -----------------------------------------------------------------------------------


def replay_epoch(kind: str, facts: Mapping[str, str]) -> None:
    """Bring a restored database up to date with one line of the ledger ("epoch-closed", "epoch-destroyed").

    An epoch that was closed after the backup holds living files again: it stays open until they are moved,
    and goes on the day that was written down then. Keys made since then are known again, too.
    """
    for each in KINDS:
        for key in unknown_keys(each):
            know(key)
    epoch = Epoch.objects.filter(kind=facts["kind"], number=int(facts["number"]), destroyed_at=None).first()
    if epoch is None or epoch.destroy_on is None:
        return
    if kind == "epoch-closed":
        _bring_forward(epoch, date.fromisoformat(facts["destroy_on"]))
    elif not in_use(epoch.kind, epoch.number) and epoch.closed_at is not None:
        destroy(epoch.kind, epoch.number, now=clock.now())


@action
def _bring_forward(epoch: Epoch, day: date) -> None:
    if epoch.destroy_on is not None and day < epoch.destroy_on:
        Epoch.objects.filter(id=epoch.id).update(destroy_on=day)
