"""`madoguchi mail`: raw messages of others. `decode` needs no database, data directory or setting."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from madoguchi.config.cli import say

if TYPE_CHECKING:
    from madoguchi.rooms.delivery.rules import DecodedMail

# Signs inside a value that some readers take for the end of the line.
_LINE_LIKE = {"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@click.group()
def mail() -> None:
    """届いたメールの取り込みと読み取り。"""


@mail.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
)
@click.option("--json", "as_json", is_flag=True, help="1 通を 1 行の JSON で表示する。")
def decode(files: tuple[Path, ...], as_json: bool) -> None:
    """メールのファイル(.eml)を読み取って示します。「-」は標準入力です。何も保存しません。"""
    from madoguchi.rooms.delivery.rules import decode as read

    for file in files:
        found = read(_bytes(file))
        if as_json:
            _write_line(_facts(found))
        else:
            say.line(_in_words(found))


def _bytes(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    return file.read_bytes()


def _facts(found: "DecodedMail") -> dict[str, Any]:
    return {
        "from_name": found.from_name, "from_address": found.from_address, "subject": found.subject, "text": found.text,
        "attachments": [{"name": each.name, "size": len(each.content)} for each in found.attachments],
        "kind": found.kind,
    }  # fmt: skip


def _write_line(value: dict[str, Any]) -> None:
    """UTF-8 whatever the terminal speaks."""
    text = json.dumps(value, ensure_ascii=False)
    for sign, escaped in _LINE_LIKE.items():
        text = text.replace(sign, escaped)
    stream = sys.stdout.buffer
    stream.write(text.encode() + b"\n")
    stream.flush()


_KINDS = {
    "new": "新しい用件",
    "reply": "返信",
    "auto": "自動送信",
    "bounce": "不達の知らせ",
    "loop": "ループ",
}


def _in_words(found: "DecodedMail") -> str:
    files = "、".join(f"{each.name}({len(each.content):,} バイト)" for each in found.attachments)
    lines = [
        f"差出人: {found.from_name} <{found.from_address}>"
        if found.from_name
        else f"差出人: {found.from_address}",
        f"件名: {found.subject}",
        f"種類: {_KINDS[found.kind]}",
        *([f"添付: {files}"] if files else []),
        *(["文字化けの可能性があります。"] if found.doubtful else []),
    ]
    return "\n".join([*lines, "", found.text, ""])


# -- in ------------------------------------------------------------------------------------------------

# sysexits.h, as mail servers understand them: keep it and come again; or give it back to its sender.
EX_TEMPFAIL, EX_DATAERR = 75, 65
LARGEST = 100 * 1024 * 1024  # bytes that are read from a mail server; what is larger goes back to its sender


@mail.command("in")
@click.option("--mailbox", default="", help="どのアドレスに届いたか。省くと、はじめの受信の設定に入れます。")
def take_in(mailbox: str) -> None:
    """標準入力のメール 1 通を取り込みます。保存できるまで成功とせず、できないときは 75 で終わります。"""
    raw = sys.stdin.buffer.read(LARGEST + 1)
    if not raw.strip() or len(raw) > LARGEST:
        say.fail("メールが空か、大きすぎます(100 MB まで)。取り込みませんでした。", code=EX_DATAERR)
    try:
        fresh = _keep(raw, mailbox)
    except Exception as fault:  # noqa: BLE001  # whatever it is, the mail server still has the mail and comes again
        say.fail(
            f"いまは取り込めません({type(fault).__name__})。あとでもう一度お試しください。", code=EX_TEMPFAIL
        )
    say.line("取り込みました。" if fresh else "もう取り込んであるメールです。")


def _keep(raw: bytes, address: str) -> bool:
    import django

    django.setup()
    from madoguchi.config.start import check_start
    from madoguchi.foundation.lib.ids import COMMAND
    from madoguchi.rooms.delivery import rules
    from madoguchi.rooms.delivery.actions.keep_mail import Origin, keep_mail
    from madoguchi.rooms.delivery.queries.mailboxes import piped_to
    from madoguchi.rooms.organisation.queries import entity_named

    check_start()
    entity, mailbox = piped_to(address) or (entity_named(""), None)
    if entity is None:
        raise LookupError("no entity")
    too_large = "too-large" if len(raw) > rules.LARGEST else ""
    return keep_mail(
        raw=_without_envelope(raw), entity_id=entity, origin=Origin(mailbox, head_only=too_large, by=COMMAND)
    ).fresh


def _without_envelope(raw: bytes) -> bytes:
    """Some servers put an mbox line before the mail (`F` of Postfix's pipe)."""
    return raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw
