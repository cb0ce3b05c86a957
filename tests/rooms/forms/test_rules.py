"""Answers are read as people give them, and kept as they gave them."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rooms.forms import rules
from madoguchi.rooms.forms.errors import AnswersRefused, BadDefinition
from madoguchi.rooms.forms.rules import Checked, Definition, check_answers

FORM = Definition.from_json(
    {
        "title": "お問い合わせフォーム",
        "lead": "2分ほどでお書きいただけます。",
        "confirm": True,
        "mailing_offer": True,
        "fields": [
            {"key": "body", "label": "ご相談内容", "required": True, "kind": "text", "announced": "2-1e"},
            {"key": "name", "label": "氏名", "required": True, "autocomplete": "name", "announced": "2-1a"},
            {"key": "company", "label": "企業名", "autocomplete": "organization"},
            {"key": "phone", "label": "電話番号", "required": True, "kind": "phone", "autocomplete": "tel"},
            {"key": "email", "label": "メールアドレス", "required": True, "kind": "email"},
            {"key": "website", "label": "ホームページURL", "kind": "url", "hint": "例：www.example.co.jp"},
            {"key": "remarks", "label": "備考", "kind": "text", "max_length": 2000},
        ],
    }
)
CHOICE = replace(
    FORM, fields=(rules.FieldSpec("topic", "ご用件", True, "choice", "", "", 100, "", ("製品", "採用")),)
)
GOOD = {
    "body": "見積もりの件です。\r\n㈱①のﾊﾞｯｸﾞ",
    "name": "髙橋　葛\U000e0100",
    "company": "㈱𠮷野",
    "phone": "03-0000-0000",
    "email": "taro@example.co.jp",
    "website": "https://example.co.jp",
    "remarks": "",
}


def check(**changes: str) -> Checked:
    return check_answers(FORM, GOOD | changes)


def test_good_answers_are_kept_without_a_word() -> None:
    assert check_answers(FORM, GOOD) == Checked(
        values=GOOD | {"body": "見積もりの件です。\n㈱①のﾊﾞｯｸﾞ"}, typed=GOOD
    )


def test_addresses_are_put_in_one_form_and_it_is_said() -> None:
    typed = {
        "phone": "０３ー００００ー００００（内線１２）",
        "email": "ｔａｒｏ＠Example.co.jp",
        "website": "ｗｗｗ．example.co.jp",
        "company": "ﾔﾏﾀﾞ商店",
    }
    checked = check(**typed)
    assert {key: checked.values[key] for key in typed} == {
        "phone": "03-0000-0000 内線12",
        "email": "taro@example.co.jp",
        "website": "https://www.example.co.jp",
        "company": "ヤマダ商店",
    }
    assert checked.conversions == {
        "company": "半角のカタカナを全角にそろえました。",
        "phone": "全角の数字を半角にそろえました。",
        "email": "全角の文字を半角にそろえました。",
        "website": "全角の文字を半角にそろえました。先頭に https:// を補いました。",
    }
    assert checked.typed == GOOD | typed
    assert (checked.questions, checked.errors) == ({}, {})


def test_small_changes_are_said_in_other_words() -> None:
    checked = check(phone="03(0000)0000", email="taro@EXAMPLE.co.jp", website="example.co.jp", name=" 太郎 ")
    assert checked.conversions == {
        "phone": "表記をそろえました。",
        "email": "表記をそろえました。",
        "website": "先頭に https:// を補いました。",
    }
    assert checked.values["name"] == "太郎"


def test_spaces_around_an_address_are_not_worth_a_word() -> None:
    checked = check(
        phone=" 03-0000-0000\u3000", email=" taro@example.co.jp ", website="\thttps://example.co.jp "
    )
    assert checked.conversions == {}
    assert checked.values == check().values


@pytest.mark.parametrize(
    "address", ["taro..yamada@docomo.ne.jp", "taro.@ezweb.ne.jp", ".taro@au.com", "..a..@docomo.ne.jp"]
)
def test_legacy_mobile_addresses_raise_no_question(address: str) -> None:
    assert check(email=address) == Checked(check().values | {"email": address}, GOOD | {"email": address})


@pytest.mark.parametrize(
    ("field", "typed", "question"),
    [
        (
            "email",
            "taro@gmial.com",
            "@より後ろは gmail.com ではありませんか。このままでよろしければ、お進みください。",
        ),
        (
            "email",
            "taro..y@example.com",
            "「.」の位置がめずらしいアドレスです。このままでよろしければ、お進みください。",
        ),
        ("phone", "090-1234-567", "番号の桁数をお確かめください。このままでよろしければ、お進みください。"),
    ],
)
def test_a_likely_slip_is_asked_and_never_blocks(field: str, typed: str, question: str) -> None:
    checked = check(**{field: typed})
    assert checked.questions == {field: question}
    assert checked.errors == {}
    assert checked.values[field] == typed


def test_nothing_written_names_every_required_field_in_order() -> None:
    checked = check_answers(FORM, {})
    assert list(checked.errors.items()) == [
        ("body", "ご相談内容をお書きください。"),
        ("name", "氏名をお書きください。"),
        ("phone", "電話番号をお書きください。"),
        ("email", "メールアドレスをお書きください。"),
    ]
    assert checked.values == {"company": "", "website": "", "remarks": ""}
    assert checked.typed == dict.fromkeys(GOOD, "")


@pytest.mark.parametrize("blank", ["", " ", "\u3000", "\r\n\t", "\u200b\u202e", "\x07"])
def test_what_looks_blank_is_blank(blank: str) -> None:
    checked = check(name=blank, remarks=blank, website=blank)
    assert checked.errors == {"name": "氏名をお書きください。"}
    assert (checked.values["remarks"], checked.values["website"]) == ("", "")
    assert rules.missing_required(FORM, GOOD | {"name": blank}) == 1


def test_missing_required_counts_what_is_still_to_write() -> None:
    assert rules.missing_required(FORM, {}) == 4
    assert rules.missing_required(FORM, {"body": "あ", "email": "x"}) == 2
    assert rules.missing_required(FORM, GOOD) == 0


def test_an_unreadable_address_is_kept_typed_and_not_valued() -> None:
    checked = check(phone="1234-5678", email="taro", website="なし")
    assert checked.errors == {
        "phone": "電話番号は、市外局番からお書きください。例：03-0000-0000",
        "email": "メールアドレスは、@を1つ含む形でお書きください。例：taro@example.co.jp",
        "website": (
            "ホームページURLは、https://www.example.co.jp のようにお書きください。"
            "お持ちでない場合は、空欄のままで結構です。"
        ),
    }
    assert checked.typed == GOOD | {"phone": "1234-5678", "email": "taro", "website": "なし"}
    assert set(checked.values) == {"body", "name", "company", "remarks"}


def test_over_long_text_says_both_lengths_and_is_kept() -> None:
    checked = check(body="あ" * 12_345)
    assert checked.errors == {
        "body": "ご相談内容は10,000文字までで、お書きください（いまは12,345文字です）。"
    }
    assert checked.typed["body"] == "あ" * 12_345
    assert check(body="👨\u200d👩\u200d👧" * 3_000).errors == {}
    assert check(body="葛\U000e0100" * 10_000).errors == {}


def test_a_tower_of_accents_is_bounded_in_bytes_too() -> None:
    assert check(name="a" + "\u0301" * 5_000).errors == {
        "name": "氏名は、絵文字や重ねた記号を減らしてお書きください。"
    }


def test_a_megabyte_in_every_field_is_an_error_and_quick() -> None:
    started = time.process_time()
    checked = check_answers(FORM, dict.fromkeys(GOOD, "あ" * 1_000_000))
    assert list(checked.errors) == list(GOOD)
    assert time.process_time() - started < 10


@pytest.mark.parametrize("bad", ["\x00", "\ud800"])
@pytest.mark.parametrize("field", list(GOOD))
def test_what_no_database_takes_is_refused_and_removed(field: str, bad: str) -> None:
    checked = check(**{field: GOOD[field] + bad})
    label = next(spec.label for spec in FORM.fields if spec.key == field)
    assert checked.errors == {
        field: (
            f"{label}に使えない文字が含まれていますので、取り除きました。"
            "お確かめのうえ、もう一度お進みください。"
        )
    }
    assert checked.typed == GOOD
    assert field not in checked.values


def test_what_was_not_asked_is_dropped() -> None:
    assert check(birthday="1990-01-01", **{"name\x00": "x"}) == check()


def test_a_choice_is_one_of_the_choices() -> None:
    assert check_answers(CHOICE, {"topic": " 製品"}).values == {"topic": "製品"}
    assert check_answers(CHOICE, {}).errors == {"topic": "ご用件をお選びください。"}
    assert check_answers(CHOICE, {"topic": "x"}).errors == {"topic": "ご用件を選択肢の中からお選びください。"}


CORPUS = [
    "髙﨑𠮷葛\U000e0100",
    "\ufa19\ufa10\ufa1e",
    "ﾊﾝｶｸ ﾊﾞｶﾞﾊﾟ",
    "10〜12時～",
    "−－ー‐—",
    "\ue000",
    "①㈱㍻℡",
    "がﾞ゛\u3099",
    "👨\u200d👩\u200d👧\u200d👦❤\ufe0f\u200d🔥",
    "縺ゅ＞縺�譁",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{7*7}}${7*7}%s%n",
    "=cmd|' /C calc'!A0",
    "../../etc/passwd",
    "\r\nBcc: a@b.example",
    "\u202e\u2066\u200b\ufeff",
    "Ω≈ç√∫˜µ≤≥÷",
    "الكل في المجمو عة",
    "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤",
    "NULL undefined NaN",
]


@pytest.mark.parametrize("text", CORPUS)
def test_messages_are_stored_as_typed(text: str) -> None:
    stored = text.replace("\r\n", "\n")
    checked = check(body=f"件名{text}", remarks=f"{text}備考")
    assert (checked.values["body"], checked.values["remarks"]) == (f"件名{stored}", f"{stored}備考")
    assert checked.errors == {}


PIECES = st.lists(
    st.sampled_from([*CORPUS, "\x00", "\ud800", "0", "９", "-", "ー", "@", ".", "a", "内線"])
).map("".join)
TEXTS = st.text() | PIECES | st.sampled_from(list(GOOD.values()))
ANYTHING = st.fixed_dictionaries({}, optional=dict.fromkeys(GOOD, TEXTS))


@given(ANYTHING)
def test_any_text_is_read_without_raising_and_the_same_twice(raw: dict[str, str]) -> None:
    checked = check_answers(FORM, raw)
    assert list(checked.typed) == list(GOOD)
    assert set(checked.values).isdisjoint(checked.errors)
    assert {*checked.values, *checked.errors} == set(GOOD)
    again = check_answers(FORM, checked.values)
    assert {key: again.values[key] for key in checked.values} == checked.values
    assert {key: again.errors[key] for key in checked.values if key in again.errors} == {}
    assert again.conversions == {}


@given(ANYTHING)
def test_no_sentence_asks_for_a_width(raw: dict[str, str]) -> None:
    for sentence in check_answers(FORM, raw).errors.values():
        assert "半角" not in sentence
        assert sentence.endswith(("ください。", "です）。", "0000", "です。", "co.jp"))


def test_an_unreadable_form_is_refused_with_its_sentences() -> None:
    rules.check_readable(check())
    with pytest.raises(AnswersRefused) as refused:
        rules.check_readable(check(name="", phone="1"))
    assert refused.value.message == "ご記入内容を2か所お確かめください。"
    assert list(refused.value.fields) == ["name", "phone"]
    assert (refused.value.status, refused.value.code) == (422, "answers-refused")


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("", ""),
        ("\n \n\u3000見積もりの件\n二行目", "見積もりの件"),
        ("あ" * 80, "あ" * 80),
        ("あ" * 81, "あ" * 79 + "…"),
        ("\u202eabc\u200b", "abc"),
        ("ﾊﾞ①", "ﾊﾞ①"),
    ],
)
def test_a_list_shows_the_first_line_that_says_something(body: str, line: str) -> None:
    assert rules.first_line({"body": body}) == line


def test_contact_keys_match_however_it_was_typed() -> None:
    one = check(phone="０３ー００００ー００００ 内線12", email="Taro@Example.co.jp")
    assert rules.contact_keys(one.values) == ("taro@example.co.jp", "+81300000000")
    assert rules.contact_keys(one.values) == rules.contact_keys(check().values)
    assert rules.contact_keys({}) == (None, None)
    assert rules.contact_keys({"email": "", "phone": ""}) == (None, None)


def test_a_definition_survives_its_own_json() -> None:
    for form in (FORM, CHOICE):
        assert Definition.from_json(form.to_json()) == form


FIELD = {"key": "a", "label": "あ"}


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"title": "x"},
        {"title": "x", "fields": []},
        {"fields": [FIELD]},
        {"title": "x", "fields": [FIELD, FIELD]},
        {"title": "x", "fields": [FIELD], "colour": "red"},
        {"title": "x", "fields": [FIELD | {"kind": "colour"}]},
        {"title": "x", "fields": [FIELD | {"kind": "choice"}]},
        {"title": "x", "fields": [FIELD | {"choices": ["a"]}]},
        {"title": "x", "fields": [FIELD | {"max_length": 0}]},
        {"title": "x", "fields": [FIELD | {"key": "A b"}]},
        {"title": "x", "fields": [FIELD | {"label": ""}]},
        {"title": "x", "fields": [FIELD | {"width": 3}]},
        {"title": "x", "fields": [{"key": "a"}]},
    ],
)
def test_a_broken_definition_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(BadDefinition, match=r"フォーム|項目"):
        Definition.from_json(broken)
