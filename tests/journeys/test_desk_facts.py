"""会社の情報 at the desk: typed by one, approved by another, then named anew in policy, notices and mails."""

import pytest
from django.test import Client

from madoguchi.faces.public_site.inquiry.page import forget
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.consent.models import NoticeVersion
from madoguchi.rooms.consent.queries import notice_in_force
from madoguchi.rooms.organisation.models import FactsVersion
from madoguchi.rooms.organisation.queries import entity_facts
from madoguchi.rooms.policy.models import Draft, PolicyVersion
from madoguchi.rooms.policy.queries.versions import in_force
from tests.house import House
from tests.journeys.filling import Sheet, opened

HERE = "/desk/organisation/"
PUBLIC = ("/", "/policy/", "/forms/privacy/")


@pytest.fixture
def officer(house: House, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("madoguchi.faces.staff_site.policy_approval.ask_again", lambda request, back: None)
    return house.sign_in("officer")


@pytest.fixture
def admin(house: House) -> Client:
    return house.sign_in("admin")


def public(address: str) -> str:
    forget()
    return str(Client().get(address).content.decode())


def changed(client: Client, **facts: str) -> Sheet:
    """The page of the draft that a change of the facts becomes."""
    return opened(client, HERE).send(**facts)


def approved(officer: Client, admin: Client, draft: Sheet) -> Sheet:
    draft.send(go="ask")
    return opened(admin, draft.address).send(go="publish")


@pytest.mark.law("T-C10-4")
def test_T_C10_4_facts_come_from_configuration_and_a_change_makes_new_versions(
    house: House, officer: Client, admin: Client
) -> None:
    before, notice = in_force(house.entity_id), notice_in_force(house.form.id)
    for address in PUBLIC:
        assert "宮島 隆" in public(address), address
    draft = changed(
        officer, name="株式会社あおば", representative="青葉 二郎", address="仙台市青葉区1-1", desk="個人情報相談室",
        sender_name="あおば 受付",
    )  # fmt: skip
    assert "代表者の氏名 宮島 隆 → 青葉 二郎" in draft.said
    assert "名称・住所・代表者の変更" in draft.said
    assert "公表と同時に、プライバシーポリシーとフォームの案内文が新しい版になり" in draft.said
    draft.send(go="ask")
    for address in PUBLIC:
        assert "青葉" not in public(address), address
    assert (PolicyVersion.objects.count(), FactsVersion.objects.count()) == (1, 1)

    assert "承認のお願い 会社の情報の変更" in opened(admin, "/desk/").said
    done = opened(admin, draft.address).send(go="publish")
    assert "第2版を公表しました" in done.said

    for address in PUBLIC:
        page = public(address)
        assert ("青葉 二郎" in page, "仙台市青葉区1-1" in page, "宮島" in page) == (True, True, False), (
            address
        )
    assert "個人情報相談室" in public("/policy/")
    after = in_force(house.entity_id)
    assert (after.number, after.kind, after.approval, after.needs_consent) == (2, "facts", "second", False)
    assert {change["class"] for change in after.changes.values()} == {"name"}
    named = notice_in_force(house.form.id)
    assert named.number == notice.number + 1
    assert "株式会社あおば" in named.wording["use"]
    assert named.template == notice.template
    assert "宮島 隆" in public(f"/policy/versions/{before.number}/")
    assert "株式会社eclore" in public(f"/notices/{notice.digest}/")
    house.submit(email="hanako@example.jp")
    house.work()
    (mail,) = house.mails(to="hanako@example.jp")
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    text = body.decode()
    assert ("株式会社あおば" in text, "仙台市青葉区1-1" in text, "eclore" in text) == (True, True, False)
    history = opened(officer, HERE).said
    assert "第2版" in history
    assert "代表者の氏名 宮島 隆 → 青葉 二郎" in history


def test_each_fact_says_where_it_stands(house: House, officer: Client) -> None:
    page = opened(officer, HERE)

    assert "使うところ：ポリシーの第7条、ポリシーの第10条" in page.said
    assert "「お問い合わせフォーム」の案内文" in page.said
    assert "すべてのメールの差出人" in page.said
    assert page.box("representative") == "宮島 隆"


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("name", " ", "会社の名称を書いてください"),
        ("postal_code", "12-34", "7桁の数字"),
        ("phone", "お電話ください", "数字でお書きください"),
        ("phone", "03-123", "桁"),
        ("email", "desk", "@を1つ含む形"),
        ("sender_address", "", "メールの差出人のアドレスを書いてください"),
        ("sender_address", "desk@localhost", "メールの差出人のアドレス"),
        ("sender_name", "窓口 <desk@example.jp>", "メールアドレスや記号"),
        ("desk", "desk@example.jp", "窓口の名前を書いてください"),
        ("address", "あ" * 301, "300文字まで"),
    ],
)
def test_what_cannot_be_used_says_what_to_type_and_comes_back(
    house: House, officer: Client, name: str, typed: str, said: str
) -> None:
    answer = opened(officer, HERE).send(**{"group": "書きかけ", name: typed})

    assert answer.status == 422
    assert said in answer.said
    assert (answer.box(name), answer.box("group")) == (typed.strip(), "書きかけ")
    assert Draft.objects.count() == 0


