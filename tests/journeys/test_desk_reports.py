"""集計, 書き出し, 印刷用: what each role sees, that numbers lead to their lists, that looks and takings are recorded."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.foundation.lib import clock
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.gate.models import PermitRow
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.actions.flag_special_care import flag_special_care
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.models import Export, Inquiry
from tests.house import House

CountQueries = Callable[[], AbstractContextManager[CaptureQueriesContext]]


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def links(response: Any, kind: str) -> list[tuple[str, int]]:
    found = re.findall(
        rf'href="(/desk/reports/list/[^"]*kind={kind}[^"]*)">([\d,]+)<', response.content.decode()
    )
    return [(url.replace("&amp;", "&"), int(n.replace(",", ""))) for url, n in found]


def export(client: Client, **more: Any) -> Any:
    today = clock.today()
    given = {"first": f"{today - timedelta(days=1)}", "last": f"{today}", "state": "all", "purpose": "analysis", "recipient": "self", "format": "csv", "columns": ["number", "answer.body"]}  # fmt: skip
    return client.post("/desk/exports/", given | more)


def test_every_number_leads_to_a_list_of_that_length(house: House) -> None:
    for _ in range(3):
        house.submit()
    reply(
        viewer=house.viewer, inquiry_id=house.submit().id, text="お答えします。", seen_until=None, then="done"
    )
    move_lane(viewer=house.viewer, inquiry_id=house.submit().id, lane="sales")
    officer = house.sign_in("officer")
    for address in ("/desk/reports/", "/desk/reports/?trays=yes&step=day"):
        page = officer.get(address)
        counted = {kind: links(page, kind) for kind in ("received", "answered", "in_time", "done")}
        assert all(counted.values())
        for url, n in (each for found in counted.values() for each in found):
            listed = officer.get(url)
            assert f'<span class="count">{n}</span>' in listed.content.decode()
            assert listed.content.decode().count('class="row-who"') == n
    assert links(officer.get("/desk/reports/"), "received")[0][1] == 4
    assert links(officer.get("/desk/reports/?trays=yes"), "received")[0][1] == 5


def test_who_does_how_much_is_for_those_who_lead(house: House) -> None:
    reply(viewer=house.viewer, inquiry_id=house.submit().id, text="お答えします。", seen_until=None)
    shown = {
        role: "担当ごと" in text(house.sign_in(role).get("/desk/reports/"))
        for role in ("clerk", "officer", "admin")
    }
    assert shown == {"clerk": False, "officer": True, "admin": True}
    mine = f"/desk/reports/?person={house.staff['clerk'].id}"
    assert links(house.sign_in("clerk").get(mine), "received")[0][1] == 1
    assert 'name="person"' not in house.sign_in("clerk").get(mine).content.decode()


def test_a_chart_says_what_it_shows_and_needs_no_script(house: House) -> None:
    house.submit()
    page = house.sign_in("clerk").get("/desk/reports/").content.decode()
    charts = re.findall(r"<svg class=\"chart.*?</svg>", page, re.DOTALL)
    assert len(charts) >= 3
    assert all('role="img"' in each and "<title" in each and "<desc" in each for each in charts)
    assert not any("style=" in each or "<script" in each for each in charts)


@pytest.mark.parametrize(
    "query",
    [
        "first=x&last=y",
        "first=2030-01-01&last=2020-01-01",
        "step=hour",
        "form=x&person=x&lane=zzz",
        "first=1900-01-01",
    ],
)
def test_an_address_that_makes_no_sense_is_still_a_page(house: House, query: str) -> None:
    house.submit()
    assert house.sign_in("officer").get(f"/desk/reports/?{query}").status_code == 200
    assert house.sign_in("officer").get(f"/desk/reports/list/?kind=x&page=x&{query}").status_code == 200


def test_an_empty_desk_says_so(house: House) -> None:
    page = text(house.sign_in("officer").get("/desk/reports/"))
    assert "この期間に受け付けたものは、ありません。" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_and_reports_ask_the_database_as_often_for_three_as_for_one(
    house: House, count_queries: CountQueries, rows: int
) -> None:
    for _ in range(rows):
        house.submit()
    desk = house.sign_in("officer")
    desk.get("/desk/reports/list/")
    with count_queries() as page:
        desk.get("/desk/reports/")
    with count_queries() as listed:
        desk.get("/desk/reports/list/")
    with count_queries() as files:
        desk.get("/desk/exports/")
    assert (len(page), len(listed), len(files)) == (28, 11, 10)


def test_an_export_is_asked_for_made_and_fetched_by_its_owner(house: House) -> None:
    number = house.submit(body="=1+1").receipt_number
    desk = house.sign_in("clerk")
    assert export(desk, purpose="").status_code == 422
    assert export(desk)["Location"] == "/desk/exports/"
    assert "書き出しの進み" in desk.get("/desk/exports/").content.decode()
    house.work()
    here = f"/desk/exports/{Export.objects.get().id}/"
    assert "受け取る（1 件）" in text(desk.get("/desk/exports/"))
    answer = desk.post(here)
    body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert body == f'"受付番号","ご相談内容"\r\n"{number}","\'=1+1"\r\n'
    assert (answer["Cache-Control"], answer["Content-Type"]) == ("no-store", "text/csv; charset=utf-8")
    assert answer["Content-Disposition"].startswith('attachment; filename="inquiries-')
    assert desk.get(here).status_code == 405
    assert house.sign_in("admin").post(here).status_code == 404
    assert house.sign_in("officer").post(here).status_code == 200
    assert Event.objects.filter(kind="inquiry.export-fetched").count() == 2


def test_a_page_for_paper_has_everything_said_and_no_way_to_go(house: House) -> None:
    receipt = house.submit(body="納期を教えてください。カードは 4111 1111 1111 1111 です。")
    reply(viewer=house.viewer, inquiry_id=receipt.id, text="来週お届けします。", seen_until=None)
    add_note(viewer=house.viewer, inquiry_id=receipt.id, text="急ぎのお客様です。")
    desk, here = house.sign_in("clerk"), f"/desk/inquiries/{receipt.receipt_number}/print/"
    page = desk.get(here)
    said = text(page)
    for part in (
        "株式会社eclore",
        receipt.receipt_number,
        "納期を教えてください",
        "来週お届けします",
        "山田 花子",
    ):
        assert part in said
    assert "4111 1111" not in said
    assert "急ぎのお客様です" not in said
    assert "急ぎのお客様です" in text(desk.get(f"{here}?memos=yes"))
    assert "<nav" not in page.content.decode()
    events = Event.objects.filter(kind="inquiry.printed", about_id=receipt.id, by_id=house.staff["clerk"].id)
    assert events.count() == 2  # each opening is one
    assert PermitRow.objects.filter(about_id=receipt.id, recipient_id=house.staff["clerk"].id).count() == 2
    assert f"{here}" in desk.get(f"/desk/inquiries/{receipt.receipt_number}/").content.decode()


def test_special_care_stays_covered_on_paper(house: House) -> None:
    receipt = house.submit(body="持病の薬についての相談です。")
    flag_special_care(viewer=house.viewer, inquiry_id=receipt.id)
    pages = {
        role: "持病の薬" in text(house.sign_in(role).get(f"/desk/inquiries/{receipt.receipt_number}/print/"))
        for role in ("clerk", "officer")
    }
    assert pages == {"clerk": False, "officer": True}
    assert house.sign_in("clerk").get("/desk/inquiries/M-20260101-XXXX/print/").status_code == 404
    assert Inquiry.objects.count() == 1
