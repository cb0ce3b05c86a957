"""The search index finds what is said and nothing else, and what was forgotten is gone from the disk."""

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections

from madoguchi.foundation.lib.digests import digest
from madoguchi.foundation.lib.text import search_key
from madoguchi.rooms.vault.actions.end_files import begin_ending, keep_sealed
from madoguchi.rooms.vault.actions.search import Group, begin_walk, forget, note_walk, put, reset
from madoguchi.rooms.vault.errors import SearchBusy
from madoguchi.rooms.vault.queries import current_epoch
from madoguchi.rooms.vault.queries.search import (
    Term,
    contains,
    files_with,
    find,
    fold,
    grams_key,
    is_current,
    is_whole,
)
from madoguchi.rooms.vault.search import grams
from tests.house import House
from tests.keys import destroy_file
from tests.rooms.vault.shelves import (
    BEGAN,
    Planted,
    folder,
    found,
    ids,
    new_file,
    on_sqlite,
    pieces_of,
    plant,
    raw,
    sentences,
    whole_index,
)

GOLDEN = (2, "18fb1196faf1e4679140860f4a96042d62909cbd62fe49f0a87cb40bda4113d5")


@pytest.fixture(autouse=True)
def index(house: House) -> None:
    reset()
    whole_index()


# ---- what is found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_both_engines_find_what_a_plain_look_through_finds_in_the_same_order(seed: int) -> None:
    """Equal to the same reference on either engine, so equal to each other; the index may only name more."""
    texts = sentences(seed, 200)
    groups = [
        Group(uuid4(), BEGAN + timedelta(seconds=place), {new_file(): {"": [text]}})
        for place, text in enumerate(texts)
    ]
    put(groups)
    said = {group.id: fold(text) for group, text in zip(groups, texts, strict=True)}
    newest_first = [group.id for group in reversed(groups)]

    for word in pieces_of(texts, seed):
        named = found(word)
        assert [id for id in named if contains(said[id], word)] == [
            id for id in newest_first if contains(said[id], word)
        ], word
        assert named == sorted(named, key=newest_first.index)


@pytest.mark.parametrize("seed", [4, 5])
def test_two_words_are_found_where_both_are_said_even_in_different_files(seed: int) -> None:
    texts = sentences(seed, 120)
    groups = [
        Group(uuid4(), BEGAN + timedelta(seconds=place), {new_file(): {"": [a]}, new_file(): {"": [b]}})
        for place, (a, b) in enumerate(zip(texts[::2], texts[1::2], strict=True))
    ]
    put(groups)
    said = {group.id: [fold(text) for each in group.texts.values() for text in each[""]] for group in groups}
    words = [word for word in pieces_of(texts, seed) if word]

    for pair in zip(words[::2], words[1::2], strict=False):
        named = [group for _, group in find([Term(word) for word in pair], limit=1000).groups]
        expected = [
            group.id
            for group in reversed(groups)
            if all(any(contains(text, word) for text in said[group.id]) for word in pair)
        ]
        really = [id for id in named if all(any(contains(t, w) for t in said[id]) for w in pair)]
        assert really == expected, pair


def test_a_page_goes_on_where_the_last_one_ended() -> None:
    planted = [plant("見積", at=place) for place in range(25)]
    seen: list[UUID] = []
    before = None

    for _ in range(5):
        page = find([Term("見積")], before=before, limit=7)
        seen += [group for _, group in page.groups]
        before = page.reached
        if before is None:
            break

    assert seen == ids(reversed(planted))


def test_many_that_came_in_the_same_moment_are_all_found() -> None:
    planted = [plant("見積", at=0) for _ in range(30)]

    assert sorted(found("見積")) == sorted(ids(planted))


def test_a_field_finds_only_itself() -> None:
    name = plant("山田 花子", field="name")
    body = plant("山田さまへ", at=1)

    assert found("山田") == ids([body, name])
    assert found("山田", "name") == ids([name])
    assert files_with("name", "山田花子", limit=10) == [name.file]
    assert files_with("name", "", limit=10) == []


def test_numbers_are_found_however_they_are_written() -> None:
    planted = plant("０３－１２３４－５６７８", field="phone")

    for typed in (
        "0312345678",
        "03-1234-5678",
        "(03)1234-5678",
        "1234-5678",
        "12345678",
        "5678",
        "567",
        "56",
    ):
        assert found(typed, "phone") == [planted.group.id], typed


