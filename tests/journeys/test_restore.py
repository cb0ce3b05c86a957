"""T-C9-6 from outside: erased after the backup, unreadable after the restore; who was not erased is still there."""

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

from tests.faults.house import ROOT, again, ask, database, run
from tests.live import Live, serving

ERASED = {"name": "左近允 燿子", "email": "yoko@nubatama.example", "body": "紫蘇の苗を七株いただけますか。"}
KEPT = {"name": "佐藤 一郎", "email": "ichiro@example.jp", "body": "胡瓜の苗を九株いただけますか。"}
OFFICER = "officer@example.jp"

SCREENS = """
import json, sys
from tests.house import House
from madoguchi.rooms.forms.queries import first_form
from madoguchi.rooms.organisation.models import Staff
house = House(first_form(), {"officer": Staff.objects.get(role="officer")}, [], None)
client = house.sign_in("officer")
client.defaults["HTTP_HOST"] = "localhost"
pages = [client.get(path, follow=True) for path in json.loads(sys.stdin.read())]
print(json.dumps([[page.status_code, page.content.decode()] for page in pages]))
"""


def call(live: Live, path: str, token: str = "", body: dict[str, Any] | None = None) -> tuple[int, Any]:
    from urllib.error import HTTPError

    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(Request(f"{live.url}/api/v1{path}", data, headers), timeout=30) as answer:  # noqa: S310
            return answer.status, json.loads(answer.read())
    except HTTPError as refused:
        return refused.code, json.loads(refused.read())


def submit(live: Live, answers: dict[str, str]) -> str:
    notice = call(live, "/forms/inquiry")[1]["notice"]["digest"]
    body = {"answers": {"phone": "03-0000-0000"} | answers, "notice": notice}
    status, receipt = call(live, "/forms/inquiry/submissions", body=body)
    assert status == 201, receipt
    return str(receipt["receipt_number"])


def token(live: Live) -> str:
    made = live.command("staff", "create", "--email", OFFICER, "--name", "管理 者", "--role", "officer")
    assert made.returncode == 0, made.stderr
    scopes = "inquiries:read people:read people:write"
    return live.command("staff", "token", "--email", OFFICER, "--scopes", scopes, "--quiet").stdout.strip()


def person_of(live: Live, number: str) -> str:
    rows = ask(live, f"SELECT person_id FROM inquiries_inquiry WHERE receipt_number = '{number}'")  # noqa: S608
    return str(rows[0][0])


def erase(live: Live, key: str, number: str) -> str:
    person = person_of(live, number)
    seen = call(live, f"/people/{person}?inquiry={number}", key)[1]
    order = {"inquiry": number, "ground": "asked", "living": seen["living"]}
    status, deletion = call(live, f"/people/{person}/erasure", key, order)
    assert status == 202, deletion
    end = time.monotonic() + 60
    while call(live, f"/deletions/{deletion['id']}", key)[1]["finished_at"] is None:
        assert time.monotonic() < end
        time.sleep(0.2)
    return str(deletion["id"])


def found(live: Live, key: str, words: str) -> list[str]:
    """The search index is made anew by the worker after a restore."""
    return [each["receipt_number"] for each in call(live, f"/inquiries?q={quote(words)}", key)[1]["items"]]


def screens(live: Live, *paths: str) -> list[tuple[int, str]]:
    import subprocess
    import sys

    start = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'madoguchi.config.settings'\n"
    start += "import madoguchi, django; django.setup()\n"
    surroundings = live.environment | {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    done = subprocess.run(
        [sys.executable, "-c", start + SCREENS],
        env=surroundings, cwd=ROOT, input=json.dumps(paths), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [(status, text) for status, text in json.loads(done.stdout)]


@pytest.mark.tables
@pytest.mark.law("T-C9-6")
@pytest.mark.timeout(300)
def test_T_C9_6_yesterdays_backup_brings_nobody_back(tmp_path: Path) -> None:
    with serving(tmp_path / "house", **database()) as live:
        key = token(live)
        gone, stays = submit(live, ERASED), submit(live, KEPT)
        made = live.command("backup", str(tmp_path / "yesterday.backup"))
        assert made.returncode == 0, made.stderr
        person, deletion = person_of(live, gone), erase(live, key, gone)

    ledger = str(live.folder / "keys" / "ledger")
    restored = live.command("restore", str(tmp_path / "yesterday.backup"), "--ledger", ledger)
    assert restored.returncode == 0, restored.stderr

    with again(live) as served:
        end = time.monotonic() + 60
        while found(served, key, "胡瓜") != [stays]:  # whoever was not erased is found again
            assert time.monotonic() < end
            time.sleep(0.3)
        assert found(served, key, "紫蘇") == []
        assert found(served, key, "燿子") == []
        told = [
            call(served, path, key)[1]
            for path in (f"/inquiries/{gone}", "/inquiries", f"/people/{person}?inquiry={gone}")
        ]
        assert_nothing_of_them(json.dumps(told, ensure_ascii=False))
        assert KEPT["body"] in json.dumps(call(served, f"/inquiries/{stays}", key)[1], ensure_ascii=False)
        certificate = call(served, f"/deletions/{deletion}", key)[1]
        assert (certificate["whole"], certificate["finished_at"] is None) == (True, False)
        paths = [
            "/desk/inbox/",
            f"/desk/inquiries/{gone}/",
            f"/desk/inquiries/{stays}/",
            "/desk/inbox/search/?q=%E7%B4%AB%E8%98%87",
        ]
        pages = screens(served, *paths)

    assert KEPT["body"] in pages[2][1]
    for _, page in pages:
        assert_nothing_of_them(page)
    _nothing_opens(live, deletion)
    events = [kind for (kind,) in ask(live, "SELECT kind FROM audit_event")]
    assert events.count("backup.restored") == 1
    assert events.count("inventory.erasure-replayed") == 1


def assert_nothing_of_them(text: str) -> None:
    assert [word for word in ("燿子", ERASED["email"], "紫蘇の苗") if word in text] == []


def _nothing_opens(live: Live, deletion: str) -> None:
    """No key, no look-up value, and no trace of the words in any file but the backup's sealed bytes."""
    keys = ask(
        live,
        "SELECT wrapped FROM vault_key JOIN vault_file ON key_id = vault_key.id WHERE ending IS NOT NULL",
    )
    dead = ask(live, "SELECT count(*) FROM vault_file WHERE destroyed_for = 'erasure'")
    assert ({bytes(key) for (key,) in keys}, dead[0][0] > 0) == ({bytes(60)}, True)
    raw = b"".join(path.read_bytes() for path in live.data.rglob("*") if path.is_file())
    for word in (ERASED["name"], ERASED["email"], ERASED["body"]):
        assert word.encode() not in raw
    assert [path.name for path in live.data.glob(".*")] == []
    assert run(live, "madoguchi", "promises", "--check").returncode == 0
