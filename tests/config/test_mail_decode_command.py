"""`madoguchi mail decode`: one JSON line per file, without a data directory."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.rooms.delivery.corpus.building import file_part, multipart, text_mail, text_part

BARE = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONPATH": "src"}


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "madoguchi", "mail", "decode", *arguments],
        input=stdin, capture_output=True, env=BARE, timeout=60, check=False,
    )  # fmt: skip


def test_one_line_of_json_per_file_in_order(tmp_path: Path) -> None:
    file = file_part(
        b"Content-Type: application/pdf", b"Content-Disposition: attachment; filename=a.pdf", content=b"12345"
    )
    (tmp_path / "b.eml").write_bytes(multipart(text_part("添付します。"), file))
    (tmp_path / "a.eml").write_bytes(text_mail("一\u2028二\u0085三"))
    (tmp_path / "empty.eml").write_bytes(b"")
    ran = run(*(str(tmp_path / name) for name in ("b.eml", "a.eml", "empty.eml")), "--json")

    assert (ran.returncode, ran.stderr) == (0, b"")
    sender = {"from_name": "山田 太郎", "from_address": "yamada@example.co.jp", "subject": "お問い合わせ"}
    assert [json.loads(line) for line in ran.stdout.decode().splitlines()] == [
        sender | {"text": "添付します。", "attachments": [{"name": "a.pdf", "size": 5}], "kind": "new"},
        sender | {"text": "一\u2028二\u0085三", "attachments": [], "kind": "new"},
        {"from_name": "", "from_address": "", "subject": "", "text": "", "attachments": [], "kind": "new"},
    ]


def test_standard_input_in_words() -> None:
    ran = run("-", stdin=text_mail("本文です。"))

    assert ran.stdout.decode() == (
        "差出人: 山田 太郎 <yamada@example.co.jp>\n件名: お問い合わせ\n種類: 新しい用件\n\n本文です。\n\n"
    )


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    ran = run(str(tmp_path / "none.eml"), "--json")

    assert (ran.returncode, ran.stdout) == (2, b"")
    assert "none.eml" in ran.stderr.decode()
