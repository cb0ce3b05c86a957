"""`madoguchi screening score`: one JSON a line, from what is shipped alone."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from madoguchi.config.cli.screening import screening

PITCH = {
    "name": "佐山 亮", "company": "株式会社ワタリ", "phone": "06-0000-0000", "email": "a@watari.example.jp",
    "url": "https://watari.example.jp",
    "body": "弊社は電気代の見直しを専門にしております。初期費用0円、先着5社様に限り月額を2割削減いたします。ご返信ください。",
}  # fmt: skip


def run(folder: Path, *rows: object) -> tuple[int, list[dict[str, object]], str]:
    file = folder / "messages.jsonl"
    file.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    result = CliRunner().invoke(screening, ["score", str(file)])
    lines = [json.loads(line) for line in result.stdout.splitlines()] if result.exit_code == 0 else []
    return result.exit_code, lines, result.output


def test_each_line_is_answered(tmp_path: Path) -> None:
    code, (pitch, plain, english, spam), _ = run(
        tmp_path, PITCH, {"body": "明日は何時からですか"}, {"body": "Do you have a room?"},
        {"body": "スーパーコピー時計 N級品 激安通販"},
    )  # fmt: skip
    assert code == 0
    assert (pitch["lane"], pitch["badge"]) == ("sales", False)
    assert pitch["reasons"]
    assert isinstance(pitch["probability"], float)
    assert (plain["lane"], plain["badge"], plain["reasons"]) == ("inbox", False, [])
    assert (english["lane"], english["probability"]) == ("inbox", None)
    assert (spam["lane"], spam["band"]) == ("junk", "high")
    assert set(pitch) == {"lane", "band", "badge", "probability", "reasons"}


@pytest.mark.parametrize(
    ("row", "said"),
    [("{", "JSON ではありません"), ('{"body": 1}', "body がありません"), ("[]", "body がありません")],
)
def test_a_bad_line_is_named(tmp_path: Path, row: str, said: str) -> None:
    code, _, output = run(tmp_path, PITCH, row)
    assert code == 1
    assert "2 行目" in output
    assert said in output


def test_missing_fields_and_empty_lines_are_fine(tmp_path: Path) -> None:
    code, lines, _ = run(tmp_path, {"body": "", "name": None}, "", {"body": "あ"})
    assert code == 0
    assert [line["lane"] for line in lines] == ["inbox", "inbox"]
