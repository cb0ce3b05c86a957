"""Answering at the desk without a script: templates, drafts, the pen, what is odd, taking back, approval."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.inquiries.actions.flag_special_care import flag_special_care
from madoguchi.rooms.inquiries.actions.keep_templates import write_template
from madoguchi.rooms.inquiries.actions.write_draft import save_draft
from madoguchi.rooms.inquiries.models import Draft, Entry, Inquiry, Pen, Proposal
from madoguchi.rooms.inquiries.queries.drafts import draft_of
from madoguchi.rooms.organisation.actions.make_token import make_token
from madoguchi.rooms.organisation.queries import viewer_of
from tests.house import House
from tests.journeys.filling import Sheet, opened
from tests.rooms.inquiries.writing import TEXT, drafter_of, rule

ODD = "鈴木 一郎 様\n\n見積書を添付いたします。"


@pytest.fixture
def number(house: House) -> str:
    found = house.submit(email="hanako@example.jp").receipt_number
    house.work()
    return found


@pytest.fixture
def officer(house: House) -> Client:
    return house.sign_in("officer")


def page(client: Client, number: str, query: str = "&write=reply") -> Sheet:
    return opened(client, f"/desk/inquiries/{number}/?from=inbox{query}")


def press(sheet: Sheet, address: str, **typed: Any) -> Sheet:
    """Send the composer's form by the button with this address."""
    base = sheet.address.partition("/reply/")[0].partition("/proposals/")[0].partition("?")[0].rstrip("/")
    other = Sheet(sheet.client, f"{base}/{address}?from=inbox", sheet.status, sheet.html, sheet.boxes)
    return other.send(**typed)


def draft(house: House, role: str = "clerk") -> str:
    written = draft_of(viewer_of(house.staff[role]), Inquiry.objects.get())
    return written.text if written else ""


def test_a_template_fills_in_what_is_known_and_names_what_is_not(
    house: House, desk: Client, number: str
) -> None:
    id = write_template(
        viewer=house.viewer,
        name="日程",
        text="{{企業名}}\n{{氏名}}\n{{受付番号}} の件、{{日付}} に伺います。【　】",
    )
    typed = press(page(desk, number), "reply/template/", template=str(id), text="先に書いた文")

    assert typed.box("text") == (
        f"先に書いた文\n\n有限会社青葉食堂\n山田 花子\u00a0様\n{number} の件、{{{{日付}}}} に伺います。【　】"
    )
    stopped = press(typed, "reply/")
    assert stopped.status == 422
    assert "「日付」、「【 】」が埋まっていません。" in stopped.said
    assert stopped.box("text") == typed.box("text")
    assert Entry.objects.count() == 0


def test_with_a_script_only_the_text_comes(house: House, desk: Client, number: str) -> None:
    id = write_template(viewer=house.viewer, name="お礼", text="{{氏名}}\nありがとうございます。")
    asked = {"headers": {"accept": "application/json"}}

    filled = desk.post(f"/desk/inquiries/{number}/reply/template/", {"template": id, "text": "x"}, **asked)  # type: ignore[arg-type]
    nothing = desk.post(f"/desk/inquiries/{number}/reply/template/", {"template": ""}, **asked)  # type: ignore[arg-type]
    quote = desk.post(f"/desk/inquiries/{number}/reply/quote/", {"quote": "last"}, **asked)  # type: ignore[arg-type]

    assert filled.json() == {"text": "山田 花子\u00a0様\nありがとうございます。", "problem": ""}
    assert nothing.json() == {"text": "", "problem": "ひな形を選んでください。"}
    first, second, third = quote.json()["text"].split("\n")
    assert re.fullmatch(r"20\d\d年\d+月\d+日\(.\) \d+:\d\d 山田 花子\xa0様:", first)
    assert (second, third) == (
        "> 見積書の宛名を変更していただけますか。",
        "> あわせて納期も教えてください。",
    )
    assert Draft.objects.count() == 0


def test_quoting_keeps_what_was_typed_and_covers_what_is_covered(
    house: House, desk: Client, number: str
) -> None:
    quoted = press(page(desk, number), "reply/quote/", text="承知しました。", quote="last")
    assert quoted.box("text").startswith("承知しました。\n\n20")
    assert quoted.box("text").endswith("> あわせて納期も教えてください。")

    flag_special_care(viewer=house.viewer, inquiry_id=Inquiry.objects.get().id)
    covered = press(page(desk, number), "reply/quote/", text="承知しました。", quote="all")
    assert covered.box("text") == "承知しました。"
    assert "伏せている内容は、引用できません。" in covered.said


