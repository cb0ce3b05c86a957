"""A sealed value opens in its own column and row with its own key, and nowhere else."""

import threading
import tracemalloc
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import connections

from madoguchi.foundation.lib.ids import uuid7
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.vault.actions.open_file import new_key, open_file
from madoguchi.rooms.vault.actions.store_attachment import store_attachment
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.models import CHUNK_BYTES, Attachment, Chunk, File
from madoguchi.rooms.vault.queries import blind, blinds, file_key, read_attachment, suppression_mark
from tests.house import House
from tests.keys import destroy_file

WORDS = "髙﨑さまへ。𠮷野家の件、①です。"


def sealed() -> tuple[FileKey, UUID, bytes]:
    key, row = new_key(), uuid7()
    return key, row, key.seal(Inquiry, "answers", row, WORDS)


def test_it_opens_where_it_was_sealed() -> None:
    key, row, value = sealed()

    assert key.open(Inquiry, "answers", row, value) == WORDS
    assert key.open(Inquiry, "answers", row, memoryview(value)) == WORDS
    assert WORDS.encode() not in value


def test_moved_to_another_row_column_or_table_it_does_not_open() -> None:
    key, row, value = sealed()

    for model, column, place in (
        (Inquiry, "answers", uuid7()),
        (Inquiry, "headline", row),
        (Entry, "text", row),
    ):
        with pytest.raises(FileErased):
            key.open(model, column, place, value)


def test_another_key_does_not_open_it() -> None:
    _, row, value = sealed()

    with pytest.raises(FileErased):
        new_key().open(Inquiry, "answers", row, value)


def test_every_flipped_bit_is_noticed() -> None:
    key, row, value = sealed()

    for place in range(len(value)):
        flipped = value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :]
        with pytest.raises(FileErased):
            key.open(Inquiry, "answers", row, flipped)
    for length in (12, 13, 27, len(value) - 1):
        with pytest.raises(FileErased):
            key.open(Inquiry, "answers", row, value[:length])


def test_the_same_words_never_look_the_same_twice() -> None:
    key, row, _ = sealed()

    assert len({key.seal(Inquiry, "answers", row, WORDS) for _ in range(50)}) == 50


def test_an_unsealed_column_is_refused() -> None:
    with pytest.raises(TypeError):
        new_key().seal(Inquiry, "receipt_number", uuid7(), WORDS)


def test_a_key_never_shows_itself() -> None:
    key = new_key()

    assert key.secret.hex() not in repr(key)
    assert str(list(key.secret)) not in repr(key)


def test_blind_values_are_stable_opaque_and_apart(house: House) -> None:
    one = blind("email", "hanako@example.jp")

    assert one == blind("email", "hanako@example.jp")
    assert (len(one), one[:2]) == (32, b"\x00\x01")
    assert one in blinds("email", "hanako@example.jp")
    assert blind("phone", "hanako@example.jp")[2:] != one[2:]
    assert blind("email", "hanako@example.jp.")[2:] != one[2:]
    assert suppression_mark("email", "hanako@example.jp")[:30] != one[2:]


def pieces(size: int, count: int) -> Iterator[bytes]:
    for number in range(count):
        yield bytes([number % 251]) * size


@pytest.mark.parametrize("size", [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 7])
def test_an_attachment_comes_back_byte_for_byte(house: House, size: int) -> None:
    content = bytes(range(251)) * (size // 251 + 1)
    key = open_file(kind="inquiry", holder=None)
    stored = store_attachment(
        key=key, name="見積.pdf", media_type="application/pdf", content=[content[:size]]
    )

    assert b"".join(read_attachment(stored)) == content[:size]
    row = Attachment.objects.get(id=stored)
    assert (row.size, row.opened(key, "name")) == (size, "見積.pdf")
    assert Chunk.objects.count() == -(-size // CHUNK_BYTES)


def test_a_large_attachment_takes_little_memory(house: House) -> None:
    """40 MB in pieces of 64 KiB, in and out, within 8 MB."""
    key = open_file(kind="inquiry", holder=None)
    tracemalloc.start()
    try:
        stored = store_attachment(key=key, name="a", media_type="a/b", content=pieces(64 * 1024, 640))
        read = sum(len(piece) for piece in read_attachment(stored))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert read == 640 * 64 * 1024
    assert most < 8 * 1024 * 1024


def test_chunks_do_not_change_places(house: House) -> None:
    key = open_file(kind="inquiry", holder=None)
    stored = store_attachment(key=key, name="a", media_type="a/b", content=pieces(CHUNK_BYTES, 3))
    first, second, _ = Chunk.objects.filter(attachment=stored).order_by("position")
    Chunk.objects.filter(id=first.id).update(content=second.content)

    with pytest.raises(FileErased):
        list(read_attachment(stored))


def test_destroying_is_repeatable_and_takes_attachments_along(house: House) -> None:
    key = open_file(kind="inquiry", holder=None)
    store_attachment(key=key, name="a", media_type="a/b", content=[b"x"])

    assert destroy_file(file=key.id, reason="request") is True
    assert destroy_file(file=key.id, reason="retention") is False
    assert (Attachment.objects.count(), Chunk.objects.count()) == (0, 0)
    assert File.objects.get(id=key.id).destroyed_for == "request"
    with pytest.raises(FileErased):
        file_key(key.id)


def test_of_many_who_destroy_one_does(house: House) -> None:
    key = open_file(kind="inquiry", holder=None)
    done: list[bool] = []

    def destroy() -> None:
        try:
            done.append(destroy_file(file=key.id, reason="request"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=destroy) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == [False] * 7 + [True]
