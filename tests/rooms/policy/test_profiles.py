"""The bundled profiles: operator facts, form, notices, mails, policy and samples, read as data."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import madoguchi
from madoguchi.config.profile import read_policy, read_profile
from madoguchi.foundation.lib.hours import Hours
from madoguchi.rooms.policy.rules.binding import propose
from madoguchi.rooms.promises.catalogue import CATALOGUE

PROFILES = Path(madoguchi.__file__).parent / "profiles"
SLUGS = sorted(path.stem for path in PROFILES.glob("*.toml"))
every_profile = pytest.mark.parametrize("slug", SLUGS)

FIELDS = [  # LAW.md F1–F7: key, label, required
    ("body", "ご相談内容", True),
    ("name", "氏名", True),
    ("company", "企業名", False),
    ("phone", "電話番号", True),
    ("email", "メールアドレス", True),
    ("website", "ホームページURL", False),
    ("remarks", "備考", False),
]
TECHNICAL = {  # kind, autocomplete, longest value, the line of clause 2 that announces it
    "body": ("text", "off", 10000, "2-1e"),
    "name": ("line", "name", 200, "2-1a"),
    "company": ("line", "organization", 200, "2-1a"),
    "phone": ("phone", "tel", 200, "2-1b"),
    "email": ("email", "email", 200, "2-1b"),
    "website": ("url", "url", 200, "2-1e"),
    "remarks": ("text", "off", 10000, "2-1e"),
}
SECTIONS = {
    "operator",
    "hours",
    "form",
    "notice",
    "mailing",
    "mail",
    "policy",
    "retention",
    "staff",
    "slug",
    "privacy",
}
OPERATOR = {
    "name", "group", "address", "postal_code", "representative_title", "representative", "desk",
    "joint_use_range", "phone", "email", "sender_name", "sender_address", "own_wording",
}  # fmt: skip
FACTS = {f"operator.{key}" for key in OPERATOR}
MAIL_FACTS = FACTS | {"operator.hours_text"}
MAIL_FIELDS = {
    "acknowledgement": {
        "company_line", "name_line", "receipt_number", "received_at", "answer_by", "out_of_hours",
        "policy_version", "receipt_url", "mailing_url", "privacy_url",
    },
    "closed-hours": {"opens_at"},
    "closed-days": {"opens_at"},
    "closed-closure": {"opens_at", "closure"},
    "refusal": {"company_line", "name_line", "receipt_number", "received_at", "privacy_url"},
    "staff_notice": {"receipt_number", "lane", "desk_url", "received_at"},
    "signature": {"privacy_url"},
    "policy_change": {
        "company_line", "name_line", "policy_title", "effective_on", "changes", "change_url", "asks_consent",
        "privacy_url",
    },
}  # fmt: skip
OPTIONAL = {
    "company_line",
    "out_of_hours",
    "asks_consent",
    "policy_version",
    "mailing_url",
    "operator.postal_code",
    "operator.phone",
    "operator.email",
}

# One entry a line of LAW.md 1.3: how many outline items a clause has, and words each must say.
ITEMS = {
    1: {"1": 1, "2": 1, "3": 1},
    2: {"1": 6, "2": 3, "3": 5, "4": 2},
    3: {str(n): 1 for n in range(1, 7)},
    5: {str(n): 1 for n in range(1, 5)},
    6: {str(n): 1 for n in range(1, 7)},
    7: {"1": 1, "2": 1, "3": 1, "4": 4},
}
WORDS: dict[int, list[tuple[str, ...]]] = {
    1: [("住所",), ("電話番号",), ("メールアドレス",), ("個人識別符号",), ("容易に照合",)],
    2: [
        ("生年月日",), ("性別",), ("メールアドレス",), ("クレジットカード",), ("静止画", "写真"),
        ("フォーム",), ("外部サービス",), ("リファラ",), ("IPアドレス",), ("アクセスのログ",),
        ("Cookie",), ("ADID",), ("IDFA",), ("位置情報",), ("個別",), ("端末",), ("行動の履歴",),
    ],
    3: [("お問い合わせ",), ("認証",), ("登録",), ("測",), ("広告",), ("規約",), ("変更",), ("請求",)],
    4: [("### 4-1 ",), ("### 4-2 ",), ("位置情報",), ("速やかに",), ("解約", "契約の終了"), ("設定",)],
    5: [("第三者",), ("委託",), ("引き継", "承継"), ("地方公共団体",), ("法令",), ("同意",)],
    6: [
        ("不正なアクセス",), ("漏えい",), ("基本方針",), ("規程",), ("責任者",), ("報告",), ("点検",),
        ("就業規則",), ("研修",), ("入退室", "出入り"), ("持ち込", "持込"), ("盗難",),
        ("不正なソフトウェア",), ("取得", "お預かり"), ("保存",), ("廃棄",),
    ],
    7: [("すべての個人データ",), ("特に",), ("範囲",), ("第3条",), ("責任",), ("代表",)],
    8: [("ご本人であること",), ("遅滞なく",), ("ないとき",), ("義務を負わない",), ("手数料",), ("1件",)],
    9: [
        ("### 9-1 ",), ("### 9-2 ",), ("### 9-3 ",), ("真実でない", "事実と違う"), ("偽りその他",),
        ("公表した",), ("調査",), ("行わないと決めた",), ("消去",), ("義務を負わない",),
    ],
    10: [("ご意見",), ("ご質問",), ("苦情",), ("窓口",), ("住所",)],
    11: [("変更することがあります",), ("同意",), ("施行",), ("内容",), ("ウェブサイト",)],
}  # fmt: skip
ROLES = {"clerk": 2, "officer": 1, "admin": 1}
MERGE = re.compile(r"\{\{\s*([#/]?)\s*([\w.]+)\s*\}\}")


def load(slug: str) -> dict[str, Any]:
    return tomllib.loads((PROFILES / f"{slug}.toml").read_text("utf-8"))


def load_samples(slug: str) -> list[dict[str, Any]]:
    inquiries = tomllib.loads((PROFILES / slug / "samples.toml").read_text("utf-8"))["inquiry"]
    assert isinstance(inquiries, list)
    return inquiries


def clauses(slug: str) -> dict[int, tuple[dict[str, Any], str]]:
    """Front matter and text by clause number."""
    folder = PROFILES / load(slug)["policy"]["folder"]
    found = {}
    for path in sorted(folder.glob("*.md")):
        _, front, text = re.split(r"^\+\+\+\n", path.read_text("utf-8"), flags=re.M)
        meta = tomllib.loads(front)
        assert path.stem == f"{meta['number']:02}"
        found[meta["number"]] = (meta, text)
    return found


def facts_of(profile: Mapping[str, Any], fee_yen: int | None = None) -> dict[str, str]:
    facts = {f"operator.{key}": str(value) for key, value in profile["operator"].items()}
    return facts | ({} if fee_yen is None else {"fee": f"{fee_yen:,}円"})


def render(text: str, facts: Mapping[str, str]) -> str:
    """Sections first, then fields; an unknown field is a KeyError."""
    section = re.compile(r"\{\{#([\w.]+)\}\}(.*?)\{\{/\1\}\}", re.S)
    text = section.sub(lambda found: found[2] if facts[found[1]] else "", text)
    return MERGE.sub(lambda found: facts[found[2]], text)


def rendered_policy(slug: str) -> str:
    profile, parts = load(slug), clauses(slug)
    facts = facts_of(profile, parts[8][0]["parameters"]["fee_yen"])
    policy = profile["policy"]
    texts = [policy["preamble"], *(text for _, text in parts.values()), policy["closing"]]
    return "\n".join(render(text, facts) for text in texts)


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def fields_in(text: str) -> set[str]:
    return {name for _, name in MERGE.findall(text)}


def width(line: str) -> int:
    """Columns of a mail line: two for a full-width character."""
    return sum(2 if unicodedata.east_asian_width(char) in "FWA" else 1 for char in line)


def test_the_two_profiles_are_bundled() -> None:
    assert SLUGS == ["demo", "eclore"]


@every_profile
def test_a_profile_has_exactly_the_sections_and_facts_the_loader_reads(slug: str) -> None:
    profile = load(slug)
    assert set(profile) == SECTIONS
    assert profile["slug"] == slug
    assert set(profile["operator"]) == OPERATOR
    assert profile["operator"]["own_wording"] is True
    assert set(profile["notice"]) == {"uses", "use", "acknowledgement", "refusal", "refusal_line"}
    assert set(profile["mail"]) == set(MAIL_FIELDS)
    assert profile["mailing"]["purpose"] == "event-mail"


@every_profile
def test_office_hours_can_be_counted(slug: str) -> None:
    hours = load(slug)["hours"]
    assert hours["week"] == [["09:00-18:00"]] * 5 + [[], []]
    assert hours["target"] == {"count": {"demo": 1, "eclore": 2}[slug], "unit": "days"}
    year_end = next(each for each in hours["closures"] if each["name"] == "年末年始")
    assert (year_end["first"], year_end["last"]) == ("12-29", "01-03")
    assert Hours.from_json(Hours.from_json(hours).to_json()) == Hours.from_json(hours)


@every_profile
def test_the_form_asks_the_seven_fields_in_order(slug: str) -> None:
    form = load(slug)["form"]
    assert (form["slug"], form["title"]) == ("inquiry", "お問い合わせフォーム")
    assert (form["confirm"], form["mailing_offer"]) == (True, True)
    assert [(f["key"], f["label"], f["required"]) for f in form["fields"]] == FIELDS
    for field in form["fields"]:
        technical = tuple(field[key] for key in ("kind", "autocomplete", "max_length", "announced"))
        assert technical == TECHNICAL[field["key"]]
        assert field["hint"]


@every_profile
def test_the_notice_says_who_may_use_the_data_for_what(slug: str) -> None:
    notice = load(slug)["notice"]
    for word in ("運営会社", "{{operator.name}}", "セミナー", "製品やサービス"):
        assert word in notice["use"]
    for word in ("送信をもって", "同意", "全文", "あわせてお読みいただけます"):
        assert word in notice["acknowledgement"]


@every_profile
def test_the_refusal_can_be_read_by_people_and_by_machines(slug: str) -> None:
    notice = load(slug)["notice"]
    line = "※営業お断り:営業メールお断り。営業目的のお問い合わせはご遠慮ください。"
    assert notice["refusal_line"] == line
    assert re.search(r"(営業|セールス|勧誘|売り込み)[^。]{0,20}お断り", notice["refusal"])
    for text in (notice["refusal"], notice["refusal_line"]):
        assert text.endswith("。")
        assert not re.search(r"\s|<|\{\{", text)
        assert not re.search("個人情報|お客様|サービス", text)
    assert notice["use"].endswith("。")
    assert notice["acknowledgement"].endswith("。")


@every_profile
def test_the_mailing_offer_names_its_sender_and_the_way_out(slug: str) -> None:
    mailing = load(slug)["mailing"]
    assert mailing["wording"].startswith("{{operator.name}}から、")
    assert "すぐに止められます" in mailing["note"]


@every_profile
@pytest.mark.parametrize("mail", sorted(MAIL_FIELDS))
def test_a_mail_uses_only_the_fields_it_is_given(slug: str, mail: str) -> None:
    template = load(slug)["mail"][mail]
    bare = mail == "signature" or mail.startswith("closed-")
    assert set(template) == ({"text"} if bare else {"subject", "text"})
    for text in strings(template):
        assert fields_in(text) <= MAIL_FIELDS[mail] | MAIL_FACTS
        assert set(re.findall(r"\{\{#([\w.]+)\}\}", text)) <= OPTIONAL


@every_profile
def test_an_acknowledgement_has_everything_in_order_and_echoes_nothing_typed(slug: str) -> None:
    mail = load(slug)["mail"]["acknowledgement"]
    assert mail["subject"] == (
        "【{{operator.name}}】お問い合わせを受け付けました（受付番号 {{receipt_number}}）"
    )
    order = [
        "{{company_line}}", "{{name_line}}", "ありがとうございます", "{{receipt_number}}",
        "{{received_at}}", "{{answer_by}}", "お知らせの文面", "{{policy_version}}", "{{receipt_url}}",
        "{{mailing_url}}", "{{operator.address}}", "お心当たりのない場合",
    ]  # fmt: skip
    places = [mail["text"].index(part) for part in order]
    assert places == sorted(places)
    assert not fields_in(mail["text"]) & {"body", "remarks", "website", "phone", "email"}


@every_profile
def test_a_staff_notice_carries_no_personal_data(slug: str) -> None:
    for text in strings(load(slug)["mail"]["staff_notice"]):
        assert fields_in(text) <= MAIL_FIELDS["staff_notice"] | {"operator.name"}


@every_profile
def test_the_refusal_mail_cites_the_notice_and_leaves_a_way_back(slug: str) -> None:
    text = load(slug)["mail"]["refusal"]["text"]
    for part in ("お問い合わせフォーム", "営業を目的とした", "判断の誤り", "受付番号を添えて"):
        assert part in text


@every_profile
@pytest.mark.parametrize("mail", sorted(MAIL_FIELDS))
def test_mail_lines_fit_and_an_absent_fact_leaves_no_empty_label(slug: str, mail: str) -> None:
    profile = load(slug)
    operator = facts_of(profile) | {"operator.hours_text": "平日 9:00〜18:00"}
    bare = operator | dict.fromkeys(OPTIONAL, "") | dict.fromkeys(MAIL_FIELDS[mail] - OPTIONAL, "値")
    text = render(profile["mail"][mail]["text"], bare)
    assert "電話" not in text.replace("お電話", "")
    assert "〒" not in text
    assert not text.startswith("\n")
    longest = max(width(line) for line in text.splitlines() if bare["operator.address"] not in line)
    assert longest <= 76


def test_hours_printed_in_a_mail_or_policy_are_the_hours_kept() -> None:
    for slug in SLUGS:
        opens, _, closes = load(slug)["hours"]["week"][0][0].partition("-")
        span = f"{opens.lstrip('0')}〜{closes}"
        texts = [*strings(load(slug)["mail"]), *(text for _, text in clauses(slug).values())]
        printed = {found for text in texts for found in re.findall(r"平日 ([\d:〜]+)", text)}
        assert printed <= {span}


@every_profile
def test_the_policy_has_eleven_clauses(slug: str) -> None:
    parts = clauses(slug)
    assert list(parts) == list(range(1, 12))
    for number, (meta, text) in parts.items():
        more = {2: {"announces"}, 7: {"parameters"}, 8: {"parameters"}}.get(number, set())
        assert set(meta) == {"number", "title"} | more
        assert meta["title"]
        assert fields_in(text) <= FACTS | ({"fee"} if number == 8 else set())
        assert not re.search(r"[ \t]+$|\t", text, re.M)


@every_profile
def test_clauses_bind_promises_that_exist_and_leave_none_but_the_notices(slug: str) -> None:
    document = propose(read_policy(read_profile(slug)))
    bound = [id for clause in document.clauses for id in clause.promises]
    assert {promise.id for promise in CATALOGUE} - set(bound) == {
        "inquiries.one-polite-refusal", "screening.never-deletes", "screening.requests-get-through",
    }  # fmt: skip
    assert set(bound) <= {promise.id for promise in CATALOGUE}


@every_profile
@pytest.mark.parametrize("number", sorted(ITEMS))
def test_a_clause_lists_every_item(slug: str, number: int) -> None:
    counts: dict[str, int] = {}
    for top, nested in re.findall(r"^(?:(\d+)\. |(  \(\d+\) ))", clauses(slug)[number][1], re.M):
        current = top or list(counts)[-1]
        counts[current] = counts.get(current, 0) + 1
        assert bool(nested) == (not top)
    assert counts == ITEMS[number]


@every_profile
@pytest.mark.parametrize("number", sorted(WORDS))
def test_a_clause_says_what_its_lines_ask(slug: str, number: int) -> None:
    text = clauses(slug)[number][1]
    missing = [words for words in WORDS[number] if not any(word in text for word in words)]
    assert missing == []


@every_profile
def test_a_policy_names_who_answers_for_it(slug: str) -> None:
    operator, text = load(slug)["operator"], rendered_policy(slug)
    for fact in ("name", "address", "desk", "joint_use_range"):
        assert operator[fact] in text
    assert f"{operator['representative_title']} {operator['representative']}" in text
    assert clauses(slug)[7][0]["parameters"] == {"range": "{{operator.joint_use_range}}"}


@every_profile
def test_facts_stand_in_one_place_and_texts_only_name_them(slug: str) -> None:
    operator, parts = load(slug)["operator"], clauses(slug)
    facts = [value for key, value in operator.items() if key not in ("own_wording", "representative_title")]
    assert "{{fee}}" in parts[8][1]
    for text in [*(text for _, text in parts.values()), *strings(load(slug)["mail"])]:
        assert [fact for fact in facts if fact and fact in text] == []
        assert not re.search(r"\d円", text)


def test_the_eclore_policy_states_the_facts_of_its_source() -> None:
    policy, text = load("eclore")["policy"], rendered_policy("eclore")
    for fact in (
        "ecloreグループ（以下「当社」",
        "株式会社eclore",
        "東京都新宿区新宿2丁目8-6 KDX新宿286ビル4階",
        "代表取締役 宮島 隆",
        "国内子会社及び関連会社",
        "株式会社eclore 個人情報問い合わせ窓口",
        "1,000円",
        "2022年4月1日 制定",
    ):
        assert fact in text
    assert (policy["number"], policy["enacted_on"], policy["published_on"]) == (1, "2022-04-01", "2022-04-01")
    assert clauses("eclore")[8][0]["parameters"] == {"fee_yen": 1000}


def test_eclore_gives_no_telephone_mail_or_postal_code() -> None:
    operator = load("eclore")["operator"]
    assert [operator[key] for key in ("phone", "email", "postal_code")] == ["", "", ""]


def test_the_demo_policy_is_a_third_version() -> None:
    policy = load("demo")["policy"]
    assert (policy["number"], policy["enacted_on"], policy["published_on"]) == (3, "2024-04-01", "2026-04-01")
    assert policy["closing"].endswith("2026年4月1日 改定（第3版）")


@every_profile
def test_the_profile_text_outside_mail_and_policy_names_only_operator_facts(slug: str) -> None:
    profile = load(slug)
    for section in ("operator", "hours", "form", "staff"):
        assert all(not fields_in(text) for text in strings(profile[section]))
    for text in strings([profile["notice"], profile["mailing"], profile["policy"]]):
        assert fields_in(text) <= FACTS


@every_profile
def test_staff_cover_the_three_roles(slug: str) -> None:
    staff, operator = load(slug)["staff"], load(slug)["operator"]
    assert {role: sum(s["role"] == role for s in staff) for role in ROLES} == ROLES
    assert len({s["email"] for s in staff}) == len(staff)
    domain = operator["sender_address"].partition("@")[2]
    assert domain.endswith(".example.jp")
    assert all(s["email"].endswith(f"@{domain}") and s["name"] for s in staff)


@every_profile
def test_samples_are_many_and_spread_over_twelve_days(slug: str) -> None:
    samples = load_samples(slug)
    ages = [sample["ago_minutes"] for sample in samples]
    lanes = [sample["lane"] for sample in samples]
    assert len(samples) >= 26
    assert ages == sorted(set(ages))
    assert min(ages) <= 7
    assert 11 * 1440 < max(ages) <= 12 * 1440
    assert (lanes.count("sales"), lanes.count("junk")) == (4, 1)
    assert {s["status"] for s in samples} == {"new", "open", "doing", "pending", "done"}


@every_profile
def test_a_sample_answers_the_form_with_fictional_contacts(slug: str) -> None:
    form = load(slug)["form"]["fields"]
    for sample in load_samples(slug):
        assert set(sample) - {"entries", "due_in_minutes"} == {f["key"] for f in form} | {
            "ago_minutes", "lane", "status", "assignee",
        }  # fmt: skip
        for field in form:
            assert len(sample[field["key"]]) <= field["max_length"]
            assert sample[field["key"]].strip() or not field["required"]
        assert "000" in re.sub(r"\D", "", sample["phone"])[-7:]
        hosts = re.findall(r"(?:@|https?://)([\w.-]+)", " ".join(strings(sample)))
        fictional = re.compile(r"(.+\.)?example\.(jp|com|net|org|(co|ne)\.jp)")
        assert all(fictional.fullmatch(host) for host in hosts), hosts


@every_profile
def test_a_sample_was_handled_by_people_who_exist(slug: str) -> None:
    emails = {staff["email"] for staff in load(slug)["staff"]}
    for sample in load_samples(slug):
        entries = sample.get("entries", [])
        times = [entry["after_minutes"] for entry in entries]
        assert sample["assignee"] in emails | {""}
        assert times == sorted(set(times))
        assert all(0 < minutes < sample["ago_minutes"] for minutes in times)
        assert all(entry["by"] in emails and entry["text"].strip() for entry in entries)
        assert {entry["kind"] for entry in entries} <= {"note", "reply"}


@every_profile
def test_a_sample_status_agrees_with_what_happened(slug: str) -> None:
    for sample in load_samples(slug):
        kinds = {entry["kind"] for entry in sample.get("entries", [])}
        if sample["status"] == "new":
            assert not kinds
            assert not sample["assignee"]
            assert sample["lane"] == "inbox"
        if sample["status"] in {"doing", "pending", "done"}:
            assert sample["assignee"]
            assert sample["lane"] != "inbox" or "reply" in kinds
        if sample["status"] == "open":
            assert "reply" not in kinds


@every_profile
def test_the_samples_hold_a_request_for_disclosure(slug: str) -> None:
    requests = [s for s in load_samples(slug) if "個人情報の開示をお願いしたい" in s["body"]]
    assert len(requests) == 1
    assert requests[0]["lane"] == "inbox"


def test_no_shipped_text_shouts_or_counts_in_eras() -> None:
    for path in [*PROFILES.rglob("*.toml"), *PROFILES.rglob("*.md")]:
        text = path.read_text("utf-8")
        found = re.findall(r"[!！‼]|令和|平成|昭和|[㍻㋿㍼]", text)
        assert found == [], path


@every_profile
def test_the_first_clerk_has_something_to_answer_today(slug: str) -> None:
    """The trial opens as that clerk: one answer is late, two are due within the day."""
    clerk = next(staff["email"] for staff in load(slug)["staff"] if staff["role"] == "clerk")
    due = [(s["assignee"], s["due_in_minutes"]) for s in load_samples(slug) if "due_in_minutes" in s]
    assert sorted(due) == [(clerk, -90), (clerk, 320), (clerk, 430)]


@every_profile
def test_clause_two_announces_its_own_words_for_every_row(slug: str) -> None:
    meta, text = clauses(slug)[2]
    assert sorted(meta["announces"]) == [
        "2-0", "2-1a", "2-1b", "2-1c", "2-1d", "2-1e", "2-2a", "2-2b", "2-3a", "2-3b", "2-3c", "2-3d", "2-4a",
    ]  # fmt: skip
    assert [words for words in meta["announces"].values() if words not in text] == []