def test_numbers_are_put_in_one_form(house: House, officer: Client) -> None:
    changed(
        officer, postal_code="〒１００ー０００１", phone="０９０１２３４５６７８", email="Desk＠EXAMPLE.jp"
    )

    assert Draft.objects.get().facts == {
        "postal_code": "100-0001", "phone": "090-1234-5678", "email": "Desk@example.jp",
    }  # fmt: skip


def test_another_range_of_joint_use_is_asked_for_as_consent(
    house: House, officer: Client, admin: Client
) -> None:
    draft = changed(officer, joint_use_range="株式会社ecloreと海外の子会社")
    assert draft.box("class-7") == "consent"

    approved(officer, admin, draft)
    version = in_force(house.entity_id)
    assert version.changes["7"]["class"] == "consent"
    assert version.needs_consent


def test_a_second_change_goes_into_the_same_draft_and_asks_anew(
    house: House, officer: Client, admin: Client
) -> None:
    draft = changed(officer, phone="03-0000-0000")
    draft.send(go="ask")
    page = opened(officer, HERE)
    assert "承認を待っている変更があります" in page.said
    assert page.box("phone") == "03-0000-0000"

    page.send(group="あおばグループ")
    stored = Draft.objects.get()
    assert (stored.facts, stored.asked_at) == ({"phone": "03-0000-0000", "group": "あおばグループ"}, None)
    stale = page.send(phone="03-9999-9999")
    assert (stale.status, stale.box("phone")) == (409, "03-9999-9999")
    assert Draft.objects.get().facts["phone"] == "03-0000-0000"


def test_a_page_of_older_facts_does_not_turn_the_newer_ones_back(
    house: House, officer: Client, admin: Client
) -> None:
    old = opened(officer, HERE)
    approved(officer, admin, changed(officer, phone="03-0000-0000"))

    stale = old.send(group="あおばグループ")
    assert (stale.status, stale.box("group"), Draft.objects.filter(closed_at=None).count()) == (
        409, "あおばグループ", 0,
    )  # fmt: skip
    assert "電話番号 いまは 03-0000-0000" in stale.said
    stale.send(phone="03-0000-0000")
    assert Draft.objects.get(closed_at=None).facts == {"group": "あおばグループ"}


def test_nothing_changed_makes_no_draft_and_taking_it_back_closes_one(house: House, officer: Client) -> None:
    assert "変わるところはありませんでした" in opened(officer, HERE).send().said
    assert Draft.objects.count() == 0
    changed(officer, phone="03-0000-0000")
    opened(officer, HERE).send(phone="")

    assert Draft.objects.get().closed_at is not None
    assert entity_facts(house.entity_id)["phone"] == ""
    assert (PolicyVersion.objects.count(), NoticeVersion.objects.filter(form=house.form.id).count()) == (1, 1)


def test_the_record_names_no_value(house: House, officer: Client, admin: Client) -> None:
    approved(officer, admin, changed(officer, representative="金糸雀 鳴子"))

    assert "金糸雀" not in str(list(Event.objects.values_list("details", flat=True)))
    assert Event.objects.filter(kind="organisation.facts-set").count() == 2
