"""A backup is consistent and closed; a restore brings back nothing that was withdrawn or erased since."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pyrage
import pytest
from django.conf import settings
from django.db import connections

from madoguchi.config.backup.errors import BackupUnusable
from madoguchi.config.backup.restore import restore
from madoguchi.config.backup.write import write_backup
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import digest
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.consent.actions.choose import give, withdraw
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.vault.actions.write_ledger import write_ledger
from madoguchi.rooms.vault.queries import suppression_mark
from tests.config.restoring import Elsewhere
from tests.house import House
from tests.rooms.inventory.erasing import erase_all
from tests.servers import _binaries

ADDRESS = "hanako@example.jp"
ROWS = """
from madoguchi.foundation.lib.digests import digest
from madoguchi.rooms.inquiries.models import Inquiry
import json
print(json.dumps({str(r["id"]): digest(json.loads(json.dumps(r, default=lambda v: bytes(v).hex() if isinstance(v, (bytes, memoryview)) else str(v)))) for r in Inquiry.objects.values()}))
"""


@pytest.fixture(autouse=True)
def ledger_of_its_own(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The ledger lies beside the keys of the whole run; each test begins with an empty one."""
    import shutil

    monkeypatch.setenv("PATH", f"{_path()}:{_binaries()}")
    shutil.rmtree(settings.KEY_DIR / "ledger", ignore_errors=True)
    write_ledger("heartbeat", {})
    yield
    shutil.rmtree(settings.KEY_DIR / "ledger", ignore_errors=True)


def _path() -> str:
    import os

    return os.environ["PATH"]


def rows() -> dict[str, str]:
    def plain(value: object) -> object:
        return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)

    return {
        str(row["id"]): digest(json.loads(json.dumps(row, default=plain))) for row in Inquiry.objects.values()
    }


@pytest.mark.timeout(180)
def test_taken_under_load_and_restored_elsewhere(house: House, tmp_path: Path) -> None:
    """Everything received before it is inside; what is inside equals what lies here, row by row."""
    before = {str(house.submit().id) for _ in range(5)}
    stop, failures = threading.Event(), list[BaseException]()

    def visitors() -> None:
        try:
            while not stop.is_set():
                house.submit()
        except BaseException as error:  # noqa: BLE001  looked at below
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=visitors) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        write_backup(tmp_path / "b.age")
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    elsewhere = Elsewhere(tmp_path / "there")
    result = elsewhere.restore(tmp_path / "b.age")
    assert result.returncode == 0, result.stderr

    there, here = json.loads(elsewhere.python(ROWS)), rows()
    assert failures == []
    assert before <= there.keys()
    assert there.items() <= here.items()
    assert json.loads(elsewhere.run("check", "--json").stdout) is not None


def test_what_leaves_the_house_is_closed(house: House, tmp_path: Path) -> None:
    house.submit(body="紫蘇の苗を七株", email=ADDRESS)
    target = tmp_path / "out" / "b.age"
    target.parent.mkdir()

    write_backup(target)

    raw = target.read_bytes()
    for word in ("紫蘇の苗", ADDRESS, house.staff["clerk"].email, "SQLite format 3", "inquiries_inquiry"):
        assert word.encode() not in raw
    assert [path.name for path in target.parent.iterdir()] == ["b.age"]
    assert [path.name for path in Path(settings.DATA_DIR).glob(".backup*")] == []