def test_short_numbers_among_words_are_found_by_any_part() -> None:
    planted = plant("型番AB12345Cの2026年")
    plant("型番AB1-2345-C、20と26")

    for typed in ("12345", "1234", "2345c", "b12345", "b123", "2026年", "の2026"):
        assert found(typed) == [planted.group.id], typed


def test_putting_in_again_replaces_and_nothing_more() -> None:
    planted = plant("見積")
    put([Group(planted.group.id, planted.group.at, {planted.file: {"": ["納期"]}})])

    assert found("見積") == []
    assert found("納期") == [planted.group.id]
    put([Group(planted.group.id, planted.group.at, {})])
    assert found("納期") == []


# ---- what is forgotten


def test_forgotten_is_not_found_and_the_others_are() -> None:
    gone, stays = plant("見積"), plant("見積", at=1)

    assert forget(files=[gone.file]) == 1
    assert found("見積") == [stays.group.id]
    assert forget(files=[gone.file]) == 0


def test_one_file_of_a_group_is_forgotten_and_the_rest_of_it_stays() -> None:
    note, own = new_file(), new_file()
    group = Group(uuid4(), BEGAN, {own: {"": ["納期の件"]}, note: {"": ["倉庫に確認、納期は未定"]}})
    put([group])

    forget(files=[note])

    assert found("倉庫") == []
    assert found("納期") == [group.id]
    forget(files=[own])
    assert found("納期") == []


def test_nothing_of_the_forgotten_is_left_in_the_raw_files() -> None:
    """Positive control first: before, every one of its own grams lies in the file."""
    if not on_sqlite():
        pytest.skip("only on SQLite")
    for place, text in enumerate(sentences(7, 300)):
        plant(text, at=place)
    victim = plant("鑞付け蹴鞠の龢", "飆々", at=1000)
    alone = _words_only_of(victim, "鑞付け蹴鞠の龢", "飆々")
    assert _in_vocabulary(alone) == alone
    assert {word for word in alone if _stem(word) in raw()} == alone
    copy = _copy_of(victim)
    assert copy in raw()

    begin_ending(ending=uuid4(), files=[victim.file])
    forget(files=[victim.file])

    assert _in_vocabulary(alone) == set()
    assert {word for word in alone if _stem(word) in raw()} == set()
    assert copy not in raw()
    assert victim.group.id.bytes not in raw()
    assert all(path.stat().st_size == 0 for path in folder().glob("*-wal"))


def _words_only_of(planted: Planted, *texts: str) -> set[str]:
    from madoguchi.rooms.vault.search.sqlite import _word

    key = grams_key(current_epoch("index"))
    every = [search_key(text) for text in sentences(7, 300)]
    others = set(grams.of_texts(key, {"": every}))
    return {
        _word(gram)
        for gram in grams.of_texts(key, {"": [fold(text) for text in texts]})
        if gram not in others
    }


def _stem(word: str) -> bytes:
    """FTS5 leaves out letters that a word shares with the one before it."""
    return word[-5:].encode()


def _in_vocabulary(words: set[str]) -> set[str]:
    import sqlite3

    (path,) = folder().glob("*.sqlite3")
    db = sqlite3.connect(path)
    db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, gram, row)")
    present = {word for (word,) in db.execute("SELECT term FROM temp.words")}
    db.close()
    return words & present


def _copy_of(planted: Planted) -> bytes:
    import sqlite3

    (path,) = folder().glob("*.sqlite3")
    db = sqlite3.connect(path)
    (sealed,) = db.execute("SELECT sealed FROM copy WHERE file = ?", (planted.file.bytes,)).fetchone()
    db.close()
    return bytes(sealed)


def test_on_a_server_no_row_and_no_dead_row_of_the_forgotten_is_left() -> None:
    if on_sqlite():
        pytest.skip("only on PostgreSQL")
    victim = plant("鑞付け蹴鞠の龢")
    forget(files=[victim.file])

    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM vault_search")
        (number,) = cursor.fetchone()
        for table in (f"vault_search_{number}_place", f"vault_search_{number}_copy"):
            cursor.execute(f"SELECT count(*), pg_relation_size('{table}') FROM {table}")  # noqa: S608
            assert cursor.fetchone() == (0, 0)  # vacuumed down to no page at all


def test_no_text_and_no_word_lies_open_in_the_index() -> None:
    if not on_sqlite():
        pytest.skip("only on SQLite")
    plant("カナリア見積の宛名", "canary@example.jp", at=5)

    for word in ("カナリア", "かなりあ", "見積", "canary", "example"):
        assert search_key(word).encode() not in raw()
        assert word.encode() not in raw()


