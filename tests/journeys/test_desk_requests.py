"""The privacy desk's screens: one list, one request from its arrival to its end, its letters, its register."""

import io
import re
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import VISITOR
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.gate.models import PermitRow
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.organisation.models import Staff
from madoguchi.rooms.rights.actions.open_complaint import open_complaint
from madoguchi.rooms.rights.actions.open_request import Opened, open_request
from madoguchi.rooms.rights.models import Complaint, Decision, Letter, PrivacyDesk, Redaction, RightsRequest
from madoguchi.rooms.rights.rules.asking import Asking
from madoguchi.rooms.rights.rules.requests import KINDS
from tests.clockwork import stopped_clock
from tests.house import House
from tests.rooms.inquiries.writing import drafter_of

Counter = Callable[[], AbstractContextManager[Any]]
HOME, QUESTIONS = "/desk/privacy/", 14  # questions to the database, whatever the number of rows


@pytest.fixture
def officer(house: House) -> Client:
    return house.sign_in("officer")


def asked(house: House, kind: str = "disclosure", *, wish: str = "electronic", **values: str) -> Opened:
    given = {"name": "山田 太郎", "email": "taro@example.jp"} | values
    return open_request(
        entity_id=house.entity_id, asking=Asking(kind, given, wish if kind == "disclosure" else ""), channel="form",
        by=VISITOR,
    )  # fmt: skip


def address(number: str, verb: str = "") -> str:
    return f"/desk/requests/{number}/{verb}"


def html(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def text(client: Client, path: str) -> str:
    return plain(html(client, path))


def post(client: Client, path: str, **given: Any) -> str:
    """Follows to the page that comes next."""
    answer = client.post(path, given, follow=True)
    assert answer.status_code == 200, (path, answer.status_code, plain(answer.content.decode())[:2000])
    return plain(answer.content.decode())


def acknowledged(house: House, kind: str = "disclosure", **values: str) -> str:
    """Arrived, and told of by mail; its number."""
    number = asked(house, kind, **values).number
    house.work()
    return number


def known(house: House, officer: Client, kind: str = "disclosure", **values: str) -> str:
    """Shown to be who they say, by what is held of them."""
    house.submit(name="山田 太郎", email="taro@example.jp")
    number = acknowledged(house, kind, **values)
    post(officer, address(number, "check/"), way="in-person", passed="yes", document="licence")
    return number


def matters(page: str) -> dict[str, Any]:
    """As the form of 対象 would send it back."""
    ticked = re.findall(r'name="matter" value="([^"]+)" checked', page)
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    return {"matter": ticked, "seen": seen[1] if seen else ""}


def collected(officer: Client, number: str) -> str:
    return post(officer, address(number, "collect/"), **matters(html(officer, address(number))))


# -- the list -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_the_questions_do_not_grow_with_the_rows(
    house: House, officer: Client, count_queries: Counter, rows: int
) -> None:
    for number in range(rows):
        asked(house, name=f"{number} 番", email=f"n{number}@example.jp")
    officer.get(HOME)

    with count_queries() as seen:
        shown = html(officer, HOME)
    assert shown.count('<a href="/desk/privacy/?open=R-') == rows
    assert len(seen) == QUESTIONS


def test_requests_and_complaints_stand_in_one_list_by_their_day(house: House, officer: Client) -> None:
    late, far = asked(house, name="遅れ 人"), asked(house, "erasure", name="遠い 人", email="far@example.jp")
    RightsRequest.objects.filter(id=late.id).update(due_on=clock.today() - timedelta(days=2))
    RightsRequest.objects.filter(id=far.id).update(due_on=clock.today() + timedelta(days=40))
    receipt = house.submit(name="申す 人")
    open_complaint(inquiry_id=receipt.id, kind="complaint", by=VISITOR)
    Complaint.objects.update(due_on=clock.today())

    shown = html(officer, HOME)
    order = [
        shown.index(each)
        for each in ("遅れています", "遅れ 人", ">今週 <", "申す 人", "これより先", "遠い 人")
    ]
    assert order == sorted(order)
    assert "今週中に進める 2 件" in plain(shown)
    assert f"開示のご請求 {late.number} 遅れ 人 様" in plain(shown)  # the panel of the most urgent one
    assert f"消去のご請求 {far.number} 遠い 人 様" in text(officer, f"{HOME}?open={far.number}")
    assert f"個人情報についての苦情 {receipt.receipt_number}" in text(
        officer, f"{HOME}?open={receipt.receipt_number}"
    )


