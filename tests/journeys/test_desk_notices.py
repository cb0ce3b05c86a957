"""フォームの案内文 at the desk: a changed word is a version at once, and every wording stays to be read."""

import pytest
from django.test import Client

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.consent.actions.choose import give
from madoguchi.rooms.consent.models import NoticeVersion
from madoguchi.rooms.consent.queries import notice_in_force, shown_with
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.one import reference
from madoguchi.rooms.screening.readers import LINE
from tests.house import House
from tests.journeys.filling import opened

HERE = "/desk/notices/"


@pytest.fixture
def officer(house: House) -> Client:
    return house.sign_in("officer")


@pytest.fixture
def admin(house: House) -> Client:
    return house.sign_in("admin")


def shown(house: House) -> NoticeVersion:
    """The wording under which one more inquiry comes."""
    found = Inquiry.objects.get(id=house.submit().id)
    seen = shown_with(reference(found))
    assert seen is not None
    return seen.notice


@pytest.mark.law("T-F1-2")
def test_T_F1_2_a_changed_wording_gives_two_receipts_with_different_digests(
    house: House, officer: Client, client: Client
) -> None:
    first = shown(house)
    page = opened(officer, HERE).send(go="save", use="お問い合わせへのお返事に使います。{{operator.name}}")
    assert "第2版にしました" in page.said
    second = shown(house)

    assert first.digest != second.digest
    for notice, words in (
        (first, "セミナーやイベントの情報をお届けするため"),
        (second, "お返事に使います。株式会社eclore"),
    ):
        answer = client.get(f"/notices/{notice.digest}/")
        assert (answer.status_code, words in answer.content.decode()) == (200, True)
        assert f'href="/notices/{notice.digest}/"' in opened(officer, HERE).html
    assert second.superseded_at is None
    assert "第1版" in opened(officer, HERE).said


def test_the_result_is_seen_before_anything_is_kept(house: House, officer: Client) -> None:
    page = opened(officer, HERE).send(go="try", refusal="{{operator.desk}}は営業をお断りします。")

    assert page.status == 200
    assert "仕上がり： 個人情報問い合わせ窓口は営業をお断りします。" in page.said
    assert "まだ保存していません" in page.said
    assert NoticeVersion.objects.filter(form=house.form.id).count() == 1


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("use", "{{operator.nam}}がお答えします。", "「{{operator.nam}}」に入れる値がありません"),
        ("refusal", "{{operator.name", "括弧"),
        ("acknowledgement", "  ", "を書いてください"),
        ("mailing_note", "あ" * 2001, "2000文字まで"),
    ],
)
def test_words_that_cannot_stand_come_back_as_typed(
    house: House, officer: Client, name: str, typed: str, said: str
) -> None:
    answer = opened(officer, HERE).send(**{"go": "save", "refusal_line": "書きかけ", name: typed})

    assert answer.status == 422
    assert said in answer.said
    assert (answer.box(name), answer.box("refusal_line")) == (typed.strip(), "書きかけ")
    assert NoticeVersion.objects.filter(form=house.form.id).count() == 1


def test_a_stale_page_is_refused_and_nothing_typed_is_lost(
    house: House, officer: Client, admin: Client
) -> None:
    mine = opened(officer, HERE)
    opened(admin, HERE).send(go="save", refusal="ほかの人の文面です。")

    stale = mine.send(go="save", use="私の文面です。")
    assert (stale.status, stale.box("use")) == (409, "私の文面です。")
    assert "ほかの人の文面です。" in stale.said
    stale.send(go="save")
    assert notice_in_force(house.form.id).wording["use"] == "私の文面です。"


def test_purposes_are_chosen_in_words_and_drifting_apart_is_only_advice(
    house: House, officer: Client
) -> None:
    page = opened(officer, HERE)
    assert sorted(page.boxes["uses"]) == ["answer", "event-mail"]
    assert "気づいたこと" not in page.said

    page = page.send(
        go="save", use="お問い合わせへのお返事のために使います。", mailing_wording="お知らせを受け取る"
    )
    assert "第2版にしました" in page.said
    assert "文面からは読み取れませんでした" in page.said
    page.send(go="save", uses=["answer", "nonsense"])
    assert notice_in_force(house.form.id).uses == ["answer"]


def test_dropping_what_people_chose_is_told_and_not_blocked(house: House, officer: Client) -> None:
    give(about=Ref("inquiry", house.submit().id), purpose="event-mail")
    page = opened(officer, HERE).send(go="try", uses=["answer"])

    assert "ご案内のメールを申し込まれた方が 1 人います" in page.said
    saved = opened(officer, HERE).send(go="save", uses=["answer"])
    assert "第2版にしました" in saved.said


def test_every_form_has_its_own_wording(house: House, officer: Client) -> None:
    page = opened(officer, f"{HERE}?form=privacy")
    assert "mailing_wording" not in page.boxes
    page.send(go="save", use="{{operator.desk}}がお答えします。")

    assert notice_in_force(house.form.id).number == 1
    assert "個人情報問い合わせ窓口がお答えします" in Client().get("/forms/privacy/").content.decode()
    assert opened(officer, f"{HERE}?form=nowhere").status == 404


def test_saving_the_same_again_makes_no_version(house: House, officer: Client) -> None:
    assert "変わるところはありませんでした" in opened(officer, HERE).send(go="save").said
    assert NoticeVersion.objects.filter(form=house.form.id).count() == 1


def test_while_the_refusal_is_written_it_is_said_which_programs_would_notice_it(
    house: House, officer: Client
) -> None:
    page = opened(officer, HERE)
    assert "13 種類のうち 13" in page.said
    assert "どの読み方にも気づかれる一行の例" not in page.said

    page = page.send(go="try", refusal="営業・勧誘・売り込みはお断りしております。", refusal_line="")
    assert "13 種類のうち 6" in page.said
    assert "決まった言い回しを探すもの 0 / 5" in page.said
    assert f"どの読み方にも気づかれる一行の例： {LINE}" in page.said
    assert notice_in_force(house.form.id).number == 1

    page = page.send(go="save", refusal_line=LINE)
    assert "13 種類のうち 13" in page.said
    assert notice_in_force(house.form.id).wording["refusal_line"] == LINE


def test_a_form_without_a_refusal_says_nothing_of_readers(house: House, officer: Client) -> None:
    assert "営業を送るプログラム" not in opened(officer, f"{HERE}?form=privacy").said
