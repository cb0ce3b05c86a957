"""`madoguchi backup`, `madoguchi restore`."""

import signal
from pathlib import Path

import click

from madoguchi.config.cli import say

_PROOFS = {
    "opened": "開いて、元と同じであることを確かめました。",
    "reread": "ディスクから読み直し、書いたとおりであることを確かめました(開くには、宛て先の秘密鍵が要ります)。",
}


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--to",
    "recipient",
    default="",
    help="age の公開鍵。省くと、鍵フォルダの backup.agekey 宛てに暗号化します。",
)
@say.with_django
def backup(file: Path | None, recipient: str) -> None:
    """動かしたまま、暗号化したバックアップを作り、読み直して確かめます。

    FILE を省くと、毎日のバックアップと同じように MADOGUCHI_BACKUP_DIR に作ります。
    """
    from madoguchi.config.backup.schedule import back_up
    from madoguchi.config.backup.write import write_backup

    signal.signal(signal.SIGTERM, _leave)  # so that the unencrypted copy is removed on the way out
    written = back_up() if file is None else write_backup(file, recipient)
    say.line(
        f"{written.path} に書きました({written.path.stat().st_size / 1024**2:.1f} MB)。{_PROOFS[written.proof]}"
        "鍵フォルダは別に保管してください。"
    )


def _leave(*_: object) -> None:
    raise SystemExit(128 + signal.SIGTERM)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--ledger",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="消去台帳のフォルダ。",
)
@click.option("--identity", type=click.Path(path_type=Path, exists=True), help="age の秘密鍵のファイル。")
@click.option("--accept-gap", "accepted_by", default="", help="台帳の抜けを引き受ける職員のメールアドレス。")
@say.with_django
def restore(file: Path, ledger: Path, identity: Path | None, accepted_by: str) -> None:
    """バックアップを戻し、そのあとの消去と停止をやり直します(止めてから実行してください)。"""
    from madoguchi.config.backup.restore import restore as bring_back
    from madoguchi.config.serving import StillServing, nobody_serving
    from madoguchi.config.start import CannotStart
    from madoguchi.foundation.lib import clock

    try:
        with nobody_serving():
            restored = bring_back(file, ledger, identity=identity, accepted_by=accepted_by)
    except StillServing:
        say.fail("窓口が動いています。`madoguchi serve` を止めてから、もう一度実行してください。")
    except CannotStart as faults:
        say.fail(str(faults))
    held = f"送信待ちのメール {restored.held} 通を止めました。" if restored.held else ""
    say.line(
        f"{clock.local(restored.made_at):%Y-%m-%d %H:%M} のバックアップを戻し、台帳の {restored.replayed} 行をやり直しました。{held}"
        "復元する前のデータベースは消しました。"
    )