def test_who_may_open_what(house: House, officer: Client) -> None:
    number = asked(house).number
    house.staff["drafter"] = drafter_of(house)
    for role in ("clerk", "drafter"):
        other = house.sign_in(role)
        for path in (
            HOME,
            "/desk/privacy/register/",
            "/desk/privacy/desk/",
            "/desk/requests/new/",
            address(number),
        ):
            assert other.get(path).status_code == 403, (role, path)
        for verb in (
            "check/",
            "fee/",
            "collect/",
            "decide/",
            "approve/",
            "execute/",
            "close/",
            "withdraw/",
            "owner/",
            "package/",
        ):
            assert other.post(address(number, verb), {}).status_code == 403, (role, verb)
        assert "ご請求" not in text(other, "/desk/")
    admin = house.sign_in("admin")
    assert "個人情報管理者と、担当者です" in text(admin, address(number))
    assert admin.post(address(number, "decide/"), {"outcome": "refused"}).status_code in (403, 409, 422)
    assert RightsRequest.objects.get().state == "received"


def test_looks_are_recorded_once(house: House, officer: Client) -> None:
    opened = asked(house)
    for _ in range(2):
        officer.get(HOME)
        officer.get(address(opened.number))

    (listed,) = Event.objects.filter(kind="rights.listed")
    (read,) = Event.objects.filter(kind="rights.read")
    assert f"request:{opened.id}" in listed.refs
    assert (read.about_kind, read.about_id) == ("request", opened.id)


def test_home_names_those_that_press(house: House, officer: Client) -> None:
    soon, far = asked(house), asked(house, email="far@example.jp")
    RightsRequest.objects.filter(id=soon.id).update(due_on=clock.today() + timedelta(days=1))

    home = text(officer, "/desk/")
    assert "個人情報についてのご請求の期日が近づいています" in home
    assert (soon.number in home, far.number in home, "山田 太郎" in home) == (True, False, False)


# -- from the arrival to the end ----------------------------------------------------------------------


def test_a_disclosure_from_its_arrival_to_its_end(house: House, officer: Client) -> None:
    """Each page shows the one step that is next; a refusal of the desk says what to do instead."""
    house.submit(name="山田 太郎", email="taro@example.jp", body="同僚の佐藤 次郎様にもお伝えください。")
    number = known(house, officer)
    here = address(number)
    assert "次にすること：手数料 1,000円の入金を待つ" in text(officer, here)
    shown = post(officer, address(number, "fee/"), how="transfer", paid=f"{clock.today()}")
    assert "次にすること：対象のお問い合わせを確かめる" in shown
    assert "次にすること：どう応じるかを決める" in collected(officer, number)

    others = address(number, "others/")
    assert "佐藤 次郎" in text(officer, others)
    assert "伏せるところ 1 か所" in post(officer, others, found=["佐藤 次郎"], ground="harms-rights")
    shown = post(
        officer,
        address(number, "decide/"),
        outcome="partial",
        ground="harms-rights",
        reason="ほかの方のお名前です。",
    )
    assert "次にすること：お渡しするファイルを用意する" in shown
    post(officer, address(number, "package/"), form="electronic")
    assert "ファイルを作っています" in text(officer, here)
    refused = officer.post(address(number, "execute/"))
    assert (refused.status_code, "お渡しするファイルを、まだ用意しています" in refused.content.decode()) == (
        409,
        True,
    )
    house.work()
    assert "お渡しするファイルができました" in text(officer, here)
    assert "次にすること：結果をお知らせする" in post(officer, address(number, "execute/"))

    letter = address(number, "letter/?kind=partial")
    page = html(officer, letter)
    subject, body = fields_of(page)
    assert "ほかの方のお名前です。" in body
    looked = officer.post(
        letter, {"do": "look", "kind": "partial", "subject": subject, "body": body, "channel": "mail"}
    )
    assert "文面を直す" in looked.content.decode()
    shown = post(officer, letter, do="send", kind="partial", subject=subject, body=body, channel="mail")
    assert "次にすること：終わりを記す" in shown
    house.work()
    mailed = house.mails(to="taro@example.jp")[-1].get_payload(decode=True)
    assert isinstance(mailed, bytes)
    assert "ほかの方のお名前です。" in mailed.decode()
    shown = post(officer, address(number, "close/"))
    assert "終わりました" in shown
    assert RightsRequest.objects.get().state == "closed"
    assert number not in text(officer, HOME)
    assert number in text(officer, "/desk/privacy/register/")
    assert "1,000円" in text(officer, address(number, "fee/receipt/"))


