"""`madoguchi staff create`, `madoguchi staff token`."""

import click

from madoguchi.config.cli import say


@click.group()
def staff() -> None:
    """職員の登録と、API の合言葉。"""


@staff.command()
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice(["clerk", "officer", "admin"]))
@click.option("--entity", default="", help="事業者の名前(一社なら省けます)。")
@say.with_django
def create(email: str, name: str, role: str, entity: str) -> None:
    """職員を登録し、一度だけ使える設定リンクを表示します。"""
    from django.conf import settings

    from madoguchi.foundation.lib.contact import Unreadable, read_email
    from madoguchi.foundation.lib.ids import COMMAND
    from madoguchi.rooms.organisation.actions.add_staff import add_staff, setup_token
    from madoguchi.rooms.organisation.queries import entity_named

    found = entity_named(entity)
    if found is None:
        say.fail(
            "その名前の事業者は登録されていません。"
            if entity
            else "先に `madoguchi init` を実行してください。"
        )
    try:
        address = read_email(email).shown
    except Unreadable as unreadable:
        say.fail(str(unreadable))
    member = add_staff(email=address, name=name, role=role, entity_id=found, by=COMMAND)
    say.line(f"{settings.BASE_URL}/desk/setup/{setup_token(member)}/")


@staff.command()
@click.option("--email", required=True)
@click.option("--scopes", required=True, help="空白かコンマで区切る。inquiries:read、inquiries:write。")
@click.option("--quiet", is_flag=True, help="合言葉だけを表示する。")
@say.with_django
def token(email: str, scopes: str, quiet: bool) -> None:
    """API の合言葉を作ります。表示は一度だけです。"""
    from madoguchi.foundation.lib.ids import COMMAND
    from madoguchi.rooms.organisation.actions.make_token import make_token
    from madoguchi.rooms.organisation.queries import staff_by_email

    member = staff_by_email(email)
    if member is None:
        say.fail("そのメールアドレスの職員は登録されていません。")
    secret = make_token(staff=member, scopes=scopes.replace(",", " ").split(), by=COMMAND)
    if not quiet:
        say.line("合言葉は、いま一度だけ表示します。安全なところに控えてください。")
    say.line(secret)
