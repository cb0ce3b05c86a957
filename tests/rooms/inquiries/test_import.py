"""取り込み: charset, columns, moments, statuses; once a row, quietly, with its own time and without any consent."""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from madoguchi.config.cli.import_cases import import_cases
from madoguchi.foundation.lib.contact import read_email
from madoguchi.rooms.consent.models import Presentation
from madoguchi.rooms.delivery.models import Mail
from madoguchi.rooms.gate.actions.suppress import suppress
from madoguchi.rooms.gate.queries import is_suppressed
from madoguchi.rooms.inquiries.actions.imports import (
    begin_import,
    drop_import,
    end_old_imports,
    run_slice,
    start_import,
    try_import,
)
from madoguchi.rooms.inquiries.actions.take_in import AHEAD, NO_MOMENT, NO_TEXT, OTHER_TEXT
from madoguchi.rooms.inquiries.checks import shown_with_each
from madoguchi.rooms.inquiries.errors import ImportUnderWay, UnfitImport
from madoguchi.rooms.inquiries.jobs import look_after_index
from madoguchi.rooms.inquiries.models import Entry, Import, Inquiry
from madoguchi.rooms.inquiries.queries import importing
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.inquiries.queries.search import search
from madoguchi.rooms.organisation.errors import AdminsOnly
from madoguchi.rooms.organisation.queries import Viewer, viewer_of
from madoguchi.rooms.vault.models import Attachment
from madoguchi.rooms.vault.queries import read_attachment, suppression_mark
from tests.foundation.test_calendar import jst
from tests.house import House

# The headings that each product writes, and what they must be taken for.
HEADINGS: dict[str, tuple[list[str], dict[str, str]]] = {
    "mw-wp-form": (
        ["ID", "登録日時", "お名前", "会社名", "電話番号", "メールアドレス", "お問い合わせ内容", "対応状況"],
        {"key": "ID", "received": "登録日時", "name": "お名前", "company": "会社名", "phone": "電話番号", "email": "メールアドレス", "body": "お問い合わせ内容", "status": "対応状況"},
    ),
    "contact-form-7": (
        ["your-name", "your-email", "your-subject", "your-message", "Date"],
        {"name": "your-name", "email": "your-email", "subject": "your-subject", "body": "your-message", "received": "Date"},
    ),
    "formrun": (
        ["カードID", "回答日時", "ステータス", "担当者", "氏名", "メールアドレス", "お問い合わせ内容"],
        {"received": "回答日時", "status": "ステータス", "name": "氏名", "email": "メールアドレス", "body": "お問い合わせ内容"},
    ),
    "zendesk": (
        ["Id", "Requester", "Requester email", "Subject", "Created at", "Status", "Solved at", "Description"],
        {"key": "Id", "name": "Requester", "email": "Requester email", "subject": "Subject", "received": "Created at", "status": "Status", "closed": "Solved at", "body": "Description"},
    ),
    "freshdesk": (
        ["Ticket ID", "Subject", "Status", "Created time", "Resolved time", "Full name", "Email", "Work phone", "Company Name"],
        {"key": "Ticket ID", "subject": "Subject", "status": "Status", "received": "Created time", "closed": "Resolved time", "name": "Full name", "email": "Email", "phone": "Work phone", "company": "Company Name"},
    ),
    "maildealer": (
        ["管理番号", "受信日時", "差出人", "差出人アドレス", "件名", "本文", "ステータス"],
        {"key": "管理番号", "received": "受信日時", "name": "差出人", "email": "差出人アドレス", "subject": "件名", "body": "本文", "status": "ステータス"},
    ),
    "relation": (
        ["チケットID", "受信日", "差出人名", "Fromアドレス", "件名", "本文", "対応状況"],
        {"key": "チケットID", "received": "受信日", "name": "差出人名", "email": "Fromアドレス", "subject": "件名", "body": "本文", "status": "対応状況"},
    ),
}  # fmt: skip
QUESTIONS = {"body": "ご相談内容", "name": "氏名", "company": "企業名", "phone": "電話番号", "email": "メールアドレス", "website": "ホームページURL", "remarks": "備考"}  # fmt: skip
HEAD = "管理番号,受信日時,差出人,差出人アドレス,電話番号,件名,本文,ステータス"
ROWS = [
    '101,2025/04/01 09:30:00,山田 花子,hanako@example.jp,03-0000-0000,納期,"一行め\n二行め",完了',
    "102,2025/04/02 10:00:00,佐藤 一郎,ichiro@example.jp,内線のみ,見積,見積書をください。,対応中",
    "103,2025/04/03 10:00:00,髙﨑 結衣,yui@example.jp,,質問,いつまでですか。,未対応",
    "104,2025/04/04 10:00:00,売り込み,sell@example.jp,,広告,広告のご案内です。,迷惑メール",
    "105,昨日,鈴木,suzuki@example.jp,,質問,日時のない行です。,完了",
    "106,2025/04/06 10:00:00,鈴木,suzuki@example.jp,,,,完了",
    "107,2035/04/07 10:00:00,鈴木,suzuki@example.jp,,質問,先の日付です。,完了",
    "108,2025/04/08 10:00:00,鈴木,アドレスなし,,質問,アドレスが違います。,完了",
]