def fields_of(page: str) -> tuple[str, str]:
    subject = re.search(r'name="subject"[^>]*value="([^"]*)"', page)
    body = re.search(r'<textarea[^>]*name="body"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert subject
    assert body
    return unescape(subject[1]), unescape(body[1])


def test_what_is_said_of_a_letter_is_checked_before_it_is_shown(house: House, officer: Client) -> None:
    number = acknowledged(house)
    letter = address(number, "letter/?kind=identity")
    subject, body = fields_of(html(officer, letter))
    given = {
        "do": "look",
        "kind": "identity",
        "subject": subject,
        "body": body + "書きかけ",
        "channel": "mail",
    }
    answer = officer.post(letter, given)
    shown = answer.content.decode()
    assert (answer.status_code, "書き入れていないところがあります" in shown, "書きかけ" in shown) == (
        422,
        True,
        True,
    )
    sent = officer.post(letter, given | {"do": "send"})
    assert sent.status_code == 422
    filled = given | {"body": "お電話で確かめさせてください。", "channel": "post"}
    answer = officer.post(letter, filled)
    assert (answer.status_code, "お渡しした日" in answer.content.decode()) == (422, True)
    assert Letter.objects.filter(kind="identity").count() == 0
    post(officer, letter, **(filled | {"do": "send", "sent": f"{clock.today()}"}))
    (kept,) = Letter.objects.filter(kind="identity")
    paper = text(officer, address(number, f"letters/{kept.id}/print/"))
    assert "お電話で確かめさせてください。" in paper
    assert "山田 太郎" in paper
    assert officer.get(address(number, "letter/?kind=x")).status_code == 404
    assert officer.get(address(number, "letter/?kind=granted")).status_code == 409


@pytest.mark.law("T-C8-9")
def test_T_C8_9_no_refusal_without_ground_and_reason(house: House, officer: Client) -> None:
    number = known(house, officer, "erasure")
    collected(officer, number)
    page = html(officer, address(number))
    assert "利用する必要が、まだある" in page  # grounds of an erasure, and no other
    assert "評価や意見であって、事実ではない" not in page
    for given, words in (
        ({}, "決定をお選びください。"),
        ({"outcome": "refused"}, "根拠を、一覧からお選びください。"),
        ({"outcome": "refused", "ground": "x", "reason": "理由"}, "根拠を、一覧からお選びください。"),
        (
            {"outcome": "refused", "ground": "not-a-fact", "reason": "理由"},
            "根拠を、一覧からお選びください。",
        ),
        (
            {"outcome": "refused", "ground": "still-needed", "reason": " "},
            "ご本人にお伝えする理由をお書きください。",
        ),
        (
            {"outcome": "alternative", "ground": "difficult", "reason": "理由の言葉"},
            "代わりにとる措置をお書きください。",
        ),
    ):
        answer = officer.post(address(number, "decide/"), given)
        shown = answer.content.decode()
        assert (answer.status_code, words in shown) == (422, True), given
        assert given.get("reason", "").strip() in shown  # what was written is still there
    assert RightsRequest.objects.get().state == "investigating"
    shown = post(
        officer,
        address(number, "decide/"),
        outcome="refused",
        ground="still-needed",
        reason="契約が続いているためです。",
    )
    assert "次にすること：結果をお知らせする" in shown
    assert "契約が続いているためです。" in shown


@pytest.mark.law("T-C8-3")
def test_T_C8_3_only_what_can_be_compared_is_offered(house: House, officer: Client) -> None:
    number = acknowledged(house)
    assert "照らし合わせられる情報を、お預かりしていません" in text(officer, address(number))
    refused = officer.post(address(number, "check/"), {"way": "call-back", "passed": "yes"})
    assert refused.status_code == 422
    house.submit(name="山田 太郎", email="taro@example.jp", phone="03-0000-0000")
    shown = text(officer, address(number))
    assert "登録の電話番号に、こちらからかけた" in shown
    assert "登録の住所に書留を送り、届いた" not in shown


def test_what_came_meanwhile_is_shown_before_anything_is_taken_for_theirs(
    house: House, officer: Client
) -> None:
    house.submit(name="山田 太郎", email="taro@example.jp")
    number = known(house, officer, "erasure")
    given = matters(html(officer, address(number)))
    house.submit(name="山田 太郎", email="taro@example.jp", body="あとから来ました。")
    answer = officer.post(address(number, "collect/"), given)

    assert (answer.status_code, "その間に、この方の情報が変わりました" in answer.content.decode()) == (
        409,
        True,
    )
    assert RightsRequest.objects.get().collected_at is None
    assert "次にすること：どう応じるかを決める" in collected(officer, number)
    assert len(RightsRequest.objects.get().chosen) >= 2


def test_a_second_person_confirms_calmly(house: House, officer: Client) -> None:
    house.submit(name="山田 太郎", email="taro@example.jp")
    number = known(house, officer, "use_cessation")
    collected(officer, number)
    post(officer, address(number, "decide/"), outcome="granted")
    Decision.objects.update(two_people=True)
    shown = text(officer, address(number))
    assert "次にすること：もう一人の確認を待つ" in shown
    assert "理由を記してお一人でも進められます" in shown
    early = officer.post(address(number, "approve/"), {"alone": "away"})
    assert (early.status_code, "決めた方とは別の方が確かめます" in early.content.decode()) == (409, True)
    Decision.objects.update(decided_at=clock.now() - timedelta(hours=25))
    assert "一人で確かめて進める" in text(officer, address(number))
    unsaid = officer.post(address(number, "approve/"), {"alone": ""})
    assert unsaid.status_code == 409
    shown = post(officer, address(number, "approve/"), alone="away")
    assert "次にすること：決めたとおりに行う" in shown
    assert "（お一人で。ほかの者が不在で、期日までに確かめられない）" in shown


def test_day_owner_and_withdrawal(house: House, officer: Client) -> None:
    number = acknowledged(house)
    day = clock.today() + timedelta(days=20)
    for verb, given, words in (
        ("due/", {"due": "2020-01-01", "due-reason": "sooner"}, "今日から1年以内の日"),
        ("due/", {"due": "x", "due-reason": "sooner"}, "今日から1年以内の日"),
        ("due/", {"due": f"{day}"}, "理由をお選びください。"),
        ("owner/", {"owner": "x"}, "個人情報管理者か管理者の中から"),
        ("owner/", {"owner": str(house.staff["clerk"].id)}, "個人情報管理者か管理者の中から"),
        ("check/", {"way": "mailbox"}, "結果をお選びください。"),
        ("fee/", {"how": "x"}, "お支払いの方法と"),
        ("fee/", {"how": "waived", "waived": "x"}, "いただかない理由をお選びください。"),
    ):
        answer = officer.post(address(number, verb), given)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), (verb, given)
    assert "期日を、" in post(officer, address(number, "due/"), due=f"{day}", **{"due-reason": "asked"})
    assert "西村さん" in post(officer, address(number, "owner/"), owner=str(house.staff["admin"].id))
    assert RightsRequest.objects.get().due_on == day
    assert "取り下げられました。" in post(officer, address(number, "withdraw/"))
    moved = officer.post(address(number, "withdraw/"))
    assert (moved.status_code, "取下げ" in moved.content.decode()) == (409, True)


