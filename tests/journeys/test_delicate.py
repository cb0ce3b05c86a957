"""Numbers nobody needs to type, and text that needs care: told to the visitor, covered at the desk, opened on
the record (LAW C1, pitfall 19)."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.faces.public_site.inquiry import page as public_page
from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.forms.actions.set_form import set_form
from madoguchi.rooms.forms.models import FormVersion
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.actions.assign import assign
from madoguchi.rooms.inquiries.actions.flag_special_care import flag_special_care, unflag_special_care
from madoguchi.rooms.inquiries.actions.receive import Receipt
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.organisation.actions.make_token import make_token
from madoguchi.rooms.organisation.queries import Viewer, viewer_of
from tests.clockwork import stopped_clock
from tests.house import ANSWERS, House
from tests.journeys.visitor import Visitor
from tests.promises.test_organisation import stranger

MINE, CARD = "1234-5678-9018", "4111 1111 1111 1111"
BODY = f"マイナンバーは{MINE}です。\nカード {CARD} で払いました。"
SECRET = "うつ病の診断書をお送りします。"  # of the special-care kind
SHOWN, OPENED, FLAGGED = "inquiry.number-shown", "inquiry.special-care-shown", "inquiry.special-care"
Counter = Callable[[], AbstractContextManager[CaptureQueriesContext]]


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


class Desk:
    """One member of staff in a browser without a script."""

    def __init__(self, house: House, role: str) -> None:
        self.client, self.viewer = house.sign_in(role), viewer_of(house.staff[role])

    def read(self, receipt: Receipt) -> str:
        answer = self.client.get(f"/desk/inquiries/{receipt.receipt_number}/?from=inbox")
        assert answer.status_code == 200
        return str(answer.content.decode())

    def press(self, receipt: Receipt, verb: str, **data: Any) -> Any:
        return self.client.post(f"/desk/inquiries/{receipt.receipt_number}/{verb}/?from=inbox", data)

    def list(self, view: str = "inbox") -> str:
        return str(self.client.get(f"/desk/inbox/{view}/").content.decode())


@pytest.fixture
def clerk(house: House) -> Desk:
    return Desk(house, "clerk")


def events(*kinds: str) -> list[tuple[str, str, str, str]]:
    found = Event.objects.filter(kind__in=kinds).order_by("id")
    return [(event.kind, str(event.about_id), str(event.by_id), event.details) for event in found]


def of(receipt: Receipt) -> Inquiry:
    return Inquiry.objects.get(id=receipt.id)


# ---- The visitor


def test_at_confirm_the_visitor_is_told_and_may_go_on(visitor: Visitor) -> None:
    confirm = visitor.confirm(body=f"マイナンバーは{MINE}です。", remarks="口座番号1234567")

    assert confirm.status == 200
    assert confirm.says(
        "マイナンバーのような12桁の数字が含まれています。お問い合わせには必要ありませんので、"
        "取り除いてお送りいただくと安心です。このままお送りいただくこともできます。"
    )
    assert confirm.says("口座番号のような番号が含まれています。こちらからお尋ねしたときのほかは")
    assert confirm.says(f"マイナンバーは{MINE}です。")  # their own words, as typed
    assert visitor.press(confirm, "send").status == 303
    held = answers_of(Inquiry.objects.get()).values
    assert (held["body"], held["remarks"]) == (f"マイナンバーは{MINE}です。", "口座番号1234567")


def test_going_back_loses_nothing(visitor: Visitor) -> None:
    back = visitor.press(visitor.confirm(body=BODY), "edit")
    assert back.fields["body"] == BODY


def test_ordinary_words_are_asked_nothing(visitor: Visitor) -> None:
    confirm = visitor.confirm(body="注文番号 1234-5678-9018 の件です。電話は 03-0000-0000 です。")
    assert not confirm.says("取り除いて")


def test_without_confirm_one_gentle_line_stands_above_the_button(visitor: Visitor, house: House) -> None:
    assert not visitor.open().says("お書きいただく必要はありません")
    definition = FormVersion.objects.get(form__slug="inquiry", superseded_at=None).definition | {
        "confirm": False
    }
    set_form(slug=house.form.slug, entity_id=house.entity_id, definition=definition, by=COMMAND)
    public_page.forget()

    screen = visitor.open()

    assert screen.says("マイナンバーやカードの番号などは、お書きいただく必要はありません。")
    assert visitor.press(screen, "send", **(ANSWERS | {"body": BODY})).status == 303


def test_the_public_api_refuses_nobody_for_it(client: Client, house: House) -> None:
    from madoguchi.rooms.consent.queries import notice_in_force

    content = {"answers": ANSWERS | {"body": BODY}, "notice": notice_in_force(house.form.id).digest}
    answer = client.post("/api/v1/forms/inquiry/submissions", content, content_type="application/json")

    assert answer.status_code == 201
    assert answers_of(Inquiry.objects.get()).values["body"] == BODY


# ---- Numbers at the desk


def test_numbers_are_masked_wherever_staff_read(house: House, clerk: Desk) -> None:
    receipt = house.submit(body=BODY, remarks="基礎年金番号 1234-567890", name=f"山田 {CARD}")
    add_note(viewer=house.viewer, inquiry_id=receipt.id, text=f"本人のカードは{CARD}。")
    reply(viewer=house.viewer, inquiry_id=receipt.id, text=f"{MINE}は不要です。", seen_until=None)
    house.work()

    page, lists = clerk.read(receipt), clerk.list() + str(clerk.client.get("/desk/").content.decode())

    for typed in (MINE, CARD, "1234-567890"):
        assert typed not in page
        assert typed not in lists
    assert page.count('<span class="covered">') == 6  # body twice, name, remarks, note, reply
    assert "番号を伏せています（マイナンバー、カードの番号、基礎年金番号）。" in page
    assert "マイナンバーは●●●●です。" in lists
    assert "1111" in page  # the last four of a card
    assert CARD not in str(house.mails()[0].get_payload())
    assert answers_of(of(receipt)).values["body"] == BODY  # nothing is altered where it is kept


def test_a_number_at_the_edge_of_a_headline_is_not_half_shown(house: House, clerk: Desk) -> None:
    filler = "あ" * 68
    house.submit(body=f"{filler}マイナンバー{MINE}")

    listed = clerk.list()
    assert "1234" not in listed
    assert f"{filler}マイナンバー●●●●" in listed


def test_showing_them_is_one_press_one_event_one_page_view(house: House, clerk: Desk) -> None:
    receipt, other = house.submit(body=BODY), house.submit(body=BODY)

    assert clerk.press(receipt, "reveal", what="numbers").status_code == 302
    assert MINE not in clerk.read(other)
    assert MINE not in clerk.read(receipt)  # meanwhile another page was opened: ask again

    clerk.press(receipt, "reveal", what="numbers")
    shown, after, listed = clerk.read(receipt), clerk.read(receipt), clerk.list()

    assert MINE in shown
    assert CARD in shown
    assert "この画面を離れると、また伏せます。" in shown
    assert MINE not in after + listed
    once = (SHOWN, str(receipt.id), str(clerk.viewer.ref.id), '{"role": "clerk"}')
    assert events(SHOWN, OPENED) == [once, once]


def test_what_one_session_opened_another_does_not_see(house: House, clerk: Desk) -> None:
    receipt, again = house.submit(body=BODY), Desk(house, "clerk")
    clerk.press(receipt, "reveal", what="numbers")
    assert MINE not in again.read(receipt)


def test_the_opened_page_waits_a_minute_at_most(
    house: House, clerk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = house.submit(body=BODY)
    clock = stopped_clock(tmp_path, monkeypatch)
    clerk = Desk(house, "clerk")
    clerk.press(receipt, "reveal", what="numbers")
    clock.forward(timedelta(seconds=61))
    assert MINE not in clerk.read(receipt)


@pytest.mark.parametrize("verb", ["reveal", "special-care", "special-care/end"])
def test_only_a_post_with_its_token_opens_or_flags(house: House, verb: str) -> None:
    receipt, desk = house.submit(body=BODY), Desk(house, "clerk")
    address = f"/desk/inquiries/{receipt.receipt_number}/{verb}/"
    assert desk.client.get(address).status_code == 405

    strict = Client(enforce_csrf_checks=True)
    strict.cookies = desk.client.cookies
    assert strict.post(address, {"what": "numbers"}).status_code == 403
    assert Client().post(address, {"what": "numbers"}).status_code == 302  # to the sign-in
    assert events(SHOWN, OPENED, FLAGGED) == []


@pytest.mark.parametrize("what", ["", "everything", "NUMBERS"])
def test_anything_else_opens_nothing(house: House, clerk: Desk, what: str) -> None:
    receipt = house.submit(body=BODY)
    clerk.press(receipt, "reveal", what=what)
    assert MINE not in clerk.read(receipt)
    assert events(SHOWN, OPENED) == []


def test_another_companys_inquiry_cannot_be_opened_or_flagged(house: House) -> None:
    receipt = house.submit(body=BODY)
    stranger(house)
    desk = Desk(house, "stranger")

    for verb in ("reveal", "special-care", "special-care/end"):
        assert desk.press(receipt, verb, what="numbers").status_code == 404
    assert events(SHOWN, OPENED, FLAGGED) == []
    assert of(receipt).special_care_at is None


# ---- Special care


def flagged(house: House, **answers: str) -> Receipt:
    receipt = house.submit(**({"body": SECRET, "remarks": "持病の薬があります。"} | answers))
    add_note(viewer=house.viewer, inquiry_id=receipt.id, text="通院先も伺った。")
    reply(viewer=house.viewer, inquiry_id=receipt.id, text="診断書は不要です。", seen_until=None)
    assign(viewer=house.viewer, inquiry_id=receipt.id, to=None)
    flag_special_care(viewer=house.viewer, inquiry_id=receipt.id)
    return receipt


WORDS = (SECRET, "持病の薬", "通院先", "診断書は不要")


def words_in(page: str) -> list[str]:
    return [word for word in WORDS if word in page]


@pytest.mark.law("T-C1-3")
@pytest.mark.parametrize(
    ("role", "in_charge", "reads", "may_open"),
    [
        ("clerk", False, False, False),
        ("clerk", True, False, True),
        ("officer", False, True, True),
        ("officer", True, True, True),
        ("admin", False, False, False),
        ("admin", True, False, False),
    ],
)
def test_T_C1_3_flagged_text_is_covered_for_roles_without_the_right(
    house: House, role: str, in_charge: bool, reads: bool, may_open: bool
) -> None:
    receipt, desk = flagged(house), Desk(house, role)
    if in_charge:
        assign(viewer=house.viewer, inquiry_id=receipt.id, to=desk.viewer.ref.id)

    page, lists = desk.read(receipt), desk.list() + str(desk.client.get("/desk/").content.decode())
    desk.press(receipt, "reveal", what="text")
    opened, after = desk.read(receipt), desk.read(receipt)

    assert words_in(page) == (list(WORDS) if reads else [])
    assert words_in(opened) == (list(WORDS) if may_open else [])
    assert words_in(after) == (list(WORDS) if reads else [])
    assert words_in(lists) == []
    assert "要配慮" in lists
    assert "要配慮" in page
    assert "山田 花子" in page  # how to reach them stays
    assert ("対応のために表示する" in page) is (may_open and not reads)
    recorded = [(OPENED, str(receipt.id), str(desk.viewer.ref.id), f'{{"role": "{role}"}}')]
    assert events(OPENED) == (recorded if may_open else [])


def test_numbers_of_opened_text_are_asked_for_apart(house: House, clerk: Desk) -> None:
    receipt = flagged(house, body=f"{SECRET} マイナンバー{MINE}")
    assign(viewer=house.viewer, inquiry_id=receipt.id, to=clerk.viewer.ref.id)
    assert "番号を伏せています" not in clerk.read(receipt)  # not even that there is one

    clerk.press(receipt, "reveal", what="text")
    opened = clerk.read(receipt)
    clerk.press(receipt, "reveal", what=["text", "numbers"])
    both = clerk.read(receipt)

    assert SECRET in opened
    assert MINE not in opened
    assert '<input type="hidden" name="what" value="text">' in opened
    assert SECRET in both
    assert MINE in both


def test_opening_numbers_alone_leaves_the_text_covered(house: House, clerk: Desk) -> None:
    receipt = flagged(house)
    clerk.press(receipt, "reveal", what="numbers")
    assert words_in(clerk.read(receipt)) == []


def test_the_other_inquiries_of_the_person_stay_covered_too(house: House, clerk: Desk) -> None:
    flagged(house, email="same@example.jp")
    other = house.submit(email="same@example.jp")
    page = clerk.read(other)
    assert words_in(page) == []
    assert "配慮が必要な内容のため、本文を伏せています。" in page


def test_flagging_can_be_taken_back_at_once(house: House, clerk: Desk) -> None:
    receipt = house.submit(body=SECRET)
    clerk.press(receipt, "special-care")
    page = clerk.read(receipt)

    assert "要配慮として伏せました。" in page
    assert f"/desk/inquiries/{receipt.receipt_number}/special-care/end/?from=inbox" in page
    assert SECRET not in page
    clerk.press(receipt, "special-care/end")
    assert SECRET in clerk.read(receipt)
    assert [details for *_, details in events(FLAGGED)] == ['{"set": true}', '{"set": false}']
    assert list(Entry.objects.filter(code="special-care").values_list("details", flat=True)) == [
        {"set": True},
        {"set": False},
    ]


def test_later_only_the_officer_takes_it_back(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = stopped_clock(tmp_path, monkeypatch)
    receipt = house.submit(body=SECRET)
    flag_special_care(viewer=house.viewer, inquiry_id=receipt.id)
    colleague = next(
        staff for staff in house.everybody if staff.role == "clerk" and staff.id != house.viewer.ref.id
    )
    admin = Desk(house, "admin")

    admin.press(receipt, "special-care/end")
    assert "個人情報管理者にお願いしてください" in admin.read(receipt)
    assert _unflags(viewer_of(colleague), receipt) is False
    clock.forward(timedelta(minutes=10, seconds=1))
    clerk, officer = Desk(house, "clerk"), Desk(house, "officer")
    clerk.press(receipt, "special-care/end")
    assert of(receipt).special_care_at is not None
    assert "伏せるのをやめる</button>" not in clerk.read(receipt)
    assert "伏せるのをやめる</button>" in officer.read(receipt)
    officer.press(receipt, "special-care/end")

    assert of(receipt).special_care_at is None
    assert SECRET in clerk.read(receipt)


def _unflags(viewer: Viewer, receipt: Receipt) -> bool:
    from madoguchi.rooms.inquiries.errors import OfficerUncovers

    try:
        unflag_special_care(viewer=viewer, inquiry_id=receipt.id)
    except OfficerUncovers:
        return False
    return True


def test_ten_flags_at_once_are_one(house: House) -> None:
    receipt = house.submit(body=SECRET)
    failed: list[BaseException] = []

    def press() -> None:
        try:
            flag_special_care(viewer=house.viewer, inquiry_id=receipt.id)
        except Exception as error:  # noqa: BLE001  looked at below
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert failed == []
    assert len(events(FLAGGED)) == 1
    assert Entry.objects.filter(code="special-care").count() == 1


@pytest.mark.parametrize(
    ("body", "hinted"),
    [
        (SECRET, True),
        ("障害者手帳の写しは要りますか。", True),
        ("前科があると申し込めませんか。", True),
        ("現在日程を調整しています。", False),
        ("DVDの在庫と、検査結果の送付について。", False),
        (ANSWERS["body"], False),
    ],
)
def test_a_hint_is_quiet_and_flags_nothing(house: House, clerk: Desk, body: str, hinted: bool) -> None:
    receipt = house.submit(body=body)
    assert ("要配慮の内容かもしれません" in clerk.read(receipt)) is hinted
    assert of(receipt).special_care_at is None
    assert body in clerk.read(receipt)


def test_a_covered_page_gives_no_hint_of_what_it_covers(house: House) -> None:
    assert "かもしれません" not in Desk(house, "clerk").read(flagged(house))


def test_covering_costs_no_question_more(house: House, clerk: Desk, count_queries: Counter) -> None:
    plain, numbered, careful = house.submit(), house.submit(body=BODY), house.submit(body=SECRET)
    Inquiry.objects.filter(id=careful.id).update(
        special_care_at=careful.received_at, special_care_by=house.viewer.ref.id
    )
    asked = []
    for receipt in (plain, numbered, careful):
        clerk.read(receipt)
        with count_queries() as seen:
            clerk.read(receipt)
        asked.append(len(seen))
    assert max(asked) == asked[0]


# ---- API


def api(house: House, role: str, *scopes: str) -> Client:
    secret = make_token(staff=house.staff[role], scopes=["inquiries:read", *scopes], by=COMMAND)
    return Client(headers={"authorization": f"Bearer {secret}"})


def whole(client: Client, receipt: Receipt, **query: str) -> Any:
    return client.get(f"/api/v1/inquiries/{receipt.receipt_number}", query)


def values(answer: Any) -> dict[str, str]:
    return {each["key"]: each["value"] for each in answer.json()["answers"]}


def test_the_api_masks_and_reveals_by_scope_on_the_record(house: House) -> None:
    receipt = house.submit(body=BODY)
    plain, trusted = api(house, "clerk"), api(house, "clerk", "inquiries:delicate")

    masked = whole(trusted, receipt)
    refused = whole(plain, receipt, reveal="true")
    shown = whole(trusted, receipt, reveal="true")

    assert values(masked)["body"] == "マイナンバーは●●●●です。\nカード ●●●●1111 で払いました。"
    assert masked.json()["masked"] == ["my-number", "card"]
    assert masked.json()["first_line"] == "マイナンバーは●●●●です。"
    assert (refused.status_code, refused.json()["code"]) == (403, "scope-missing")
    assert values(shown)["body"] == BODY
    assert shown.json()["masked"] == []
    assert events(SHOWN) == [(SHOWN, str(receipt.id), str(house.viewer.ref.id), '{"role": "clerk"}')]


@pytest.mark.law("T-C1-3")
def test_the_api_covers_special_care_as_the_screens_do(house: House) -> None:
    receipt = flagged(house)
    scopes = ("inquiries:delicate", "inquiries:write")
    clerk, officer, admin = (api(house, role, *scopes) for role in ("clerk", "officer", "admin"))

    for client in (clerk, admin):
        answer = whole(client, receipt)
        assert (answer.json()["covered"], words_in(answer.content.decode())) == (True, [])
        assert whole(client, receipt, reveal="true").status_code == 403
    listed = clerk.get("/api/v1/inquiries").json()["items"][0]
    assert (listed["special_care"], listed["first_line"]) == (True, "")
    assert events(OPENED) == []

    assert values(whole(officer, receipt))["body"] == SECRET
    clerk.post(
        f"/api/v1/inquiries/{receipt.receipt_number}/assign",
        {"to": str(house.viewer.ref.id)},
        content_type="application/json",
    )
    assert values(whole(clerk, receipt, reveal="true"))["body"] == SECRET
    assert [kind for kind, *_ in events(OPENED)] == [OPENED]


def test_the_api_flags_and_unflags(house: House) -> None:
    receipt = house.submit(body=SECRET)
    clerk, officer = api(house, "clerk", "inquiries:write"), api(house, "officer", "inquiries:write")
    address = f"/api/v1/inquiries/{receipt.receipt_number}/special-care"

    assert (
        api(house, "clerk").post(address, {"flagged": True}, content_type="application/json").status_code
        == 403
    )
    assert clerk.post(address, {"flagged": True}, content_type="application/json").status_code == 200
    assert of(receipt).special_care_by == house.viewer.ref.id
    assert officer.post(address, {"flagged": False}, content_type="application/json").status_code == 200
    assert of(receipt).special_care_at is None


def test_no_number_reaches_the_record_or_the_log(
    house: House, clerk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    receipt = house.submit(body=BODY)
    clerk.press(receipt, "reveal", what="numbers")
    clerk.read(receipt)
    clerk.press(receipt, "special-care")
    house.work()

    written = caplog.text + "".join(f"{event.details}{event.refs}" for event in Event.objects.all())
    assert not [typed for typed in (MINE, CARD, "5678", "1111 1111") if typed in written]
