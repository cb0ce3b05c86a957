"""What is handed over: complete, encrypted, with others blacked out, once (T-C8-4, T-C8-6, T-C8-7)."""

import hashlib
import io
import json
import re
import zlib
from typing import Any
from uuid import UUID

import pytest
import pyzipper
from pypdfium2 import PdfDocument

from madoguchi.foundation.lib import clock, links
from madoguchi.foundation.lib.ids import VISITOR, Ref
from madoguchi.rooms.consent.actions.choose import give
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.models import Enclosure
from madoguchi.rooms.inquiries.queries.one import by_id as inquiry_by_id
from madoguchi.rooms.rights.actions.execute import execute
from madoguchi.rooms.rights.actions.package import end_packages, hand_over, order_package, reissue, take_print
from madoguchi.rooms.rights.actions.redact import redact, unredact
from madoguchi.rooms.rights.actions.stop_use import stop_use
from madoguchi.rooms.rights.errors import (
    LinkSpent,
    MovedMeanwhile,
    NotADisclosure,
    NothingToHandOver,
    NotYetApproved,
    NotYetReady,
    RedactedIsPartial,
    UnfitRedaction,
)
from madoguchi.rooms.rights.models import Decision, DisclosurePackage, RightsRequest
from madoguchi.rooms.rights.queries.letter_facts import PACKAGE
from madoguchi.rooms.rights.queries.package import current, handing
from madoguchi.rooms.rights.queries.third_persons import third_persons
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.queries import file_key, read_attachment
from tests.house import House
from tests.rooms.inventory.erasing import ATTACHED, CANARIES, NOTE, REPLY, someone
from tests.rooms.rights.effect import ADDRESS, NAME, Case, asked


def ready(case: Case, form: str = "electronic", outcome: str = "granted", **said: str) -> Case:
    case.decided(outcome, **said)
    order_package(viewer=case.officer, request_id=case.id, form=form)
    case.house.work()
    return case


def the(case: Case) -> DisclosurePackage:
    found = current(case.id)
    assert found is not None
    return found


def token_of(case: Case) -> str:
    package = the(case)
    return links.mint(PACKAGE, package.id, package.link_issue)


def bytes_of(case: Case) -> bytes:
    attachment = the(case).attachment
    assert attachment is not None
    return b"".join(read_attachment(attachment))


def opened(case: Case) -> dict[str, bytes]:
    package = the(case)
    archive = pyzipper.AESZipFile(io.BytesIO(bytes_of(case)))
    archive.setpassword(package.opened(file_key(package.file_id), "secret").encode())
    return {name: archive.read(name) for name in archive.namelist()}


def texts(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False)


# -- electronic ---------------------------------------------------------------------------------------


@pytest.mark.law("T-C8-4")
def test_T_C8_4_electronic_is_json_and_a_page_in_an_encrypted_archive_behind_a_link_for_once(
    house: House,
) -> None:
    someone(house)
    case = ready(asked(house, "disclosure", wish="electronic"))
    with pytest.raises(LinkSpent):  # nothing is handed over before it was carried out
        handing(token_of(case))
    execute(viewer=case.officer, request_id=case.id)
    letter = case.told()
    token = token_of(case)
    assert f"/requests/{token}/package/" in letter
    raw, package = bytes_of(case), the(case)
    assert (package.state, package.size, package.digest) == (
        "ready",
        len(raw),
        hashlib.sha256(raw).hexdigest(),
    )
    assert package.digest in letter
    shown = handing(token)
    assert shown.secret not in letter
    assert re.fullmatch(r"([2-9A-Z]{4}-){4}[2-9A-Z]{4}", shown.secret)
    for canary in (*CANARIES.values(), NOTE, ATTACHED):
        assert canary.encode() not in raw
    files = opened(case)
    assert set(files) == {"data.json", "index.html", "files/0001.pdf"}
    assert files["files/0001.pdf"] == b"%PDF-1.7"
    assert json.loads(files["data.json"])["title"] == "お預かりしている個人情報"
    page = files["index.html"].decode()
    for canary in (*CANARIES.values(), NOTE, REPLY, ATTACHED):
        assert canary in page, canary
    archive = pyzipper.AESZipFile(io.BytesIO(raw))
    archive.setpassword(b"AAAA-AAAA-AAAA-AAAA-AAAA")
    with pytest.raises((RuntimeError, pyzipper.BadZipFile, zlib.error)):
        archive.read("data.json")

    handed = hand_over(token=token)
    assert (handed.name, handed.media_type) == (f"disclosure-{case.request.number}.zip", "application/zip")
    assert b"".join(read_attachment(handed.attachment)) == raw
    for _ in range(2):
        with pytest.raises(LinkSpent):
            hand_over(token=token)
        with pytest.raises(LinkSpent):
            handing(token)