def test_another_companys_request_does_not_exist(house: House, officer: Client) -> None:
    assert officer.get(address("R-20260101-AAAAA")).status_code == 404
    assert officer.post(address("R-20260101-AAAAA", "decide/"), {}).status_code == 404


# -- typed in, and from an inquiry --------------------------------------------------------------------


def letter(**more: str) -> dict[str, str]:
    return {
        "kind": "disclosure", "channel": "letter", "day": f"{clock.today() - timedelta(days=3)}", "name": "山田 太郎",
        "postal": "東京都千代田区見本町1-2-3", "draft": "d", "wish": "paper",
    } | more  # fmt: skip


@pytest.mark.law("T-C10-2")
def test_T_C10_2_a_letter_counts_from_the_day_it_came(house: House, officer: Client) -> None:
    shown = post(officer, "/desk/requests/new/", **letter())
    request = RightsRequest.objects.get()
    came = clock.today() - timedelta(days=3)

    assert "手紙で受け取った開示のご請求を登録しました" in shown
    assert clock.local(request.arrived_at).date() == came
    assert request.line_on == came + timedelta(days=14)
    post(officer, "/desk/requests/new/", **letter())  # sent twice, it is one
    assert RightsRequest.objects.count() == 1
    shown = post(officer, "/desk/requests/new/", **letter(draft="e", kind="erasure", name="森 一郎"))
    assert RightsRequest.objects.count() == 2


