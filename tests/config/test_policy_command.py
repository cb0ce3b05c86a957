"""`madoguchi policy`: a stranger's text is read, bound and proposed to; published versions are shown as they are."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from madoguchi.config.profile import read_policy, read_profile
from tests.live import Live, surroundings

TEXT = "\n\n".join(
    f"{clause.number}. {clause.title}\n{re.sub(r'(?m)^### ', '', clause.text)}"
    for clause in read_policy(read_profile("eclore")).clauses
).replace("{{fee}}", "１，０００円")


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "madoguchi", "policy", "lint", *arguments]
    return subprocess.run(
        command, env=surroundings(folder, 1), capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_plain_text_is_read_before_anything_is_installed(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "方針.txt"
    path.write_text(f"プライバシーポリシー\n\n{TEXT}\n\n2022年4月1日 制定\n", encoding=encoding)

    told = lint(tmp_path, str(path), "--json")

    assert (told.returncode, told.stderr) == (0, "")
    answer = json.loads(told.stdout)
    assert [each["number"] for each in answer["clauses"]] == list(range(1, 12))
    assert answer["clauses"][7]["bindings"]["fee_yen"] == 1000
    assert sum(bool(each["bindings"]) for each in answer["clauses"]) == 11
    assert len(answer["clauses"][1]["items"]) == 16
    assert {each["code"] for each in answer["findings"]} >= {"L4", "L5", "L10", "L17"}
    assert set(answer["findings"][0]) == {"code", "clause", "severity", "message", "why", "suggestion"}
    assert sorted(each.name for each in tmp_path.iterdir()) == ["方針.txt"]


def test_the_notice_beside_the_form_counts(tmp_path: Path) -> None:
    path, notice = tmp_path / "policy.txt", tmp_path / "notice.txt"
    path.write_text(f"方針\n{TEXT}", encoding="utf-8")
    notice.write_text("運営会社からセミナーのご案内をすることがあります。", encoding="utf-8")

    without, beside = (
        lint(tmp_path, str(path), "--json"),
        lint(tmp_path, str(path), "--notice", str(notice), "--json"),
    )

    codes = [{each["code"] for each in json.loads(told.stdout)["findings"]} for told in (without, beside)]
    assert codes[1] - codes[0] == {"L2", "L3"}


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\xff\xfe\x00\x81", "UTF-8"), ("こんにちは。".encode(), "条文の切れ目")],
)
def test_what_cannot_be_read_says_how_to_mend_it(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "policy.txt"
    path.write_bytes(content)

    told = lint(tmp_path, str(path))

    assert (told.returncode, told.stdout) == (1, "")
    assert says in told.stderr
    assert "Traceback" not in told.stderr


def test_published_versions_are_listed_and_shown(live: Live) -> None:
    listed = json.loads(live.command("policy", "list", "--json").stdout)
    shown = json.loads(live.command("policy", "show", str(listed[0]["number"]), "--json").stdout)

    assert [each["number"] for each in listed] == [1]
    assert listed[0]["superseded_at"] is None
    assert [clause["number"] for clause in shown["clauses"]] == list(range(1, 12))
    same = live.command("policy", "diff", "1", "1")
    assert (same.returncode, "policy list" in same.stderr) == (1, True)
    missing = live.command("policy", "show", "99")
    assert (missing.returncode, "第99版はありません" in missing.stderr) == (1, True)
