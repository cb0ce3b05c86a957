"""What a request leads to: stops that hold everywhere, corrections that arrive everywhere, erasures that leave nothing
(T-C4-2, T-C9-1, T-C9-3, T-C9-5…8, T-C9-10)."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client

from madoguchi.config.backup.replay import replay
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import VISITOR
from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.gate.errors import Stopped
from madoguchi.rooms.gate.models import StopRow
from madoguchi.rooms.gate.queries import standing_stops, stops_of
from madoguchi.rooms.inquiries.actions.export import ask_export, fetch
from madoguchi.rooms.inquiries.actions.index import index_some_more
from madoguchi.rooms.inquiries.actions.propose import propose
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.actions.write_to import recipient_of
from madoguchi.rooms.inquiries.errors import ExportStopped
from madoguchi.rooms.inquiries.models import Export, Inquiry
from madoguchi.rooms.inquiries.queries.exporting import Wanted
from madoguchi.rooms.inquiries.queries.one import answers_of, by_id
from madoguchi.rooms.inventory.actions.keep_item import keep_item
from madoguchi.rooms.inventory.actions.switch import switch
from madoguchi.rooms.inventory.errors import ArrivedMeanwhile, NotCollected
from madoguchi.rooms.inventory.queries.locate import locate
from madoguchi.rooms.inventory.queries.records import certificate
from madoguchi.rooms.organisation.queries import viewer_of
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.rights.actions.execute import execute
from madoguchi.rooms.rights.actions.stop_use import resume_use, stop_use
from madoguchi.rooms.rights.errors import EssentialItem, MovedMeanwhile, UnknownScope
from madoguchi.rooms.rights.models import Letter, RightsRequest
from madoguchi.rooms.rights.queries.requests import asked_of
from madoguchi.rooms.vault.actions.end_files import begin_ending, destroy_some
from madoguchi.rooms.vault.actions.search import reset
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.ledger import folder_of
from madoguchi.rooms.vault.queries import file_key, files_of, read_ledger
from tests.house import House
from tests.promises.planting import counted
from tests.rooms.inventory.erasing import CANARIES, someone
from tests.rooms.rights.effect import ADDRESS, asked


def ledger(kind: str, person: UUID) -> list[dict[str, str]]:
    """Its lines about this person; it is not put back between tests."""
    lines = (line for line in read_ledger(folder_of(settings.KEY_DIR)) if line.kind == kind)
    return [dict(line.facts) for line in lines if line.facts.get("person") == str(person)]


@pytest.fixture
def index(house: House) -> None:
    """An empty one that is current: other tests leave theirs."""
    reset()
    while index_some_more():
        pass


def searched(desk: Client, words: str) -> str:
    return desk.get(desk.post("/desk/inbox/search/", {"q": words})["Location"]).content.decode()


def wanted() -> Wanted:
    today = clock.today()
    return Wanted(
        purpose="analysis", recipient="self", format="json", first=today - timedelta(days=3), last=today,
        columns=("number", "answer.name", "answer.body"), state="all", sales=False, junk=False,
    )  # fmt: skip


def export_text(house: House, id: UUID) -> str:
    from madoguchi.rooms.vault.queries import read_attachment

    house.work()
    export = Export.objects.get(id=id)
    assert export.attachment_id is not None
    return b"".join(read_attachment(export.attachment_id)).decode()


# -- stopping -----------------------------------------------------------------------------------------


@pytest.mark.law("T-C4-2")
def test_T_C4_2_mail_that_waits_is_dropped_once_its_use_is_stopped(house: House) -> None:
    inquiry = someone(house)
    reply(viewer=house.viewer, inquiry_id=inquiry.id, text="もう一度ご連絡します。", seen_until=clock.now())
    waiting = Mail.objects.get(state=State.QUEUED)
    sent = len(house.mails(to=ADDRESS))

    assert stop_use(person=inquiry.person_id, scope="all", by=VISITOR)
    house.work()

    waiting.refresh_from_db()
    assert (waiting.state, waiting.code) == (State.STOPPED, "stopped")
    assert len(house.mails(to=ADDRESS)) == sent
    assert ledger("stop", inquiry.person_id) == [
        {"person": str(inquiry.person_id), "scope": "all", "about": str(inquiry.id)}
    ]  # before the act, so that a restored copy learns of it


@pytest.mark.law("T-C4-2")
def test_T_C4_2_what_they_write_afterwards_is_acknowledged_and_answered(house: House) -> None:
    old = someone(house)
    stop_use(person=old.person_id, scope="all", by=VISITOR)

    fresh = house.submit(**(CANARIES | {"body": "あらためてお尋ねします。"}))
    house.work()
    assert [str(mail["Subject"]) for mail in house.mails(to=ADDRESS)][-1] != ""
    assert by_id(fresh.id).acknowledgement_id is not None
    assert Mail.objects.get(id=by_id(fresh.id).acknowledgement_id).state == State.SENT
    reply(viewer=house.viewer, inquiry_id=fresh.id, text="承りました。", seen_until=None)


def test_a_stopped_item_is_not_stored_by_any_door(house: House) -> None:
    officer = viewer_of(house.staff["officer"])
    switch(viewer=officer, code="payment_reference", on=True)
    inquiry = someone(house, company="合資会社ぬばたま堂", website="https://nubatama.example")
    for item in ("company", "payment_reference"):
        assert stop_use(person=inquiry.person_id, scope=f"item:{item}", by=VISITOR)

    fresh = house.submit(**(CANARIES | {"website": "https://nubatama.example"}))
    values = answers_of(by_id(fresh.id)).values
    assert values.get("company", "") == ""
    assert values["website"] == "https://nubatama.example"
    with pytest.raises(NotCollected) as refused:
        keep_item(viewer=officer, person=inquiry.person_id, code="payment_reference", value="AB-1")
    assert "お支払いの参照番号の取得を止めています" in refused.value.message
    assert refused.value.next_step

    assert resume_use(person=inquiry.person_id, scope="item:payment_reference", by=VISITOR)
    keep_item(viewer=officer, person=inquiry.person_id, code="payment_reference", value="AB-1")


def test_what_the_desk_cannot_answer_without_says_so(house: House) -> None:
    inquiry = someone(house)
    for essential in ("body", "name", "email", "phone"):
        with pytest.raises(EssentialItem):
            stop_use(person=inquiry.person_id, scope=f"item:{essential}", by=VISITOR)
    with pytest.raises(UnknownScope):
        stop_use(person=inquiry.person_id, scope="item:shoe_size", by=VISITOR)
    assert standing_stops(inquiry.person_id) == []
    assert ledger("stop", inquiry.person_id) == []


@pytest.mark.law("T-C9-3")
def test_T_C9_3_reply_mailing_and_export_are_refused_and_the_record_stays_disclosable(
    house: House, desk: Client
) -> None:
    inquiry, other = someone(house), someone(house, email="other@example.jp", name="鹿野 一")
    officer = viewer_of(house.staff["officer"])
    before = ask_export(viewer=officer, wanted=wanted())
    assert CANARIES["body"] in export_text(house, before)

    case = asked(house, "use_cessation", ground="ご案内が続くため").executed()
    assert stops_of(inquiry.person_id, inquiry.id) == {"all"}
    for refused in (
        lambda: reply(viewer=house.viewer, inquiry_id=inquiry.id, text="こんにちは。", seen_until=None),
        lambda: propose(viewer=house.viewer, inquiry_id=inquiry.id, text="こんにちは。"),
        lambda: recipient_of(viewer=house.viewer, to=ADDRESS),
    ):
        with pytest.raises(Stopped) as why:
            refused()
        assert why.value.next_step
    with pytest.raises(ExportStopped):  # it was made before and holds them still
        fetch(viewer=officer, export_id=before)
    after = ask_export(viewer=officer, wanted=wanted())
    made = export_text(house, after)
    assert CANARIES["body"] in made  # the other person wrote the same
    assert inquiry.receipt_number not in made
    assert other.receipt_number in made
    assert Export.objects.get(id=after).conditions["stopped"] == 1

    page = desk.get(f"/desk/inquiries/{inquiry.receipt_number}/").content.decode()
    assert "この方から利用停止のお申し出があるため、お送りできません。" in page
    assert "個人情報の窓口へ引き継" in page
    typed = desk.post(
        f"/desk/inquiries/{inquiry.receipt_number}/reply/", {"text": "お返事です。", "then": "doing"}
    )
    assert typed.status_code == 409
    assert "お返事です。" in typed.content.decode()

    assert CANARIES["body"] in {each.value for each in locate(inquiry.file_id).certain[0].found}
    told = case.told()
    assert inquiry.receipt_number in told
    house.work()
    assert "すべての利用を止めました" in house.mails(to=ADDRESS)[-1].get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert counted("gate.stops-hold").broken == 0


def test_pressed_twice_it_is_done_once(house: House) -> None:
    someone(house)
    case = asked(house, "use_cessation").executed()
    with pytest.raises(MovedMeanwhile):
        execute(viewer=case.officer, request_id=case.id)
    assert StopRow.objects.count() == 1


def test_a_stop_of_one_inquiry_is_no_stop_of_another(house: House) -> None:
    first, second = someone(house), someone(house)
    stop_use(person=first.person_id, scope="all", about=first.id, by=VISITOR)
    assert stops_of(first.person_id, second.id) == set()
    reply(viewer=house.viewer, inquiry_id=second.id, text="承りました。", seen_until=clock.now())
    assert recipient_of(viewer=house.viewer, to=ADDRESS)[1].inquiry_id == second.id


def test_an_older_copy_learns_of_stops_and_of_what_was_taken_up_again(house: House) -> None:
    inquiry = someone(house)
    person = inquiry.person_id
    stop_use(person=person, scope="mailings", by=VISITOR)
    stop_use(person=person, scope="all", by=VISITOR)
    resume_use(person=person, scope="mailings", by=VISITOR)
    lines = list(read_ledger(folder_of(settings.KEY_DIR)))
    now = standing_stops(person)

    replay(lines)
    assert [(each.scope, each.about) for each in standing_stops(person)] == [("all", inquiry.id)]
    assert standing_stops(person) == now
    assert StopRow.objects.filter(person=person).count() == 2

    StopRow.objects.all().delete()
    replay(lines)
    replay(lines)
    assert [(each.scope, each.about) for each in standing_stops(person)] == [("all", inquiry.id)]


# -- correcting ---------------------------------------------------------------------------------------


@pytest.mark.law("T-C9-1")
def test_T_C9_1_a_corrected_number_is_everywhere_and_the_letter_tells_it(
    house: House, index: None, desk: Client
) -> None:
    first, second = someone(house), someone(house)
    case = asked(
        house, "correction", item="phone", value="０１９７－００－４８３３", phone=CANARIES["phone"]
    ).executed()
    for inquiry in (first, second):
        assert answers_of(by_id(inquiry.id)).values["phone"] == "0197-00-4833"
    assert asked_of(case.request)["phone"] == "0197-00-4833"
    house.work()
    old, new = searched(desk, CANARIES["phone"]), searched(desk, "0197-00-4833")
    for inquiry in (first, second):
        assert inquiry.receipt_number not in old
        assert inquiry.receipt_number in new
    told = case.told()
    assert "電話番号：" in told
    assert "４８３３" in told
    case.closed()
    assert case.request.closed_at is not None


# -- erasing ------------------------------------------------------------------------------------------


@pytest.mark.law("T-C9-5")
def test_T_C9_5_erased_by_a_request_nothing_is_found(house: House, index: None, desk: Client) -> None:
    inquiry = someone(house)
    reply(viewer=house.viewer, inquiry_id=inquiry.id, text="もう一通です。", seen_until=clock.now())
    waiting = Mail.objects.get(state=State.QUEUED)
    officer = viewer_of(house.staff["officer"])
    house.work(rounds=1)
    assert inquiry.receipt_number in searched(desk, "左近允")
    Mail.objects.filter(id=waiting.id).update(state=State.QUEUED)
    case = asked(house, "erasure").executed()
    house.work()

    waiting.refresh_from_db()
    assert waiting.state == State.STOPPED
    for words in ("紫蘇の苗", "左近允", CANARIES["phone"], "nubatama.example"):
        assert inquiry.receipt_number not in searched(desk, words), words
    page = desk.get(f"/desk/inquiries/{inquiry.receipt_number}/").content.decode()
    made = export_text(house, ask_export(viewer=officer, wanted=wanted()))
    for canary in (*CANARIES.values(), "委任状.pdf", "折り返しは姪御さんへ。"):
        assert canary not in page
        assert canary not in made
    done = certificate(case.request.deletion)
    assert done.finished_at is not None
    assert done.whole


@pytest.mark.law("T-C9-8")
def test_T_C9_8_what_stays_is_sealed_and_told_with_its_end(house: House) -> None:
    """The request itself stays until its own period is over; the certificate and the letter say so."""
    someone(house)
    case = asked(house, "erasure").executed()
    house.work()
    staying = {each.what: each.law for each in certificate(case.request.deletion).remainder}
    assert "ご請求を終えてから決めた期間まで" in staying["ご本人からのご請求"]
    told = case.told()
    assert "ご本人からのご請求：ご請求にどう対応したか" in told
    assert "消去した記録：" in told
    assert "年" in told.split("には、")[-1]


@pytest.mark.law("T-C9-10")
def test_T_C9_10_the_file_of_the_request_lives_on_and_the_same_person_is_somebody_new(house: House) -> None:
    inquiry = someone(house)
    case = asked(house, "erasure").executed()
    house.work()
    old = case.request.person_id
    assert old == inquiry.person_id
    assert Person.objects.get(id=old).address_index is None
    assert files_of(old) == [case.request.file_id]
    assert asked_of(case.request)["email"] == ADDRESS
    case.told()
    house.work()
    assert "消去しました" in house.mails(to=ADDRESS)[-1].get_payload(decode=True).decode()  # type: ignore[union-attr]
    case.closed()
    assert Letter.objects.get(request_id=case.id, kind="granted").opened(
        file_key(case.request.file_id), "body"
    )

    again = by_id(house.submit(**CANARIES).id)
    assert again.person_id != old
    found = locate(again.file_id)
    assert (found.apart, found.perhaps) == ((), ())
    assert {file for each in found.certain for file in each.files} == set(files_of(again.person_id))

    begin_ending(ending=case.id, files=[case.request.file_id])  # as retention does once its period is over
    destroy_some(ending=case.id, reason="retention")
    with pytest.raises(FileErased):
        asked_of(RightsRequest.objects.get(id=case.id))


def test_what_came_after_the_look_is_not_erased_unseen(house: House) -> None:
    inquiry = someone(house)
    case = asked(house, "erasure").decided()
    house.submit(**CANARIES)
    with pytest.raises(ArrivedMeanwhile):
        execute(viewer=case.officer, request_id=case.id)
    assert case.request.state == "decided"
    assert answers_of(by_id(inquiry.id)).values["name"] == CANARIES["name"]
    assert ledger("erasure", inquiry.person_id) == []


@pytest.mark.law("T-C9-7")
def test_T_C9_7_promises_hold_after_an_erasure_by_request(house: House) -> None:
    someone(house)
    case = asked(house, "erasure").executed()
    house.work()
    case.told()
    case.closed()
    for promise in ("inventory.only-what-was-confirmed", "gate.stops-hold", "audit.no-values"):
        assert counted(promise).broken == 0, promise


@pytest.mark.law("T-C9-6")
def test_T_C9_6_the_ledger_of_an_erasure_by_request_is_replayed(house: House) -> None:
    """The ledger names the files, none of the request: an older copy is brought up to date without it."""
    inquiry = someone(house)
    living = set(files_of(inquiry.person_id))
    case = asked(house, "erasure").executed()
    noted = {UUID(line["file"]) for line in ledger("erasure", inquiry.person_id)}
    assert noted == living
    assert case.request.file_id not in noted
    house.work()
    replay(list(read_ledger(folder_of(settings.KEY_DIR))))
    assert asked_of(case.request)["name"] == CANARIES["name"]


# -- at once ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "values", "scopes"),
    [
        ("mail_opt_out", {}, {"mailings"}),
        ("joint_use_exclusion", {}, {"joint-use"}),
        ("collection_stop", {"item": "item:referrer"}, {"item:referrer"}),
    ],
)
def test_the_mailbox_is_enough_for_what_stops_a_use(
    house: House, kind: str, values: dict[str, str], scopes: set[str]
) -> None:
    from madoguchi.rooms.rights.actions.identify import note_mailbox

    inquiry = someone(house)
    case = asked(house, kind, **values)
    assert stops_of(inquiry.person_id) == set()
    note_mailbox(request_id=case.id, by=VISITOR)
    assert stops_of(inquiry.person_id) == scopes
    assert case.request.state == "closed"
    assert Letter.objects.filter(request_id=case.id, kind="granted").count() == 1
    assert Inquiry.objects.get(id=inquiry.id).closed_at is None