def test_it_is_given_again_only_by_a_colleague_and_with_another_link(house: House) -> None:
    someone(house)
    case = ready(asked(house, "disclosure", wish="electronic"))
    execute(viewer=case.officer, request_id=case.id)
    first = token_of(case)
    hand_over(token=first)
    reissue(viewer=case.officer, request_id=case.id)
    with pytest.raises(LinkSpent):
        hand_over(token=first)
    second = token_of(case)
    assert second != first
    assert hand_over(token=second).size == the(case).size
    assert second in case.told()


def test_a_day_after_it_was_fetched_the_file_is_gone_and_its_digest_stays(house: House) -> None:
    from datetime import timedelta

    someone(house)
    case = ready(asked(house, "disclosure", wish="electronic"))
    execute(viewer=case.officer, request_id=case.id)
    hand_over(token=token_of(case))
    assert end_packages() == 0
    DisclosurePackage.objects.update(given_at=clock.now() - timedelta(days=2))
    assert end_packages() == 1
    assert end_packages() == 0
    with pytest.raises(FileErased):
        file_key(the(case).file_id)
    assert len(the(case).digest) == 64
    with pytest.raises(NothingToHandOver):
        reissue(viewer=case.officer, request_id=case.id)
    again = order_package(viewer=case.officer, request_id=case.id, form="electronic")
    house.work()
    assert the(case).id == again
    assert the(case).state == "ready"


@pytest.mark.law("T-C8-6")
def test_T_C8_6_everything_that_is_held_is_in_it(house: House) -> None:
    inquiry = someone(house)
    older = asked(house, "mail_opt_out", words="以前のお願いです。")
    give(about=Ref("inquiry", inquiry.id), purpose="event-mail")
    stop_use(person=inquiry.person_id, scope="mailings", by=VISITOR)
    desk = house.sign_in("clerk")
    desk.get(f"/desk/inquiries/{inquiry.receipt_number}/")
    desk.get("/desk/")
    case = ready(asked(house, "disclosure", wish="electronic", words="すべて見せてください。"))

    told = json.loads(opened(case)["data.json"])
    by_title: dict[str, list[dict[str, Any]]] = {}
    for section in told["sections"]:
        by_title.setdefault(section["title"], []).extend(section["records"])
    mine = by_title[f"お問い合わせ {inquiry.receipt_number}"]
    kinds = [record["what"] for record in mine]
    assert {"お問い合わせ", "社内メモ", "お返事", "メール"} <= set(kinds)
    assert kinds.count("メール") == 2  # the acknowledgement and the reply, as they were sent
    held = texts(mine)
    for value in (*CANARIES.values(), NOTE, REPLY):
        assert json.dumps(value, ensure_ascii=False)[1:-1] in held, value
    assert [each["name"] for each in told["files"]] == [ATTACHED]
    consent = texts(by_title["同意と、お見せした文面"])
    assert inquiry_by_id(inquiry.id).receipt_number in consent
    assert "ご案内のメール" in consent
    assert "ご案内のメール" in texts(by_title["利用を止めるお申し出"])
    looks = [record["what"] for record in by_title["だれが、いつ見たか"]]
    assert {"お問い合わせを開いた", "一覧に表示した", "お問い合わせを受け付けた"} <= set(looks)
    staff = [person.name for person in house.everybody]
    assert not [name for name in staff if name in texts(by_title["だれが、いつ見たか"])]
    asked_before = texts(by_title["個人情報についてのご請求"])
    for words in ("以前のお願いです。", "すべて見せてください。"):
        assert words in asked_before
    assert RightsRequest.objects.filter(person_id=inquiry.person_id).count() == 2
    assert older.request.person_id == inquiry.person_id
    assert the(case).opened(file_key(the(case).file_id), "secret") not in texts(told)


def test_a_colleagues_matter_in_a_shared_mailbox_is_not_in_it(house: House) -> None:
    mine = someone(house)
    someone(house, name="別所 章", body="別の者の相談です。")
    case = asked(house, "disclosure", wish="electronic")
    case.collected(files=[mine.file_id])
    from madoguchi.rooms.rights.actions.decide import decide

    decide(viewer=case.officer, request_id=case.id, outcome="granted")
    order_package(viewer=case.officer, request_id=case.id, form="electronic")
    house.work()
    told = opened(case)["data.json"].decode()
    assert CANARIES["body"] in told
    assert "別の者の相談です。" not in told
    assert "別所" not in told


# -- others -------------------------------------------------------------------------------------------

ABOUT_OTHERS = "以前は佐藤 次郎様（jiro@third.example、090-1234-5678）が担当でした。"


