"""Keys turn over while the house serves: nothing is lost, and on the promised day nothing old opens any more."""

import hmac
import json
import os
import random
import shutil
import signal
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection, connections

from madoguchi.config.rotation import REBLIND, ROUND, Rotation, keep_turning
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.transactions import snapshot
from madoguchi.rooms.audit.queries import of_kind
from madoguchi.rooms.delivery.models import Mail
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.jobs.models import TrustedClock
from madoguchi.rooms.people.actions import claim as claiming
from madoguchi.rooms.people.actions.claim import claim
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.people.queries import person_by_address
from madoguchi.rooms.vault import ledger
from madoguchi.rooms.vault.actions import rotate
from madoguchi.rooms.vault.actions.end_files import begin_ending, destroy_some, keep_sealed
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.keyring import keyring
from madoguchi.rooms.vault.models import Epoch, File, Key
from madoguchi.rooms.vault.queries import blind, blinds, epochs, file_key
from madoguchi.rooms.vault.queries.epochs import current_epoch, look_ups, numbers, unreadable_on
from madoguchi.rooms.vault.wrapping import wrap
from tests.engines import Engine
from tests.house import House
from tests.keys import at_once, command, destroyed, forget, own_keys, turn, with_periods

DAY = timedelta(days=1)


@pytest.fixture
def keys(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    at_once(monkeypatch)
    with own_keys(tmp_path / "keys", monkeypatch) as folder:
        yield folder


def names(keys: Path) -> set[str]:
    return {path.name for path in keys.glob("*-*.key")}


def prefixes() -> set[bytes]:
    """Under which index epochs look-up values lie."""
    return {
        bytes(value)[:2]
        for model, column in look_ups()
        for value in model._default_manager.exclude(**{column: None}).values_list(column, flat=True)
    }


def readable(inquiry: UUID) -> str:
    return str(answers_of(Inquiry.objects.get(id=inquiry)).values["body"])


def lines(keys: Path, kind: str) -> list[dict[str, Any]]:
    return [dict(line.facts) for line in ledger.read(keys / "ledger") if line.kind == kind]


# ---- everything living moves, and is found as before


def test_everything_that_lives_is_moved_and_found_as_before(house: House, keys: Path) -> None:
    receipts = [
        house.submit(body=f"第{n}信", email=f"p{n}@example.jp", phone=f"03-1111-{n:04}") for n in range(9)
    ]
    house.work()
    people = [Inquiry.objects.get(id=receipt.id).person_id for receipt in receipts]
    assert prefixes() == {b"\x00\x01"}

    turn(clock.now())

    assert (current_epoch("kek"), current_epoch("index")) == (2, 2)
    assert set(File.objects.values_list("epoch", flat=True)) == {2}
    assert prefixes() == {b"\x00\x02"}
    assert [readable(receipt.id) for receipt in receipts] == [f"第{n}信" for n in range(9)]
    assert [person_by_address(f"p{n}@example.jp") for n in range(9)] == people
    assert [claim(email_key=f"p{n}@example.jp") for n in range(9)] == people
    assert Inquiry.objects.filter(phone_index__in=blinds("phone", "+81311110003")).count() == 1
    assert Mail.objects.filter(recipient_index__in=blinds("email", "p3@example.jp")).count() == 1
    assert names(keys) == {"kek-0001.key", "kek-0002.key", "index-0001.key", "index-0002.key"}


def test_each_step_is_written_down(house: House, keys: Path) -> None:
    now, today = clock.now(), clock.today()
    turn(now)
    window = timedelta(days=settings.ENVIRONMENT.backup_window_days)
    turn(now + window, begin=False)

    closed = [{"kind": kind, "number": "1", "destroy_on": str(today + window)} for kind in ("kek", "index")]
    assert lines(keys, "epoch-closed")[:2] == closed
    assert lines(keys, "epoch-destroyed") == [{"kind": kind, "number": "1"} for kind in ("kek", "index")]
    for event in ("epoch-made", "epoch-in-use", "epoch-closed", "epoch-destroyed"):
        found = [(each.details["kind"], each.details["number"]) for each in of_kind(f"keys.{event}")]
        expected = 1 if event in ("epoch-closed", "epoch-destroyed") else 2
        assert {("kek", expected), ("index", expected)} <= set(found), event


def test_every_look_up_column_has_somebody_who_makes_it_anew() -> None:
    assert {f"{model._meta.label}.{column}" for model, column in look_ups()} == set(REBLIND)


def test_what_lies_sealed_by_law_moves_and_stays_sealed(house: House, keys: Path) -> None:
    file = Inquiry.objects.get(id=house.submit().id).file_id
    keep_sealed(file=file, law="tax", until=clock.today() + DAY)

    turn(clock.now())

    assert File.objects.get(id=file).epoch == 2
    with pytest.raises(FileErased):
        file_key(file)
    File.objects.filter(id=file).update(kept_for="")
    assert file_key(file).id == file


def test_a_deletion_under_way_holds_the_old_key_until_it_is_over(house: House, keys: Path) -> None:
    inquiry, ending = Inquiry.objects.get(id=house.submit().id), uuid7()
    begin_ending(ending=ending, files=[inquiry.file_id])

    turn(clock.now())
    old = Epoch.objects.get(kind="kek", number=1)
    assert (old.closed_at, File.objects.get(id=inquiry.file_id).epoch) == (None, 1)

    destroy_some(ending=ending, reason="request")
    turn(clock.now(), begin=False)
    old.refresh_from_db()
    assert old.closed_at is not None
    assert destroyed(inquiry.file_id)


def test_a_wrap_is_never_put_back_into_a_file_that_ended_meanwhile(house: House, keys: Path) -> None:
    inquiry, ending = Inquiry.objects.get(id=house.submit().id), uuid7()
    read = list(File.objects.all())
    begin_ending(ending=ending, files=[inquiry.file_id])
    destroy_some(ending=ending, reason="request")

    rotate._put([(b"w" * 60, file) for file in read], 2)

    assert destroyed(inquiry.file_id)


def test_one_damaged_file_does_not_keep_the_old_keys_alive(house: House, keys: Path) -> None:
    good, bad = house.submit(body="無事"), house.submit()
    file = Inquiry.objects.get(id=bad.id).file_id
    Key.objects.filter(id=File.objects.get(id=file).key_id).update(wrapped=b"d" * 60)
    house.work()

    turn(clock.now())

    assert Epoch.objects.get(kind="kek", number=1).closed_at is not None
    assert Epoch.objects.get(kind="index", number=1).closed_at is not None
    assert readable(good.id) == "無事"
    with pytest.raises(FileErased):
        file_key(file)


# ---- people, whose address lies nowhere else


def test_who_has_nothing_left_that_can_be_read_loses_the_look_up_value(house: House, keys: Path) -> None:
    gone, stays = house.submit(email="gone@example.jp"), house.submit(email="stays@example.jp")
    inquiry, ending = Inquiry.objects.get(id=gone.id), uuid7()
    begin_ending(ending=ending, files=[inquiry.file_id])
    destroy_some(ending=ending, reason="request")

    turn(clock.now())

    assert Person.objects.get(id=inquiry.person_id).address_index is None
    assert Inquiry.objects.get(id=gone.id).phone_index is None
    assert person_by_address("stays@example.jp") == Inquiry.objects.get(id=stays.id).person_id


def test_the_address_is_the_one_that_was_claimed_however_many_were_written(house: House, keys: Path) -> None:
    first = Inquiry.objects.get(id=house.submit(email="first@example.jp").id)
    for n in range(25):
        later = house.submit(email=f"later{n}@example.jp")
        Inquiry.objects.filter(id=later.id).update(person_id=first.person_id)

    turn(clock.now())

    assert person_by_address("first@example.jp") == first.person_id


def test_two_who_came_to_hold_one_address_stay_one(house: House, keys: Path) -> None:
    """It cannot happen while every process keeps its clock; if it does, nothing stops and nobody is doubled."""
    old = Inquiry.objects.get(id=house.submit(email="twice@example.jp").id)
    _next_epochs(clock.now())
    new = Person.objects.create(address_index=blind("email", "twice@example.jp"))

    turn(clock.now(), begin=False)

    assert person_by_address("twice@example.jp") == new.id
    assert Person.objects.get(id=old.person_id).address_index is None


def _next_epochs(now: datetime) -> None:
    """The next ones in use, nothing moved yet."""
    turning = Rotation()
    turning.begin(now)
    for kind in ("kek", "index"):
        newest = epochs.living_epochs(kind)[0]
        rotate.take_into_use(kind, newest.number, now=now)


def test_processes_that_disagree_about_the_key_agree_about_the_person(
    house: House, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the threads have not heard yet that the new key is in use."""
    _next_epochs(clock.now())
    real, found = blinds, dict[str, set[UUID]]()

    def stale(kind: str, canonical: str) -> list[bytes]:
        known = sorted(real(kind, canonical))
        return known if threading.current_thread().name.startswith("stale") else known[::-1]

    monkeypatch.setattr(claiming, "blinds", stale)
    start = threading.Barrier(8)

    def ask() -> None:
        try:
            start.wait()
            for n in range(15):
                found.setdefault(f"a{n}", set()).add(claim(email_key=f"a{n}@example.jp"))
        finally:
            connections.close_all()

    names_ = [f"{kind}-{n}" for n in range(4) for kind in ("stale", "fresh")]
    threads = [threading.Thread(target=ask, name=name) for name in names_]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [len(people) for people in found.values()] == [1] * 15
    assert Person.objects.exclude(address_index=None).count() == 15


# ---- while the house serves


@pytest.mark.timeout(180)
def test_four_receive_while_another_process_turns_the_keys(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing lost, nothing unreadable, the same address the same person throughout."""
    with own_keys(tmp_path / "keys", monkeypatch) as keys:
        for n in range(150):
            house.submit(email=f"before{n % 60}@example.jp")
        taken, stop = list[tuple[UUID, str, str]](), threading.Event()

        def receive(name: str) -> None:
            try:
                for n in count():
                    if stop.is_set():
                        return
                    email, body = f"same{n % 7}@example.jp", f"{name} {n}"
                    taken.append((house.submit(email=email, body=body).id, email, body))
                    if n % 5 == 0:
                        house.submit(email=f"before{n % 60}@example.jp")
                    time.sleep(0.05)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=receive, args=(f"t{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        rotated = command("keys", "rotate", keys=keys)
        stop.set()
        for thread in threads:
            thread.join()
        assert rotated.returncode == 0, rotated.stderr
        turn(clock.now(), begin=False)  # what arrived in the very last second

        assert [readable(id) for id, _, _ in taken] == [body for _, _, body in taken]
        people = {(email, Inquiry.objects.get(id=id).person_id) for id, email, _ in taken}
        assert len(people) == len({email for _, email, _ in taken}) == 7
        assert Person.objects.exclude(address_index=None).count() == 7 + 60
        assert set(File.objects.values_list("epoch", flat=True)) == {2}
        assert prefixes() == {b"\x00\x02"}
        assert len(taken) > 100


def test_the_worker_turns_what_is_due_and_stops_when_asked(house: House, keys: Path) -> None:
    receipt, past = house.submit(body="移されるもの"), clock.now() - timedelta(days=31)
    Epoch.objects.filter(kind__in=epochs.KINDS).update(opened_at=past)
    stopping = threading.Event()
    worker = threading.Thread(target=keep_turning, args=(stopping,))
    worker.start()
    try:
        deadline = time.monotonic() + 60
        while Epoch.objects.filter(closed_at__isnull=False).count() < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        stopping.set()
        worker.join(20)

    assert not worker.is_alive()
    assert [numbers(kind).open for kind in epochs.KINDS] == [(2,), (2,)]
    assert readable(receipt.id) == "移されるもの"


def test_while_the_clocks_disagree_no_key_is_made_or_destroyed(house: House, keys: Path) -> None:
    Epoch.objects.filter(kind__in=epochs.KINDS).update(opened_at=clock.now() - timedelta(days=400))
    TrustedClock.objects.update(at=clock.now() - timedelta(days=30))
    before = names(keys)

    assert Rotation().look() == ROUND

    assert names(keys) == before


def test_what_another_process_made_is_known_within_a_second(house: House, keys: Path) -> None:
    assert numbers("index").open == (1,)
    rotate.make_key("index", now=clock.now())
    (key,) = rotate.unknown_keys("index")
    known = dict(epochs._read)
    rotate.know(key)
    epochs._read.update(known)  # as in a process that was not told

    deadline = time.monotonic() + 3
    while numbers("index").open == (1,) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert numbers("index").open == (1, 2)
    assert len(blinds("email", "a@example.jp")) == 2


def test_a_snapshot_does_not_pass_off_old_epochs_as_new_ones(house: House, keys: Path) -> None:
    with snapshot():
        Epoch.objects.count()  # its moment
        thread = threading.Thread(target=_elsewhere)
        thread.start()
        thread.join()
        epochs.forget_epochs()
        assert current_epoch("kek") == 1

    assert current_epoch("kek") == 2


def _elsewhere() -> None:
    try:
        _next_epochs(clock.now())
    finally:
        connections.close_all()


# ---- killed at any point


class Killer:
    """Counts what reaches a disk or a table, and dies just before the n-th of it."""

    def __init__(self, at: int) -> None:
        self.left = at

    def tick(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **more: Any) -> Any:
            self.tick()
            return function(*arguments, **more)

        return wrapped

    def watch(self) -> None:
        """In a process that is forked for it and never comes back."""
        for name in ("fsync", "link", "unlink", "write"):
            setattr(os, name, self.before(getattr(os, name)))
        connection.ensure_connection()
        connection.execute_wrappers.append(self._statement)
        connection._commit = self.before(connection._commit)  # type: ignore[method-assign]

    def _statement(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
            self.tick()
        return execute(sql, params, many, context)


def killed(at: int, work: Callable[[], object]) -> bool:
    """Do the work in a process that dies at its `at`-th step; False when it came to its end."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            forget()
            Killer(at).watch()
            work()
            connections.close_all()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0, "it failed instead of dying"
    forget()
    return os.WIFSIGNALED(status)


@pytest.mark.timeout(300)
def test_killed_before_what_is_written_a_rerun_completes(
    house: House, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every fifth point between the first key and the last overwritten byte, another fifth each time."""
    first = random.SystemRandom().randrange(1, 6)
    print(f"from point {first}")  # noqa: T201
    _killed_at_each(house, keys, monkeypatch, count(first, 5))


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_killed_before_anything_that_is_written_a_rerun_completes(
    house: House, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every single point, one after the other."""
    _killed_at_each(house, keys, monkeypatch, count(1))


def _killed_at_each(house: House, keys: Path, monkeypatch: pytest.MonkeyPatch, points: Iterator[int]) -> None:
    with_periods(monkeypatch, rotation_days=366, window_days=1)
    receipts = [house.submit(body=f"第{n}信", email=f"p{n % 3}@example.jp") for n in range(6)]
    house.work()
    people = {email: person_by_address(f"{email}@example.jp") for email in ("p0", "p1", "p2")}
    now, died, at = clock.now(), True, 0
    while died:
        now, at = now + 3 * DAY, next(points)

        def whole(now: datetime = now) -> None:
            turn(now)
            turn(now + 2 * DAY, begin=False)

        died = killed(at, whole)
        turn(now, begin=False)
        turn(now + 2 * DAY, begin=False)

        _nothing_half(keys)
        assert [readable(receipt.id) for receipt in receipts] == [f"第{n}信" for n in range(6)], at
        assert {email: person_by_address(f"{email}@example.jp") for email in people} == people, at
    print(f"{at} points")  # noqa: T201
    assert at > 45, "the killer hardly saw anything"


def _nothing_half(keys: Path) -> None:
    """One epoch of each kind, everything under it, and no other key or piece of one."""
    living = {
        epoch.kind: epoch.number for epoch in Epoch.objects.filter(destroyed_at=None, kind__in=epochs.KINDS)
    }
    assert Epoch.objects.filter(destroyed_at=None, kind__in=epochs.KINDS).count() == 2
    assert names(keys) == {f"{kind}-{number:04}.key" for kind, number in living.items()}
    assert list(keys.glob(".*")) == []
    assert set(File.objects.values_list("epoch", flat=True)) == {living["kek"]}
    assert prefixes() == {living["index"].to_bytes(2)}


# ---- on the promised day


@pytest.mark.law("T-C9-9")
def test_TC9_9_a_raw_backup_with_the_keys_of_after_the_day_opens_nothing(
    house: House, keys: Path, tmp_path: Path
) -> None:
    """And before the day it does, which is what the certificate says (the negative control)."""
    address, body = "erased@example.jp", "消してほしい内容"
    inquiry = Inquiry.objects.get(id=house.submit(email=address, body=body, phone="03-2222-3333").id)
    stolen = _Raw(inquiry)
    begun, ending = clock.now(), uuid7()
    begin_ending(ending=ending, files=[inquiry.file_id])
    destroy_some(ending=ending, reason="request")
    promised = unreadable_on(begun)

    turn(begun + timedelta(days=30), begin=False)
    before = _copy(keys, tmp_path / "before")
    assert body in stolen.opened_with(before)
    assert stolen.matched_with(before, "email", address)
    assert stolen.matched_with(before, "phone", "+81322223333")

    day = begun + timedelta(days=30)
    while clock.local(day).date() < promised:
        turn(day, begin=False)
        day += DAY
    after = _copy(keys, tmp_path / "after")

    assert stolen.opened_with(after) == ""
    assert not stolen.matched_with(after, "email", address)
    assert not stolen.matched_with(after, "phone", "+81322223333")
    assert names(after).isdisjoint({"kek-0001.key", "index-0001.key"})


def _copy(keys: Path, to: Path) -> Path:
    return Path(shutil.copytree(keys, to))


class _Raw:
    """Bytes of one inquiry as they lay in the database file, and a burglar who tries every key on them."""

    def __init__(self, inquiry: Inquiry) -> None:
        file = File.objects.get(id=inquiry.file_id)
        person = Person.objects.get(id=inquiry.person_id)
        self.file, self.row = file.id, inquiry.id
        self.wrapped, self.answers = bytes(file.key.wrapped), bytes(inquiry.answers)
        self.indexes = {bytes(person.address_index or b""), bytes(inquiry.phone_index or b"")}

    def opened_with(self, keys: Path) -> str:
        for secret in _secrets(keys):
            try:
                data_key = AESGCM(secret).decrypt(
                    self.wrapped[:12], self.wrapped[12:], b"file\0" + self.file.bytes
                )
            except InvalidTag:
                continue
            bound = b"inquiry.answers\0" + self.row.bytes
            return str(
                json.loads(AESGCM(data_key).decrypt(self.answers[:12], self.answers[12:], bound))["body"]
            )
        return ""

    def matched_with(self, keys: Path, kind: str, value: str) -> bool:
        macs = {hmac.digest(secret, f"{kind}\0{value}".encode(), "sha256")[:30] for secret in _secrets(keys)}
        return any(index[2:] in macs for index in self.indexes)


def _secrets(keys: Path) -> list[bytes]:
    """Every 32 bytes that any file of the folder could be read as."""
    found = [
        b64decode(json.loads(path.read_text())["key"])
        for path in keys.glob("*.key")
        if path.name != "secret.key"
    ]
    assert len(found) >= 4
    return found


@pytest.mark.parametrize(("rotation_days", "window_days"), [(1, 1), (2, 9), (30, 35), (90, 1)])
def test_whenever_somebody_is_erased_the_day_is_kept(
    house: House, keys: Path, monkeypatch: pytest.MonkeyPatch, rotation_days: int, window_days: int
) -> None:
    """By the worker's hourly look, over three lives of a key: on the day that was printed the keys are gone."""
    with_periods(monkeypatch, rotation_days=rotation_days, window_days=window_days)
    Epoch.objects.filter(kind__in=epochs.KINDS).update(destroy_on=None)
    start = clock.now()
    for epoch in Epoch.objects.filter(kind__in=epochs.KINDS):
        epoch.opened_at, epoch.destroy_on = start, epochs.rules.last_day(start, epochs.periods())
        epoch.save()
    promised, kept = list[tuple[set[str], date]](), 0
    length = (rotation_days + window_days) * 2 + 3
    for day in range(length):
        now = start + day * DAY
        for due in [each for each in promised if each[1] <= clock.local(now).date()]:
            assert due[0].isdisjoint(names(keys)), f"day {day}: a key lives past {due[1]}"
            promised.remove(due)
            kept += 1
        if day % max(1, rotation_days // 7) == 0:
            promised.append((names(keys), unreadable_on(now)))
        turn(now, begin=False)

    assert kept > 3


def test_another_setting_does_not_move_what_was_promised(
    house: House, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    promised = unreadable_on(now)
    with_periods(monkeypatch, rotation_days=366, window_days=365)

    for day in range((promised - clock.today()).days):
        turn(now + day * DAY, begin=False)

    assert names(keys).isdisjoint({"kek-0001.key", "index-0001.key"})


def test_a_rotation_that_comes_late_is_said_to_be_late(house: House, keys: Path) -> None:
    """A machine that was off for months: what is erased now is promised for two days on, and that is kept."""
    late = clock.now() + timedelta(days=200)
    promised = unreadable_on(late)
    assert (promised - clock.local(late).date()).days == 3

    for day in range(3):
        turn(late + day * DAY, begin=False)

    assert names(keys) == {"kek-0002.key", "index-0002.key"}


def test_a_key_is_not_destroyed_while_anything_lies_under_it(house: House, keys: Path) -> None:
    """A row put under a closed epoch by a process that slept: moved first, and only then the key goes."""
    now = clock.now()
    turn(now)
    receipt = house.submit(body="遅れて届いた")
    inquiry = Inquiry.objects.get(id=receipt.id)
    key = file_key(inquiry.file_id)
    Key.objects.filter(id=File.objects.get(id=key.id).key_id).update(wrapped=wrap(key, 1))
    File.objects.filter(id=key.id).update(epoch=1)
    assert not rotate.destroy("kek", 1, now=now)

    turn(now + timedelta(days=40), begin=False)

    assert readable(receipt.id) == "遅れて届いた"
    assert "kek-0001.key" not in names(keys)


def test_the_memory_of_this_process_lets_go_as_well(house: House, keys: Path) -> None:
    now = clock.now()
    house.submit()
    assert keyring().numbers("kek") == [1]
    turn(now)
    turn(now + timedelta(days=36), begin=False)
    epochs.forget_epochs()
    current_epoch("kek")

    assert 1 not in keyring().numbers("kek")


# ---- after a restore


def test_a_restored_backup_works_and_its_key_goes_on_its_old_day(
    house: House, keys: Path, engine: Engine
) -> None:
    now = clock.now()
    turn(now)
    written = [line for line in ledger.read(keys / "ledger") if line.kind.startswith("epoch-")]
    day = Epoch.objects.get(kind="kek", number=1).destroy_on

    engine.fresh()  # the database of before, with the key folder of now
    forget()
    receipt = house.submit(body="バックアップの中身", email="old@example.jp")
    person = Inquiry.objects.get(id=receipt.id).person_id
    for line in written:
        rotate.replay_epoch(line.kind, line.facts)
    later = now + 5 * DAY
    turn(later, begin=False)

    old = Epoch.objects.get(kind="kek", number=1)
    assert (old.destroy_on, clock.local(old.closed_at or now).date()) == (day, clock.local(later).date())
    assert (current_epoch("kek"), readable(receipt.id)) == (2, "バックアップの中身")
    assert person_by_address("old@example.jp") == person
    assert day is not None
    turn(now + ((day - clock.today()).days) * DAY, begin=False)
    assert "kek-0001.key" not in names(keys)


def test_replaying_twice_changes_nothing(house: House, keys: Path) -> None:
    now = clock.now()
    turn(now)
    turn(now + timedelta(days=36), begin=False)
    before = list(Epoch.objects.order_by("id").values())

    for line in list(ledger.read(keys / "ledger")):
        if line.kind.startswith("epoch-"):
            rotate.replay_epoch(line.kind, line.facts)

    assert list(Epoch.objects.order_by("id").values()) == before