def test_a_draft_that_stays_behind_is_told_of_when_merging(house: House, desk: Client, number: str) -> None:
    later = house.submit(email="hanako@example.jp").receipt_number
    press(page(desk, later), "reply/draft/", text=TEXT)

    merged = press(page(desk, later), "join/", other=number, do="merge")

    assert f"{later} を {number} に統合しました。" in merged.said
    assert f"{later} に書きかけのお返事があります。元に戻すと、続きを書けます。" in merged.said


def test_a_draft_is_kept_seen_by_colleagues_and_goes(
    house: House, desk: Client, officer: Client, number: str
) -> None:
    saved = press(page(desk, number), "reply/draft/", text=TEXT)
    assert "下書きを保存しました。" in saved.said
    assert saved.box("text") == TEXT

    beside = page(officer, number, "")
    assert "下書きあり（佐々木）" in beside.said
    assert TEXT.replace("\n", " ") in beside.said
    assert "下書きあり（佐々木）" in opened(officer, "/desk/inbox/inbox/").said
    gone = press(page(desk, number), "reply/draft/discard/")
    assert "下書きを捨てました。" in gone.said
    assert "下書きあり（" not in page(officer, number, "").said


def test_the_script_saves_holds_the_pen_and_puts_it_down(house: House, desk: Client, number: str) -> None:
    sheet, asked = page(desk, number, ""), {"headers": {"accept": "application/json"}}
    save, pen = f"/desk/inquiries/{number}/reply/draft/", f"/desk/inquiries/{number}/reply/pen/"
    typed = {"text": TEXT, "seen_until": sheet.box("seen_until")}
    assert Pen.objects.count() == 0

    taken = desk.post(pen, typed, **asked)  # type: ignore[arg-type]
    answer = desk.post(save, typed, **asked)  # type: ignore[arg-type]

    assert taken.json() == {"writer": ""}
    assert re.fullmatch(r"下書きを保存しました \d+:\d\d", answer.json()["saved"])
    assert Pen.objects.count() == 1
    left = desk.post(save, typed | {"text": f"{TEXT}!", "leaving": "1"})  # a beacon names no type
    assert (left.status_code, Pen.objects.count(), draft(house)) == (200, 0, f"{TEXT}!")
    assert desk.post(save, {"text": "x"}, headers={"accept": "application/json"}).json()["writer"] == ""


def test_the_second_sees_who_writes_and_takes_over_with_the_text(
    house: House, desk: Client, officer: Client, number: str
) -> None:
    mine = press(page(desk, number), "reply/draft/", text=TEXT)
    page(desk, number)

    locked = page(officer, number)
    assert "佐々木さん が返信を書いています（いま）" in locked.said
    assert "text" not in locked.boxes
    assert "佐々木さんが返信中" in opened(officer, "/desk/inbox/inbox/").said
    over = press(locked, "reply/pen/", go="over")
    assert over.box("text") == TEXT

    stopped = press(mine, "reply/", text=f"{TEXT}\n追伸です。", then="doing")
    assert "岡田さんが返信を書いています。お書きになった文は、下書きに残しました。" in stopped.said
    assert draft(house) == f"{TEXT}\n追伸です。"
    assert Entry.objects.count() == 0
    script = desk.post(
        f"/desk/inquiries/{number}/reply/draft/", {"text": TEXT}, headers={"accept": "application/json"}
    )
    assert script.json()["writer"] == "岡田さんが返信を書いています（いま）"


def test_what_is_odd_is_asked_once_with_everything_kept(desk: Client, number: str) -> None:
    asked = press(page(desk, number), "reply/", text=ODD, then="done")

    assert asked.status == 200
    assert (
        "本文に「鈴木 一郎 様」とあります。宛先は、山田 花子\u00a0様です。".replace("\u00a0", " ")
        in asked.said
    )
    assert "本文に「添付」とありますが、ファイルがまだ付いていません。" in asked.said
    assert asked.box("text") == ODD
    assert asked.boxes["confirmed"] == ["name:鈴木一郎", "attachment"]
    assert 'name="then" value="done" data-send' in asked.html
    sent = press(asked, "reply/", then="done")
    assert "お返事を送信待ちに入れ、完了にしました。" in sent.said


