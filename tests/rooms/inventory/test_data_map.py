"""The data map is the declarations themselves, told in words and held against a policy both ways."""

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest

from madoguchi.config.profile import read_policy, read_profile
from madoguchi.foundation.lib.sheets import Sheet, workbook
from madoguchi.rooms.forms.actions.collect import collect
from madoguchi.rooms.inventory.queries import told
from madoguchi.rooms.inventory.queries.data_map import STAFF, compare, compose, data_map
from madoguchi.rooms.inventory.queries.told import account, account_of
from madoguchi.rooms.inventory.reading import holdings
from madoguchi.rooms.organisation.queries import viewer_of
from madoguchi.rooms.policy.queries.versions import announced
from tests.house import House

EVERYWHERE = {"2-0": "符号", "2-1a": "ご本人", "2-1b": "ご連絡先", "2-1e": "ご記入の内容"}


def test_every_personal_column_is_on_one_line(house: House) -> None:
    found = data_map(house.entity_id)
    places = [place for line in found.held + found.staff for place in line.places]
    columns = {".".join(place.split(".")[:3]) for place in places}
    switched = {"inquiries.Inquiry.visit", "inventory.Detail.value"}  # nothing of them while all is off

    assert len(places) == len(set(places))
    assert columns | switched == {
        f"{holding.label}.{field.column}" for holding in holdings() for field, _ in holding.personal()
    }
    assert columns & switched == set()


@pytest.mark.law("T-C1-1")
def test_every_line_has_category_source_purpose_and_end(house: House) -> None:
    found = account(house.entity_id, announced(house.entity_id))

    assert told.untold(data_map(house.entity_id).held + data_map(house.entity_id).staff) == []
    for line in found.held + found.staff:
        for part in (
            line.label,
            line.announced,
            line.whence,
            line.why,
            line.until,
            line.seen_by,
            line.ending,
        ):
            assert part, line.label
    assert [line.label for line in found.held if not line.policy] == []


@pytest.mark.parametrize("slug", ["eclore", "demo"])
def test_both_policies_announce_whatever_the_tables_declare(slug: str) -> None:
    rows = {code for clause in read_policy(read_profile(slug)).clauses for code in clause.announces}
    declared = {part.announced for holding in holdings() for _, part in holding.personal() if not part.parts}

    assert declared - {STAFF} <= rows
    assert len(rows) == 13


def test_the_form_of_this_house_is_held_and_the_rest_is_not_collected(house: House) -> None:
    found = account(house.entity_id, announced(house.entity_id))

    assert [line.label for line in found.held[:7]] == [
        "ご相談内容", "氏名", "企業名", "電話番号", "メールアドレス", "ホームページURL", "備考",
    ]  # fmt: skip
    assert (found.bound, found.unannounced, found.stopped) == (True, (), ())
    assert [each.label for each in found.absent] == [
        "生年月日", "性別", "職業", "住所", "お支払いの参照番号", "ご本人の写真", "連携先でのID",
        "連携先から受け取る情報", "直前のページ", "IPアドレス", "サーバーへのアクセスのログ",
        "Cookie、ADID、IDFAその他の識別子", "端末の位置情報",
    ]  # fmt: skip


def test_held_and_not_announced_is_found(house: House) -> None:
    policy = {code: words for code, words in EVERYWHERE.items() if code != "2-1b"}
    compared = compare(data_map(house.entity_id), policy)

    assert {line.label for line in compared.unannounced} == {
        "電話番号", "メールアドレス", "メールの宛先", "宛先を探すための符号", "電話番号を探すための符号",
        "差出人のアドレス", "差出人を探すための符号", "ご住所", "代理の方のご連絡先",
        "アドレスを探すための符号", "送らないアドレスの符号",
    }  # fmt: skip
    assert compared.absent == () or {item.announced for item in compared.absent} <= policy.keys()


def test_announced_and_not_collected_is_found_with_and_without_a_switch(house: House) -> None:
    compared = compare(data_map(house.entity_id), EVERYWHERE | {"2-3c": "ログ", "2-4a": "位置情報"})

    assert compared.rows == ("2-3c",)
    assert "location" in {item.code for item in compared.absent}
    assert "portrait" not in {item.code for item in compared.absent}


def test_without_any_binding_nothing_is_accused(house: House) -> None:
    compared = compare(data_map(house.entity_id), {})

    assert (compared.bound, compared.unannounced, compared.absent, compared.rows) == (False, (), (), ())


def test_what_was_stopped_stays_on_the_list_until_nothing_can_be_left(house: House) -> None:
    officer = viewer_of(house.staff["officer"])
    for on in (True, False):
        collect(viewer=officer, code="birth_date", on=on)
    found = account(house.entity_id, announced(house.entity_id))

    assert [line.label for line in found.stopped] == ["生年月日"]
    assert "birth_date" not in {each.code for each in found.absent}


def test_periods_are_told_for_each_class_and_undecided_once(house: House) -> None:
    found = compose(entity_id=house.entity_id)

    def name(periods: dict[str, int | None]) -> tuple[str, ...]:
        lines = account_of(found, EVERYWHERE, periods).held
        return next(line.until for line in lines if line.label == "氏名")

    assert name({}) == ("期限を決めていません",)
    assert name({"inquiry": 1096}) == (
        "受信箱のお問い合わせ：完了にした日から3年",
        "「営業」に分けたもの・「迷惑」に分けたもの：期限を決めていません",
    )


def test_periods_that_many_lines_share_can_be_told_once(house: House) -> None:
    found = compose(entity_id=house.entity_id)

    def shared(periods: dict[str, int | None]) -> tuple[str, ...]:
        return account_of(found, EVERYWHERE, periods).shared_until

    assert shared({}) == ()
    assert shared({"inquiry": 1096, "sales": 180, "junk": 90}) == (
        "受信箱のお問い合わせ：完了にした日から3年",
        "「営業」に分けたもの：受け付けた日から180日",
        "「迷惑」に分けたもの：受け付けた日から90日",
    )


def test_a_sheet_is_text_and_nothing_else() -> None:
    wicked = ["=1+1", "@SUM(A1)", "+81", "https://example.jp", "0123", '=HYPERLINK("http://x")']
    content = workbook([Sheet("表", [("見出し", 12)], [[each] for each in wicked])], title="試し")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
        strings = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314  our own
        names = book.namelist()

    assert "".join(strings.itertext()) == "見出し" + "".join(wicked)
    assert re.findall(r"<f>|<hyperlink|<v>[^<0-9]", page) == []
    assert len(re.findall(r't="s"', page)) == 1 + len(wicked)
    assert 'state="frozen"' in page
    assert not [name for name in names if "external" in name or "rels/sheet" in name]
