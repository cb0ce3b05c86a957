"""保存期間: the officer decides, sees what goes and what is held, and says whether the clock is right."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from madoguchi.config.cli.retention import retention as command
from madoguchi.config.health import find_faults
from madoguchi.foundation.lib import clock
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inventory.actions.set_period import set_period
from madoguchi.rooms.inventory.jobs import ask_for_night
from madoguchi.rooms.inventory.models import DeletionRecord, Hold, RetentionPeriod
from madoguchi.rooms.inventory.periods import CLASSES
from madoguchi.rooms.inventory.queries.retention import period_of
from madoguchi.rooms.jobs.actions.tick import tick
from madoguchi.rooms.jobs.queries import clocks
from madoguchi.rooms.organisation.queries import viewer_of
from tests.clockwork import Clock, stopped_clock
from tests.house import House
from tests.journeys.judging import judged

NOON = datetime(2027, 1, 12, 3, 0, tzinfo=UTC)  # a Tuesday, 12:00 in Tokyo
HERE = "/desk/retention/"


@pytest.fixture
def time(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clockwork = stopped_clock(tmp_path, monkeypatch)
    clockwork.set(NOON)
    clockwork.live(timedelta())
    return clockwork


@pytest.fixture
def officer(house: House, time: Clock, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Signed in, and who they are was just proven again."""
    monkeypatch.setattr("madoguchi.faces.staff_site.retention.ask_again", lambda request, back: None)
    return house.sign_in("officer")


def closed(house: House) -> Inquiry:
    found = Inquiry.objects.get(id=house.submit().id)
    house.work()
    set_status(viewer=house.viewer, inquiry_id=found.id, status="done")
    return found