def test_what_ends_or_is_kept_sealed_is_never_put_in() -> None:
    ending, kept = new_file(), new_file()
    begin_ending(ending=uuid4(), files=[ending])
    keep_sealed(file=kept, law="tax", until=(BEGAN + timedelta(days=400)).date())

    put([Group(uuid4(), BEGAN, {ending: {"": ["見積"]}, kept: {"": ["見積"]}})])

    assert found("見積") == []


def test_what_is_kept_sealed_can_be_forgotten() -> None:
    planted = plant("見積")
    keep_sealed(file=planted.file, law="tax", until=(BEGAN + timedelta(days=400)).date())

    assert forget(files=[planted.file]) == 1
    assert found("見積") == []


def test_if_the_key_went_first_the_whole_index_goes_rather_than_a_trace_stay() -> None:
    lost, other = plant("鑞付け"), plant("見積", at=1)
    destroy_file(file=lost.file, reason="erasure")

    forget(files=[lost.file])

    assert not is_whole()
    assert found("鑞付け") == found("見積") == []
    whole_index()
    put([other.group])
    assert found("見積") == [other.group.id]


@pytest.mark.parametrize("round_", range(8))
def test_putting_in_while_it_is_being_forgotten_leaves_nothing(round_: int) -> None:
    """However the two meet: after both are over nothing of the file is found."""
    files = [new_file() for _ in range(6)]
    groups = [
        Group(uuid4(), BEGAN + timedelta(minutes=n), {file: {"": ["見積の件"]}})
        for n, file in enumerate(files)
    ]
    start = threading.Barrier(4)

    def index_again() -> None:
        for _ in range(6):
            put(groups)

    def end() -> None:
        begin_ending(ending=uuid4(), files=files)
        forget(files=files)

    faults = _together([index_again, index_again, index_again, end], start)

    assert faults == []
    assert found("見積") == []


def _together(acts: list[Callable[[], None]], start: threading.Barrier) -> list[Exception]:
    faults: list[Exception] = []

    def run(act: Callable[[], None]) -> None:
        start.wait(10)
        try:
            act()
        except Exception as fault:  # noqa: BLE001  looked at by the test
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return faults


# ---- made anew


def test_after_a_reset_nothing_is_found_until_it_is_made_anew() -> None:
    planted = plant("見積")

    reset()
    assert not is_whole()
    assert not is_current()
    assert found("見積") == []

    walk = begin_walk()
    assert walk is not None
    put([planted.group])
    assert found("見積") == [planted.group.id]
    assert not is_whole()
    note_walk(walk, walked="x", whole=False)
    again = begin_walk()
    assert again is not None
    assert again.walked == "x"
    note_walk(again, walked="x", whole=True)
    assert begin_walk() is None
    assert is_whole()


def test_a_walk_of_an_index_that_was_dropped_meanwhile_says_nothing_of_the_new_one() -> None:
    reset()
    old = begin_walk()
    assert old is not None
    reset()
    new = begin_walk()
    assert new is not None

    note_walk(old, walked="far", whole=True)

    assert not is_whole()
    assert begin_walk() == new


def test_a_damaged_index_is_thrown_away_and_made_anew() -> None:
    if not on_sqlite():
        pytest.skip("only on SQLite")
    plant("見積")
    (path,) = folder().glob("*.sqlite3")
    size = path.stat().st_size
    path.write_bytes(b"no database at all " * (size // 19))

    with pytest.raises(SearchBusy):
        found("見積")

    assert found("見積") == []
    whole_index()
    assert is_whole()


def test_tables_of_an_index_that_the_server_emptied_after_a_crash_are_replaced() -> None:
    if on_sqlite():
        pytest.skip("only on PostgreSQL")
    plant("見積")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE vault_search")

    assert found("見積") == []
    assert not is_whole()
    whole_index()
    planted = plant("見積")
    assert found("見積") == [planted.group.id]


def test_whoever_changes_folding_or_grams_raises_the_format() -> None:
    """What is in an index was made by the program that made it: another one could neither find it nor take it out."""
    text = {"name": [fold("㈱髙﨑 ｱｲか\u3099〜")], "": [fold("０３－１２３４－５６７８ まで。")]}

    made = grams.of_texts(b"k" * 32, text)

    assert (grams.FORMAT, digest(made)) == GOLDEN