def test_changed_after_the_question_it_is_asked_anew(house: House, desk: Client, number: str) -> None:
    rule(house, words="絶対")
    asked = press(page(desk, number), "reply/", text=ODD)

    again = press(asked, "reply/", text=f"{ODD}\n絶対に間に合わせます。")

    assert "気をつける言葉「絶対」があります。" in again.said
    assert Entry.objects.count() == 0


def test_always_asking_shows_the_question_for_an_honest_reply_too(
    house: House, desk: Client, number: str
) -> None:
    rule(house, always=True)
    asked = press(page(desk, number), "reply/", text=TEXT)

    assert "宛先と本文をもう一度お確かめください。" in asked.said
    assert "送信待ち" in press(asked, "reply/").said


def test_a_file_that_was_chosen_and_not_attached_is_asked_for(desk: Client, number: str) -> None:
    stopped = press(page(desk, number), "reply/", text=TEXT, files="見積書.pdf")

    assert stopped.status == 422
    assert "選んだファイルが、まだ付いていません。" in stopped.said


def test_the_countdown_is_there_for_whoever_opens_the_page(
    house: House, desk: Client, officer: Client, number: str
) -> None:
    press(page(desk, number), "reply/", text=TEXT)
    seen = page(officer, number, "")
    assert re.search(r"お返事は、まもなく送信されます。 あと (30|2\d) 秒 取り消す", seen.said)

    entry = Entry.objects.get(kind="reply")
    back = press(seen, f"reply/{entry.id}/take-back/")

    assert "お返事の送信を取り消しました。" in back.said
    assert "岡田さんがお返事の送信を取り消しました（お客様には届いていません）" in back.said
    house.work()
    assert len(house.mails(to="hanako@example.jp")) == 1
    assert page(desk, number).box("text") == TEXT
    late = press(seen, f"reply/{entry.id}/take-back/")
    assert "もう送信されています" in late.said


def test_pressed_twice_it_is_one_reply_and_says_so(house: House, desk: Client, number: str) -> None:
    composer = page(desk, number)
    press(composer, "reply/", text=TEXT)

    again = press(composer, "reply/", text=TEXT)

    assert "このお返事は、すでに送信待ちに入っています。" in again.said
    assert Entry.objects.filter(kind="reply").count() == 1


def test_once_it_has_left_there_is_no_button(house: House, desk: Client, number: str) -> None:
    rule(house, seconds=0)
    press(page(desk, number), "reply/", text=TEXT)

    assert "まもなく送信されます" not in page(desk, number, "").said


def test_the_page_of_the_receipt_instead_of_the_mail(house: House, desk: Client, number: str) -> None:
    sent = press(page(desk, number), "reply/", text=TEXT, on_page="yes")

    assert "お返事（本文は控えのページ）" in sent.said
    house.work()
    body = house.mails(to="hanako@example.jp")[-1].get_payload(decode=True)
    assert isinstance(body, bytes)
    assert "宛名を改めた" not in body.decode()