def admin(house: House) -> Viewer:
    return viewer_of(house.staff["admin"])


def begun(house: House, text: str = "", charset: str = "utf-8", source: str = "maildealer") -> Import:
    content = (text or "\r\n".join([HEAD, *ROWS])).encode(charset)
    pieces = [content[at : at + 100] for at in range(0, len(content), 100)]
    return Import.objects.get(
        id=begin_import(viewer=admin(house), form=house.form, source=source, content=pieces)
    )


def taken(house: House, text: str = "") -> Import:
    found = begun(house, text)
    try_import(viewer=admin(house), import_id=found.id, mapping=found.mapping)
    while run_slice(found.id):
        pass
    start_import(viewer=admin(house), import_id=found.id)
    while run_slice(found.id):
        pass
    found.refresh_from_db()
    return found


def counts(found: Import) -> tuple[int, int, int]:
    return found.taken, found.known, found.refused


def faults(found: Import) -> list[list[str]]:
    assert found.faults_id is not None
    text = b"".join(read_attachment(found.faults_id)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("source", sorted(HEADINGS))
def test_the_headings_of_each_product_are_understood(source: str) -> None:
    headings, meant = HEADINGS[source]
    proposed = {name: headings[place] for name, place in importing.propose(headings, QUESTIONS).items()}
    assert proposed == meant


@pytest.mark.parametrize(
    ("charset", "found"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp932", "cp932"),
        ("utf-16", "utf-16"),
        ("shift_jis", "cp932"),
    ],
)
@pytest.mark.parametrize("piece", [1, 7, 4096])
def test_charsets_are_told_apart_however_the_bytes_arrive(charset: str, found: str, piece: int) -> None:
    text = (
        'お名前,本文\r\n"山田 花子","一行め\r\n二行め"\r\n鈴木,①㈱髙﨑\r\n'
        if charset != "shift_jis"
        else "お名前\r\n山田\r\n"
    )
    raw = text.encode(charset)
    pieces = [raw[at : at + max(piece, 2)] for at in range(0, len(raw), max(piece, 2))]
    assert importing.detect(pieces) == found
    rows = list(importing.read_rows(pieces, found))
    assert rows == list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_delimiters_are_seen_in_the_headings(delimiter: str) -> None:
    raw = f"番号{delimiter}本文{delimiter}日時\n1{delimiter}あ{delimiter}2025/1/1\n".encode()
    assert list(importing.read_rows([raw], "utf-8-sig"))[1] == ["1", "あ", "2025/1/1"]


@pytest.mark.parametrize("raw", [b"", b"\n", b"\x00\x01\x02"])
def test_what_is_no_table_is_refused(raw: bytes) -> None:
    with pytest.raises(UnfitImport):
        list(importing.read_rows([raw], importing.detect([raw])))


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2025/04/01 09:30:15", datetime(2025, 4, 1, 0, 30, 15, tzinfo=UTC)),
        ("2025-04-01T09:30:15Z", datetime(2025, 4, 1, 9, 30, 15, tzinfo=UTC)),
        ("2025-04-01 09:30:15 +0900", datetime(2025, 4, 1, 0, 30, 15, tzinfo=UTC)),
        ("2025-04-01T09:30:15.123-05:00", datetime(2025, 4, 1, 14, 30, 15, tzinfo=UTC)),
        ("2025年4月1日(火) 9時30分", datetime(2025, 4, 1, 0, 30, tzinfo=UTC)),
        ("２０２５／４／１　９：３０", datetime(2025, 4, 1, 0, 30, tzinfo=UTC)),
        ("2025.4.1", datetime(2025, 3, 31, 15, tzinfo=UTC)),
        ("2025/13/01", None),
        ("昨日", None),
        ("", None),
    ],
)
def test_moments_are_read_as_products_write_them(said: str, moment: datetime | None) -> None:
    assert importing.read_moment(said) == moment


