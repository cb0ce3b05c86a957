"""Attempts to read what was erased, and what lies there unsealed."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.lists import list_page
from madoguchi.rooms.inquiries.queries.one import answers_of, timeline
from madoguchi.rooms.vault.actions.end_files import begin_ending
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.models import Epoch, File, Key
from madoguchi.rooms.vault.queries import file_key, file_keys
from tests.clockwork import stopped_clock
from tests.house import House
from tests.keys import at_once, destroy_file, own_keys, turn, wrap_of
from tests.promises.planting import counted, run, unchecked


def erased(house: House) -> Inquiry:
    inquiry = Inquiry.objects.get(id=house.submit(email="hanako@example.jp").id)
    house.work()
    assert destroy_file(file=inquiry.file_id, reason="request")
    return inquiry


def outcome(inquiry: Inquiry) -> object:
    """What comes of opening it: the answers, or the kind of refusal."""
    try:
        return answers_of(inquiry).values
    except Exception as error:  # noqa: BLE001  its kind is what the proof looks at
        return type(error)


@pytest.mark.promise("vault.erased-stays-erased")
def test_what_was_erased_is_refused_with_its_sentence(house: House) -> None:
    inquiry = erased(house)

    assert outcome(inquiry) is FileErased
    assert file_keys([inquiry.file_id]) == {}
    (row,) = list_page(house.viewer, "inbox").rows
    assert (row.erased, row.name, row.company, row.line) == (True, "", "", "")
    assert timeline(inquiry) == []


@pytest.mark.promise("vault.erased-stays-erased")
def test_from_the_first_moment_of_an_erasure_nobody_reads_it(house: House) -> None:
    """Its key is still there for a while: what was made from the text has to go first."""
    inquiry = Inquiry.objects.get(id=house.submit().id)
    assert begin_ending(ending=uuid7(), files=[inquiry.file_id]) == 1

    assert outcome(inquiry) is FileErased


@pytest.mark.promise("vault.erased-stays-erased")
def test_a_page_of_the_desk_shows_nothing_of_it(house: House) -> None:
    inquiry = erased(house)

    page = house.sign_in("clerk").get(f"/desk/inquiries/{inquiry.receipt_number}/")
    assert page.status_code == 200
    assert not any(word in page.content.decode() for word in ("山田", "青葉", "hanako", "見積"))


@pytest.mark.promise("vault.erased-stays-erased")
def test_the_old_key_put_back_opens_nothing_and_is_noticed(house: House) -> None:
    inquiry = Inquiry.objects.get(id=house.submit().id)
    old = wrap_of(inquiry.file_id)
    destroy_file(file=inquiry.file_id, reason="request")
    assert (counted("vault.erased-stays-erased").kept, counted("vault.erased-stays-erased").broken) == (1, 0)

    run("UPDATE vault_key SET wrapped = %s", old)
    assert outcome(inquiry) is FileErased
    assert (counted("vault.erased-stays-erased").kept, counted("vault.erased-stays-erased").broken) == (0, 1)


@pytest.mark.promise("vault.erased-stays-erased")
def test_the_key_of_another_file_opens_nothing(house: House) -> None:
    """A living key copied over a dead one is bound to its own file."""
    one, other = (Inquiry.objects.get(id=house.submit().id) for _ in range(2))
    destroy_file(file=one.file_id, reason="request")
    Key.objects.update(wrapped=wrap_of(other.file_id))
    File.objects.update(destroyed_at=None, destroyed_for="")

    assert outcome(one) is FileErased
    with pytest.raises(FileErased):
        file_key(one.file_id)


@pytest.mark.promise("vault.sealed-at-rest")
def test_a_key_that_lies_there_bare_is_noticed(house: House) -> None:
    house.submit()
    house.submit()
    assert (counted("vault.sealed-at-rest").kept, counted("vault.sealed-at-rest").broken) == (2, 0)

    file = File.objects.first()
    assert file is not None
    with pytest.raises(DatabaseError):
        Key.objects.filter(id=file.key_id).update(wrapped=b"k" * 32)
    unchecked("vault_key", "key_length")
    Key.objects.filter(id=file.key_id).update(wrapped=b"k" * 32)

    assert (counted("vault.sealed-at-rest").kept, counted("vault.sealed-at-rest").broken) == (1, 1)


@pytest.fixture
def keys(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    at_once(monkeypatch)
    with own_keys(tmp_path / "keys", monkeypatch) as folder:
        yield folder


@pytest.mark.promise("vault.old-keys-destroyed")
def test_a_key_that_comes_back_after_its_end_is_noticed_and_taken_away(keys: Path, tmp_path: Path) -> None:
    """Put back out of somebody's copy of the folder, after it was destroyed on its day."""
    now = clock.now()
    turn(now)
    shutil.copyfile(keys / "kek-0001.key", tmp_path / "a copy")
    turn(now + timedelta(days=36), begin=False)
    assert counted("vault.old-keys-destroyed").broken == 0

    shutil.copyfile(tmp_path / "a copy", keys / "kek-0001.key")
    assert counted("vault.old-keys-destroyed").broken == 1

    turn(now + timedelta(days=37), begin=False)
    assert counted("vault.old-keys-destroyed").broken == 0
    assert not (keys / "kek-0001.key").exists()


@pytest.mark.promise("vault.old-keys-destroyed")
def test_a_key_that_outlives_its_day_is_noticed(
    keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody turned the keys: no alarm through the last day, an alarm from the second day after it."""
    clockwork = stopped_clock(tmp_path, monkeypatch)
    day = Epoch.objects.get(kind="kek", number=1).destroy_on
    assert day is not None

    clockwork.forward((day - clock.today()) + timedelta(days=1))
    assert counted("vault.old-keys-destroyed").broken == 0
    clockwork.forward(timedelta(days=1))
    assert counted("vault.old-keys-destroyed").broken == 2


@pytest.mark.promise("vault.old-keys-destroyed")
def test_what_still_lies_under_a_destroyed_key_is_noticed(house: House, keys: Path) -> None:
    now = clock.now()
    house.submit()
    turn(now)
    turn(now + timedelta(days=36), begin=False)
    assert (counted("vault.old-keys-destroyed").kept, counted("vault.old-keys-destroyed").broken) == (2, 0)

    File.objects.update(epoch=1)
    assert (counted("vault.old-keys-destroyed").kept, counted("vault.old-keys-destroyed").broken) == (1, 1)
