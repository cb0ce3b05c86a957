"""Accounts by command: a lost link is made anew, and who leaves is out at once."""

from click.testing import CliRunner

from madoguchi.config.cli.staff import staff
from madoguchi.foundation.lib import links
from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.audit.queries import of_kind
from madoguchi.rooms.organisation.actions.add_staff import setup_token
from madoguchi.rooms.organisation.actions.disable_staff import disable_staff, revoke_tokens
from madoguchi.rooms.organisation.actions.make_token import make_token
from madoguchi.rooms.organisation.actions.renew_setup import renew_setup
from madoguchi.rooms.organisation.queries import viewer_by_token
from tests.house import House


def test_a_new_link_ends_the_old_one(house: House) -> None:
    staff = house.staff["clerk"]
    old = setup_token(staff)

    renewed = renew_setup(staff=staff, by=COMMAND)

    assert not links.holds("setup", old, renewed.setup_issue)
    assert links.holds("setup", setup_token(renewed), renewed.setup_issue)


def test_the_commands_say_the_link_and_who_left(house: House) -> None:
    email = house.staff["clerk"].email
    renewed = CliRunner().invoke(staff, ["link", "--email", email])
    disabled = CliRunner().invoke(staff, ["disable", "--email", email])
    refused = CliRunner().invoke(staff, ["link", "--email", email])
    unknown = CliRunner().invoke(staff, ["link", "--email", "nobody@example.jp"])

    assert (renewed.exit_code, "/desk/setup/" in renewed.output) == (0, True)
    assert (disabled.exit_code, disabled.output) == (0, f"{email} の利用を止めました。\n")
    assert (refused.exit_code, "利用は止めてあります" in refused.output) == (1, True)
    assert (unknown.exit_code, "登録されていません" in unknown.output) == (1, True)
    kinds = [len(list(of_kind(kind))) for kind in ("staff.link-renewed", "staff.disabled")]
    assert kinds == [1, 1]


def test_the_revoke_command_ends_every_token(house: House) -> None:
    member = house.staff["clerk"]
    secret = make_token(staff=member, scopes=["inquiries:read"], by=COMMAND)

    revoked = CliRunner().invoke(staff, ["token", "--email", member.email, "--revoke"])

    assert (revoked.exit_code, revoked.output) == (0, "1 個のトークンを無効にしました。\n")
    assert viewer_by_token(secret) is None


def test_who_leaves_is_out_at_once(house: House) -> None:
    browser, staff = house.sign_in("clerk"), house.staff["clerk"]
    secret = make_token(staff=staff, scopes=["inquiries:read"], by=COMMAND)
    assert browser.get("/desk/").status_code == 200

    disable_staff(staff=staff, by=COMMAND)

    assert browser.get("/desk/").status_code == 302
    assert viewer_by_token(secret) is None


def test_tokens_are_revoked_together(house: House) -> None:
    staff = house.staff["clerk"]
    secrets = [make_token(staff=staff, scopes=["inquiries:read"], by=COMMAND) for _ in range(2)]

    assert revoke_tokens(staff=staff, by=COMMAND) == 2
    assert [viewer_by_token(secret) for secret in secrets] == [None, None]
