"""A key folder that does not fit stops the start with its mend, and nothing is touched."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from madoguchi.config.start import CannotStart, check_start
from madoguchi.rooms.vault.actions.make_keys import make_keys
from madoguchi.rooms.vault.errors import KeysUnusable
from madoguchi.rooms.vault.keyring import forget_keys
from tests.config.restoring import fingerprint
from tests.house import House


@pytest.fixture
def keys(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the key folder, in use."""
    folder = tmp_path / "keys"
    shutil.copytree(settings.KEY_DIR, folder)
    house.submit()
    monkeypatch.setattr(settings, "KEY_DIR", folder)
    forget_keys()
    yield folder
    forget_keys()


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
    from madoguchi.rooms.vault.models import File
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
