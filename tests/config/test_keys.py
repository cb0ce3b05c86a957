"""A key folder that does not fit stops the start with its mend, and nothing is touched."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from django.conf import settings

from madoguchi.config.health import find_faults
from madoguchi.config.identity import read_identity
from madoguchi.config.keys import KeyCopyUnusable, back_up_keys, drill
from madoguchi.config.start import CannotStart, check_start
from madoguchi.foundation.lib import clock
from madoguchi.rooms.audit.queries import latest
from madoguchi.rooms.vault.actions import rotate
from madoguchi.rooms.vault.actions.make_keys import make_keys
from madoguchi.rooms.vault.errors import KeysUnusable
from madoguchi.rooms.vault.keyring import forget_keys, read_folder, write_key
from madoguchi.rooms.vault.models import Epoch, File, Key
from madoguchi.rooms.vault.queries.epochs import numbers
from tests.clockwork import stopped_clock
from tests.config.restoring import fingerprint
from tests.house import House
from tests.keys import at_once, command, own_keys, turn


@pytest.fixture
def keys(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the key folder, in use."""
    house.submit()
    at_once(monkeypatch)
    with own_keys(tmp_path / "keys", monkeypatch) as folder:
        yield folder


@pytest.fixture
def turned(keys: Path) -> Path:
    """The same after a rotation: the first keys are closed and not destroyed, the second are in use."""
    turn(clock.now())
    return keys


def remove(folder: Path, name: str) -> None:
    (folder / name).unlink()


def cut(folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])


def empty(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"")


def replace_by_another(folder: Path, name: str) -> None:
    content = json.loads((folder / name).read_text(encoding="ascii"))
    (folder / name).write_text(json.dumps(content | {"key": "A" * 43 + "="}), encoding="ascii")


def rename(folder: Path, name: str) -> None:
    (folder / name).rename(folder / "kek-0007.key")


def swap(folder: Path, name: str) -> None:
    other = "index-0001.key" if name != "index-0001.key" else "kek-0001.key"
    one, two = (folder / name).read_bytes(), (folder / other).read_bytes()
    (folder / name).write_bytes(two)
    (folder / other).write_bytes(one)


def copy_of_an_older_one(folder: Path, name: str) -> None:
    """A number that exists twice."""
    shutil.copyfile(folder / name, folder / name.replace(".key", " (1).key"))


def copy_as_the_next(folder: Path, name: str) -> None:
    shutil.copyfile(folder / name, folder / "kek-0008.key")