def test_approval_from_asking_to_sending_with_a_difference(
    house: House, officer: Client, number: str
) -> None:
    house.staff["drafter"] = drafter_of(house)
    drafter = house.sign_in("drafter")
    composer = page(drafter, number)
    assert "返信する Ctrl" not in composer.said
    refused = press(composer, "reply/", text=TEXT)
    assert "作成担当者は、お送りできません。" in refused.said

    asked = press(page(drafter, number), "reply/approval/", text=TEXT)
    assert "承認を依頼しました。" in asked.said
    assert "有限会社青葉食堂 山田 花子 様 小野さんから ・ いま" in opened(officer, "/desk/").said.replace(
        "\xa0", " "
    )
    seen = page(officer, number, "")
    assert "承認待ち" in seen.said
    assert "承認して送る" in seen.said
    assert "承認して送る" not in page(drafter, number, "").said

    proposal = Proposal.objects.get()
    back = press(seen, f"proposals/{proposal.id}/return/", reason="「お届け日」も書いてください。")
    assert "差し戻しました。" in back.said
    assert "差し戻されました" in opened(drafter, "/desk/").said
    draft_again = page(drafter, number)
    assert "岡田さんの理由" in draft_again.said
    assert "「お届け日」も書いてください。" in draft_again.said
    assert draft_again.box("text") == TEXT

    press(draft_again, "reply/approval/", text=TEXT.replace("お送り", "明日お送り"))
    second = Proposal.objects.exclude(id=proposal.id).get()
    differs = page(officer, number, "")
    assert "<ins>明日</ins>" in differs.html or "明日" in "".join(
        re.findall(r"<ins>(.*?)</ins>", differs.html)
    )
    own = press(page(drafter, number, ""), f"proposals/{second.id}/approve/", go="approve-send")
    assert "作成担当者は、お送りできません。" in own.said
    sent = press(differs, f"proposals/{second.id}/approve/", go="approve-send")
    assert "お返事を送信待ちに入れました。" in sent.said
    house.work()
    body = house.mails(to="hanako@example.jp")[-1].get_payload(decode=True)
    assert isinstance(body, bytes)
    assert "明日お送りします。" in body.decode()


def test_where_approval_is_the_rule_the_button_asks(
    house: House, desk: Client, officer: Client, number: str
) -> None:
    rule(house, approval=True)
    composer = page(desk, number)
    assert f'action="/desk/inquiries/{number}/reply/approval/' in composer.html
    stopped = press(composer, "reply/", text=TEXT)
    assert stopped.status == 409
    assert "ほかの職員が確かめます" in stopped.said

    press(page(desk, number), "reply/approval/", text=TEXT)
    proposal = Proposal.objects.get()
    press(page(officer, number, ""), f"proposals/{proposal.id}/approve/", go="approve")
    ready = page(desk, number, "")
    assert "岡田さんが承認しました。" in ready.said
    done = press(ready, f"proposals/{proposal.id}/approve/", go="send-done")
    assert "お返事を送信待ちに入れました。" in done.said
    assert Inquiry.objects.get().status == "done"


def test_asking_is_looked_at_as_closely_as_sending(desk: Client, number: str) -> None:
    asked = press(page(desk, number), "reply/approval/", text=ODD)
    assert "このまま依頼する" in asked.said

    assert "承認を依頼しました。" in press(asked, "reply/approval/").said


def test_withdrawn_by_its_author(desk: Client, number: str) -> None:
    press(page(desk, number), "reply/approval/", text=TEXT)

    back = press(page(desk, number, ""), f"proposals/{Proposal.objects.get().id}/withdraw/")

    assert "承認の依頼を取り下げました。" in back.said
    assert back.box("text") == TEXT


def test_templates_are_written_ordered_and_put_away(house: House, desk: Client) -> None:
    empty = opened(desk, "/desk/templates/")
    assert "ひな形は、まだありません。" in empty.said
    tried = opened(desk, "/desk/templates/new/").send(name="お礼", text="{{氏名}}\n{{日付}}", go="try")
    assert "山田 花子 様 {{日付}}" in tried.said.replace("\xa0", " ")
    assert "「日付」は、書く人が埋めます。" in tried.said
    missing = tried.send(name="", go="save")
    assert (missing.status, "ひな形の名前と本文をお書きください。" in missing.said) == (422, True)
    for name in ("お礼", "日程"):
        opened(desk, "/desk/templates/new/").send(name=name, text="{{氏名}}", go="save")

    listed = opened(desk, "/desk/templates/")
    first, second = re.findall(r'href="(/desk/templates/[0-9a-f-]{36}/)"', listed.html)
    desk.post(f"{second}move/", {"go": "up"})
    moved = opened(desk, "/desk/templates/").html
    assert moved.index("日程") < moved.index("お礼")
    desk.post(f"{first}retire/", {"go": "retire"})
    assert "使わないことにしたもの（1）" in opened(desk, "/desk/templates/").said
    edited = opened(desk, second)
    assert edited.box("name") == "日程"
    assert "ひな形「日程の相談」を保存しました。" in edited.send(name="日程の相談", go="save").said