def test_a_backup_that_fails_leaves_the_last_one_alone(house: House, tmp_path: Path) -> None:
    write_backup(tmp_path / "b.age")
    good = (tmp_path / "b.age").read_bytes()

    with pytest.raises(BackupUnusable, match="--to"):
        write_backup(tmp_path / "b.age", "age1nobody")

    assert (tmp_path / "b.age").read_bytes() == good
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_big_house_is_copied_although_others_write_all_the_time(house: House, tmp_path: Path) -> None:
    """Between the steps of a copy every foreign write begins it anew: it must be one step."""
    from madoguchi.foundation.lib.transactions import action
    from madoguchi.rooms.vault.actions.open_file import open_file
    from madoguchi.rooms.vault.actions.store_attachment import store_attachment

    with action:
        key = open_file(kind="inquiry", holder=None)
        store_attachment(
            key=key, name="大きい", media_type="application/pdf", content=[b"x" * (24 * 1024 * 1024)]
        )
    stop = threading.Event()

    def visitors() -> None:
        while not stop.is_set():
            house.submit()
        connections.close_all()

    thread = threading.Thread(target=visitors)
    thread.start()
    copied = threading.Thread(target=_copy, args=(tmp_path / "b.age",))
    copied.start()
    copied.join(40)
    stop.set()
    thread.join()
    copied.join()

    assert (tmp_path / "b.age").stat().st_size > 24 * 1024 * 1024


def _copy(target: Path) -> None:
    try:
        write_backup(target)
    finally:
        connections.close_all()


STANDING = f"""
from madoguchi.rooms.consent.models import Choice
from madoguchi.rooms.gate.queries import is_suppressed
from madoguchi.rooms.vault.queries import suppression_mark
print(Choice.objects.filter(withdrawn_at=None).count(), is_suppressed(suppression_mark("email", "{ADDRESS}")))
"""


def test_a_withdrawal_after_the_backup_survives_the_restore(house: House, tmp_path: Path) -> None:
    about, mark = Ref("inquiry", house.submit(email=ADDRESS).id), suppression_mark("email", ADDRESS)
    give(about=about, purpose="event-mail")
    write_backup(tmp_path / "b.age")
    withdraw(about=about, purpose="event-mail", mark=mark)

    elsewhere = Elsewhere(tmp_path / "there")
    result = elsewhere.restore(tmp_path / "b.age")

    assert result.returncode == 0, result.stderr
    assert elsewhere.python(STANDING) == "0 True"


def test_a_choice_made_after_an_old_withdrawal_stands(house: House, tmp_path: Path) -> None:
    about, mark = Ref("inquiry", house.submit(email=ADDRESS).id), suppression_mark("email", ADDRESS)
    give(about=about, purpose="event-mail")
    withdraw(about=about, purpose="event-mail", mark=mark)
    give(about=about, purpose="event-mail")
    write_backup(tmp_path / "b.age")

    elsewhere = Elsewhere(tmp_path / "there")
    result = elsewhere.restore(tmp_path / "b.age")

    assert result.returncode == 0, result.stderr
    assert elsewhere.python(STANDING) == "1 True"  # the choice stands; the opt-out too


def test_an_erasure_after_the_backup_survives_the_restore(house: House, tmp_path: Path) -> None:
    """By the same machine, to its end: keys, look-up values and the record. Who stays is still read."""
    erased, kept = (Inquiry.objects.get(id=house.submit().id) for _ in range(2))
    write_backup(tmp_path / "b.age")
    erase_all(house, erased)

    elsewhere = Elsewhere(tmp_path / "there")
    result = elsewhere.restore(tmp_path / "b.age")

    assert result.returncode == 0, result.stderr
    assert elsewhere.python(_readable(erased.file_id)) == "False"
    assert elsewhere.python(_readable(kept.file_id)) == "True"
    ended = (
        "from madoguchi.rooms.inventory.models import DeletionRecord\n"
        "from madoguchi.rooms.people.models import Person\n"
        "r = DeletionRecord.objects.get()\n"
        f"print(r.finished_at is not None, Person.objects.get(id='{erased.person_id}').address_index)"
    )
    assert elsewhere.python(ended) == "True None"


def _readable(file: UUID) -> str:
    return (
        "from uuid import UUID\nfrom madoguchi.rooms.vault.queries import file_keys\n"
        f"print(UUID('{file}') in file_keys([UUID('{file}')]))"
    )