@pytest.mark.law("T-C8-7")
def test_T_C8_7_others_are_found_and_blacked_out_with_the_ground(house: House) -> None:
    inquiry = someone(house)
    add_note(viewer=house.viewer, inquiry_id=inquiry.id, text=ABOUT_OTHERS)
    case = asked(house, "disclosure", wish="electronic").collected()

    found = {(each.kind, each.words) for each in third_persons(case.request)}
    assert {("name", "佐藤 次郎"), ("email", "jiro@third.example"), ("phone", "090-1234-5678")} <= found
    words = {each for _, each in found}
    assert not words & {NAME, ADDRESS, CANARIES["phone"], "左近允", "燿子"}

    attached = Enclosure.objects.filter(inquiry_id=inquiry.id).first()
    assert attached is None  # this one hangs in the vault only
    from madoguchi.rooms.vault.queries import attachments_in

    (file,) = attachments_in([inquiry.file_id])
    for each in ("佐藤 次郎", "jiro@third.example", "090-1234-5678"):
        redact(viewer=case.officer, request_id=case.id, ground="harms-rights", words=each)
    wrong = redact(viewer=case.officer, request_id=case.id, ground="harms-rights", words=NAME)
    unredact(viewer=case.officer, request_id=case.id, redaction_id=wrong)
    redact(viewer=case.officer, request_id=case.id, ground="other-law", attachment=file.id)
    with pytest.raises(UnfitRedaction):
        redact(viewer=case.officer, request_id=case.id, ground="still-needed", words="だれか")
    with pytest.raises(UnfitRedaction):
        redact(viewer=case.officer, request_id=case.id, ground="harms-rights", attachment=UUID(int=7))

    from madoguchi.rooms.rights.actions.decide import decide, reopen

    decide(viewer=case.officer, request_id=case.id, outcome="granted")
    with pytest.raises(RedactedIsPartial):
        order_package(viewer=case.officer, request_id=case.id, form="electronic")
    reopen(viewer=case.officer, request_id=case.id)
    decide(
        viewer=case.officer, request_id=case.id, outcome="partial", ground="harms-rights",
        reason="ほかの方の情報が含まれるためです。",
    )  # fmt: skip
    order_package(viewer=case.officer, request_id=case.id, form="electronic")
    house.work()
    files = opened(case)
    assert set(files) == {"data.json", "index.html"}
    for name, content in files.items():
        text = content.decode()
        for hidden in ("佐藤", "次郎", "jiro", "third.example", "090-1234-5678"):
            assert hidden not in text, (name, hidden)
        assert "以前は■■■様（■■■、■■■）が担当でした。" in text, name
        assert "本人や第三者の生命、身体、財産その他の権利利益を害するおそれがある" in text
        assert "ほかの法令に違反することになる" in text
        assert NAME in text
    told = json.loads(files["data.json"])
    assert [each["path"] for each in told["files"]] == [""]
    execute(viewer=case.officer, request_id=case.id)
    assert "（4か所）" in case.told("partial")


# -- paper --------------------------------------------------------------------------------------------


@pytest.mark.law("T-C8-4")
def test_T_C8_4_paper_is_a_print_pack_that_shows_every_letter(house: House) -> None:
    inquiry = someone(house)
    add_note(viewer=house.viewer, inquiry_id=inquiry.id, text="髙橋 𠮷男\u00a0様より。葛\U000e0100城①㈱ 🙂")
    case = ready(asked(house, "disclosure", wish="paper", postal="東京都千代田区みなと町1-2-3"), "paper")
    handed = take_print(viewer=case.officer, request_id=case.id)
    assert handed.media_type == "application/pdf"
    raw = b"".join(read_attachment(handed.attachment))
    assert hashlib.sha256(raw).hexdigest() == the(case).digest
    pages = [page.get_textpage().get_text_range() for page in PdfDocument(raw)]
    text = re.sub(r"\s", "", "".join(pages))
    for canary in (*CANARIES.values(), NOTE, REPLY, ATTACHED, "髙橋𠮷男様より。葛城①㈱〓"):
        assert re.sub(r"\s", "", canary) in text, canary
    execute(viewer=case.officer, request_id=case.id)
    with pytest.raises(LinkSpent):  # a link opens no paper
        handing(token_of(case))
    with pytest.raises(NothingToHandOver):
        reissue(viewer=case.officer, request_id=case.id)


# -- what stands in the way ---------------------------------------------------------------------------


def test_nothing_is_packed_before_it_is_decided_and_confirmed(house: House) -> None:
    someone(house)
    case = asked(house, "disclosure", wish="electronic").collected()
    with pytest.raises(MovedMeanwhile):
        order_package(viewer=case.officer, request_id=case.id, form="electronic")
    from madoguchi.rooms.rights.actions.decide import decide

    decide(viewer=case.officer, request_id=case.id, outcome="granted")
    with pytest.raises(NotYetReady):
        execute(viewer=case.officer, request_id=case.id)
    assert case.request.state == "decided"
    Decision.objects.update(two_people=True)
    with pytest.raises(NotYetApproved):
        order_package(viewer=case.officer, request_id=case.id, form="electronic")
    other = asked(house, "correction", item="phone", value="03-0000-0001").decided()
    with pytest.raises(NotADisclosure):
        order_package(viewer=other.officer, request_id=other.id, form="electronic")


def test_a_link_of_a_withdrawn_or_foreign_request_opens_nothing(house: House) -> None:
    someone(house)
    case = ready(asked(house, "disclosure", wish="electronic"))
    for token in (token_of(case), links.mint("request", case.id, 1), "", "x" * 54, token_of(case)[:-1] + "A"):
        with pytest.raises(LinkSpent):
            hand_over(token=token)
