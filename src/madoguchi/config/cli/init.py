"""`madoguchi init`: a new installation, or the profile's changes applied to one that exists."""

import click

from madoguchi.config.cli import say


@click.command()
@click.option("--profile", required=True, help="プロファイル名(eclore、demo)か、TOML ファイルの場所。")
@click.option("--admin-email", default="", help="はじめの管理者のメールアドレス。")
@click.option("--admin-name", default="管理者", show_default=True, help="はじめの管理者の氏名。")
@click.option(
    "--screening",
    type=click.Choice(["badge", "on", "off"]),
    default=None,
    help="営業メールの仕分け。badge はバッジのみ、on は有効、off は停止。あとから窓口の設定で変えられます。",
)
@click.option("--rename", is_flag=True, help="事業者の名前が変わったときに、新しい名前にする。")
@click.option("--yes", is_flag=True, help="確かめずに進める。")
def init(
    profile: str, admin_email: str, admin_name: str, screening: str | None, rename: bool, yes: bool
) -> None:
    """データの置き場所・鍵・データベース・事業者の情報を用意し、職員の設定リンクを表示します。"""
    from madoguchi.config.environment import read_environment
    from madoguchi.config.identity import write_secret_key

    environment = read_environment()
    if not yes and not click.confirm(
        f"{environment.data_dir} と {environment.key_dir} に用意します。よろしいですか。", default=True
    ):
        raise SystemExit(1)
    for folder in (environment.data_dir, environment.key_dir):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_secret_key(environment.key_dir)
    _install(profile, admin_email, admin_name, rename=rename)
    if screening is not None:
        _say_screening(screening)


@say.with_django
def _say_screening(state: str) -> None:
    from madoguchi.foundation.lib.ids import COMMAND
    from madoguchi.rooms.organisation.queries import only_entity
    from madoguchi.rooms.screening.actions.set_state import put_state

    entity = only_entity()
    assert entity is not None
    put_state(entity.id, state=state, by=COMMAND)


@say.with_django
def _install(profile: str, admin_email: str, admin_name: str, *, rename: bool) -> None:
    from django.conf import settings

    from madoguchi.config.install import install
    from madoguchi.config.profile import BadProfile, kept_from_desk, read_profile
    from madoguchi.foundation.lib.ids import COMMAND
    from madoguchi.rooms.organisation.actions.add_staff import add_staff, setup_token
    from madoguchi.rooms.organisation.queries import entity_facts, has_staff, only_entity

    try:
        install(read_profile(profile), rename=rename)
    except BadProfile as error:
        say.fail(str(error))
    entity = only_entity()
    assert entity is not None
    facts = entity_facts(entity.id)
    say.line(f"{facts['name']} の窓口を用意しました。")
    if kept := kept_from_desk():
        say.line(f"{'と'.join(kept)}は、画面で変えたものをそのまま残しました。変えるときは、画面からどうぞ。")
    if has_staff():
        say.line(
            "職員は登録されています。設定リンクやパスワードをなくしたときは、"
            "`madoguchi staff link --email メールアドレス` で作り直せます。"
        )
        return
    email = admin_email or f"admin@{facts['sender_address'].rpartition('@')[2]}"
    staff = add_staff(email=email, name=admin_name, role="admin", entity_id=entity.id, by=COMMAND)
    say.line(
        f"管理者({email})の設定リンク(一度だけ使えます):\n{settings.BASE_URL}/desk/setup/{setup_token(staff)}/"
    )
