"""`madoguchi bench`: what this machine does, as ratios. It needs the tools of a checkout, so it runs there."""

import subprocess
import sys
from pathlib import Path

import click

from madoguchi.config.cli import say

CHECKOUT = Path(__file__).parents[4]


@click.command()
@click.option("--full", is_flag=True, help="1万・10万・100万件での伸びも測ります(十数分)。")
@click.option("--rounds", default=3, show_default=True, help="繰り返しの数(3以上)。")
@click.option(
    "--only", type=click.Choice(["page", "counter", "stranger", "desk"]), help="一部だけを測ります。"
)
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で示します。")
@click.option(
    "--dir", "folder", type=click.Path(exists=True, file_okay=False), help="一時フォルダを作る場所。"
)
def bench(full: bool, rounds: int, only: str | None, as_json: bool, folder: str | None) -> None:
    """性能を測り、同じ回に測った限界との比で示します(3分ほど)。"""
    if not (CHECKOUT / "tests" / "bench" / "__main__.py").exists():
        say.fail("測定は開発用の一式で行います。リポジトリを取得して `make bench` を実行してください。")
    asked = ["--full"] * full + ["--json"] * as_json + ["--rounds", str(rounds)]
    asked += ["--only", only] if only else []
    asked += ["--dir", str(Path(folder).absolute())] if folder else []
    command = [sys.executable, "-m", "tests.bench", *asked]
    raise SystemExit(subprocess.run(command, cwd=CHECKOUT, check=False).returncode)  # noqa: S603  our own program
