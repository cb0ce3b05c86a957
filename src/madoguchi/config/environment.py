"""Settings by environment variable: typed, documented from here, and a wrong value says how to mend it."""

import os
import re
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
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
    dns: str = Field(
        default="",
        description=(
            "「送信の設定」で問い合わせるネームサーバー。`192.0.2.53` か `192.0.2.53:5353`。空なら /etc/resolv.conf のもの。"
        ),
    )
    clamd_url: str = Field(
        default="",
        description=(
            "添付ファイルのウイルス検査(clamd)。`tcp://ホスト:3310` か `unix:///run/clamav/clamd.ctl`。空なら検査しません。"
        ),
    )
    secret_key: str = Field(
        default="", description="リンクと確認画面の署名の鍵。空なら鍵フォルダの secret.key。", repr=False
    )
    secret_key_file: Path | None = Field(default=None, description="署名の鍵を書いたファイル。")
    threads: int = Field(default=4, ge=1, le=32, description="画面に答えるスレッドの数。")
    key_rotation_days: int = Field(
        default=30, ge=1, le=366, description="鍵を新しくする間隔(日)。古い鍵の中身は新しい鍵へ移します。"
    )
    backup_window_days: int = Field(
        default=35,
        ge=1,
        le=1100,
        description="バックアップを残す日数。使い終えた鍵はこの日数のあとに捨て、それより古いバックアップは開けなくなります。",
    )
    probe_seconds: int = Field(
        default=300, ge=1, description="お約束の点検(公開ファイルの改変など)の間隔(秒)。"
    )
    notice_seconds: int = Field(
        default=60, ge=1,
        description="職員へのお知らせメールの間隔(秒)。続けて届いたときは、この間の分を1通にまとめます。",
    )  # fmt: skip
    probe_url: str = Field(
        default="",
        description=(
            "公開しているポリシーを見張るときに、接続する別のアドレス(例 https://10.0.0.5)。ルーターの内側など、公開するアドレスへ"
            "自分からは届かないときだけ設定します。相手の名前と証明書は、公開するアドレスのもので確かめます。"
        ),
    )
    backup_dir: Path | None = Field(
        default=None,
        description="毎日のバックアップを書くフォルダ(データとは別のディスク)。空なら、自動では取りません。",
    )
    backup_to: str = Field(
        default="",
        description="バックアップの宛て先(age の公開鍵)。空なら、鍵フォルダの backup.agekey 宛て。",
    )
    backup_at: str = Field(default="02:30", description="毎日のバックアップを取る時刻(日本時間)。")
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

    @field_validator("base_url", "probe_url")
    @classmethod
    def _whole_address(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.field_name == "probe_url":
            return value
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

    @field_validator("backup_dir", mode="before")
    @classmethod
    def _no_folder(cls, value: object) -> object:
        return value or None

    @field_validator("backup_to")
    @classmethod
    def _public_key(cls, value: str) -> str:
        if value and not re.fullmatch(r"age1[0-9a-z]{20,}", value):
            raise ValueError("age の公開鍵(age1 で始まります)を書くか、空にしてください。")
        return value

    @field_validator("backup_at")
    @classmethod
    def _time_of_day(cls, value: str) -> str:
        if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
            raise ValueError("02:30 のように、時と分を二桁ずつで書いてください。")
        return value

    @field_validator("mail_url")
    @classmethod
    def _known_target(cls, value: str) -> str:
        if value:
            parse_target(value)
        return value

    @field_validator("clamd_url")
    @classmethod
    def _known_scanner(cls, value: str) -> str:
        parts = urlsplit(value)
        reached = (
            parts.hostname and parts.port if parts.scheme == "tcp" else parts.scheme == "unix" and parts.path
        )
        if value and not reached:
            raise ValueError(
                "tcp://ホスト:3310 か unix:///run/clamav/clamd.ctl の形で書くか、空にしてください。"
            )
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
