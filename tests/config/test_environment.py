"""A wrong setting is told in Japanese, with what to write instead."""

import pytest

from madoguchi.config.environment import BadEnvironment, read_environment


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("THREADS", "many", "整数で書いてください(例 4)。"),
        ("THREADS", "0", "1 以上の数にしてください。"),
        ("THREADS", "33", "32 以下の数にしてください。"),
        ("PROBE_SECONDS", "0", "1 以上の数にしてください。"),
        ("NOTICE_SECONDS", "0", "1 以上の数にしてください。"),
        (
            "PROBE_URL",
            "https://10.0.0.5/policy/",
            "http:// か https:// で始まるアドレスを、パスを付けずに書いてください(例 https://desk.example.jp)。",
        ),
        ("DEMO", "maybe", "1 か 0 で書いてください。"),
        ("DATABASE_URL", "mysql://x", "postgresql:// で始めるか、空(SQLite)にしてください。"),
    ],
)
def test_the_mend_is_said_in_japanese(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(f"MADOGUCHI_{name}", value)

    with pytest.raises(BadEnvironment) as wrong:
        read_environment()

    assert wrong.value.lines == [f"MADOGUCHI_{name}: {says}"]