def test_a_ledger_that_ends_too_early_needs_a_name_and_holds_the_mail(house: House, tmp_path: Path) -> None:
    """The acknowledgement that waited unwritten at the backup is held as well."""
    house.submit(email=ADDRESS)
    write_backup(tmp_path / "b.age")
    (tmp_path / "clock").write_text((clock.now() + timedelta(hours=3)).isoformat(), encoding="ascii")
    hooks = {"MADOGUCHI_TEST_HOOKS": "1", "MADOGUCHI_CLOCK_FILE": str(tmp_path / "clock")}
    elsewhere = Elsewhere(tmp_path / "there", hooks)

    refused = elsewhere.restore(tmp_path / "b.age")
    assert refused.returncode == 1
    assert "--accept-gap" in refused.stderr
    assert list((elsewhere.folder / "data").glob("madoguchi.sqlite3*")) == []

    accepted = elsewhere.restore(tmp_path / "b.age", "--accept-gap", house.staff["officer"].email)
    assert accepted.returncode == 0, accepted.stderr
    held = "from madoguchi.rooms.delivery.models import Mail\nprint(sorted(set(Mail.objects.values_list('state', flat=True))))"
    assert elsewhere.python(held) == "['held']"
    who = (
        "from madoguchi.rooms.audit.queries import latest\n"
        "e = latest('backup.restored')\nprint(e.by, e.details['gap'], e.details['held'])"
    )
    assert elsewhere.python(who) == f"staff:{house.staff['officer'].id} True {1 + len(house.everybody)}"


def test_the_wrong_identity_opens_nothing(house: House, tmp_path: Path) -> None:
    write_backup(tmp_path / "b.age")
    other = pyrage.x25519.Identity.generate()
    (tmp_path / "other").write_text(f"{other}\n", encoding="ascii")
    elsewhere = Elsewhere(tmp_path / "there")

    result = elsewhere.restore(tmp_path / "b.age", "--identity", str(tmp_path / "other"))

    assert result.returncode == 1
    assert "復号できません" in result.stderr
    assert list((elsewhere.folder / "data").glob("madoguchi.sqlite3*")) == []


@pytest.mark.parametrize("content", ["", "# only a remark\n", "abc\n", "鍵\n"])
def test_a_file_that_holds_no_key_is_said_so(house: House, tmp_path: Path, content: str) -> None:
    (tmp_path / "broken").write_text(content, encoding="utf-8")
    write_backup(tmp_path / "b.age")

    with pytest.raises(BackupUnusable, match="age の秘密鍵を読めません"):
        restore(tmp_path / "b.age", settings.KEY_DIR / "ledger", identity=tmp_path / "broken")


def test_nobody_unknown_accepts_a_gap(house: House, tmp_path: Path) -> None:
    """Until a member of the staff does, what was put back is not served."""
    write_backup(tmp_path / "b.age")
    (tmp_path / "clock").write_text((clock.now() + timedelta(hours=3)).isoformat(), encoding="ascii")
    hooks = {"MADOGUCHI_TEST_HOOKS": "1", "MADOGUCHI_CLOCK_FILE": str(tmp_path / "clock")}
    elsewhere = Elsewhere(tmp_path / "there", hooks)

    refused = elsewhere.restore(tmp_path / "b.age", "--accept-gap", "山田 花子")

    assert refused.returncode == 1
    assert "職員が、戻したデータにいません" in refused.stderr
    assert elsewhere.run("worker").returncode == 3


def test_a_restore_that_stopped_halfway_is_not_served(house: House, tmp_path: Path) -> None:
    write_backup(tmp_path / "b.age")
    elsewhere = Elsewhere(tmp_path / "there")
    assert elsewhere.restore(tmp_path / "b.age").returncode == 0
    (elsewhere.folder / "data" / "restore-unfinished").touch()

    refused = elsewhere.run("worker")
    assert refused.returncode == 3
    assert "restore" in refused.stderr
    assert elsewhere.restore(tmp_path / "b.age").returncode == 0
    assert not (elsewhere.folder / "data" / "restore-unfinished").exists()
