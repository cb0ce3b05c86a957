"""How staff come in: setup link, password, second step, and everything that keeps others out."""

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from django.urls import NoReverseMatch, include, path, reverse

from madoguchi.faces.staff_site.gate import IDLE, WHOLE
from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.organisation.actions.add_staff import add_staff, setup_token
from madoguchi.rooms.organisation.actions.finish_setup import finish_setup
from madoguchi.rooms.organisation.models import Staff
from tests.house import SECRET, House

PASSWORD = "turtle-lantern-harbour"
SIGN_IN = "/desk/sign-in/"
ACCOUNT = "/desk/account/"

# With the addresses of the trial, as in a process that runs one.
urlpatterns = [
    path("", include("madoguchi.config.urls")),
    path("desk/", include("madoguchi.faces.staff_site.demo.urls")),
]


def code(secret: str = SECRET, *, ahead: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead)))


def with_password(house: House, role: str = "clerk") -> Staff:
    staff = house.staff[role]
    assert finish_setup(staff=staff, password=PASSWORD)
    return staff


def sign_in(client: Client, email: str, password: str = PASSWORD, *, follow: bool = False):  # type: ignore[no-untyped-def]
    return client.post(SIGN_IN, {"login": email, "password": password}, follow=follow)


@pytest.mark.law("T-C6-1")
def test_T_C6_1_the_setup_link_leads_to_a_second_step_before_anything_personal(house: House) -> None:
    receipt = house.submit(name="南 ひとみ")
    staff = add_staff(
        email="new@example.jp", name="新田 学", role="clerk", entity_id=house.entity_id, by=COMMAND
    )
    client, link = Client(), f"/desk/setup/{setup_token(staff)}/"

    assert "新田 学 さんの設定" in client.get(link).content.decode()
    assert client.post(link, {"password1": "short", "password2": "short"}).status_code == 422
    chosen = client.post(link, {"password1": PASSWORD, "password2": PASSWORD})
    assert chosen["Location"] == ACCOUNT
    assert Client().get(link)["Location"] == SIGN_IN  # used once

    for address in ("/desk/", "/desk/inbox/inbox/", f"/desk/inquiries/{receipt.receipt_number}/"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, ACCOUNT)
    assert client.post(f"/desk/inquiries/{receipt.receipt_number}/assign/")["Location"] == ACCOUNT
    assert "南" not in client.get(ACCOUNT).content.decode()

    page = client.get("/desk/account/app/").content.decode()
    assert client.get("/desk/account/app/code.svg")["Content-Type"] == "image/svg+xml"
    found = re.search(r'number lines">([A-Z2-7 ]+)<', page)
    assert found
    secret = found[1].replace(" ", "")
    assert client.post("/desk/account/app/", {"code": "000000"}).status_code == 200
    assert client.post("/desk/account/app/", {"code": code(secret)})["Location"] == "/desk/account/codes/"
    codes = re.findall(r'class="number">(\d{8})<', client.get("/desk/account/codes/").content.decode())
    assert len(codes) == 10
    assert client.get(f"/desk/inquiries/{receipt.receipt_number}/").status_code == 200

    again = Client()
    assert sign_in(again, "new@example.jp")["Location"] == "/desk/second-step/"
    assert again.get("/desk/")["Location"].startswith(SIGN_IN)
    assert again.post("/desk/second-step/", {"code": codes[0]})["Location"] == "/desk/"
    assert again.get("/desk/").status_code == 200


def test_a_wrong_second_step_stays_outside_and_is_noted(house: House) -> None:
    staff = with_password(house)
    house.sign_in()  # registers the app
    client = Client()
    sign_in(client, staff.email)

    answer = client.post("/desk/second-step/", {"code": "123456"})

    assert "確認できませんでした" in answer.content.decode()
    assert client.get("/desk/").status_code == 302
    assert Event.objects.filter(kind="staff.second-step-failed", about_id=staff.id).exists()
    assert client.post("/desk/second-step/", {"code": code()})["Location"] == "/desk/"


def test_a_code_is_good_for_one_sign_in(house: House) -> None:
    staff = with_password(house)
    house.sign_in()
    used = code()
    first, second = Client(), Client()
    sign_in(first, staff.email)
    sign_in(second, staff.email)

    assert first.post("/desk/second-step/", {"code": used}).status_code == 302
    assert second.post("/desk/second-step/", {"code": used}).status_code == 200