def text(client: Client, address: str = HERE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def decide(client: Client, code: str, number: str, unit: str = "日", **more: str) -> int:
    given = {"ends": "after", "number": number, "unit": unit, **more}
    return client.post(f"{HERE}{code}/", given).status_code


# -- who ----------------------------------------------------------------------------------------------


def test_clerks_are_sent_to_the_officer_and_administrators_may_look(house: House, time: Clock) -> None:
    assert house.sign_in("clerk").get(HERE).status_code == 403
    admin = house.sign_in("admin")
    assert "保存期間を決めるのは、個人情報管理者です。" in text(admin)
    assert "この提案で始める" not in text(admin)
    for address in (f"{HERE}start/", f"{HERE}clock/", f"{HERE}inquiry/"):
        assert admin.post(address, {"ends": "never"}).status_code in (302, 403)
    assert RetentionPeriod.objects.count() == 0


def test_what_ends_much_asks_once_more_who_sits_there(house: House, time: Clock) -> None:
    browser = house.sign_in("officer")

    for address in (f"{HERE}start/", f"{HERE}clock/", f"{HERE}inquiry/"):
        answer = browser.post(address, {"ends": "after", "number": "1", "unit": "日", "confirmed": "yes"})
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (
            302,
            reverse("account_reauthenticate"),
        )
    assert RetentionPeriod.objects.count() == 0


# -- periods ------------------------------------------------------------------------------------------


def test_nothing_is_set_until_the_proposal_is_taken_in_one_click(
    house: House, officer: Client, time: Clock
) -> None:
    inquiry = closed(house)
    assert "まだ決めていません" in text(officer)
    assert officer.post(f"{HERE}start/").status_code == 302

    assert period_of(house.entity_id, "inquiry") == 1096
    assert RetentionPeriod.objects.count() == len(CLASSES)
    assert "いまの保存期間" in text(officer)
    time.live(timedelta(days=1097))
    officer = house.sign_in("officer")
    assert inquiry.receipt_number in text(officer)


def test_a_shorter_period_shows_what_goes_and_waits_for_the_night_after(
    house: House, officer: Client, time: Clock
) -> None:
    inquiry = closed(house)
    assert decide(officer, "inquiry", "３", "年", confirmed="yes") == 302
    time.live(timedelta(days=30))
    ask_for_night()
    house.work()
    officer = house.sign_in("officer")
    answer = officer.post(f"{HERE}inquiry/", {"ends": "after", "number": "10", "unit": "日"})
    shown = answer.content.decode()
    assert (answer.status_code, period_of(house.entity_id, "inquiry")) == (200, 1096)
    assert "10日に短くしますか" in shown
    assert "1 件（2027年1月12日(火)）" in shown
    assert "2027年2月12日(金) 午前2時" in shown

    assert decide(officer, "inquiry", "10", confirmed="yes") == 302
    assert period_of(house.entity_id, "inquiry") == 10
    assert inquiry.receipt_number in text(officer)


def test_a_longer_period_and_none_are_decided_at_once(house: House, officer: Client) -> None:
    decide(officer, "sales", "10", confirmed="yes")
    assert decide(officer, "sales", "1", "年") == 302
    assert period_of(house.entity_id, "sales") == 366

    assert officer.post(f"{HERE}sales/", {"ends": "never"}).status_code == 302
    assert period_of(house.entity_id, "sales") is None
    assert "期限なしで保存しています。" in text(officer, f"{HERE}sales/")


@pytest.mark.parametrize(
    ("number", "unit"), [("", "日"), ("0", "日"), ("三", "年"), ("31", "年"), ("9" * 5, "日"), ("1", "世紀")]
)
def test_a_period_that_is_none_comes_back_as_typed(
    house: House, officer: Client, number: str, unit: str
) -> None:
    answer = officer.post(f"{HERE}inquiry/", {"ends": "after", "number": number, "unit": unit})

    assert answer.status_code == 422
    assert "1日から30年まで" in answer.content.decode()
    assert f'value="{number}"' in answer.content.decode()
    assert RetentionPeriod.objects.count() == 0


def test_a_class_that_does_not_exist_is_not_found(house: House, officer: Client) -> None:
    assert officer.get(f"{HERE}everything/").status_code == 404
    assert decide(officer, "everything", "1", confirmed="yes") == 404


def test_the_last_night_is_told(house: House, officer: Client, time: Clock) -> None:
    closed(house)
    decide(officer, "inquiry", "1", confirmed="yes")
    time.live(timedelta(days=1, hours=14, minutes=5))
    ask_for_night()
    house.work()
    officer = house.sign_in("officer")

    assert DeletionRecord.objects.count() == 1
    assert "前回は 今日 2:05 に終わり、1 件を廃棄しました。" in text(officer)
    assert "次の夜に廃棄するもの 2027年1月15日(金) 午前2時から" in text(officer)


# -- holds --------------------------------------------------------------------------------------------


def test_a_matter_is_held_extended_and_let_go(house: House, officer: Client, time: Clock) -> None:
    inquiry, me = closed(house), str(house.staff["officer"].id)
    address = f"/desk/inquiries/{inquiry.receipt_number}/hold/"
    assert "廃棄を保留する" in text(officer, f"/desk/inquiries/{inquiry.receipt_number}/")
    assert "この件の廃棄を保留する" in text(officer, address)
    given = {"ground": "dispute", "until": "2027-03-01", "owner": me}
    assert officer.post(f"{address}?from=retention", given)["Location"] == HERE
    assert "係争や請求の可能性" in text(officer)

    assert "廃棄の保留を変える" in text(officer, address)
    officer.post(address, given | {"until": "2028-03-01", "ground": "statute"})
    hold = Hold.objects.get()
    assert (hold.until, hold.ground, hold.lifted_at) == (date(2028, 3, 1), "statute", None)

    assert officer.post(f"{address}lift/?from=retention")["Location"] == HERE
    assert "係争や照会などで残しておきたい件は" in text(officer)
    kinds = Event.objects.filter(kind__startswith="inventory.h").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["inventory.held", "inventory.held", "inventory.hold-lifted"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"ground": ""},
        {"ground": "x"},
        {"until": ""},
        {"until": "2027-01-12"},
        {"until": "2032-01-13"},
        {"owner": "x"},
    ],
)
def test_a_hold_without_all_it_needs_comes_back_with_a_sentence(
    house: House, officer: Client, wrong: dict[str, str]
) -> None:
    inquiry = closed(house)
    given = {"ground": "talks", "until": "2027-03-01", "owner": str(house.staff["officer"].id)}
    answer = officer.post(f"/desk/inquiries/{inquiry.receipt_number}/hold/", given | wrong)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert Hold.objects.count() == 0


def test_only_an_officer_holds(house: House, time: Clock) -> None:
    inquiry, clerk = closed(house), house.sign_in("clerk")
    address = f"/desk/inquiries/{inquiry.receipt_number}/hold/"

    assert clerk.get(address).status_code == 403
    assert clerk.post(address, {"ground": "talks"}).status_code == 403
    assert clerk.post(f"{address}lift/").status_code == 403
    assert "廃棄を保留する" not in text(clerk, f"/desk/inquiries/{inquiry.receipt_number}/")


