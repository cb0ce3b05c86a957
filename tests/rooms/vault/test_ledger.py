"""The ledger of erasures: every change to it is noticed, a line cut by a crash is not one."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from madoguchi.rooms.vault import ledger
from madoguchi.rooms.vault.errors import LedgerBroken
from tests.house import House


@pytest.fixture
def folder(house: House, tmp_path: Path) -> Path:
    for number in range(5):
        ledger.write(tmp_path, "erasure", [{"file": str(number)}])
    return tmp_path


def lines(folder: Path) -> list[bytes]:
    return (folder / "segment-000001.jsonl").read_bytes().splitlines(keepends=True)


def rewrite(folder: Path, content: list[bytes]) -> None:
    (folder / "segment-000001.jsonl").write_bytes(b"".join(content))


def test_lines_come_back_in_order(folder: Path) -> None:
    read = list(ledger.read(folder))

    assert [line.number for line in read] == [1, 2, 3, 4, 5]
    assert [line.facts for line in read] == [{"file": str(number)} for number in range(5)]


def altered(raw: bytes) -> bytes:
    return raw.replace(b'"file":"2"', b'"file":"9"')


@pytest.mark.parametrize("harm", [
    lambda each: [*each[:2], altered(each[2]), *each[3:]],
    lambda each: [*each[:2], *each[3:]],
    lambda each: each[1:],
    lambda each: [each[1], each[0], *each[2:]],
    lambda each: [*each, each[-1]],
    lambda each: [*each[:2], b"not a line\n", *each[3:]],
    lambda each: [*each[:2], b"[]\n", *each[3:]],
    lambda each: [*each[:4], json.dumps(json.loads(each[4]) | {"signature": "?"}).encode() + b"\n"],
    lambda each: [*each[:4], json.dumps(json.loads(each[4]) | {"signature": 7}).encode() + b"\n"],
    lambda each: [*each[:2], each[2][:40] + each[3], each[4]],
])  # fmt: skip
def test_whatever_was_changed_it_is_not_trusted(
    folder: Path, harm: Callable[[list[bytes]], list[bytes]]
) -> None:
    rewrite(folder, harm(lines(folder)))

    with pytest.raises(LedgerBroken):
        list(ledger.read(folder))


def test_the_last_write_cut_by_a_crash_is_no_line_and_the_next_follows(folder: Path) -> None:
    rewrite(folder, [*lines(folder), b'{"number":6,"at":"2026'])
    assert [line.number for line in ledger.read(folder)] == [1, 2, 3, 4, 5]

    ledger.write(folder, "erasure", [{"file": "next"}])

    assert [line.facts["file"] for line in ledger.read(folder)][-1] == "next"
    assert len(list(ledger.read(folder))) == 6


def test_a_cut_line_with_more_after_it_is_no_crash(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "SEGMENT_LINES", 5)
    ledger.write(folder, "erasure", [{"file": "next"}])
    rewrite(folder, [*lines(folder)[:4], lines(folder)[4][:30]])

    with pytest.raises(LedgerBroken):
        list(ledger.read(folder))


def test_segments_follow_each_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "SEGMENT_LINES", 5)
    for number in range(7):
        ledger.write(folder, "erasure", [{"file": f"more {number}"}])

    assert [path.name for path in ledger._segments(folder)] == [f"segment-00000{n}.jsonl" for n in (1, 2, 3)]
    assert [line.number for line in ledger.read(folder)] == list(range(1, 13))


def test_writers_at_once_make_one_chain(folder: Path) -> None:
    threads = [
        threading.Thread(target=ledger.write, args=(folder, "erasure", [{"file": f"t{n}"}]))
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(list(ledger.read(folder))) == 25
