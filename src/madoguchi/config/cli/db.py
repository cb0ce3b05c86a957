"""`madoguchi db move`: from SQLite to PostgreSQL."""

import os
from importlib.util import find_spec

import click

from madoguchi.config.cli import say


@click.group()
def db() -> None:
    """データベースの置き場所を移します。"""


@db.command()
@click.argument("url")
@click.option("--yes", is_flag=True, help="確かめずに進める。")
def move(url: str, yes: bool) -> None:
    """SQLite から PostgreSQL に移し、すべての行を読み比べます(止めてから実行してください)。

    URL は postgresql://利用者@ホスト:5432/名前 の形です。パスワードは PGPASSWORD か ~/.pgpass に書けます。
    """
    if find_spec("psycopg") is None:
        say.fail(
            "PostgreSQL を使う部品がありません。`pip install 'madoguchi[postgres]'` を実行してください。"
        )
    if os.environ.get("MADOGUCHI_DATABASE_URL"):
        say.fail("MADOGUCHI_DATABASE_URL を外して、SQLite のまま実行してください。")
    if not yes and not click.confirm(
        "いまのデータベースを PostgreSQL に移します。よろしいですか。", default=True
    ):
        raise SystemExit(1)
    os.environ["MADOGUCHI_DATABASE_URL"] = url  # the target is this process's own database
    _move()


@say.with_django
def _move() -> None:
    from django.conf import settings
    from django.db.utils import OperationalError

    from madoguchi.config.move.run import file, move, without_password
    from madoguchi.config.serving import StillServing
    from madoguchi.config.start import CannotStart

    try:
        found = move()
    except StillServing:
        say.fail("窓口が動いています。`madoguchi serve` を止めてから、もう一度実行してください。")
    except CannotStart as faults:
        say.fail(str(faults))
    except OperationalError:  # its text may quote the address
        say.fail("移す先のデータベースにつながりません。アドレスとパスワードを確かめてください。")
    for each in found:
        say.line(f"{each.table}: {each.rows} 行 一致")
    say.line(
        f"移しました({sum(each.rows for each in found)} 行、すべて一致)。次の設定で動かしてください(パスワードは書き足します)。\n"
        f"MADOGUCHI_DATABASE_URL={without_password(settings.ENVIRONMENT.database_url)}\n"
        f"移した先を確かめたら、{file()} と、同じフォルダの search は消してください。"
        "これから消去する方の情報が、古いファイルに残らないようにするためです。"
    )
