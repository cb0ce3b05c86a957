"""The search index when keys turn over: it serves under the old key until it is made anew, and goes with it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from madoguchi.foundation.lib import clock
from madoguchi.rooms.inquiries.actions.index import index, index_some_more
from madoguchi.rooms.vault.actions.search import leave_epoch, reset
from madoguchi.rooms.vault.keyring import keyring
from madoguchi.rooms.vault.queries import current_epoch
from madoguchi.rooms.vault.queries.search import is_current, is_whole
from madoguchi.rooms.vault.search import grams
from tests.house import House
from tests.keys import at_once, own_keys, turn
from tests.rooms.vault.shelves import folder, found, on_sqlite


@pytest.fixture
def keys(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    at_once(monkeypatch)
    reset()
    with own_keys(tmp_path / "keys", monkeypatch) as own:
        yield own
        reset()


def made(house: House, count: int = 120) -> None:
    ids = [house.submit(body="見積書の宛名").id for _ in range(count)]
    while index_some_more():
        pass
    assert len(found("宛名")) == len(ids)


def test_while_a_new_index_is_made_the_old_one_finds_everything(house: House, keys: Path) -> None:
    made(house)
    before = current_epoch("index")
    turn(clock.now())
    assert current_epoch("index") == before + 1
    assert is_whole()
    assert not is_current()

    assert index_some_more()  # the first hundred
    assert len(found("宛名")) == 120
    late = house.submit(body="納期と宛名")
    index([late.id])
    assert len(found("宛名")) == 121  # what comes meanwhile is put into both
    assert found("納期") == [late.id]

    while index_some_more():
        pass
    assert is_current()
    assert len(found("宛名")) == 121
    if on_sqlite():
        assert len(list(folder().glob("*.sqlite3"))) == 1


def test_nothing_is_found_by_a_key_that_was_destroyed(house: House, keys: Path) -> None:
    """Whoever keeps a copy of the old index has nothing to ask it with."""
    made(house, 3)
    old = current_epoch("index")
    now = clock.now()
    turn(now)

    turn(now + timedelta(days=400), begin=False)
    assert old not in keyring().numbers("index")

    assert not is_whole()
    assert found("宛名") == []
    while index_some_more():
        pass
    assert len(found("宛名")) == 3


def test_an_index_leaves_only_the_epoch_that_it_needs(house: House, keys: Path) -> None:
    made(house, 3)

    leave_epoch(current_epoch("index") + 1)
    assert is_whole()
    leave_epoch(current_epoch("index"))
    assert not is_whole()


def test_an_index_of_another_format_is_made_anew(
    house: House, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(house, 3)
    monkeypatch.setattr(grams, "FORMAT", grams.FORMAT + 1)

    assert not is_whole()
    assert found("宛名") == []
    while index_some_more():
        pass
    assert is_current()
    assert len(found("宛名")) == 3


def test_equal_words_under_two_keys_have_nothing_in_common() -> None:
    one, other = grams.gram_key(b"1" * 32), grams.gram_key(b"2" * 32)
    text = {"name": ["山田花子のお見積書の宛名"]}

    assert not set(grams.of_texts(one, text)) & set(grams.of_texts(other, text))