def flip(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[-5] ^= 1
    (folder / name).write_bytes(content)


def folder_in_its_place(folder: Path, name: str) -> None:
    (folder / name).unlink()
    (folder / name).mkdir()


HARMS = (
    remove, cut, empty, replace_by_another, rename, swap, copy_of_an_older_one, copy_as_the_next, flip,
    folder_in_its_place,
)  # fmt: skip


@pytest.mark.parametrize("name", ["kek-0001.key", "kek-0002.key", "index-0001.key", "index-0002.key"])
@pytest.mark.parametrize("harm", HARMS)
def test_a_harmed_key_of_any_epoch_stops_the_start(
    turned: Path, harm: Callable[[Path, str], None], name: str
) -> None:
    check_start()
    harm(turned, name)
    forget_keys()
    before = fingerprint(turned, settings.DATA_DIR)

    with pytest.raises(CannotStart) as stopped:
        check_start()

    said = str(stopped.value)
    assert "鍵" in said
    assert "戻してください" in said
    assert any(each.removesuffix(".key") in said for each in (name, "kek-0008.key", "kek-0007.key"))
    assert fingerprint(turned, settings.DATA_DIR) == before


def test_a_key_of_another_installation_is_no_key_of_ours(keys: Path, tmp_path: Path) -> None:
    """Named as our next one would be, whole, and with the mark of the house it comes from."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    now = clock.now()
    for kind in ("suppression", "ledger"):
        write_key(theirs, kind, 1, made_at=now, marked_by=None)
    write_key(theirs, "kek", 2, made_at=now, marked_by=read_folder(theirs))
    shutil.copyfile(theirs / "kek-0002.key", keys / "kek-0002.key")
    forget_keys()
    before = fingerprint(keys, settings.DATA_DIR)

    with pytest.raises(CannotStart, match=r"kek-0002\.key は、この窓口の鍵ではありません"):
        check_start()
    assert fingerprint(keys, settings.DATA_DIR) == before


def test_the_folder_of_another_installation(keys: Path, tmp_path: Path) -> None:
    now = clock.now()
    for path in keys.glob("*.key"):
        path.unlink()
    for kind in ("kek", "index", "suppression", "ledger"):
        write_key(keys, kind, 1, made_at=now, marked_by=None)
    (keys / "secret.key").write_text("x" * 64, encoding="ascii")
    forget_keys()
    before = fingerprint(keys, settings.DATA_DIR)

    with pytest.raises(CannotStart, match="このデータベースの鍵ではありません"):
        check_start()
    assert fingerprint(keys, settings.DATA_DIR) == before


@pytest.mark.parametrize("place", ["", "kek-0001.key"])
def test_what_may_not_be_read_is_told_as_that(keys: Path, place: str) -> None:
    path = keys / place if place else keys
    path.chmod(0)
    before = path.stat()
    try:
        with as_somebody_else(), pytest.raises(KeysUnusable, match=r"読めません.*権限"):
            read_folder(keys)
    finally:
        path.chmod(0o700)
    assert before.st_mtime == path.stat().st_mtime


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """Whoever runs the tests may read everything when that is the superuser."""
    if os.geteuid() != 0:
        yield
        return
    home = tempfile.gettempdir()
    os.setegid(65534)
    os.seteuid(65534)
    try:
        assert os.access(home, os.X_OK)
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def test_the_command_says_it_and_fails(turned: Path) -> None:
    """As the person at the terminal sees it, with nothing touched."""
    cut(turned, "kek-0002.key")
    (settings.DATA_DIR / "serving.lock").touch()
    before = fingerprint(turned, settings.DATA_DIR)

    served = command("worker", keys=turned)

    assert served.returncode != 0
    assert (
        "kek-0002.key が壊れているか、途中で切れています。鍵のバックアップから戻してください。"
        in served.stderr
    )
    assert "Traceback" not in served.stderr
    assert fingerprint(turned, settings.DATA_DIR) == before


def test_a_key_whose_day_has_come_is_not_missed(turned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup from within the window, brought back after the key of the epoch before it was destroyed."""
    remove(turned, "kek-0001.key")
    remove(turned, "index-0001.key")
    forget_keys()
    with pytest.raises(CannotStart, match="もっと新しいバックアップを使ってください"):
        check_start()

    Epoch.objects.filter(number=1, closed_at__isnull=False).update(destroy_on=clock.today())
    check_start()


def test_a_key_that_is_only_half_made_is_taken_up(keys: Path) -> None:
    """Written by a process that died before the database knew: no fault, and the next look goes on with it."""
    rotate.make_key("kek", now=clock.now())
    forget_keys()
    check_start()

    turn(clock.now(), begin=False)

    assert numbers("kek").open == (2,)


@pytest.mark.parametrize("name", ["kek-0001.key", "index-0001.key", "suppression.key", "ledger.key"])
@pytest.mark.parametrize("harm", [remove, cut, empty, replace_by_another, rename, swap])
def test_a_harmed_key_stops_the_start(keys: Path, harm: Callable[[Path, str], None], name: str) -> None:
    check_start()
    harm(keys, name)
    forget_keys()
    before = fingerprint(keys, settings.DATA_DIR)

    with pytest.raises(CannotStart) as stopped:
        check_start()

    assert "鍵" in str(stopped.value)
    assert "戻してください" in str(stopped.value)
    assert fingerprint(keys, settings.DATA_DIR) == before


def test_a_folder_that_is_not_there(keys: Path) -> None:
    shutil.rmtree(keys)
    forget_keys()

    with pytest.raises(CannotStart, match="MADOGUCHI_KEY_DIR"):
        check_start()
    assert not keys.exists()


def test_a_lost_key_is_never_made_anew(keys: Path) -> None:
    """`init` again on a database that knows its keys: what is missing stays missing."""
    remove(keys, "kek-0001.key")
    before = fingerprint(keys)

    make_keys()

    assert fingerprint(keys) == before
    with pytest.raises(CannotStart):
        check_start()


def test_nothing_is_opened_with_a_wrong_key(keys: Path) -> None:
    from madoguchi.rooms.vault.errors import FileErased
    from madoguchi.rooms.vault.queries import file_key

    file = File.objects.get()
    replace_by_another(keys, "kek-0001.key")
    forget_keys()
    with pytest.raises(FileErased):
        file_key(file.id)
    remove(keys, "kek-0001.key")
    forget_keys()
    with pytest.raises(KeysUnusable):
        file_key(file.id)


# ---- the copy of the keys, and the drill


@pytest.fixture
def age(tmp_path: Path) -> tuple[str, Path]:
    """A recipient outside, and the file with its secret."""
    identity = pyrage.x25519.Identity.generate()
    path = tmp_path / "outside.agekey"
    path.write_text(f"{identity}\n", encoding="ascii")
    return str(identity.to_public()), path


def test_a_copy_is_made_and_proven(turned: Path, tmp_path: Path, age: tuple[str, Path]) -> None:
    copy = tmp_path / "keys.age"
    before = fingerprint(turned)

    made = command("keys", "backup", str(copy), "--to", age[0], keys=turned)
    drilled = command("keys", "drill", str(copy), "--identity", str(age[1]), keys=turned)

    assert (made.returncode, drilled.returncode) == (0, 0), made.stderr + drilled.stderr
    assert "鍵 6 本" in made.stdout
    assert "実際に開けました" in drilled.stdout
    assert copy.stat().st_mode & 0o777 == 0o600
    assert fingerprint(turned) == before
    for event in ("keys.backed-up", "keys.drilled"):
        assert latest(event) is not None, event
    secrets = [json.loads(path.read_text())["key"] for path in turned.glob("*-*.key")]
    assert not any(secret in made.stdout + drilled.stdout + copy.read_bytes().hex() for secret in secrets)


def test_a_copy_from_before_the_last_keys_would_not_do(
    keys: Path, tmp_path: Path, age: tuple[str, Path]
) -> None:
    back_up_keys(tmp_path / "old.age", age[0])
    turn(clock.now())

    with pytest.raises(KeysUnusable, match=r"-0002\.key が 鍵のバックアップ にありません"):
        drill(tmp_path / "old.age", age[1])
    assert latest("keys.drilled") is None


def test_the_copy_of_another_house_would_not_do(
    keys: Path, tmp_path: Path, age: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up_keys(tmp_path / "copy.age", age[0])
    Epoch.objects.filter(kind="kek").update(fingerprint="0" * 32)

    with pytest.raises(KeysUnusable, match="このデータベースの鍵ではありません"):
        drill(tmp_path / "copy.age", age[1])


def test_a_copy_that_opens_nothing_would_not_do(keys: Path, tmp_path: Path, age: tuple[str, Path]) -> None:
    back_up_keys(tmp_path / "copy.age", age[0])
    Key.objects.update(wrapped=b"x" * 60)

    with pytest.raises(KeysUnusable, match="開けません"):
        drill(tmp_path / "copy.age", age[1])


@pytest.mark.parametrize("harm", [
    lambda raw: raw[: len(raw) // 2],
    lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]),
    lambda raw: b"",
    lambda raw: pyrage.encrypt(b"no tar", [pyrage.x25519.Identity.generate().to_public()]),
])  # fmt: skip
def test_a_harmed_copy_is_told_as_that(
    keys: Path, tmp_path: Path, age: tuple[str, Path], harm: Callable[[bytes], bytes]
) -> None:
    copy = tmp_path / "copy.age"
    back_up_keys(copy, age[0])
    copy.write_bytes(harm(copy.read_bytes()))

    said = command("keys", "drill", str(copy), "--identity", str(age[1]), keys=keys)

    assert said.returncode == 1
    assert "復号できません" in said.stderr
    assert "Traceback" not in said.stderr


def test_to_a_key_that_is_lost_with_the_folder_no_copy_is_made(keys: Path, tmp_path: Path) -> None:
    own = str(read_identity(keys / "backup.agekey").to_public())

    with pytest.raises(KeyCopyUnusable, match="鍵フォルダを失うと"):
        back_up_keys(tmp_path / "copy.age", own)
    with pytest.raises(KeyCopyUnusable, match="age の公開鍵ではありません"):
        back_up_keys(tmp_path / "copy.age", "age1nonsense")
    assert not (tmp_path / "copy.age").exists()


def test_a_copy_replaces_the_old_one_only_when_it_is_whole(
    keys: Path, tmp_path: Path, age: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.age"
    copy.write_bytes(b"the old one")
    monkeypatch.setattr("madoguchi.config.keys.disk.put", full)

    with pytest.raises(KeyCopyUnusable, match="に書けませんでした"):
        back_up_keys(copy, age[0])

    assert copy.read_bytes() == b"the old one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.age", "keys", "outside.agekey"]


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_check_asks_for_a_copy_after_every_rotation_and_for_drills(
    keys: Path, tmp_path: Path, age: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    clockwork = stopped_clock(tmp_path, monkeypatch)

    def codes() -> set[str]:
        return {finding.code for finding in find_faults()} & {"key-backup", "key-drill"}

    assert codes() == {"key-backup"}
    back_up_keys(tmp_path / "copy.age", age[0])
    assert codes() == {"key-drill"}
    drill(tmp_path / "copy.age", age[1])
    assert codes() == set()
    clockwork.forward(timedelta(days=36))
    assert codes() == {"key-drill"}
    turn(clock.now())
    assert codes() == {"key-backup"}


def test_the_list_tells_days_and_no_secrets(turned: Path) -> None:
    shown, told = command("keys", "list", keys=turned), command("keys", "list", "--json", keys=turned)

    rows = json.loads(told.stdout)
    assert [(row["kind"], row["number"], row["state"]) for row in rows] == [
        ("index", 1, "closed"), ("index", 2, "in-use"), ("kek", 1, "closed"), ("kek", 2, "in-use"),
    ]  # fmt: skip
    assert [line.split("\t")[:2] for line in shown.stdout.splitlines()] == [
        ["index-0001", "使い終わり"], ["index-0002", "使用中"], ["kek-0001", "使い終わり"], ["kek-0002", "使用中"],
    ]  # fmt: skip
    for path in turned.glob("*.key"):
        raw = path.read_text()
        secret = json.loads(raw)["key"] if path.name != "secret.key" else raw
        assert secret not in shown.stdout + told.stdout
