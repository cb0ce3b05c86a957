"""Settings by environment variable: typed, documented from here, and a wrong value says how to mend it."""

import os
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from madoguchi.rooms.delivery.target import Target, parse_target


def _home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "madoguchi"


class Environment(BaseSettings):
    """Everything the surroundings may say. Names are upper-cased and prefixed with MADOGUCHI_."""

    model_config = SettingsConfigDict(env_prefix="MADOGUCHI_", frozen=True)

    data_dir: Path = Field(
        default_factory=lambda: _home() / "data",
        description="データベースを置くフォルダ。バックアップの対象はここだけです。",
    )
    key_dir: Path = Field(
        default_factory=lambda: _home() / "keys",
        description="鍵と消去台帳を置くフォルダ。データとは別のディスクに置いてください。",
    )
    database_url: str = Field(
        default="",
        description="空ならデータフォルダの SQLite。`postgresql://利用者:パスワード@ホスト:5432/名前` で PostgreSQL。",
    )
    base_url: str = Field(
        default="http://localhost:8000",
        description="公開するアドレス。メールのリンクに使います。本番は https:// で始めます。",
    )
    mail_url: str = Field(
        default="",
        description=(
            "メールの送り方。`smtp+starttls://利用者:パスワード@ホスト:587`、`smtp://127.0.0.1:1025`、"
            "`dir:///フォルダ`(.eml を書く)。空なら送らずに待ちます。"
        ),
    )
    secret_key: str = Field(
        default="", description="リンクと確認画面の署名の鍵。空なら鍵フォルダの secret.key。", repr=False
    )
    secret_key_file: Path | None = Field(default=None, description="署名の鍵を書いたファイル。")
    threads: int = Field(default=4, ge=1, le=32, description="画面に答えるスレッドの数。")
    probe_seconds: int = Field(
        default=300, ge=1, description="お約束の点検(公開ファイルの改変など)の間隔(秒)。"
    )
    allow_old_sqlite: bool = Field(
        default=False, description="WAL の不具合がある SQLite でも、遅い方式(DELETE)で動かします。"
    )
    test_hooks: bool = Field(default=False, description="試験用。公開アドレスでは使えません。")
    clock_file: Path | None = Field(
        default=None, description="試験用。時刻を書いたファイル。test_hooks のときだけ有効です。"
    )
    demo: bool = Field(
        default=False, description="試用。`madoguchi demo` が自分で設定します。手元のアドレスでだけ使えます。"
    )
    demo_dir: Path | None = Field(default=None, description="試用のデータを置くフォルダ。")

    @field_validator("base_url")
    @classmethod
    def _whole_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
            raise ValueError(
                "http:// か https:// で始まるアドレスを、パスを付けずに書いてください(例 https://desk.example.jp)。"
            )
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _known_engine(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("postgresql", "postgres"):
            raise ValueError("postgresql:// で始めるか、空(SQLite)にしてください。")
        return value

    @field_validator("mail_url")
    @classmethod
    def _known_target(cls, value: str) -> str:
        if value:
            parse_target(value)
        return value

    @property
    def local(self) -> bool:
        return urlsplit(self.base_url).hostname in ("localhost", "127.0.0.1", "::1")

    @cached_property
    def mail_target(self) -> Target | None:
        return parse_target(self.mail_url) if self.mail_url else None

    def contradictions(self) -> list[str]:
        """Values that are fine alone and wrong together; each sentence is the mend."""
        found = []
        if self.test_hooks and not self.local:
            found.append("MADOGUCHI_TEST_HOOKS は試験専用です。公開アドレスでは外してください。")
        if self.demo and not self.local:
            found.append(
                "試用(demo)は http://localhost でだけ動きます。公開するには `madoguchi init` と `serve` を使ってください。"
            )
        if self.clock_file and not self.test_hooks:
            found.append("MADOGUCHI_CLOCK_FILE には MADOGUCHI_TEST_HOOKS=1 も必要です。")
        return found


class BadEnvironment(SystemExit):
    """Stops the program with sentences that say which variable is wrong and how to mend it."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        super().__init__("設定に誤りがあります。\n" + "\n".join(f"・{line}" for line in lines))


def read_environment() -> Environment:
    try:
        environment = Environment()
    except ValidationError as error:
        raise BadEnvironment([_sentence(dict(each)) for each in error.errors()]) from None
    if problems := environment.contradictions():
        raise BadEnvironment(problems)
    return environment


def _sentence(error: dict[str, Any]) -> str:
    name = "MADOGUCHI_" + "_".join(str(part) for part in error["loc"]).upper()
    return f"{name}: {_reason(error)}"


def _reason(error: dict[str, Any]) -> str:
    bounds = error.get("ctx", {})
    match error["type"]:
        case "value_error":
            return str(error["msg"]).removeprefix("Value error, ")
        case "int_parsing" | "int_type":
            return "整数で書いてください(例 4)。"
        case "greater_than_equal":
            return f"{bounds['ge']} 以上の数にしてください。"
        case "less_than_equal":
            return f"{bounds['le']} 以下の数にしてください。"
        case "bool_parsing" | "bool_type":
            return "1 か 0 で書いてください。"
        case _:
            return "値の形が正しくありません。"


def reference() -> str:
    """The settings page of the docs, written from the fields above."""
    lines = ["# 設定(環境変数)", "", "| 名前 | 既定 | 説明 |", "| --- | --- | --- |"]
    for name, field in Environment.model_fields.items():
        default = "" if field.default_factory or field.default in (None, "") else f"`{field.default}`"
        lines.append(f"| `MADOGUCHI_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"
