"""`madoguchi staff create`, `link`, `disable`, `token`."""

from typing import TYPE_CHECKING

import click

from madoguchi.config.cli import say

if TYPE_CHECKING:
    from madoguchi.rooms.organisation.models import Staff


@click.group()
def staff() -> None:
    """職員の登録と、APIトークン。"""


@staff.command()
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice(["clerk", "drafter", "officer", "admin"]))
@click.option("--entity", default="", help="事業者の名前。書くと、この窓口の事業者と同じかを確かめます。")
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
@say.with_django
def link(email: str) -> None:
    """設定リンクを作り直します(リンクやパスワードをなくした方に)。前のリンクは使えなくなります。"""
    from django.conf import settings

    from madoguchi.foundation.lib.ids import COMMAND
    from madoguchi.rooms.organisation.actions.add_staff import setup_token
    from madoguchi.rooms.organisation.actions.renew_setup import renew_setup

    member = renew_setup(staff=_member(email), by=COMMAND)
    say.line(f"{settings.BASE_URL}/desk/setup/{setup_token(member)}/")


@staff.command()
@click.option("--email", required=True)
@say.with_django
def disable(email: str) -> None:
    """職員の利用を止めます。サインイン中でも、その場で入れなくなります。"""
    from madoguchi.foundation.lib.ids import COMMAND
    from madoguchi.rooms.inquiries.actions.hand_back import hand_back
    from madoguchi.rooms.organisation.actions.disable_staff import disable_staff

    member = _member(email)
    disable_staff(staff=member, by=COMMAND)
    count = hand_back(staff=member.id, by=COMMAND)
    say.line(f"{email} の利用を止めました。")
    if count:
        say.line(f"担当していた {count} 件を、「担当なし」に戻しました。")


@staff.command()
@click.option("--email", required=True)
@click.option(
    "--scopes",
    default="",
    help="空白かコンマで区切る。inquiries:read、inquiries:write、inquiries:delicate、個人情報管理者には people:read、people:write、rights:read、rights:write も。",
)
@click.option("--quiet", is_flag=True, help="トークンだけを表示する。")
@click.option("--revoke", is_flag=True, help="作らずに、この職員のトークンをすべて無効にする。")
@say.with_django
def token(email: str, scopes: str, quiet: bool, revoke: bool) -> None:
    """APIトークンを作ります。表示は一度だけです。"""
    from madoguchi.foundation.lib.ids import COMMAND
    from madoguchi.rooms.organisation.actions.disable_staff import revoke_tokens
    from madoguchi.rooms.organisation.actions.make_token import make_token

    member = _member(email)
    if revoke:
        say.line(f"{revoke_tokens(staff=member, by=COMMAND)} 個のトークンを無効にしました。")
        return
    secret = make_token(staff=member, scopes=scopes.replace(",", " ").split(), by=COMMAND)
    if not quiet:
        say.line("トークンは、いま一度だけ表示します。安全なところに控えてください。")
    say.line(secret)


def _member(email: str) -> "Staff":
    from madoguchi.rooms.organisation.queries import staff_by_email

    member = staff_by_email(email)
    if member is None:
        say.fail("そのメールアドレスの職員は登録されていません。")
    return member