@pytest.mark.law("T-C6-3")
def test_T_C6_3_ten_bad_sign_ins_throttle_and_leave_one_event(house: House) -> None:
    staff = with_password(house)
    for _ in range(10):
        assert "違います" in sign_in(Client(), staff.email, "wrong-wrong-wrong").content.decode()
    assert not Event.objects.filter(kind="staff.sign-in-throttled").exists()

    for _ in range(3):  # from any browser, with the right password too
        assert "しばらく受け付けられません" in sign_in(Client(), staff.email).content.decode()

    assert Event.objects.filter(kind="staff.sign-in-throttled", about_id=staff.id).count() == 1
    assert Event.objects.filter(kind="staff.sign-in-failed", about_id=staff.id).count() == 10
    other = house.staff["admin"]
    assert finish_setup(staff=other, password=PASSWORD)
    assert sign_in(Client(), other.email).status_code == 302


def test_unknown_and_known_addresses_get_the_same_answer(house: House) -> None:
    staff = with_password(house)

    known = sign_in(Client(), staff.email, "wrong-wrong-wrong").content.decode()
    unknown = sign_in(Client(), "nobody@example.jp", "wrong-wrong-wrong").content.decode()

    def bare(text: str) -> str:
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)

    assert bare(known).replace(staff.email, "") == bare(unknown).replace("nobody@example.jp", "")


@pytest.mark.law("T-C6-2")
def test_T_C6_2_a_disabled_accounts_session_dies_at_once(house: House, desk: Client) -> None:
    assert desk.get("/desk/").status_code == 200

    Staff.objects.filter(id=house.staff["clerk"].id).update(is_active=False)

    assert desk.get("/desk/")["Location"].startswith(SIGN_IN)


def test_a_disabled_account_cannot_sign_in_or_use_its_setup_link(house: House) -> None:
    staff = with_password(house)
    link = f"/desk/setup/{setup_token(Staff.objects.get(id=staff.id))}/"
    Staff.objects.filter(id=staff.id).update(is_active=False)

    assert sign_in(Client(), staff.email)["Location"] == SIGN_IN
    assert Client().get(link)["Location"] == SIGN_IN


@pytest.mark.parametrize("away", [IDLE, WHOLE])
def test_sessions_end_after_half_an_hour_and_after_twelve_hours(house: House, away: timedelta) -> None:
    client = house.sign_in()
    session = client.session
    session["clicked_at" if away is IDLE else "signed_in_at"] -= away.total_seconds() + 1
    session.save()

    assert client.get("/desk/")["Location"].startswith(SIGN_IN)
    assert "サインインから時間がたったため" in client.get(SIGN_IN).content.decode()


def test_signing_in_changes_the_session_and_signing_out_ends_it(house: House) -> None:
    staff = with_password(house)
    client = Client()
    client.get(SIGN_IN)
    before = (
        client.cookies[settings.SESSION_COOKIE_NAME].value
        if settings.SESSION_COOKIE_NAME in client.cookies
        else ""
    )
    sign_in(client, staff.email)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert key != before
    assert client.get("/desk/sign-out/")["Location"] == "/desk/"  # following a link signs nobody out

    assert client.post("/desk/sign-out/")["Location"] == SIGN_IN

    assert client.get(ACCOUNT)["Location"].startswith(SIGN_IN)
    assert not Session.objects.filter(session_key=key).exists()


def test_what_lies_in_the_tables_is_sealed(house: House) -> None:
    client = house.sign_in()
    client.get("/desk/")

    data = Session.objects.get(session_key=client.cookies[settings.SESSION_COOKIE_NAME].value).session_data
    assert "auth" not in data
    assert SECRET not in str(Authenticator.objects.get(type="totp").data)
    with override_settings(SECRET_KEY="another"):
        assert client.get("/desk/").status_code == 302  # sealed under another key: no session of ours


def test_an_administrators_new_link_keeps_the_second_step(house: House) -> None:
    """A new password by a setup link alone does not open the desk."""
    house.sign_in()
    client = Client()
    link = f"/desk/setup/{setup_token(house.staff['clerk'])}/"

    assert client.post(link, {"password1": PASSWORD, "password2": PASSWORD})["Location"] == SIGN_IN
    assert client.get("/desk/").status_code == 302


