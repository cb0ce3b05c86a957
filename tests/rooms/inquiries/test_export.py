"""書き出し: asked with a purpose, made sealed, masked as on the screen, recorded, gone in time; no cell is a formula."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.tables import Cp932Csv, ExcelCsv, PlainCsv, Xlsx, neutral
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.gate.models import PermitRow
from madoguchi.rooms.inquiries.actions.export import ask_export, end_exports, fetch, make_export
from madoguchi.rooms.inquiries.actions.flag_special_care import flag_special_care
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.errors import (
    ExportGone,
    ExportOutdated,
    NoSuchExport,
    NotForExport,
    UnfitExport,
)
from madoguchi.rooms.inquiries.models import Export, Inquiry
from madoguchi.rooms.inquiries.queries.exporting import Wanted
from madoguchi.rooms.inquiries.queries.exports import COVERED, columns_of
from madoguchi.rooms.organisation.queries import Viewer, viewer_of
from madoguchi.rooms.vault.actions.end_files import begin_ending, destroy_some
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.models import Chunk
from madoguchi.rooms.vault.queries import read_attachment
from tests.house import House

FORMULAS = ["=1+1", "+81", "-1", "@x", "\t=1", "＝1+1", "＋1", "－1", "＠x", "  =1", "　＝1"]
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def wanted(**more: Any) -> Wanted:
    today = clock.today()
    given: dict[str, Any] = {
        "purpose": "analysis", "recipient": "self", "format": "csv", "first": today - timedelta(days=1), "last": today,
        "columns": ("number", "received", "lane", "answer.name", "answer.body", "answer.phone"),
    }  # fmt: skip
    return Wanted(**(given | more))


def made(house: House, viewer: Viewer | None = None, **more: Any) -> tuple[Export, bytes]:
    id = ask_export(viewer=viewer or house.viewer, wanted=wanted(**more))
    make_export(id)
    export = Export.objects.get(id=id)
    assert export.attachment_id is not None
    return export, b"".join(read_attachment(export.attachment_id))


def cells_of(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def sheet(raw: bytes) -> list[list[tuple[str, str]]]:
    """(type, text) of every cell."""
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        assert book.testzip() is None
        root = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314  our own file
    assert list(root.iter(f"{_NS}f")) == []
    return [[(c.get("t", ""), "".join(c.itertext())) for c in row] for row in root.iter(f"{_NS}row")]


def test_a_csv_for_excel_has_its_mark_quotes_and_no_formula(house: House) -> None:
    for text in FORMULAS:
        house.submit(name="山田 花子", body=f"{text}について")
    _, raw = made(house)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n") == len(FORMULAS) + 1
    rows = cells_of(raw)
    assert rows[0] == ["受付番号", "受付日時", "仕分け", "ご相談内容", "氏名", "電話番号"]
    assert all(not re.match(r"\s*[=+\-@＝＋－＠]", cell) for row in rows for cell in row)
    assert all(
        line.startswith('"') and line.endswith('"') for line in raw.decode("utf-8-sig").split("\r\n")[:-1]
    )


@pytest.mark.parametrize("cell", FORMULAS)
def test_what_excel_would_compute_gets_an_apostrophe(cell: str) -> None:
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", " ", "03-0000-0000", "山田=花子", "1-2", "　", "'=1"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert neutral(cell) == cell


def test_every_cell_of_a_workbook_is_text(house: House) -> None:
    house.submit(body='=HYPERLINK("http://evil.example","x") <b>&\x0b_x0041_', phone="03-0000-0001")
    _, raw = made(house, format="xlsx")
    head, row = sheet(raw)
    assert {kind for kind, _ in row} == {"inlineStr"}
    assert [text for _, text in head] == ["受付番号", "受付日時", "仕分け", "ご相談内容", "氏名", "電話番号"]
    assert row[3][1] == '=HYPERLINK("http://evil.example","x") <b>&_x005F_x0041_'
    assert row[5][1] == "03-0000-0001"


def test_a_workbook_of_many_rows_opens(tmp_path: Any) -> None:
    writer, out = Xlsx(["番号", "本文"]), bytearray()
    for n in range(5_000):
        writer.row([f"{n}", "お問い合わせ" * 10])
        out += writer.take() if writer.size() > 4096 else b""
    writer.end()
    out += writer.take()
    rows = sheet(bytes(out))
    assert len(rows) == 5_001
    assert rows[-1][0] == ("inlineStr", "4999")


def test_shift_jis_counts_what_it_loses() -> None:
    writer = Cp932Csv(["氏名"])
    for name in ("𠮷田 太郎", "髙﨑 結衣", "〜と−", "山田😀𠮷"):
        writer.row([name])
    raw = writer.take().decode("cp932")
    assert [row[0] for row in csv.reader(io.StringIO(raw))] == [
        "氏名",
        "〓田 太郎",
        "髙﨑 結衣",
        "～と－",
        "山田〓〓",
    ]
    assert (writer.lost, writer.likened, writer.rows) == ({"𠮷": 2, "😀": 1}, {"〜": 1, "−": 1}, 3)


def test_what_was_lost_is_told_with_the_export(house: House) -> None:
    house.submit(name="𠮷田 太郎")
    house.submit(name="山田 花子")
    export, _ = made(house, format="cp932")
    assert (export.lost["rows"], export.lost["lost"], export.lost["lost_which"]) == (1, 1, [["𠮷", 1]])
    assert made(house, format="csv")[0].lost == {}


def test_machines_get_what_was_typed_and_iso_times(house: House) -> None:
    house.submit(body="=1+1")
    export, raw = made(house, format="plain")
    head, row = cells_of(raw)
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert (row[2], row[3]) == ("inbox", "=1+1")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00", row[1])
    _, raw = made(house, format="json")
    assert json.loads(raw) == [dict(zip(head, row, strict=True))]
    assert json.loads(made(house, format="json", first=date(2020, 1, 1), last=date(2020, 1, 2))[1]) == []
    assert export.rows == 1


def test_trays_only_when_ticked(house: House) -> None:
    inbox, pitch, junk = (house.submit().receipt_number for _ in range(3))
    for number, lane in ((pitch, "sales"), (junk, "junk")):
        move_lane(viewer=house.viewer, inquiry_id=Inquiry.objects.get(receipt_number=number).id, lane=lane)
    found = [
        {row[0] for row in cells_of(made(house, **ticked)[1])[1:]}
        for ticked in ({}, {"sales": True}, {"sales": True, "junk": True})
    ]
    assert found == [{inbox}, {inbox, pitch}, {inbox, pitch, junk}]


def test_numbers_and_special_care_stay_covered_and_the_erased_are_empty(house: House) -> None:
    masked = house.submit(body="カードの番号は 4111 1111 1111 1111 です。")
    covered = house.submit(body="持病の薬についての相談です。")
    erased = house.submit(body="消える内容です。")
    flag_special_care(viewer=house.viewer, inquiry_id=covered.id)
    file = Inquiry.objects.get(id=erased.id).file_id
    begin_ending(ending=UUID(int=9), files=[file])
    destroy_some(ending=UUID(int=9), reason="erasure")
    for viewer in (house.viewer, viewer_of(house.staff["officer"])):
        rows = {row[0]: row for row in cells_of(made(house, viewer)[1])}
        assert "4111 1111 1111" not in rows[masked.receipt_number][3]
        assert "●●●●1111" in rows[masked.receipt_number][3]
        assert rows[covered.receipt_number][3:5] == [COVERED, "山田 花子"]
        assert rows[erased.receipt_number] == [erased.receipt_number, "", "", "", "", ""]


def test_asking_making_and_taking_are_recorded_with_purpose_and_permit(house: House) -> None:
    house.submit()
    export, _ = made(house)
    fetch(viewer=house.viewer, export_id=export.id)
    fetch(viewer=viewer_of(house.staff["officer"]), export_id=export.id)
    told = list(
        Event.objects.filter(about_id=export.id).order_by("id").values_list("kind", "by_id", "details")
    )
    me, officer = house.viewer.ref.id, house.staff["officer"].id
    assert [(kind, by) for kind, by, _ in told] == [
        ("inquiry.export-asked", me), ("inquiry.export-made", UUID(int=0)),
        ("inquiry.export-fetched", me), ("inquiry.export-fetched", officer),
    ]  # fmt: skip
    asked = json.loads(told[0][2])
    assert asked == {
        "purpose": "analysis",
        "recipient": "self",
        "format": "csv",
        "sales": False,
        "junk": False,
        "count": 1,
    }
    permit = PermitRow.objects.get(id=export.permit)
    assert (permit.recipient_id, permit.purpose, permit.basis, permit.about_id) == (
        me,
        "staff",
        "staff-duty",
        export.id,
    )


def test_only_who_asked_and_the_officer_may_take_it(house: House) -> None:
    export, _ = made(house)
    for staff in house.everybody:
        viewer = viewer_of(staff)
        if viewer.ref == house.viewer.ref or viewer.role == "officer":
            assert fetch(viewer=viewer, export_id=export.id).id == export.id
        else:
            with pytest.raises(NoSuchExport):
                fetch(viewer=viewer, export_id=export.id)


def test_without_purpose_or_by_who_only_drafts_nothing_is_made(house: House) -> None:
    for fault in ({"purpose": ""}, {"recipient": "friend"}, {"columns": ()}, {"format": "exe"}):
        with pytest.raises(UnfitExport):
            ask_export(viewer=house.viewer, wanted=wanted(**fault))
    drafter = Viewer(house.viewer.ref, house.entity_id, "drafter", "下書き")
    with pytest.raises(NotForExport):
        ask_export(viewer=drafter, wanted=wanted())
    assert Export.objects.count() == 0


def test_after_seven_days_the_file_is_gone_and_the_line_stays(house: House) -> None:
    house.submit()
    export, _ = made(house)
    assert export.until is not None
    assert export.ready_at is not None
    assert export.until - export.ready_at == timedelta(days=7)
    assert end_exports() == 0
    Export.objects.update(until=clock.now() - timedelta(seconds=1))
    with pytest.raises(ExportGone):
        fetch(viewer=house.viewer, export_id=export.id)
    assert end_exports() == 1
    export.refresh_from_db()
    assert (export.attachment_id, export.gone_for, export.rows) == (None, "time", 1)
    assert Chunk.objects.count() == 0
    with pytest.raises((ExportGone, FileErased)):
        fetch(viewer=house.viewer, export_id=export.id)


def test_an_export_that_holds_somebody_erased_since_cannot_be_taken(house: House) -> None:
    gone = house.submit()
    export, _ = made(house)
    begin_ending(ending=UUID(int=9), files=[Inquiry.objects.get(id=gone.id).file_id])
    with pytest.raises(ExportOutdated):
        fetch(viewer=house.viewer, export_id=export.id)
    destroy_some(ending=UUID(int=9), reason="erasure")
    assert end_exports() == 1
    assert Export.objects.get(id=export.id).gone_for == "erasure"
    assert [Export.objects.get(id=made(house)[0].id).rows, end_exports()] == [1, 0]  # a new one knows of it


def test_the_worker_makes_it_and_a_second_run_changes_nothing(house: House) -> None:
    house.submit()
    id = ask_export(viewer=house.viewer, wanted=wanted())
    house.work()
    first = Export.objects.get(id=id)
    make_export(id)
    assert first.ready_at is not None
    assert Export.objects.get(id=id).attachment_id == first.attachment_id


def test_a_worker_that_died_begins_again(house: House) -> None:
    house.submit()
    id = ask_export(viewer=house.viewer, wanted=wanted())
    make_export(id)
    Export.objects.filter(id=id).update(ready_at=None)
    make_export(id)
    attachment = Export.objects.get(id=id).attachment_id
    assert attachment is not None
    assert len(cells_of(b"".join(read_attachment(attachment)))) == 2
    assert set(Chunk.objects.values_list("attachment_id", flat=True)) == {attachment}


def test_columns_are_those_of_the_desk_and_of_the_form(house: House) -> None:
    assert list(columns_of())[:3] == ["number", "received", "channel"]
    assert {"answer.body", "answer.email", "answer.remarks"} <= set(columns_of())


@pytest.mark.parametrize("writer", [ExcelCsv, PlainCsv, Xlsx])
def test_memory_holds_only_what_was_not_taken(writer: Callable[[list[str]], Any]) -> None:
    book = writer(["本文"])
    most = 0
    for _ in range(20_000):
        book.row(["あ" * 50])
        most = max(most, book.size())
        if book.size() > 64 * 1024:
            book.take()
    assert most < 256 * 1024