def test_the_officers_home_tells_of_a_hold_that_ends_soon_or_has_ended(
    house: House, officer: Client, time: Clock
) -> None:
    inquiry = closed(house)
    given = {"ground": "talks", "until": "2027-02-01", "owner": str(house.staff["officer"].id)}
    officer.post(f"/desk/inquiries/{inquiry.receipt_number}/hold/", given)
    assert "廃棄の保留" not in text(officer, "/desk/")

    time.live(timedelta(days=7))
    officer = house.sign_in("officer")
    assert "廃棄の保留の期限が近づいています" in text(officer, "/desk/")
    time.live(timedelta(days=15))
    officer = house.sign_in("officer")
    assert "廃棄の保留の期限が過ぎました" in text(officer, "/desk/")
    assert "2027年2月8日(月)を過ぎると" in text(officer, "/desk/")
    assert "期限が過ぎました" in text(officer)
    assert "廃棄の保留" not in text(house.sign_in("clerk"), "/desk/")


# -- clocks -------------------------------------------------------------------------------------------


def test_a_wrong_clock_is_told_and_an_officer_says_that_it_is_right(
    house: House, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("madoguchi.faces.staff_site.retention.ask_again", lambda request, back: None)
    time.forward(timedelta(days=365))
    tick()
    officer = house.sign_in("officer")
    for page in (text(officer), text(officer, "/desk/")):
        assert "この機器の時計をお確かめください" in page
        assert "2028年1月12日(水) 12:00" in page
        assert "2027年1月12日(火) 12:0" in page
    (fault,) = [each for each in find_faults() if each.code == "clock"]
    assert "2028年1月12日(水) 12:00" in fault.says

    assert officer.post(f"{HERE}clock/").status_code == 302
    assert clocks().agree
    assert "この機器の時計をお確かめください" not in text(officer)
    assert not [each for each in find_faults() if each.code == "clock"]
    (event,) = Event.objects.filter(kind="retention.clock-accepted")
    assert (event.by_id, json.loads(event.details)["ahead_seconds"] // 86_400) == (
        house.staff["officer"].id,
        364,
    )


# -- the command --------------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str]:
    outcome = CliRunner().invoke(command, arguments)
    return outcome.exit_code, outcome.output


def test_the_command_shows_periods_and_the_dry_run(house: House, officer: Client, time: Clock) -> None:
    inquiry = closed(house)
    assert "受信箱のお問い合わせ\t期限を決めていません" in run()[1]
    decide(officer, "inquiry", "1", confirmed="yes")
    time.live(timedelta(days=2))

    code, said = run("--dry-run", "--json")
    found = json.loads(said)
    assert code == 0
    assert found["run_on"] == "2027-01-14"
    assert found["clock"]["agree"] is True
    assert found["remainder"] == 0
    (row,) = [each for each in found["classes"] if each["class"] == "inquiry"]
    assert (row["days"], row["count"], row["receipt_numbers"]) == (1, 1, [inquiry.receipt_number])
    assert {each["class"] for each in found["classes"]} == set(CLASSES)
    assert (
        f"受信箱のお問い合わせ\t1 件\t2027年1月12日(火)〜2027年1月12日(火)\t{inquiry.receipt_number}"
        in run("--dry-run")[1]
    )
    assert DeletionRecord.objects.count() == 0


def test_the_command_takes_the_word_of_an_officer_only(house: House, time: Clock) -> None:
    time.forward(timedelta(days=365))
    tick()
    assert "廃棄は止めています" in run()[1]
    for somebody in ("nobody@example.jp", house.staff["admin"].email):
        assert run("accept-clock", "--by", somebody)[0] == 1
    assert not clocks().agree

    code, said = run("accept-clock", "--by", house.staff["officer"].email)
    assert (code, clocks().agree) == (0, True)
    assert "2028年1月12日(水) 12:00" in said
    assert clocks().trusted == clock.now()


def test_what_stays_in_a_tray_is_counted_with_its_reason(house: House, time: Clock) -> None:
    set_period(viewer=viewer_of(house.staff["officer"]), retention="sales", days=30, confirmed=True)
    judged(house, house.submit())
    time.live(timedelta(days=40))

    reason = "まだどなたも見ていないもの、お客様かもしれないもの"
    said = f"期間は終わっていますが、1 件は自動では廃棄せずに残します（{reason}）。"
    officer = house.sign_in("officer")
    assert f"「営業」に分けたもの：{said}" in text(officer)
    assert said in text(officer, f"{HERE}sales/")
    sales = json.loads(run("--dry-run", "--json")[1])["classes"][1]
    assert (sales["count"], sales["spared"], sales["spared_because"]) == (0, 1, reason)
    assert f"ありません\t1 件は残します（{reason}）" in run("--dry-run")[1]