@pytest.mark.parametrize(
    ("said", "status"),
    [("完了", "done"), ("対応済み", "done"), ("Closed", "done"), ("対応中", "doing"), ("Open", "doing"), ("保留", "pending"), ("On-hold", "pending"), ("新規", "open"), ("", "open"), ("社長案件", "open")],
)  # fmt: skip
def test_statuses_become_ours(said: str, status: str) -> None:
    assert importing.read_status(said) == status


def test_rows_become_inquiries_with_their_own_time_and_status(house: House) -> None:
    found = taken(house)
    assert (found.state, found.total, counts(found)) == ("taken", 8, (4, 0, 4))
    rows = {answers_of(each).values["name"]: each for each in Inquiry.objects.all()}
    facts = {name: (each.received_at, each.channel, each.lane, each.status) for name, each in rows.items()}
    assert facts == {
        "山田 花子": (jst("2025-04-01 09:30"), "import", "inbox", "done"),
        "佐藤 一郎": (jst("2025-04-02 10:00"), "import", "inbox", "doing"),
        "髙﨑 結衣": (jst("2025-04-03 10:00"), "import", "inbox", "open"),
        "売り込み": (jst("2025-04-04 10:00"), "import", "junk", "open"),
    }
    done = answers_of(rows["山田 花子"]).values
    assert done["body"] == "納期\n\n一行め\n二行め"
    assert answers_of(rows["佐藤 一郎"]).values["remarks"] == "電話番号：内線のみ"
    assert rows["山田 花子"].closed_at == jst("2025-04-01 09:30")


def test_each_refused_row_has_its_reason(house: House) -> None:
    found = taken(house)
    told = faults(found)
    assert told[0] == ["行", "理由", *HEAD.split(",")]
    assert [(row[0], row[2]) for row in told[1:]] == [("6", "105"), ("7", "106"), ("8", "107"), ("9", "108")]
    assert [row[1] for row in told[1:4]] == [NO_MOMENT, NO_TEXT, AHEAD]
    assert "メールアドレス" in told[4][1]


def test_nobody_is_written_to_and_nothing_was_shown_or_agreed(house: House) -> None:
    mark = suppression_mark("email", read_email("hanako@example.jp").key)
    suppress(mark=mark, reason="person", by=house.viewer.ref)
    taken(house)
    house.work()
    assert Mail.objects.count() == 0
    assert house.mails() == []
    assert Presentation.objects.count() == 0
    assert Inquiry.objects.filter(notified_at=None).count() == 0
    assert is_suppressed(mark)
    assert shown_with_each().broken == 0
    assert set(Entry.objects.values_list("code", flat=True)) == {"imported"}


def test_the_same_file_again_adds_nothing_and_a_changed_row_is_told(house: House) -> None:
    taken(house)
    again = taken(house)
    assert (counts(again), Inquiry.objects.count()) == ((0, 4, 4), 4)
    changed = taken(
        house, "\r\n".join([HEAD, ROWS[1].replace("見積書をください", "もう要りません"), ROWS[2]])
    )
    assert counts(changed) == (0, 1, 1)
    assert faults(changed)[1][1] == OTHER_TEXT
    other = begun(house, source="relation")  # the number of another product is another case
    try_import(viewer=admin(house), import_id=other.id, mapping=other.mapping)
    run_slice(other.id)
    other.refresh_from_db()
    assert counts(other) == (4, 0, 4)