def test_a_slip_in_a_letter_keeps_what_was_typed(house: House, officer: Client) -> None:
    for more, words in (
        ({"kind": "x"}, "ご請求の種類をお選びください。"),
        ({"channel": "form"}, "受け取りかたをお選びください。"),
        ({"day": "x"}, "今日までの日をお選びください。"),
        ({"day": f"{clock.today() + timedelta(days=1)}"}, "今日までの日をお選びください。"),
        ({"day": "9999-12-31"}, "今日までの日をお選びください。"),
        ({"name": ""}, "お名前をお書きください。"),
        ({"name": "あ\0い"}, "使えない文字"),
        ({"email": "x"}, "メールアドレス"),
        ({"kind": "collection_stop"}, "をお書きください。"),
    ):
        answer = officer.post("/desk/requests/new/", letter(words="大事な言葉", **more))
        shown = answer.content.decode()
        assert (answer.status_code, words in shown, "大事な言葉" in shown) == (422, True, True), more
    assert RightsRequest.objects.count() == 0


@pytest.mark.law("T-C8-1")
def test_T_C8_1_a_clerk_hands_an_inquiry_over_and_sees_no_more(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = stopped_clock(tmp_path, monkeypatch)
    receipt = house.submit(name="山田 太郎", email="taro@example.jp")
    move_lane(viewer=house.viewer, inquiry_id=receipt.id, lane="junk")
    came = Inquiry.objects.get().received_at
    time.forward(timedelta(days=2))
    desk, officer = house.sign_in("clerk"), house.sign_in("officer")
    here = f"/desk/inquiries/{receipt.receipt_number}/"
    offered = text(desk, f"{here}privacy/")
    for each in KINDS.values():
        assert each.plain in offered
    assert "第33条" not in offered
    unsaid = desk.post(f"{here}privacy/", {"kind": "collection_stop"})
    assert (unsaid.status_code, "止めるもの" in unsaid.content.decode()) == (422, True)

    shown = post(desk, f"{here}privacy/?from=inbox", kind="disclosure")
    request = RightsRequest.objects.get()
    assert "個人情報の窓口へ渡しました（開示のご請求）" in shown
    assert (request.arrived_at, Inquiry.objects.get().lane) == (came, "inbox")
    assert request.number not in shown
    assert desk.get(address(request.number)).status_code == 403
    post(desk, f"{here}privacy/?from=inbox", kind="disclosure")
    assert RightsRequest.objects.count() == 1
    seen = text(officer, here)
    assert request.number in seen
    assert "もとのお問い合わせ" in text(officer, address(request.number))


# -- the register -------------------------------------------------------------------------------------


def test_the_register_leaves_as_a_file_by_a_permit_and_on_record(house: House, officer: Client) -> None:
    number = asked(house, name="=1+1").number
    span = {
        "first": f"{clock.today()}",
        "last": f"{clock.today()}",
        "purpose": "inspection",
        "what": "register",
    }
    file = "/desk/privacy/register/file/"
    csv = officer.post(file, span | {"format": "csv"})
    assert csv.content.startswith(b"\xef\xbb\xbf")
    told = csv.content.decode("utf-8-sig")
    assert number in told
    assert [each for each in ("1+1", "taro@example.jp") if each in told] == []
    xlsx = officer.post(file, span | {"format": "xlsx"})
    assert zipfile.is_zipfile(io.BytesIO(xlsx.content))
    figures = officer.post(file, span | {"format": "csv", "what": "figures"}).content.decode("utf-8-sig")
    assert '"全体","お受けしたご請求","1"' in figures
    assert number not in figures
    assert Event.objects.filter(kind="rights.register-taken").count() == 3
    assert PermitRow.objects.filter(about_kind="register").count() == 3

    for wrong in ({"purpose": ""}, {"format": "exe"}, {"what": "x"}):
        assert officer.post(file, span | {"format": "csv"} | wrong).status_code == 422, wrong
    assert house.sign_in("clerk").post(file, span | {"format": "csv"}).status_code == 403
    assert Event.objects.filter(kind="rights.register-taken").count() == 3
    early = text(officer, "/desk/privacy/register/?first=2020-01-01&last=2020-12-31")
    assert "この期間にお受けしたご請求は、ありません。" in early


def test_a_formula_in_the_register_computes_nothing(house: House, officer: Client) -> None:
    asked(house)
    Staff.objects.filter(role="officer").update(name="=cmd|' /C calc'!A0")
    span = {
        "first": f"{clock.today()}",
        "last": f"{clock.today()}",
        "purpose": "inspection",
        "what": "register",
    }
    told = officer.post("/desk/privacy/register/file/", span | {"format": "csv"}).content.decode("utf-8-sig")
    assert "\"'=cmd" in told


# -- how the desk works -------------------------------------------------------------------------------


def test_the_desk_is_set_and_counts_for_what_comes_next(house: House, officer: Client) -> None:
    page = "/desk/privacy/desk/"
    for given in ({"days": "0", "refunds": "yes"}, {"days": "x", "refunds": "yes"}, {"days": "5"}):
        answer = officer.post(page, {"pay-to": "見本銀行 本店", **given})
        assert (answer.status_code, "見本銀行 本店" in answer.content.decode()) == (422, True), given
    too_long = officer.post(page, {"days": "5", "refunds": "yes", "pay-to": "あ" * 1001})
    assert too_long.status_code == 422
    assert PrivacyDesk.objects.count() == 0
    post(officer, page, days="5", refunds="no", **{"pay-to": "見本銀行 本店"})
    number = asked(house).number
    request = RightsRequest.objects.get(number=number)
    assert request.due_on == clock.today() + timedelta(days=5)
    assert "見本銀行 本店" in html(officer, address(number, "letter/?kind=fee"))


def test_no_word_of_it_lies_in_the_record(house: House, officer: Client) -> None:
    number = known(house, officer, "correction", item="phone", value="03-9999-8888", words="秘密の言葉")
    collected(officer, number)
    post(officer, address(number, "decide/"), outcome="refused", ground="not-a-fact", reason="秘密の理由")
    told = [f"{event.details}{event.refs}" for event in Event.objects.all()]
    assert told != []
    assert [line for line in told if any(word in line for word in ("秘密", "山田", "taro", "9999"))] == []


def test_who_left_no_address_is_reached_by_post(house: House, desk: Client) -> None:
    """A letter typed in with a name only: what is missing is asked on the page that hands it over."""
    desk.post(
        "/desk/inquiries/new/",
        {"as-channel": "letter", "as-day": f"{clock.today()}", "as-draft": "d", "body": "消してください。", "name": "山田 太郎"},
    )  # fmt: skip
    here = f"/desk/inquiries/{Inquiry.objects.get().receipt_number}/privacy/"
    answer = desk.post(here, {"kind": "erasure"})
    shown = answer.content.decode()
    assert (answer.status_code, "お返事の届け先（ご住所）" in shown) == (422, True)
    desk.post(here, {"kind": "erasure", "postal": "東京都千代田区見本町1-2-3"})
    assert RightsRequest.objects.get().kind == "erasure"


def test_a_correction_without_a_value_leads_to_the_screen_of_the_person(
    house: House, officer: Client
) -> None:
    number = known(house, officer, "correction", item="phone", value="03-9999-8888")
    collected(officer, number)
    post(officer, address(number, "decide/"), outcome="granted")
    shown = text(officer, address(number))
    assert "直す項目 電話番号 正しい内容 03-9999-8888" in shown
    assert "次にすること：結果をお知らせする" in post(officer, address(number, "execute/"))
    assert "03-9999-8888" in fields_of(html(officer, address(number, "letter/?kind=granted")))[1]


def test_an_erasure_asks_once_more_who_sits_here(house: House, officer: Client) -> None:
    number = known(house, officer, "erasure")
    collected(officer, number)
    post(officer, address(number, "decide/"), outcome="granted")
    answer = officer.post(address(number, "execute/"))
    assert (answer.status_code, "/account/confirm/" in answer["Location"]) == (302, True)
    assert RightsRequest.objects.get().state == "decided"


def test_what_arrived_since_stands_in_the_way_of_an_erasure(
    house: House, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("madoguchi.faces.staff_site.request_verbs.ask_again", lambda *_: None)
    number = known(house, officer, "erasure")
    collected(officer, number)
    post(officer, address(number, "decide/"), outcome="granted")
    house.submit(name="山田 太郎", email="taro@example.jp", body="あとから来ました。")
    answer = officer.post(address(number, "execute/"))
    shown = answer.content.decode()
    assert (answer.status_code, "対象をもう一度お確かめください" in shown) == (409, True)
    assert "次にすること：対象のお問い合わせを確かめる" in post(officer, address(number, "reopen/"))
    given = matters(html(officer, address(number, "?step=collect")))
    assert len(given["matter"]) == 2
    assert "次にすること：どう応じるかを決める" in post(officer, address(number, "collect/"), **given)


def granted(house: House, officer: Client, form: str) -> str:
    """A disclosure that is decided, with its package made."""
    number = known(house, officer)
    post(officer, address(number, "fee/"), how="waived", waived="small")
    collected(officer, number)
    post(officer, address(number, "decide/"), outcome="granted")
    post(officer, address(number, "package/"), form=form)
    house.work()
    return number


def test_what_is_posted_is_printed_and_each_time_on_record(house: House, officer: Client) -> None:
    number = granted(house, officer, "paper")
    assert "印刷して同封するもの（PDF）を受け取る" in text(officer, address(number))
    for _ in range(2):
        taken = officer.post(address(number, "package/print/"))
        assert b"".join(taken.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
        assert taken["Cache-Control"] == "no-store"
    assert Event.objects.filter(kind="rights.package-printed").count() == 2
    assert officer.get(address(number, "package/print/")).status_code == 405
    assert house.sign_in("clerk").post(address(number, "package/print/")).status_code == 403
    unsaid = officer.post(address(number, "package/"), {"form": "x"})
    assert unsaid.status_code == 422
    assert officer.get(address(number, "fee/receipt/")).status_code == 404  # nothing was paid


def test_a_link_that_was_lost_is_made_anew(house: House, officer: Client) -> None:
    number = granted(house, officer, "electronic")
    assert officer.post(address(number, "package/print/")).status_code == 409
    post(officer, address(number, "execute/"))
    letter_page = address(number, "letter/?kind=granted")
    subject, body = fields_of(html(officer, letter_page))
    post(officer, letter_page, do="send", kind="granted", subject=subject, body=body, channel="mail")
    shown = html(officer, address(number))
    assert "お渡しのリンクを作り直す" in shown
    keys = re.findall(r"/requests/([A-Za-z0-9_-]{20,})/", body)
    kept = Letter.objects.get(kind="granted")
    paper = html(officer, address(number, f"letters/{kept.id}/print/"))
    assert keys != []
    assert [key for key in keys if key in shown or key in paper] == []
    assert "新しいリンクを用意しました" in post(officer, address(number, "package/again/"))
    assert fields_of(html(officer, letter_page))[1] != body  # the next letter has the new one


def test_redactions_are_refused_without_words_and_taken_back(house: House, officer: Client) -> None:
    number = known(house, officer)
    others = address(number, "others/")
    for given in (
        {"ground": "harms-rights"},
        {"words": "佐藤", "ground": "x"},
        {"words": "あ", "ground": "harms-rights"},
    ):
        answer = officer.post(others, given)
        assert (answer.status_code, given.get("words", "") in answer.content.decode()) == (422, True), given
    assert Redaction.objects.count() == 0
    post(officer, others, words="佐藤 次郎\n鈴木 三郎\n", ground="harms-rights")
    assert Redaction.objects.count() == 2
    first = Redaction.objects.order_by("at", "id").first()
    assert first is not None
    shown = post(officer, f"{others}{first.id}/")
    assert ("伏せるところ 1 か所" in shown, "伏せるのをやめました" in shown) == (True, True)
    assert officer.post(f"{others}{first.id}/").status_code == 404


def test_a_fee_that_was_paid_goes_back(house: House, officer: Client) -> None:
    number = known(house, officer)
    unpaid = officer.post(address(number, "fee/refund/"), {"refunded": f"{clock.today()}"})
    assert unpaid.status_code == 409
    post(officer, address(number, "fee/"), how="cash", paid=f"{clock.today()}")
    for day in ("", "x", f"{clock.today() + timedelta(days=1)}"):
        assert officer.post(address(number, "fee/refund/"), {"refunded": day}).status_code in (409, 422), day
    shown = post(officer, address(number, "fee/refund/"), refunded=f"{clock.today()}")
    assert "にお返ししました" in shown


def test_characters_that_no_database_keeps_are_dropped(house: House, officer: Client) -> None:
    post(officer, "/desk/privacy/desk/", days="5", refunds="no", **{"pay-to": "見本\0銀行"})
    assert PrivacyDesk.objects.get().pay_to == "見本銀行"
    number = known(house, officer, "erasure")
    for verb, given in (
        ("check/", {"way": "\0", "passed": "yes", "document": "\0"}), ("fee/", {"how": "\0", "paid": "\0"}),
        ("collect/", {"matter": "\0", "seen": "\0"}), ("decide/", {"outcome": "\0", "ground": "\0"}),
        ("approve/", {"alone": "\0"}), ("owner/", {"owner": "\0"}), ("due/", {"due": "\0", "due-reason": "\0"}),
        ("package/", {"form": "\0"}), ("letter/?kind=identity", {"kind": "\0"}),
    ):  # fmt: skip
        assert officer.post(address(number, verb), given).status_code in (404, 409, 422), verb
    collected(officer, number)
    shown = post(
        officer,
        address(number, "decide/"),
        outcome="refused",
        ground="still-needed",
        reason="契約\0のためです。",
    )
    assert "契約のためです。" in shown
