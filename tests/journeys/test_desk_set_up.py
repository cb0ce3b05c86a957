"""窓口の設定: hours with a preview, wordings with a preview, and cases taken in from a file."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from madoguchi.faces.staff_site.opening_hours import lacks_year_end
from madoguchi.foundation.lib.hours import Target
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.forms.queries import target_of
from madoguchi.rooms.inquiries.models import Import, Inquiry
from madoguchi.rooms.inquiries.queries.mails import wording
from madoguchi.rooms.organisation.queries import hours_of
from tests.foundation.test_calendar import week
from tests.house import House

NINE = ["09:00-18:00"]
CASES = "管理番号,受信日時,差出人,差出人アドレス,本文,状況\r\n1,2025/04/01 09:30,山田 花子,hanako@example.jp,<b>納期</b>は,完了\r\n2,昨日,佐藤,ichiro@example.jp,質問です,対応中\r\n"


@pytest.fixture
def admin(house: House) -> Client:
    return house.sign_in("admin")


def form(**more: Any) -> dict[str, Any]:
    days = {f"day-{n}": "09:00-18:00" for n in range(5)}
    return {
        **days, "day-5": "", "day-6": "休み", "holidays-closed": "yes", "count": "2", "unit": "days",
        "closure-name": ["年末年始", ""], "closure-first": ["12/29", ""], "closure-last": ["1/3", ""],
        "extra-day": [""], "extra-spans": [""], "holiday-day": [""], "holiday-is": ["yes"],
        "try-day": "2026-11-22", "try-time": "10:00", "go": "save", **more,
    }  # fmt: skip


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def test_these_screens_are_for_administrators(house: House) -> None:
    for role in ("clerk", "officer"):
        client = house.sign_in(role)
        for address in ("hours/", "wordings/", "wordings/refusal/", "imports/"):
            assert client.get(f"/desk/{address}").status_code == 403
            assert client.post(f"/desk/{address}", form()).status_code in (403, 405)
    assert Event.objects.filter(kind="organisation.hours-set").count() == 0


def test_hours_are_tried_before_they_are_set(house: House, admin: Client) -> None:
    before = hours_of(house.entity_id)
    page = admin.post("/desk/hours/", form(go="try"))
    assert (
        "2026年11月22日(日) 10:00 に届くと、お問い合わせフォームの回答の目安は 2026年11月26日(木) 18:00 です。"
        in text(page)
    )
    lunch = form(go="try", count="4", unit="hours") | {
        f"day-{n}": "９:00〜12:00、13:00-17:00" for n in range(5)
    }
    assert "2026年11月24日(火) 14:00 です。" in text(admin.post("/desk/hours/", lunch))
    assert hours_of(house.entity_id) == before


def test_hours_closures_extra_days_and_targets_are_stored(house: House, admin: Client) -> None:
    given = form(
        **{f"count-{house.form.id}": "4", f"unit-{house.form.id}": "hours"},
        **{"closure-name": ["年末年始", "臨時休業"], "closure-first": ["12/29", "2026/12/1"], "closure-last": ["1/3", ""]},
        **{"extra-day": ["2026/11/28"], "extra-spans": ["10:00-15:00"], "holiday-day": ["2026/11/23"], "holiday-is": ["no"]},
    ) | {"day-4": "18:00-26:00"}  # fmt: skip
    answer = admin.post("/desk/hours/", given, follow=True)
    assert "完了していないお問い合わせの期限を計算し直しています" in text(answer)
    hours = hours_of(house.entity_id)
    assert hours == week(
        [NINE] * 4 + [["18:00-26:00"], [], []],
        closures=[
            {"name": "年末年始", "first": "12-29", "last": "01-03"},
            {"name": "臨時休業", "first": "2026-12-01", "last": "2026-12-01"},
        ],
        extras=[{"day": "2026-11-28", "spans": ["10:00-15:00"]}],
        holidays={"2026-11-23": False},
    )
    assert target_of(house.form.id) == Target(4, "hours")
    shown = admin.get("/desk/hours/").content.decode()
    assert 'value="18:00-26:00"' in shown
    assert 'value="2026/12/01"' in shown
    assert Event.objects.filter(kind="organisation.hours-set", by_id=house.staff["admin"].id).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"day-0": "9時から"}, {"day-0": "18:00-09:00"}, {"count": "二"}, {"count": "999"},
        {"closure-name": ["夏"], "closure-first": ["13/40"], "closure-last": [""]},
        {"closure-name": [""], "closure-first": ["8/13"], "closure-last": [""]},
        {"extra-day": ["来週"], "extra-spans": ["10:00-15:00"]},
        {f"day-{n}": "" for n in range(5)},
        {"closure-name": ["ずっと"], "closure-first": ["1/1"], "closure-last": ["12/31"]},
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_said_and_what_was_typed_stays(
    house: House, admin: Client, wrong: dict[str, Any]
) -> None:
    before = hours_of(house.entity_id)
    page = admin.post("/desk/hours/", form() | wrong)
    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()
    assert all(
        f'value="{each}"' in page.content.decode()
        for value in wrong.values()
        for each in ([value] if isinstance(value, str) else value)
        if each
    )
    assert hours_of(house.entity_id) == before


@pytest.mark.parametrize(
    ("closures", "day", "lacks"),
    [([], "2026-11-01", True), ([], "2026-12-31", True), ([], "2026-10-31", False), ([("12-29", "01-03")], "2026-11-01", False), ([("2025-12-29", "2026-01-03")], "2026-11-01", True), ([("2026-12-31", "2027-01-02")], "2026-11-01", False)],
)  # fmt: skip
def test_from_november_a_missing_year_end_is_said(
    closures: list[tuple[str, str]], day: str, lacks: bool
) -> None:
    from datetime import date

    hours = week(
        [NINE] * 7, closures=[{"name": "休", "first": first, "last": last} for first, last in closures]
    )
    assert lacks_year_end(hours, date.fromisoformat(day)) is lacks


def test_a_wording_is_seen_at_a_moment_before_it_is_set(house: House, admin: Client) -> None:
    given = {
        "subject": "受付 {{receipt_number}}",
        "text": "{{#out_of_hours}}{{out_of_hours}}{{/out_of_hours}}",
        "go": "try",
        "try-day": "2026-12-30",
        "try-time": "10:00",
    }
    page = admin.post("/desk/wordings/acknowledgement/", given)
    assert "年末年始のため、窓口をお休みしています。" in text(page)
    assert "受付 M-20261230-7K4P" in text(page)
    assert wording(house.entity_id, "acknowledgement").text != given["text"]
    admin.post("/desk/wordings/acknowledgement/", given | {"go": "save"})
    assert wording(house.entity_id, "acknowledgement").text == given["text"] + "\n"


def test_a_wording_with_a_slip_stays_in_its_box(house: House, admin: Client) -> None:
    page = admin.post(
        "/desk/wordings/refusal/", {"subject": "件名", "text": "{{boby}} <script>", "go": "save"}
    )
    assert page.status_code == 422
    assert "{{boby}}" in text(page)
    assert "<script>" not in page.content.decode().partition("<main")[2]
    assert admin.get("/desk/wordings/nothing/").status_code == 404


def test_a_file_is_looked_at_tried_and_taken_in(house: House, admin: Client) -> None:
    upload = BytesIO(CASES.encode("cp932"))
    upload.name = "cases.csv"
    answer = admin.post(
        "/desk/imports/", {"source": "maildealer", "form": str(house.form.id), "file": upload}
    )
    found = Import.objects.get()
    here = f"/desk/imports/{found.id}/"
    assert answer["Location"] == here
    page = admin.get(here)
    assert "&lt;b&gt;納期&lt;/b&gt;は" in page.content.decode()
    assert "Shift_JIS" in text(page)
    mapping = {f"map-{name}": str(place) for name, place in found.mapping.items()}
    assert admin.post(here, mapping | {"map-received": "", "go": "try"}).status_code == 422
    admin.post(here, mapping | {"go": "try"})
    house.work()
    assert "取り込めるもの1件" in text(admin.get(here))
    assert Inquiry.objects.count() == 0
    admin.post(here, {"go": "start"})
    house.work()
    assert Inquiry.objects.get().channel == "import"
    faults = b"".join(admin.get(f"{here}faults/").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert faults.split("\r\n")[1].startswith('"3","受付日時を読めません。"')
    number = Inquiry.objects.get().receipt_number
    assert "ほかの製品から取り込みました" in text(house.sign_in("clerk").get(f"/desk/inquiries/{number}/"))
    admin.post(here, {"go": "drop"})
    assert admin.get(here).status_code == 404


def test_no_file_or_no_table_is_said(admin: Client) -> None:
    assert admin.post("/desk/imports/", {"source": "generic"}).status_code == 422
    empty = BytesIO(b"\x00\x01\x02")
    empty.name = "x.csv"
    assert admin.post("/desk/imports/", {"source": "generic", "file": empty}).status_code == 422
    assert Import.objects.count() == 0
