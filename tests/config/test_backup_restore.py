"""What a restore refuses before it touches anything, and what it leaves behind when it is done."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from madoguchi.config.backup import manifest as manifests
from madoguchi.config.backup.errors import BackupUnusable, KeysGone
from madoguchi.config.backup.manifest import Manifest
from madoguchi.config.backup.parcel import pack, unpack
from madoguchi.config.backup.restore import restore
from madoguchi.config.backup.write import identity_of, write_backup
from madoguchi.config.identity import IDENTITY
from madoguchi.rooms.vault.actions.write_ledger import write_ledger
from madoguchi.rooms.vault.errors import KeysUnusable, LedgerBroken
from madoguchi.rooms.vault.queries.copies import KeyInUse, ledger_length
from tests.config.restoring import Elsewhere, fingerprint
from tests.house import House
from tests.servers import _binaries


@pytest.fixture(autouse=True)
def ledger(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """One of its own for each test."""
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{_binaries()}")
    path = settings.KEY_DIR / "ledger"
    shutil.rmtree(path, ignore_errors=True)
    write_ledger("heartbeat", {})
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def backup(house: House, tmp_path: Path) -> Path:
    house.submit()
    return write_backup(tmp_path / "b.backup").path


def altered(backup: Path, folder: Path, **changes: object) -> Path:
    """The same backup with another manifest, closed again."""
    inside, key = folder / "inside", identity_of(settings.KEY_DIR / IDENTITY)
    inside.mkdir()
    unpack(backup, key, inside)
    manifest: Manifest = replace(manifests.read(inside), **changes)  # type: ignore[arg-type]
    members = {manifests.NAME: manifest.write(inside), manifests.DATABASE: inside / manifests.DATABASE}
    pack(folder / "altered.backup", members, key.to_public())
    return folder / "altered.backup"


def test_the_manifest_says_what_is_inside(house: House, backup: Path, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    unpack(backup, identity_of(settings.KEY_DIR / IDENTITY), inside)

    said = manifests.read(inside)

    assert said.rows["inquiries_inquiry"] == 1
    assert said.ledger == ledger_length()
    assert {(key.kind, key.number, key.needed) for key in said.keys} == {
        ("kek", 1, True), ("index", 1, True), ("ledger", 1, True), ("suppression", 1, True),
    }  # fmt: skip
    assert {path.name for path in inside.iterdir()} == {"manifest.json", "database"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"engine": "oracle"}, "同じ種類のデータベース"),
        ({"version": "99.0.0"}, "新しい版"),
        ({"rows": {}}, "誤り"),
        ({"digests": {"database": "0" * 64}}, "同じではありません"),
        ({"digests": {"../../keys/kek-0001.key": "0" * 64}}, "同じではありません"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_touched(
    house: House, backup: Path, ledger: Path, tmp_path: Path, changes: dict[str, object], sentence: str
) -> None:
    wrong = altered(backup, tmp_path, **changes)
    before = fingerprint(settings.DATA_DIR, settings.KEY_DIR)

    with pytest.raises(BackupUnusable, match=sentence):
        restore(wrong, ledger)

    assert fingerprint(settings.DATA_DIR, settings.KEY_DIR) == before


def test_a_backup_whose_keys_are_destroyed_is_refused_with_the_reason(
    house: House, backup: Path, ledger: Path, tmp_path: Path
) -> None:
    gone = altered(backup, tmp_path, keys=[KeyInUse("kek", 7, "0" * 32, needed=True)])
    write_ledger("epoch-destroyed", {"kind": "kek", "number": "7"})

    with pytest.raises(KeysGone, match=r"鍵を .* に廃棄したためです"):
        restore(gone, ledger)


def test_a_key_that_is_only_missing_is_asked_for(
    house: House, backup: Path, ledger: Path, tmp_path: Path
) -> None:
    lost = altered(backup, tmp_path, keys=[KeyInUse("kek", 7, "0" * 32, needed=True)])

    with pytest.raises(KeysUnusable, match=r"kek-0007\.key"):
        restore(lost, ledger)


def test_a_key_that_was_empty_already_is_not_asked_for(
    house: House, backup: Path, ledger: Path, tmp_path: Path
) -> None:
    fine = altered(backup, tmp_path, keys=[KeyInUse("kek", 7, "0" * 32, needed=False)])
    elsewhere = Elsewhere(tmp_path / "there")

    result = elsewhere.restore(fine)

    assert result.returncode == 0, result.stderr


def test_a_ledger_shorter_than_the_backup_says_was_cut(house: House, ledger: Path, tmp_path: Path) -> None:
    """However fresh its last line is."""
    shutil.copytree(ledger, tmp_path / "earlier")
    for _ in range(3):
        write_ledger("heartbeat", {})
    write_backup(tmp_path / "b.backup")
    shutil.rmtree(ledger)
    shutil.copytree(tmp_path / "earlier", ledger)

    with pytest.raises(BackupUnusable, match="続いていません"):
        restore(tmp_path / "b.backup", ledger)


def test_the_longer_of_two_ledgers_counts_and_is_kept(
    house: House, backup: Path, ledger: Path, tmp_path: Path
) -> None:
    """On another machine the key folder has an older copy: what came later must not be missed next time."""
    elsewhere = Elsewhere(tmp_path / "there")
    write_ledger("heartbeat", {})
    shutil.copytree(ledger, tmp_path / "newer")
    length = ledger_length()

    result = elsewhere.run("restore", str(backup), "--ledger", str(tmp_path / "newer"))

    assert result.returncode == 0, result.stderr
    told = "from madoguchi.rooms.vault.queries.copies import ledger_length\nprint(ledger_length())"
    assert elsewhere.python(told) == str(length + 1)  # and the line that says that it was restored
    last = (elsewhere.keys / "ledger" / "segment-000001.jsonl").read_text().splitlines()[-1]
    assert json.loads(last)["kind"] == "restored"


def test_two_ledgers_that_part_ways_are_refused(
    house: House, backup: Path, ledger: Path, tmp_path: Path
) -> None:
    shutil.copytree(ledger, tmp_path / "other")
    write_ledger("heartbeat", {"here": "1"})
    mine = (ledger / "segment-000001.jsonl").read_bytes()
    shutil.rmtree(ledger)
    shutil.copytree(tmp_path / "other", ledger)
    write_ledger("heartbeat", {"there": "1"})
    (tmp_path / "other" / "segment-000001.jsonl").write_bytes(mine)

    with pytest.raises(LedgerBroken, match="食い違っています"):
        restore(backup, tmp_path / "other")


def test_the_database_from_before_is_gone_when_it_is_done(house: House, backup: Path, tmp_path: Path) -> None:
    elsewhere = Elsewhere(tmp_path / "there")
    assert elsewhere.restore(backup).returncode == 0
    first = {path.name for path in (elsewhere.folder / "data").iterdir()}

    result = elsewhere.restore(backup)

    assert result.returncode == 0, result.stderr
    assert "消しました" in result.stdout
    left = {path.name for path in (elsewhere.folder / "data").rglob("*")} - first
    assert {name for name in left if "before" in name or name.startswith(".")} == set()
