"""The nightly backup: due once a night, proven, kept as long as was said, and missed when it does not come."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from django.conf import settings

from madoguchi.config.backup.errors import BackupNotWritten, BackupUnproven, Busy
from madoguchi.config.backup.parcel import unpack
from madoguchi.config.backup.places import alone
from madoguchi.config.backup.schedule import back_up, clear_old, is_due, run_apart
from madoguchi.config.backup.write import write_backup
from madoguchi.config.health import find_faults
from madoguchi.foundation.lib import clock
from madoguchi.rooms.audit.queries import latest, of_kind
from tests.clockwork import Clock, stopped_clock
from tests.config.restoring import fingerprint
from tests.house import House
from tests.servers import _binaries

NIGHT = datetime(2026, 11, 24, 2, 30, tzinfo=clock.JST)


@pytest.fixture
def clockwork(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return stopped_clock(tmp_path, monkeypatch)


@pytest.fixture
def folder(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where backups go, as the environment says."""
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{_binaries()}")
    path = tmp_path / "backups"
    path.mkdir()
    set_to(monkeypatch, backup_dir=path)
    return path


def set_to(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    monkeypatch.setattr(settings, "ENVIRONMENT", settings.ENVIRONMENT.model_copy(update=values))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def codes() -> set[str]:
    return {each.code for each in find_faults() if each.code.startswith("backup")}


def test_it_is_due_once_a_night_and_caught_up_with(folder: Path, clockwork: Clock) -> None:
    clockwork.set(NIGHT - timedelta(minutes=1))
    assert is_due()  # last night's never came
    back_up()
    assert not is_due()

    clockwork.set(NIGHT)
    assert is_due()
    back_up()
    clockwork.set(NIGHT + timedelta(hours=23))
    assert not is_due()
    clockwork.set(NIGHT + timedelta(days=3, hours=5))  # the machine was off for days
    assert is_due()

    assert names(folder) == ["madoguchi-20261124-0229.backup", "madoguchi-20261124-0230.backup"]


def test_a_backup_by_hand_elsewhere_is_not_tonights(folder: Path, clockwork: Clock, tmp_path: Path) -> None:
    write_backup(tmp_path / "by-hand.backup")

    assert is_due()


def test_a_clock_set_back_does_not_silence_it(folder: Path, clockwork: Clock) -> None:
    clockwork.set(NIGHT + timedelta(days=366))
    back_up()

    clockwork.set(NIGHT + timedelta(hours=1))

    assert is_due()


def test_nothing_is_due_without_a_folder(house: House, clockwork: Clock) -> None:
    assert settings.ENVIRONMENT.backup_dir is None
    assert not is_due()
    with pytest.raises(BackupNotWritten, match="場所が決まっていません"):
        back_up()


def test_a_failure_is_seen_and_tried_again_in_an_hour(folder: Path, clockwork: Clock) -> None:
    clockwork.set(NIGHT)
    folder.rmdir()

    with pytest.raises(BackupNotWritten, match="フォルダ"):
        back_up()

    assert not is_due()
    assert {"backup-failed", "backup-folder", "backup"} <= codes()
    assert not folder.exists()  # the place of a disk that is not mounted
    folder.mkdir()
    clockwork.set(NIGHT + timedelta(minutes=61))
    assert is_due()
    back_up()
    assert codes() == {"backup-age", "backup-volume"}
    clockwork.set(NIGHT + timedelta(days=3))
    late = [(each.level, each.code) for each in find_faults() if each.code == "backup"]
    assert late == [("fault", "backup")]


def test_its_age_and_its_proof_are_told(folder: Path, clockwork: Clock) -> None:
    clockwork.set(NIGHT)
    back_up()
    clockwork.set(NIGHT + timedelta(hours=7))

    (said,) = [each.says for each in find_faults() if each.code == "backup-age"]

    assert said == f"最後のバックアップ: 7 時間前(開いて確かめました、{folder})"


# ---- what is kept


def test_only_our_own_old_files_go_and_never_the_newest(folder: Path, clockwork: Clock) -> None:
    """By the clock that two clocks agree on: a wall clock that jumps ahead removes nothing."""
    clockwork.set(NIGHT)
    clockwork.live(timedelta())
    ours = [
        "madoguchi-20260901-0230.backup",
        "madoguchi-20261019-0230.backup",
        "madoguchi-20261021-0230.backup",
    ]
    others = [
        "madoguchi-20260901-0230.backup.gpg",
        "madoguchi-2026.backup",
        "notes.txt",
        "x-madoguchi-20260901-0230.backup",
    ]
    for name in [
        *ours,
        *others,
        ".madoguchi-20260901-0230.backup.part",
        ".madoguchi-20261124-0229.backup.part",
    ]:
        (folder / name).touch()
    (folder / "madoguchi-20260801-0230.backup").mkdir()
    (folder / "madoguchi-20260802-0230.backup").symlink_to(folder / "notes.txt")

    clear_old(folder)

    assert names(folder) == sorted(
        [
            *ours[2:],
            *others,
            ".madoguchi-20261124-0229.backup.part",
            "madoguchi-20260801-0230.backup",
            "madoguchi-20260802-0230.backup",
        ]
    )
    clockwork.set(NIGHT + timedelta(days=400))
    assert clear_old(folder) == []  # nobody said yet that so much time has passed
    clockwork.live(timedelta())
    assert clear_old(folder) == []  # the last one stays, however old


# ---- what proves it


def flipped(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[-20] ^= 1
    path.write_bytes(raw)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("harm", [flipped, cut, emptied])
def test_what_lies_wrong_on_the_disk_is_found_and_removed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, own: bool, harm: Callable[[Path], None]
) -> None:
    """A disk that keeps something else than what it was given: with our key, and with a key kept elsewhere."""
    from madoguchi.config import disk

    to = "" if own else str(pyrage.x25519.Identity.generate().to_public())
    set_to(monkeypatch, backup_to=to)
    back_up()
    before = fingerprint(folder)
    monkeypatch.setattr(disk, "forget_cached", harm)

    with pytest.raises(BackupUnproven):
        back_up()

    assert fingerprint(folder) == before
    assert "backup-failed" in codes()


def test_a_key_kept_elsewhere_opens_it_and_ours_does_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    elsewhere = pyrage.x25519.Identity.generate()
    set_to(monkeypatch, backup_to=str(elsewhere.to_public()))

    written = back_up()

    event = latest("backup.made")
    assert event is not None
    assert (written.proof, event.details["proof"]) == ("reread", "reread")
    (tmp_path / "opened").mkdir()
    unpack(written.path, elsewhere, tmp_path / "opened")
    assert names(tmp_path / "opened") == ["database", "manifest.json"]
    assert written.path.stat().st_mode & 0o077 == 0


def test_any_age_and_any_tar_open_it(folder: Path, tmp_path: Path) -> None:
    """In ten years, without this program."""
    import tarfile

    from madoguchi.config.identity import IDENTITY, read_identity

    written = back_up()
    pyrage.decrypt_file(
        str(written.path), str(tmp_path / "plain.tar"), [read_identity(settings.KEY_DIR / IDENTITY)]
    )

    with tarfile.open(tmp_path / "plain.tar") as tar:
        assert tar.getnames() == ["manifest.json", "database"]


# ---- one at a time, and nothing left behind


def test_one_at_a_time(folder: Path) -> None:
    with alone():
        with pytest.raises(Busy):
            back_up()
        other = subprocess.run(
            [sys.executable, "-m", "madoguchi", "backup", str(folder / "b")],
            capture_output=True,
            text=True,
            check=False,
        )
    assert other.returncode == 1
    assert "いま動いています" in other.stderr
    assert list(of_kind("backup.failed")) == []  # the other one is at work: that is no failure


@pytest.fixture
def leftovers(house: House) -> Iterator[list[Path]]:
    data = Path(settings.DATA_DIR)
    folders = [data / ".backup-killed", data / ".restore-killed", data / ".before-20261120-010203-000000"]
    for each in folders:
        each.mkdir()
        (each / "database").write_bytes(b"somebody who was erased")
    yield folders
    for each in [*folders, data / "restore-unfinished"]:
        if each.is_dir():
            (each / "database").unlink()
            each.rmdir()
        else:
            each.unlink(missing_ok=True)


def test_what_a_killed_one_left_is_swept(leftovers: list[Path]) -> None:
    from madoguchi.config.backup.places import sweep

    sweep()

    assert [path for path in leftovers if path.exists()] == []


def test_never_under_the_hands_of_one_that_works(leftovers: list[Path]) -> None:
    from madoguchi.config.backup.places import sweep

    with alone():
        leftovers[0].mkdir()
        (leftovers[0] / "database").touch()
        sweep()
        assert leftovers[0].exists()


def test_while_a_restore_is_unfinished_the_database_from_before_stays(leftovers: list[Path]) -> None:
    from madoguchi.config.backup.places import sweep

    (settings.DATA_DIR / "restore-unfinished").touch()

    sweep()

    assert [path for path in leftovers if path.exists()] == leftovers[2:]


def test_the_worker_has_it_done_by_a_process_of_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MADOGUCHI_BACKUP_DIR", str(folder))

    run_apart(threading.Event())

    assert len(names(folder)) == 1
    assert not is_due()


def test_a_violent_end_is_noted_by_the_worker(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_BACKUP_DIR", str(folder))
    monkeypatch.setattr(sys, "executable", str(folder / "killed"))
    (folder / "killed").write_text("#!/bin/sh\nkill -9 $$\n")
    (folder / "killed").chmod(0o700)

    run_apart(threading.Event())

    event = latest("backup.failed")
    assert event is not None
    assert event.details == {"code": "ended"}