def test_without_a_number_the_row_itself_tells(house: House) -> None:
    head, row = HEAD.replace("管理番号", "メモ欄"), ROWS[2]
    first = taken(house, f"{head}\r\n{row}\r\n{row}\r\n")
    assert (counts(first), Inquiry.objects.count()) == ((1, 1, 0), 1)


def test_a_trial_stores_nothing_and_says_the_same(house: House) -> None:
    found = begun(house)
    try_import(viewer=admin(house), import_id=found.id, mapping=found.mapping)
    run_slice(found.id)
    found.refresh_from_db()
    assert (found.state, counts(found), Inquiry.objects.count()) == ("tried", (4, 0, 4), 0)
    assert len(faults(found)) == 5


def test_it_goes_on_where_a_slice_ended(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madoguchi.rooms.inquiries.actions.imports.AT_ONCE", 3)
    found = begun(house)
    try_import(viewer=admin(house), import_id=found.id, mapping=found.mapping)
    while run_slice(found.id, seconds=0):
        pass
    start_import(viewer=admin(house), import_id=found.id)
    assert run_slice(found.id, seconds=0)
    found.refresh_from_db()
    assert (found.at_row, found.taken) == (3, 3)
    while run_slice(found.id, seconds=0):
        pass
    found.refresh_from_db()
    assert (counts(found), len(faults(found))) == ((4, 0, 4), 5)


def test_what_was_taken_in_is_found(house: House) -> None:
    from madoguchi.rooms.inquiries.queries.asked import read_asked

    look_after_index()
    house.work()
    taken(house)
    hits = search(house.viewer, read_asked("見積書をください"))
    assert [hit.row.receipt_number for hit in hits.hits] == [
        Inquiry.objects.get(status="doing").receipt_number
    ]


def test_the_file_goes_when_it_is_over(house: House) -> None:
    found = taken(house)
    drop_import(viewer=admin(house), import_id=found.id)
    found.refresh_from_db()
    assert (found.state, found.upload_id, found.faults_id, Attachment.objects.count()) == (
        "taken",
        None,
        None,
        0,
    )
    left = begun(house)
    Import.objects.filter(id=left.id).update(asked_at=jst("2025-01-01 00:00"))
    assert end_old_imports() == 1
    assert Import.objects.get(id=left.id).state == "dropped"


def test_only_an_administrator_and_only_in_order(house: House) -> None:
    found = begun(house)
    with pytest.raises(AdminsOnly):
        start_import(viewer=house.viewer, import_id=found.id)
    with pytest.raises(ImportUnderWay):
        start_import(viewer=admin(house), import_id=found.id)
    with pytest.raises(UnfitImport):
        try_import(viewer=admin(house), import_id=found.id, mapping={"body": 6})


def run(*arguments: str) -> Mapping[str, object]:
    done = CliRunner().invoke(import_cases, [*arguments])
    return {"code": done.exit_code, "said": done.output.strip()}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cases.csv"
    path.write_bytes("\r\n".join([HEAD, *ROWS]).encode("cp932"))
    return path


def test_the_command_takes_in_a_file_and_writes_the_list_of_faults(house: House, file: Path) -> None:
    errors = file.with_name("errors.csv")
    dry = run("maildealer", str(file), "--dry-run")
    assert dry == {"code": 0, "said": "取り込めるもの 4 件、前に取り込んだもの 0 件、取り込めないもの 4 件"}
    assert Inquiry.objects.count() == 0
    assert (
        run("maildealer", str(file), "--errors", str(errors))["said"]
        == "取り込んだもの 4 件、前に取り込んだもの 0 件、取り込めないもの 4 件"
    )
    assert errors.read_bytes().decode("utf-8-sig").count("\r\n") == 5
    assert (
        run("maildealer", str(file))["said"]
        == "取り込んだもの 0 件、前に取り込んだもの 4 件、取り込めないもの 4 件"
    )
    assert run("nobody", str(file))["code"] == 1
    assert run("maildealer", str(file), "--map", "received=ない見出し")["code"] == 1