def test_a_drafter_uses_templates_and_does_not_edit_them(house: House, number: str) -> None:
    house.staff["drafter"] = drafter_of(house)
    drafter = house.sign_in("drafter")
    write_template(viewer=house.viewer, name="お礼", text="{{氏名}}")

    assert "ひな形を作る" not in opened(drafter, "/desk/templates/").said
    refused = drafter.post("/desk/templates/new/", {"name": "x", "text": "y", "go": "save"})
    assert refused.status_code == 403
    assert "お礼" in page(drafter, number).said


def test_the_rules_of_replying_are_the_administrators(house: House, desk: Client) -> None:
    admin = house.sign_in("admin")
    assert desk.get("/desk/reply-rules/").status_code == 403
    sheet = opened(admin, "/desk/reply-rules/")
    assert sheet.box("seconds") == "30"

    wrong = sheet.send(seconds="121")
    assert (wrong.status, "0から120までの数" in wrong.said) == (422, True)
    saved = sheet.send(seconds="0", words="絶対\r\n\r\n御社", approval="yes")

    assert "返信のきまりを保存しました。" in saved.said
    assert (saved.box("seconds"), saved.box("words"), saved.box("approval")) == ("0", "絶対\n御社", "yes")
    assert "always_check" not in saved.boxes


def test_a_stranger_company_reaches_none_of_it(house: House, desk: Client, number: str) -> None:
    from tests.rooms.inquiries.writing import stranger_of

    house.staff["stranger"] = stranger_of()
    stranger = house.sign_in("stranger")
    save_draft(viewer=house.viewer, inquiry_id=Inquiry.objects.get().id, text=TEXT)

    for address in ("reply/", "reply/draft/", "reply/pen/", "reply/quote/", "reply/approval/"):
        assert stranger.post(f"/desk/inquiries/{number}/{address}", {"text": "x"}).status_code == 404, address
    id = write_template(viewer=house.viewer, name="お礼", text="{{氏名}}")
    assert stranger.get(f"/desk/templates/{id}/").status_code == 404
    assert draft(house) == TEXT


def test_the_api_asks_about_what_is_odd_and_knows_the_same_rules(house: House, number: str) -> None:
    house.staff["drafter"] = drafter_of(house)

    def post(role: str, **body: Any) -> Any:
        token = make_token(staff=house.staff[role], scopes=["inquiries:write"], by=COMMAND)
        client = Client(headers={"authorization": f"Bearer {token}"})
        return client.post(
            f"/api/v1/inquiries/{number}/reply", json.dumps({"text": ODD} | body), "application/json"
        )

    drafters, asked = post("drafter", confirm=True), post("clerk")
    assert (drafters.status_code, drafters.json()["code"]) == (403, "drafter-cannot-send")
    assert (asked.status_code, asked.json()["code"]) == (409, "needs-confirmation")
    assert "「鈴木 一郎 様」" in asked.json()["title"]
    blank = post("clerk", text="{{日付}}に伺います。", confirm=True)
    assert (blank.status_code, blank.json()["code"]) == (422, "unfilled")
    rule(house, approval=True)
    needs = post("clerk", confirm=True)
    assert (needs.status_code, needs.json()["code"]) == (409, "needs-approval")
    rule(house)
    assert post("clerk", confirm=True).status_code == 202
    assert unescape(Entry.objects.get(kind="reply").code) == ""


def test_nobody_approves_their_own_through_the_api(house: House, number: str) -> None:
    def post(role: str, verb: str, **body: Any) -> Any:
        token = make_token(staff=house.staff[role], scopes=["inquiries:write"], by=COMMAND)
        client = Client(headers={"authorization": f"Bearer {token}"})
        return client.post(f"/api/v1/inquiries/{number}/{verb}", json.dumps(body), "application/json")

    rule(house, approval=True)
    assert post("clerk", "approval", decision="approve").status_code == 404
    assert post("clerk", "approval-requests", text=TEXT).status_code == 201
    own = post("clerk", "approval", decision="approve")
    assert (own.status_code, own.json()["code"]) == (403, "own-proposal")
    assert post("officer", "approval", decision="return").json()["code"] == "no-reason"
    assert post("officer", "approval", decision="approve").status_code == 200
    assert post("clerk", "reply", text=TEXT).status_code == 202
    assert post("officer", "reply/take-back").status_code == 200
    assert post("officer", "reply/take-back").status_code == 404
    assert Entry.objects.filter(kind="reply").count() == 0
