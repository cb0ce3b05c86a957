"""プライバシーポリシー at the desk: from a draft to a version, by two people or by one who waited."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from madoguchi.foundation.lib import clock
from madoguchi.rooms.organisation.models import LegalEntity, Staff
from madoguchi.rooms.policy.models import Draft, PolicyVersion
from madoguchi.rooms.policy.queries.versions import in_force
from tests.clockwork import Clock, stopped_clock
from tests.house import House
from tests.journeys.filling import Sheet, arrived, opened

NOON = datetime(2027, 1, 12, 3, 0, tzinfo=UTC)
HERE = "/desk/policy/"
ORIGINAL = """プライバシーポリシー

みなと印刷は、次のとおり個人情報を取り扱います。お預かりする会社は株式会社ecloreです。

1. 利用目的
個人情報を次の目的のために利用します。
(1) お問い合わせにお答えするため
(2) セミナーのご案内をお送りするため

2. 開示の手数料
開示の請求1件につき、1,000円の手数料を申し受けます。

3. 情報の名称
ここでは、何も約束していません。

2019年5月1日 制定
"""
OVERVIEW = 14  # questions to the database, whatever the number of versions


@pytest.fixture
def time(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clockwork = stopped_clock(tmp_path, monkeypatch)
    clockwork.live(NOON - clock.now())
    monkeypatch.setattr("madoguchi.faces.staff_site.policy_approval.ask_again", lambda request, back: None)
    return clockwork


@pytest.fixture
def officer(house: House, time: Clock) -> Client:
    return house.sign_in("officer")


@pytest.fixture
def admin(house: House, time: Clock) -> Client:
    return house.sign_in("admin")


def begun(client: Client) -> Sheet:
    """改定する: the page on which the words are changed."""
    return arrived(client, HERE, client.post(f"{HERE}revise/"))


def revised(client: Client, words: str = "お電話でも承ります。", clause: int = 10) -> Sheet:
    """A draft with one clause changed, its bindings confirmed."""
    page = begun(client)
    draft = page.send(**{f"text__{clause}": page.box(f"text-{clause}") + f"\n\n{words}"})
    return opened(client, f"{draft.address}bindings/").send()


def asked(client: Client, **chosen: str) -> Sheet:
    return revised(client).send(go="ask", **chosen)


# -- who --------------------------------------------------------------------------------------------


def test_clerks_do_not_see_it_and_are_told_whom_to_ask(house: House, officer: Client) -> None:
    desk = house.sign_in("clerk")
    draft = begun(officer).address
    for address in (HERE, f"{HERE}take-in/", draft, "/desk/organisation/", "/desk/notices/"):
        page = opened(desk, address)
        assert page.status == 403
        assert "岡田 千尋さん、西村 健吾さんにお知らせください" in page.said
        assert desk.post(address, {}).status_code == (405 if address == HERE else 403)
    assert desk.post(f"{HERE}revise/").status_code == 403
    assert reverse("desk_policy") not in opened(desk, "/desk/").html
    assert reverse("desk_policy") in opened(officer, "/desk/").html


def test_the_bundled_wording_leads_here(house: House, admin: Client) -> None:
    assert f'href="{HERE}">会社の原文を取り込む' in opened(admin, "/desk/").html
    assert "この製品に付いている見本の文面です" in opened(admin, HERE).said
    LegalEntity.objects.update(own_wording=False)
    assert "見本の文面" not in opened(admin, HERE).said


# -- two people ---------------------------------------------------------------------------------------


@pytest.mark.law("T-C11-5")
def test_T_C11_5_one_writes_and_asks_another_approves_and_it_is_public(
    house: House, officer: Client, admin: Client
) -> None:
    draft = revised(officer)
    assert "1 か所（10 条は変わりません）" in draft.said
    assert "<ins>" in draft.html
    assert draft.box("class-10") == "consent"
    draft = draft.send(go="ask", class__10="notice", reason__10="窓口が増えるだけのため")
    assert "承認できません。西村 健吾さんに、承認をお願いしてください。" in draft.said
    assert draft.send(go="publish").status == 409
    assert PolicyVersion.objects.count() == 1

    assert "承認のお願い プライバシーポリシーの改定" in opened(admin, "/desk/").said
    assert "承認のお願い" not in opened(officer, "/desk/").said
    page = opened(admin, draft.address)
    assert "お知らせする変更 理由：窓口が増えるだけのため" in page.said
    page = page.send(go="publish")
    assert "第2版を公表しました" in page.said
    assert "岡田 千尋さんが作り、西村 健吾さんが承認" in page.said
    assert "お電話でも承ります。" in Client().get("/policy/").content.decode()
    version = in_force(house.entity_id)
    assert (version.number, version.approval, version.needs_consent) == (2, "second", False)
    assert 'href="/policy/compare/1/2/"' in opened(admin, HERE).html
    assert "第2版として公表しました" in opened(officer, draft.address).said


def test_a_draft_is_returned_with_words_and_asked_for_again(
    house: House, officer: Client, admin: Client
) -> None:
    draft = asked(officer)
    empty = opened(admin, draft.address).send(go="return", because="  ")
    assert (empty.status, "差し戻す理由を書いてください" in empty.said) == (422, True)
    opened(admin, draft.address).send(go="withdraw")  # only who asked may take it back without a word
    assert Draft.objects.get().asked_at is not None
    opened(admin, draft.address).send(go="return", because="受付時間も書いてください。")

    mine = opened(officer, draft.address)
    assert "差し戻されました 受付時間も書いてください。" in mine.said
    mine.send(go="ask").send(go="withdraw")
    assert (Draft.objects.get().asked_at, PolicyVersion.objects.count()) == (None, 1)
    opened(officer, draft.address).send(go="ask")
    assert Draft.objects.get().returned_because == ""
    assert "第2版を公表しました" in opened(admin, draft.address).send(go="publish").said


def test_whoever_changes_it_meanwhile_is_an_author_too(house: House, officer: Client, admin: Client) -> None:
    draft = asked(officer)
    text = opened(admin, f"{draft.address}text/")
    assert "保存すると依頼は取り下げになり" in text.said
    text.send(title="個人情報の取り扱い")
    opened(admin, f"{draft.address}bindings/").send()
    opened(officer, draft.address).send(go="ask")

    for client in (officer, admin):
        assert opened(client, draft.address).send(go="publish").status == 409
    assert "取りやめて、お一人が作り直すと、ほかの方が承認できます" in opened(admin, draft.address).said


def test_alone_one_waits_a_day_and_gives_a_reason(house: House, officer: Client, time: Clock) -> None:
    Staff.objects.filter(role="admin").update(is_active=False)
    draft = asked(officer)
    assert "2027年1月13日(水) 12:00 から公表できます" in draft.said
    early = draft.send(go="publish", reason="一人のため")
    assert early.status == 409
    assert "2027年1月13日(水) 12:00から公表できます" in early.said

    time.live(timedelta(hours=24))
    officer = house.sign_in("officer")
    assert "公表できるようになりました プライバシーポリシーの改定" in opened(officer, "/desk/").said
    page = opened(officer, draft.address)
    missing = page.send(go="publish", reason=" ")
    assert (missing.status, "お一人で公表する理由を書いてください" in missing.said) == (422, True)
    done = missing.send(go="publish", reason="担当が一人のため")
    assert "岡田 千尋さんが、時間をおいて一人で公表" in done.said
    assert "理由：担当が一人のため" in done.said


def test_publishing_asks_once_more_who_sits_there_and_keeps_the_reason(house: House, tmp_path: Path) -> None:
    officer, admin = house.sign_in("officer"), house.sign_in("admin")
    draft = asked(officer)
    answer = admin.post(
        draft.address, {**opened(admin, draft.address).boxes, "go": "publish", "reason": "なぜか"}
    )
    assert answer["Location"].partition("?")[0] == reverse("account_reauthenticate")
    assert PolicyVersion.objects.count() == 1
    assert admin.session["policy_reason"] == "なぜか"


# -- what is stale or wrong ---------------------------------------------------------------------------


def test_a_stale_page_is_refused_and_nothing_typed_is_lost(
    house: House, officer: Client, admin: Client
) -> None:
    mine = begun(officer)
    theirs = opened(admin, mine.address)
    theirs.send(text__1="ほかの人が直した定義です。", drop__2="yes")

    stale = mine.send(text__10="私が書いた窓口です。", new_title="統計", new_text="統計を作ります。")
    assert stale.status == 409
    assert "ご覧になったあとに、下書きが変わりました。" in stale.said
    assert "ほかの人が直した定義です。" in stale.said
    assert stale.box("text-10") == "私が書いた窓口です。"
    assert (stale.box("new_title"), stale.box("new_text")) == ("統計", "統計を作ります。")
    assert "私が書いた" not in str(Draft.objects.get().document)

    stale.send()
    assert "私が書いた窓口です。" in str(Draft.objects.get().document)


def test_nobody_approves_what_they_have_not_seen(house: House, officer: Client, admin: Client) -> None:
    draft = asked(officer)
    seen = opened(admin, draft.address)
    opened(officer, f"{draft.address}text/").send(title="改めた題名")
    opened(officer, f"{draft.address}bindings/").send()
    opened(officer, draft.address).send(go="ask")

    answer = seen.send(go="publish")
    assert (answer.status, PolicyVersion.objects.count()) == (409, 1)
    assert "もう一度進めてください" in answer.said


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("text__10", "{{operator.nam}}までご連絡ください。", "「{{operator.nam}}」に入れる値がありません"),
        ("text__10", "{{operator.name", "括弧"),
        ("title", "", "題名を"),
        ("title__3", "", "第3条の見出しを書いてください"),
        ("new_title", "統計", "見出しと本文の両方を書いてください"),
    ],
)
def test_words_that_cannot_stand_come_back_as_typed(
    house: House, officer: Client, name: str, typed: str, said: str
) -> None:
    page = begun(officer)
    before = Draft.objects.get().document

    answer = page.send(**{"text__4": "書きかけの条文", name: typed})

    assert answer.status == 422
    assert said in answer.said
    assert (answer.box("text-4"), answer.box(name.replace("__", "-"))) == ("書きかけの条文", typed)
    assert Draft.objects.get().document == before


def test_clauses_are_added_dropped_and_numbered_anew_and_keep_what_they_are_bound_to(
    house: House, officer: Client
) -> None:
    page = begun(officer)
    page.send(
        new_after="3",
        new_title="統計",
        new_text="統計を作ります。",
        drop__1="yes",
        text__8="手数料は無料です。",
    )

    clauses = Draft.objects.get().document["clauses"]
    assert [each["number"] for each in clauses] == list(range(1, 12))
    assert [each["title"] for each in clauses[:4]] == [
        "取得する情報",
        "利用の目的",
        "統計",
        "同意と利用の停止",
    ]
    assert "inquiries.only-what-is-asked" in clauses[0]["promises"]
    assert set(clauses[1]["parameters"]["uses"]) >= {"answer", "changes"}


def test_the_whole_text_is_changed_at_once_and_stays_bound(house: House, officer: Client) -> None:
    page = begun(officer)
    whole = opened(officer, f"{page.address}?whole")
    before = Draft.objects.get().document
    whole.send()
    after = Draft.objects.get().document
    assert after == before

    whole = opened(officer, f"{page.address}?whole")
    whole.send(whole=whole.box("whole").replace("苦情の申出", "苦情のお申し出"))
    changed = Draft.objects.get().document["clauses"]
    assert [new["number"] for new, old in zip(changed, before["clauses"], strict=True) if new != old] == [10]
    assert changed[9]["promises"] == before["clauses"][9]["promises"]


@pytest.mark.law("T-C11-4")
def test_T_C11_4_a_day_before_publication_is_refused_and_a_later_one_is_announced(
    house: House, officer: Client, admin: Client, time: Clock
) -> None:
    draft = revised(officer)
    early = draft.send(go="ask", when="day", day="2027-01-12")
    assert (early.status, "公表より前に施行することはできません" in early.said) == (422, True)
    assert early.box("day") == "2027-01-12"
    assert early.send(go="ask", when="day", day="").status == 422

    opened(officer, draft.address).send(go="ask", when="day", day="2027-02-01")
    page = opened(admin, draft.address).send(go="publish")
    assert "2027年2月1日(月)から施行します" in page.said
    assert "これから施行する版" in page.said
    assert in_force(house.entity_id).number == 1
    time.live(timedelta(days=20))
    assert in_force(house.entity_id).number == 2
    version = in_force(house.entity_id)
    assert clock.local(version.effective_from).isoformat() == "2027-02-01T00:00:00+09:00"


def test_less_than_consent_needs_a_reason(house: House, officer: Client) -> None:
    answer = revised(officer).send(go="ask", class__10="wording")

    assert answer.status == 422
    assert "第10条の変更で同意をいただかない理由を書いてください" in answer.said
    assert answer.box("class-10") == "wording"


def test_a_draft_given_up_changes_nothing(house: House, officer: Client) -> None:
    draft = revised(officer)
    draft.send(go="drop")

    assert (PolicyVersion.objects.count(), Draft.objects.get().closed_at is None) == (1, False)
    assert "この下書きは、取りやめました" in opened(officer, draft.address).said
    assert opened(officer, f"{draft.address}text/").status == 409
    late = draft.send(go="ask")
    assert (late.status, PolicyVersion.objects.count()) == (409, 1)


# -- the operator's own text ------------------------------------------------------------------------


@pytest.mark.law("T-C11-0")
def test_T_C11_0_a_version_that_was_public_is_taken_over_and_attested_by_name(
    house: House, officer: Client, time: Clock
) -> None:
    page = opened(officer, f"{HERE}take-in/")
    draft = page.send(text=ORIGINAL, published="yes", published_on="2022-04-01")
    assert "3 の条文を読み取りました" in draft.said
    assert "先に、結び付きを確かめてください" in draft.said
    assert (draft.box("published_on"), draft.box("enacted_on")) == ("2022-04-01", "2019-05-01")
    bindings = opened(officer, f"{draft.address}bindings/")
    assert bindings.box("fee-2") == "1000"
    assert "結び付くものはありません" in bindings.said
    draft = bindings.send()

    draft = draft.send(go="attest", published_on="2022-04-02")
    assert PolicyVersion.objects.count() == 1
    assert "この版を 2022年4月2日(土) に公表していたことを申告します" in draft.said
    page = draft.send(go="attest")
    assert "公表ずみであることを、岡田 千尋さんが申告" in page.said
    version = in_force(house.entity_id)
    assert (version.number, version.enacted_on, version.published_on, version.approval) == (
        2, date(2019, 5, 1), date(2022, 4, 2), "attested",
    )  # fmt: skip
    assert "みなと印刷は" in version.text
    assert "お預かりする会社は株式会社ecloreです。" in version.text
    assert "{{operator.name}}です。" in str(version.document)
    assert "見本の文面" not in page.said


@pytest.mark.parametrize(("encoding", "name"), [("utf-8-sig", "原文.txt"), ("cp932", "policy.MD")])
def test_a_file_is_taken_in_in_the_encodings_people_have(
    house: House, officer: Client, encoding: str, name: str
) -> None:
    file = SimpleUploadedFile(name, ORIGINAL.encode(encoding))
    officer.post(f"{HERE}take-in/", {"file": file, "published": "no"})

    draft = Draft.objects.get()
    assert (draft.kind, draft.published_on, len(draft.document["clauses"])) == ("text", None, 3)
    assert draft.document["title"] == "プライバシーポリシー"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": "見出しのない文章です。"}, "条文の切れ目を見つけられませんでした"),
        ({"text": ""}, "原文を貼り付けるか"),
        ({"text": ORIGINAL, "published": "yes", "published_on": ""}, "公表した日を選んでください"),
        ({"text": ORIGINAL, "published": "yes", "published_on": "2030-01-01"}, "これからの日付"),
        ({"file": SimpleUploadedFile("policy.docx", b"PK")}, "文字だけのファイル"),
    ],
)
def test_what_cannot_be_taken_in_says_why_and_keeps_what_was_pasted(
    house: House, officer: Client, given: dict[str, Any], said: str
) -> None:
    answer = arrived(officer, f"{HERE}take-in/", officer.post(f"{HERE}take-in/", given))

    assert answer.status == 422
    assert said in answer.said
    assert answer.box("text") == str(given.get("text", "")).strip()
    assert Draft.objects.count() == 0


def test_one_draft_of_a_kind_is_open_and_the_next_leads_to_it(house: House, officer: Client) -> None:
    draft = revised(officer).address
    assert begun(officer).address == draft
    answer = opened(officer, f"{HERE}take-in/").send(text=ORIGINAL, published="no")

    assert answer.status == 409
    assert f'href="{draft}">進めている下書きを開く' in answer.html
    assert answer.box("text") == ORIGINAL.strip()


# -- bindings -----------------------------------------------------------------------------------------


def test_bindings_are_shown_in_words_changed_and_confirmed(house: House, officer: Client) -> None:
    draft = begun(officer).send()
    page = opened(officer, f"{draft.address}bindings/")
    assert "フォームでお尋ねした項目のほかは、受け取りません。" in page.said
    assert page.box("use-3-answer").endswith("お問い合わせにお答えするため")

    page.send(fee__8="５００円", promise__1=["audit.no-values"], topic__11="")
    stored = Draft.objects.get()
    clauses = {each["number"]: each for each in stored.document["clauses"]}
    assert stored.confirmed_at is not None
    assert clauses[1]["promises"] == ["audit.no-values"]
    assert clauses[8]["parameters"]["fee_yen"] == 500
    assert "topic" not in clauses[11]["parameters"]
    assert "<ins>500" in opened(officer, draft.address).html

    wrong = opened(officer, f"{draft.address}bindings/").send(fee__8="千円")
    assert (wrong.status, "円の数でお書きください" in wrong.said) == (422, True)
    gone = opened(officer, f"{draft.address}bindings/").send(fee__8="")
    assert (gone.status, "「{{fee}}」に入れる値がありません" in gone.said) == (422, True)
    assert Draft.objects.get().document == stored.document


def test_proposals_never_block(house: House, officer: Client, admin: Client) -> None:
    draft = asked(officer)
    assert "採り入れなくても、公表できます。" in draft.said
    assert "たとえば" in draft.said
    assert "第2版を公表しました" in opened(admin, draft.address).send(go="publish").said


# -- many versions ------------------------------------------------------------------------------------


def test_the_number_of_questions_does_not_grow_with_the_versions(
    house: House, officer: Client, admin: Client, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    found = {}
    for versions in (1, 3):
        while PolicyVersion.objects.count() < versions:
            opened(admin, asked(officer).address).send(go="publish")
        opened(officer, HERE)
        with count_queries() as seen:
            opened(officer, HERE)
        found[versions] = len(seen)

    assert found == {1: OVERVIEW, 3: OVERVIEW}
