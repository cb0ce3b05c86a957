"""入力 → 確認 → 完了 through HTTP, without a script."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from madoguchi.config.profile import apply, read_profile
from madoguchi.faces.public_site.inquiry import page
from madoguchi.faces.public_site.inquiry.signs import TRAP
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.foundation.ui.assets import by_filename
from madoguchi.rooms.consent.actions.set_notice import set_notice
from madoguchi.rooms.consent.models import NoticeVersion, Presentation
from madoguchi.rooms.consent.queries import notice_in_force
from madoguchi.rooms.forms.actions.set_form import set_form
from madoguchi.rooms.forms.models import FormVersion
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.organisation.actions.set_facts import set_facts
from madoguchi.rooms.policy.queries.versions import in_force
from madoguchi.rooms.screening.readers import ALL, noticing
from tests.house import ANSWERS, House
from tests.journeys.visitor import Visitor, nodes_of

SEVEN = ["body", "name", "company", "phone", "email", "website", "remarks"]
DIGEST = re.compile(r"[0-9a-f]{64}")


@contextmanager
def later(folder: Path, by: timedelta) -> Iterator[None]:
    file = folder / "clock"
    file.write_text((datetime.now(UTC) + by).isoformat(), encoding="ascii")
    with override_settings(CLOCK_FILE=file):
        yield


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


@pytest.mark.law("T-F0-1")
def test_T_F0_1_a_missing_required_field_keeps_everything_and_stores_nothing(visitor: Visitor) -> None:
    answer = visitor.press(visitor.open(), "confirm", **(ANSWERS | {"name": ""}))

    assert answer.status == 400
    assert answer.invalid == {"name"}
    assert answer.described["name"].split()[0] == "name-error"
    assert "#name" in answer.links
    assert answer.says("氏名をお書きください。")
    assert {key: answer.fields[key] for key in SEVEN} == ANSWERS | {"name": ""}
    assert answer.response["Cache-Control"] == "no-store"
    assert Inquiry.objects.count() == 0


@pytest.mark.law("T-F0-2")
def test_T_F0_2_required_is_said_in_words_and_no_script_is_needed(visitor: Visitor) -> None:
    screen = visitor.open()

    assert screen.texts.count("必須") == 4
    assert screen.texts.count("任意") == 3
    assert visitor.send().says("お問い合わせを受け付けました")


@pytest.mark.law("T-F0-3")
def test_T_F0_3_what_nobody_asked_for_is_nowhere(visitor: Visitor) -> None:
    confirm = visitor.press(visitor.open(), "confirm", **ANSWERS, age="40-canary")
    done = visitor.press(confirm, "send", age="40-canary")

    assert (confirm.status, done.status) == (200, 303)
    assert "40-canary" not in confirm.html
    inquiry = Inquiry.objects.get()
    assert answers_of(inquiry).values == ANSWERS


@pytest.mark.law("T-F0-4")
def test_T_F0_4_everything_comes_from_our_own_origin(visitor: Visitor, client: Client) -> None:
    screen = visitor.open()
    policy = screen.response["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//', screen.html) == []
    tags = re.findall(r'<(?:script|link rel="stylesheet")[^>]*>', screen.html)
    assert tags != []
    assert all("integrity=" in tag for tag in tags)
    weight = len(client.get("/", headers={"Accept-Encoding": "gzip"}).content)
    files = [by_filename()[name] for name in re.findall(r"/static/([\w.-]+)", screen.html)]
    assert len(files) <= 2
    assert weight + sum(len(file.gzip) for file in files) <= 25_000
    assert screen.response.cookies == {}


@pytest.mark.law("T-F0-6")
def test_T_F0_6_exactly_seven_fields_in_order(visitor: Visitor) -> None:
    screen = visitor.open()

    assert [name for name in screen.fields if name not in ("form", "notice", "policy", TRAP)] == SEVEN
    assert all(DIGEST.fullmatch(screen.fields[name]) for name in ("form", "notice", "policy"))
    assert visitor.confirm(company="", website="", remarks="").status == 200


@pytest.mark.law("T-F1-1")
def test_T_F1_1_purposes_and_refusal_come_before_the_button(visitor: Visitor, house: House) -> None:
    screen = visitor.open()
    wording = notice_in_force(house.form.id).wording
    order = [
        screen.html.index(each) for each in (wording["use"], wording["acknowledgement"], wording["refusal"])
    ]
    button = screen.html.index('value="confirm"')

    assert order == sorted(order)
    assert max(order) < button
    assert "/policy/" in screen.links


@pytest.mark.law("T-F1-2")
def test_T_F1_2_another_wording_makes_another_receipt(visitor: Visitor, house: House) -> None:
    visitor.send()
    _change_notice(house, "使いみちをあらためました。")
    page.forget()
    visitor.send(email="b@example.jp")

    shown = [
        each.notice.digest for each in Presentation.objects.select_related("notice").order_by("shown_at")
    ]
    assert len(set(shown)) == 2
    assert visitor.open(f"/notices/{shown[0]}/").says("これは以前の文面です。")
    assert visitor.open(f"/notices/{shown[1]}/").says("使いみちをあらためました。")


@pytest.mark.law("T-F1-8")
def test_T_F1_8_the_policy_in_force_is_on_the_page_and_on_the_receipt(visitor: Visitor, house: House) -> None:
    screen = visitor.open()
    version = in_force(house.entity_id)

    assert all(f"第{clause['number']}条 {clause['title']}" in screen.texts for clause in version.clauses)
    assert len(version.clauses) == 11
    assert screen.html.index("第11条") < screen.html.index('value="confirm"')
    done = visitor.send()
    receipt = visitor.open(next(link for link in done.links if link.startswith("/receipts/")))
    assert receipt.says("送信をもって、同意いただいたものとして承りました。")
    assert receipt.says(f"（第{version.number}版）")
    assert receipt.says(version.digest)
    assert ANSWERS["name"] not in receipt.html
    assert ANSWERS["body"].splitlines()[0] not in receipt.html


@pytest.mark.law("T-F2-1")
def test_T_F2_1_the_refusal_stands_unbroken_beside_the_button(visitor: Visitor, house: House) -> None:
    wording = notice_in_force(house.form.id).wording

    for screen in (visitor.open(), visitor.confirm()):
        assert screen.texts.count(wording["refusal"]) == 1
        assert screen.texts.count(wording["refusal_line"]) == 1
        between = screen.html[screen.html.index(wording["refusal_line"]) : screen.html.index("<button class")]
        assert "</section>" not in between
    visitor.send()
    assert Presentation.objects.get().notice.wording["refusal_line"] == wording["refusal_line"]


@pytest.mark.law("T-F2-1")
def test_T_F2_1_every_reader_notices_the_refusal_on_every_page_with_the_button(
    visitor: Visitor, house: House
) -> None:
    wrong = visitor.press(visitor.open(), "confirm", **(ANSWERS | {"email": "?"}))
    for screen in (visitor.open(), visitor.confirm(), wrong):
        assert noticing(nodes_of(screen.html)) == ALL


@pytest.mark.law("T-C10-4")
def test_T_C10_4_the_facts_come_from_configuration(visitor: Visitor, house: House) -> None:
    profile = read_profile("eclore")
    facts = profile.content["operator"]
    done = visitor.send()
    receipt = next(link for link in done.links if link.startswith("/receipts/"))
    paths = ["/", "/policy/", "/policy/versions/1/", done.path, receipt]
    for path in paths:
        html = visitor.open(path).html
        for fact in ("name", "address", "representative_title", "representative", "desk"):
            assert facts[fact] in html, (path, fact)
    assert visitor.open("/policy/").says("2022年4月1日")

    moved = {**profile.content, "operator": facts | {"address": "東京都千代田区架空町1-2-3"}}
    apply(type(profile)(profile.path, moved))
    page.forget()
    assert visitor.open("/policy/").says("第2版（いまの版）")
    assert visitor.open("/policy/versions/1/").says("以前の版です。")
    assert "東京都千代田区架空町1-2-3" in visitor.open().html


def test_confirm_shows_what_will_be_stored(visitor: Visitor) -> None:
    screen = visitor.confirm(
        phone="０３－１２３４－５６７８", website="example.jp", email="a@gmial.com", remarks=""
    )

    assert screen.status == 200
    assert screen.says("03-1234-5678")
    assert screen.says("全角の数字を半角にそろえました。")
    assert screen.says("https://example.jp")
    assert screen.says("@より後ろは gmail.com ではありませんか。")
    assert screen.texts.count("（未入力）") == 1
    assert screen.response["Cache-Control"] == "no-store"
    assert screen.buttons == [("go", "send"), ("go", "edit")]
    assert Inquiry.objects.count() == 0


def test_edit_never_sends_and_keeps_everything(visitor: Visitor) -> None:
    answers = ANSWERS | {"body": "一行目\n\n 二行目 ＜髙﨑＞ &amp; \"'", "remarks": "\n先頭の改行"}
    back = visitor.press(visitor.confirm(**answers), "edit")

    assert back.status == 200
    assert {key: back.fields[key] for key in SEVEN} == answers
    assert Inquiry.objects.count() == 0


@pytest.mark.parametrize("go", ["", "SEND", "sent", "送信する", "confirm"])
def test_only_send_sends(visitor: Visitor, go: str) -> None:
    answer = visitor.press(visitor.confirm(), go)

    assert answer.status in (200, 400)
    assert Inquiry.objects.count() == 0


@pytest.mark.parametrize("envelope", ["", "x", "e30.x", "a.b.c", "e30.e30", "＠", "W1tb" * 9999])
def test_confirm_cannot_be_skipped_or_forged(visitor: Visitor, envelope: str) -> None:
    fields = visitor.open().fields | ANSWERS | {"go": "send", "envelope": envelope}
    answer = visitor.post("/", fields)

    assert answer.status == 400
    assert answer.says("まだ送信されていません。")
    assert answer.fields["body"] == ANSWERS["body"]
    assert Inquiry.objects.count() == 0


def test_an_altered_envelope_is_not_sent_and_its_words_are_kept(visitor: Visitor) -> None:
    confirm = visitor.confirm()
    body, mac = confirm.fields["envelope"].split(".")
    swapped = visitor.confirm(body="別の相談です。").fields["envelope"].split(".")

    answer = visitor.press(confirm, "send", envelope=f"{swapped[0]}.{mac}")

    assert answer.status == 400
    assert answer.fields["body"] == "別の相談です。"
    assert body != swapped[0]
    assert Inquiry.objects.count() == 0


def test_an_old_envelope_comes_back_with_everything(visitor: Visitor, tmp_path: Path) -> None:
    confirm = visitor.confirm()
    with later(tmp_path, timedelta(hours=25)):
        answer = visitor.press(confirm, "send")

    assert answer.status == 409
    assert answer.says("確認画面を開いてから時間がたちました。")
    assert answer.fields["body"] == ANSWERS["body"]
    assert Inquiry.objects.count() == 0


def test_a_wording_binds_for_a_day_after_it_was_replaced(visitor: Visitor, house: House) -> None:
    before = visitor.open()
    _change_notice(house, "あらためました。")
    page.forget()

    confirm = visitor.press(before, "confirm", **ANSWERS)
    assert confirm.status == 200
    assert not confirm.says("あらためました。")
    assert visitor.press(confirm, "send").status == 303
    assert Presentation.objects.get().notice.digest == before.fields["notice"]


def test_an_older_wording_comes_back_with_everything(visitor: Visitor, house: House) -> None:
    before = visitor.open()
    confirm = visitor.press(before, "confirm", **ANSWERS)
    _change_notice(house, "あらためました。")
    NoticeVersion.objects.filter(digest=before.fields["notice"]).update(
        superseded_at=clock.now() - timedelta(hours=25)
    )
    page.forget()

    for answer in (visitor.press(before, "confirm", **ANSWERS), visitor.press(confirm, "send")):
        assert answer.status == 409
        assert answer.says("文面が新しくなりました")
        assert answer.says("あらためました。")
        assert {key: answer.fields[key] for key in SEVEN} == ANSWERS
        assert answer.fields["notice"] != before.fields["notice"]
    assert Inquiry.objects.count() == 0


def test_a_page_without_its_digests_is_shown_again(visitor: Visitor) -> None:
    answer = visitor.post("/", ANSWERS | {"go": "confirm"})

    assert answer.status == 409
    assert answer.fields["name"] == ANSWERS["name"]


def test_the_same_confirm_sent_twice_is_one(visitor: Visitor) -> None:
    confirm = visitor.confirm()
    first, again = visitor.press(confirm, "send"), visitor.press(confirm, "send")

    assert (first.status, again.status) == (303, 303)
    assert first.response["Location"] == again.response["Location"]
    assert Inquiry.objects.count() == 1


def test_going_back_and_changing_makes_a_new_inquiry(visitor: Visitor) -> None:
    confirm = visitor.confirm()
    visitor.press(confirm, "send")
    changed = visitor.press(visitor.press(confirm, "edit"), "confirm", body="続きがあります。")

    assert visitor.press(changed, "send").status == 303
    assert Inquiry.objects.count() == 2


def test_without_confirm_the_page_carries_its_own_draft(visitor: Visitor, house: House) -> None:
    _set_form(house, confirm=False)
    screen = visitor.open()
    assert screen.response["Cache-Control"] == "no-store"
    assert screen.buttons == [("go", "send")]

    assert visitor.press(screen, "send", **(ANSWERS | {"name": ""})).status == 400
    first, again = (visitor.press(screen, "send", **ANSWERS) for _ in range(2))
    assert (first.status, first.response["Location"]) == (303, again.response["Location"])
    other = visitor.press(screen, "send", **(ANSWERS | {"body": "別の相談です。"}))
    assert other.status == 409
    assert other.says("先ほどお送りいただいたものと異なります")
    assert visitor.press(other, "send").status == 303
    assert Inquiry.objects.count() == 2
    assert visitor.press(visitor.open(), "").status == 400


def test_the_page_is_remade_only_when_something_changed(visitor: Visitor, client: Client) -> None:
    first = visitor.open().response
    assert client.get("/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.head("/").content == b""

    set_facts(
        facts=read_profile("eclore").content["operator"] | {"phone": "03-0000-0000", "hours": {}}, by=COMMAND
    )
    page.forget()
    second = visitor.open()
    assert second.response["ETag"] != first["ETag"]
    assert second.says("03-0000-0000")


def test_a_warm_page_asks_nothing(
    visitor: Visitor, client: Client, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    visitor.open()
    with count_queries() as seen:
        client.get("/")
    assert len(seen) == 0


def test_done_shows_the_address_for_half_an_hour(visitor: Visitor, tmp_path: Path) -> None:
    done = visitor.send()
    number = Inquiry.objects.get().receipt_number
    assert done.says(number)
    assert done.says("hanako@example.jp")
    assert "hanako" not in done.path

    with later(tmp_path, timedelta(minutes=29)):
        assert visitor.open(done.path).says("hanako@example.jp")
    with later(tmp_path, timedelta(minutes=31)):
        masked = visitor.open(done.path)
    assert masked.says("h•••@example.jp")
    assert "hanako@" not in masked.html


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    answer = getattr(client, method)("/")

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, POST"


def test_unknown_forms_are_not_found(visitor: Visitor) -> None:
    assert visitor.open("/forms/nothing/").status == 404
    assert visitor.open("/forms/inquiry/").fields.keys() == visitor.open("/").fields.keys()


@pytest.mark.parametrize("confirm", [True, False])
def test_a_field_taken_away_meanwhile_is_still_read(visitor: Visitor, house: House, confirm: bool) -> None:
    """An open page binds as it was shown: what its fields asked for is stored, not dropped."""
    _set_form(house, confirm=confirm)
    screen = visitor.open()
    fields = FormVersion.objects.get(form__slug="inquiry", superseded_at=None).definition["fields"]
    _set_form(house, fields=[field for field in fields if field["key"] != "remarks"])

    written = ANSWERS | {"remarks": "夕刻が都合よいです。"}
    if confirm:
        screen = visitor.press(screen, "confirm", **written)
        assert screen.says("夕刻が都合よいです。")
    assert visitor.press(screen, "send", **({} if confirm else written)).status == 303

    assert answers_of(Inquiry.objects.get()).values["remarks"] == "夕刻が都合よいです。"


def test_a_page_without_confirm_keeps_its_words_when_confirm_comes_back(
    visitor: Visitor, house: House
) -> None:
    _set_form(house, confirm=False)
    screen = visitor.open()
    _set_form(house, confirm=True)

    assert visitor.press(screen, "send", **ANSWERS).status == 303


def _change_notice(house: House, use: str) -> None:
    notice = notice_in_force(house.form.id)
    set_notice(
        entity_id=house.entity_id, form_id=house.form.id, template=notice.template | {"use": use},
        uses=notice.uses, by=COMMAND,
    )  # fmt: skip


def _set_form(house: House, **changes: object) -> None:
    definition = FormVersion.objects.get(form__slug="inquiry", superseded_at=None).definition | changes
    set_form(slug=house.form.slug, entity_id=house.entity_id, definition=definition, by=COMMAND)
    page.forget()
