"""`madoguchi keys list`, `backup`, `drill`, `rotate`. Key material is never shown."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from madoguchi.config.cli import say

if TYPE_CHECKING:
    from madoguchi.rooms.vault.models import Epoch


@click.group()
def keys() -> None:
    """鍵の一覧、バックアップ、復旧の練習、交換。"""


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示する。")
@say.with_django
def show(as_json: bool) -> None:
    """鍵の期の一覧(いつから使い、いつ捨てるか)。"""
    from madoguchi.foundation.lib import clock
    from madoguchi.rooms.vault.queries.epochs import every_epoch

    epochs = every_epoch()
    if as_json:
        say.as_json([_facts(epoch) for epoch in epochs])
        return
    for epoch in epochs:
        when = "・".join(
            f"{word} {clock.local(at):%Y-%m-%d}"
            for word, at in (
                ("作成", epoch.opened_at),
                ("閉鎖", epoch.closed_at),
                ("廃棄", epoch.destroyed_at),
            )
            if at
        )
        due = "" if epoch.destroyed_at else f"・廃棄の予定 {epoch.destroy_on}"
        say.line(f"{epoch.kind}-{epoch.number:04}\t{_STATES[_state(epoch)]}\t{when}{due}")


_STATES = {
    "made": "準備中",
    "in-use": "使用中",
    "closed": "使い終わり",
    "destroyed": "廃棄済み",
}


def _state(epoch: "Epoch") -> str:
    if epoch.destroyed_at:
        return "destroyed"
    if epoch.closed_at:
        return "closed"
    return "in-use" if epoch.in_use_from else "made"


def _facts(epoch: "Epoch") -> dict[str, object]:
    return {
        "kind": epoch.kind, "number": epoch.number, "state": _state(epoch), "opened_at": epoch.opened_at,
        "in_use_from": epoch.in_use_from, "closed_at": epoch.closed_at, "destroy_on": epoch.destroy_on,
        "destroyed_at": epoch.destroyed_at,
    }  # fmt: skip


@keys.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--to", "recipient", required=True, help="age の公開鍵。秘密鍵は鍵フォルダの外に置きます。")
@say.with_django
def backup(file: Path, recipient: str) -> None:
    """鍵と消去台帳を、暗号化した一つのファイルにします(データのバックアップとは別の場所へ)。"""
    from madoguchi.config.keys import back_up_keys

    count = back_up_keys(file, recipient)
    say.line(
        f"{file} に鍵 {count} 本と消去台帳を書きました。データのバックアップとは別の場所に置いてください。"
    )


@keys.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--identity", required=True, type=click.Path(path_type=Path, exists=True), help="age の秘密鍵のファイル。"
)
@say.with_django
def drill(file: Path, identity: Path) -> None:
    """鍵のバックアップで本当に戻せるかを、何も変えずに確かめます。"""
    from madoguchi.config.keys import drill as practise
    from madoguchi.foundation.lib import clock

    found = practise(file, identity)
    shown = (
        "保存されている内容を実際に開けました。"
        if found.opened
        else "保存されている内容がまだないため、鍵の照合だけを行いました。"
    )
    say.line(
        f"{clock.local(found.made_at):%Y-%m-%d %H:%M} の鍵のバックアップに、必要な鍵がそろっています。{shown}"
    )


@keys.command()
@say.with_django
def rotate() -> None:
    """いますぐ新しい鍵に替えます(動かしたまま実行できます)。途中で止まった交換は続きから進めます。"""
    from madoguchi.config.rotation import ROUND, Rotation
    from madoguchi.config.start import CannotStart, check_start
    from madoguchi.foundation.lib.ids import COMMAND
    from madoguchi.rooms.jobs.queries import clocks
    from madoguchi.rooms.vault.queries.epochs import current_epoch

    try:
        check_start()
    except CannotStart as faults:
        say.fail(str(faults))
    found = clocks()
    if not found.agree:
        say.fail(
            "この機器の時計が正しいかを確かめられません。`madoguchi check` の案内に沿って直してください。"
        )
    rotation = Rotation(by=COMMAND)
    rotation.begin(found.trusted)
    while (wait := rotation.look()) != ROUND:
        time.sleep(wait.total_seconds())
    if rotation.under_way():
        say.line("新しい鍵に替えました。消去の途中のものが終わると、古い鍵は自動で閉じます。")
        return
    say.line(
        f"新しい鍵(kek-{current_epoch('kek'):04}、index-{current_epoch('index'):04})に替えました。"
        "鍵のバックアップを取り直してください。"
    )