def test_the_last_second_step_cannot_be_taken_away(house: House) -> None:
    with_password(house)
    client = house.sign_in()
    client.post("/desk/account/confirm/", {"password": PASSWORD})

    answer = client.post("/desk/account/app/remove/")

    assert "少なくとも一つ必要です" in answer.content.decode()
    assert Authenticator.objects.filter(type="totp").exists()


def test_changing_the_means_asks_for_the_password_again(house: House) -> None:
    with_password(house)
    client = house.sign_in()

    asked = client.get("/desk/account/passkeys/add/")
    assert asked["Location"] == "/desk/account/confirm/?next=%2Fdesk%2Faccount%2Fpasskeys%2Fadd%2F"
    wrong = client.post(asked["Location"], {"password": "wrong-wrong-wrong"})
    assert "パスワードが違います。" in wrong.content.decode()
    assert client.post(asked["Location"], {"password": PASSWORD})["Location"] == "/desk/account/passkeys/add/"
    page = client.get("/desk/account/passkeys/add/").content.decode()
    assert "data-options=" in page
    assert "challenge" in page


@pytest.mark.parametrize(
    "address", ["sign-in/as/00000000-0000-0000-0000-000000000007/", "mailbox/", "trial/"]
)
def test_the_doors_of_the_trial_do_not_exist_elsewhere(house: House, address: str) -> None:
    assert not settings.DEMO
    assert Client().post(f"/desk/{address}").status_code == 404
    assert house.sign_in().get(f"/desk/{address}").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("sign_in_as", args=[house.staff["clerk"].id])


@override_settings(ROOT_URLCONF=__name__)
def test_even_a_mounted_door_of_the_trial_stays_shut_outside_it(house: House) -> None:
    """The address alone does not open it: the view asks the setting itself."""
    client = Client()

    assert client.post(f"/desk/sign-in/as/{house.staff['admin'].id}/").status_code == 404
    assert client.get("/desk/").status_code == 302
    assert "どの役割で試しますか" not in client.get(SIGN_IN).content.decode()


@override_settings(DEMO=True, ROOT_URLCONF=__name__)
def test_in_the_trial_one_click_signs_in(house: House) -> None:
    client = Client()
    page = client.get(SIGN_IN).content.decode()
    assert [role in page for role in ("窓口担当者", "個人情報管理者", "管理者")] == [True] * 3
    assert client.get(f"/desk/sign-in/as/{house.staff['clerk'].id}/").status_code == 405

    assert client.post(f"/desk/sign-in/as/{house.staff['clerk'].id}/")["Location"] == "/desk/"

    assert "試用中" in client.get("/desk/").content.decode()


@override_settings(DEMO=True, ROOT_URLCONF=__name__)
def test_the_mailbox_of_the_trial_shows_what_was_sent(house: House) -> None:
    house.submit(email="canary@example.jp")
    house.work()

    page = house.sign_in().get("/desk/mailbox/").content.decode()

    assert "canary@example.jp" in page
    assert "受け付けました" in page
    assert f'href="{settings.BASE_URL}/receipts/' in page


@override_settings(ROOT_URLCONF=__name__)
def test_starting_afresh_leaves_a_sign_for_the_supervisor(house: House, tmp_path: Path) -> None:
    environment = settings.ENVIRONMENT.model_copy(update={"demo_dir": tmp_path})
    with override_settings(DEMO=True, ENVIRONMENT=environment):
        client = house.sign_in()
        assert "取り消せません" in client.get("/desk/trial/").content.decode()
        assert not (tmp_path / "fresh").exists()

        assert 'http-equiv="refresh"' in client.post("/desk/trial/").content.decode()

    assert (tmp_path / "fresh").exists()


def test_the_password_is_changed_with_the_old_one(house: House) -> None:
    staff = with_password(house)
    client = house.sign_in()
    new = {"password1": "copper-meadow-window", "password2": "copper-meadow-window"}

    wrong = client.post("/desk/account/password/", {"oldpassword": "wrong-wrong-wrong", **new})
    assert wrong.status_code == 200
    assert client.post("/desk/account/password/", {"oldpassword": PASSWORD, **new})["Location"] == ACCOUNT
    assert client.get("/desk/").status_code == 200  # this session stays
    assert Staff.objects.get(id=staff.id).check_password("copper-meadow-window")
    assert Event.objects.filter(kind="staff.password-changed", by_id=staff.id).exists()
    assert house.sign_in("admin").get("/desk/account/password/")["Location"] == ACCOUNT  # none to change
