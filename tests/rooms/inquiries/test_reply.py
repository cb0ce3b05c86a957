"""A reply goes out once, and comes back while it has not left."""

import threading
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connections

from madoguchi.foundation.lib import clock
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.delivery.models import Mail
from madoguchi.rooms.delivery.rules import Outcome, Verdict
from madoguchi.rooms.inquiries.actions.assign import assign
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.actions.take_back import take_back
from madoguchi.rooms.inquiries.actions.write_draft import save_draft
from madoguchi.rooms.inquiries.errors import (
    AnsweredMeanwhile,
    NeedsConfirmation,
    SentAlready,
    TooLateToTakeBack,
    Unfilled,
)
from madoguchi.rooms.inquiries.models import Draft, Entry, Inquiry
from madoguchi.rooms.inquiries.queries.drafts import draft_of
from madoguchi.rooms.jobs.actions.claim import claim
from madoguchi.rooms.jobs.models import Job
from tests.clockwork import stopped_clock
from tests.house import House
from tests.rooms.inquiries.writing import TEXT, answer, officer_of, rule, stored

TO = "hanako@example.jp"


def replies(house: House) -> list[str]:
    return [str(mail["Subject"]) for mail in house.mails(to=TO)][1:]  # after the acknowledgement


def mail_of(entry: Entry) -> Mail:
    return Mail.objects.get(id=entry.mail_id)


def at_once(count: int, attempt: object) -> Counter[str]:
    """What so many did at the same moment: the name of each refusal, or `done`."""
    told: Counter[str] = Counter()
    gate = threading.Barrier(count)

    def one() -> None:
        try:
            gate.wait(60)
            attempt()  # type: ignore[operator]
            told["done"] += 1
        except Exception as error:  # noqa: BLE001  counted below
            told[type(error).__name__] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


@pytest.mark.timeout(300)
def test_fifty_sends_of_one_draft_are_one_mail(house: House) -> None:
    inquiry = house.submit(email=TO).id
    house.work()
    save_draft(viewer=house.viewer, inquiry_id=inquiry, text=TEXT)
    seen_until = clock.now()

    told = at_once(
        50,
        lambda: reply(
            viewer=house.viewer, inquiry_id=inquiry, text=TEXT, seen_until=seen_until, seen=0, confirmed=()
        ),
    )
    house.work()

    assert told["done"] == 1
    assert set(told) <= {"done", "AnsweredMeanwhile", "SentAlready"}
    assert (Entry.objects.filter(kind="reply").count(), Draft.objects.count()) == (1, 0)
    assert len(replies(house)) == 1


def test_the_clock_standing_still_changes_nothing_of_that(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inquiry = house.submit(email=TO).id
    stopped_clock(tmp_path, monkeypatch)
    sending = {"viewer": house.viewer, "inquiry_id": inquiry, "seen_until": clock.now()}

    reply(**sending, text=TEXT, seen=0)  # type: ignore[arg-type]
    with pytest.raises(AnsweredMeanwhile):
        reply(**sending, text=f"{TEXT}！", seen=0)  # type: ignore[arg-type]
    with pytest.raises(SentAlready):  # a client that says nothing of what it saw: the same text again
        reply(**sending, text=TEXT)  # type: ignore[arg-type]
    reply(**sending, text="追ってもう一通お送りします。", seen=1)  # type: ignore[arg-type]

    assert Entry.objects.filter(kind="reply").count() == 2


def test_what_waits_to_be_filled_in_is_never_sent(house: House) -> None:
    inquiry = house.submit(email=TO).id

    with pytest.raises(Unfilled) as refused:
        answer(house, inquiry, "お届けは{{日付}}、時刻：【　】です。")

    assert (
        refused.value.message
        == "「日付」、「時刻【　】」が埋まっていません。埋めるか、消してから、お送りください。"
    )
    assert Mail.objects.filter(kind="reply").count() == 0


def test_an_oddity_asks_once_and_whoever_looked_sends(house: House) -> None:
    inquiry = house.submit(email=TO).id
    rule(house, words="絶対")
    sending = {
        "viewer": house.viewer,
        "inquiry_id": inquiry,
        "seen_until": None,
        "text": "絶対に間に合わせます。",
    }

    with pytest.raises(NeedsConfirmation) as asked:
        reply(**sending, confirmed=())  # type: ignore[arg-type]
    assert asked.value.odd == {"word:絶対": "気をつける言葉「絶対」があります。"}
    with pytest.raises(NeedsConfirmation):  # something else is odd now: looked at again
        reply(**sending | {"text": "絶対に、添付のとおりです。"}, confirmed=asked.value.odd)  # type: ignore[arg-type]
    reply(**sending, confirmed=asked.value.odd)  # type: ignore[arg-type]

    assert Entry.objects.filter(kind="reply").count() == 1


def test_taken_back_it_never_leaves_and_all_stands_as_before(house: House) -> None:
    inquiry = house.submit(email=TO).id
    house.work()
    before = Inquiry.objects.filter(id=inquiry).values().get()
    entry = answer(house, inquiry)
    assert stored(inquiry).answered_at is not None
    assert stored(inquiry).assignee_id == house.viewer.ref.id

    take_back(viewer=officer_of(house), inquiry_id=inquiry, entry_id=entry.id)
    house.work()

    assert Inquiry.objects.filter(id=inquiry).values().get() == before
    assert (mail_of(entry).state, mail_of(entry).code, replies(house)) == ("stopped", "taken-back", [])
    written = draft_of(house.viewer, stored(inquiry))
    assert written is not None
    assert written.text == TEXT
    told = Entry.objects.order_by("at", "id").values_list("kind", "code", "by_id")
    assert list(told) == [
        ("event", "status", house.viewer.ref.id),
        ("event", "status", officer_of(house).ref.id),
        ("event", "taken-back", officer_of(house).ref.id),
    ]
    assert Event.objects.filter(kind="inquiry.reply-taken-back", about_id=inquiry).count() == 1


def test_what_was_taken_back_can_be_sent_again_and_stands_in_no_thread(house: House) -> None:
    inquiry = house.submit(email=TO).id
    house.work()
    gone = answer(house, inquiry)
    take_back(viewer=house.viewer, inquiry_id=inquiry, entry_id=gone.id)

    again = answer(house, inquiry)
    house.work()

    (mail,) = house.mails(to=TO)[1:]
    assert (mail["Message-ID"], Draft.objects.count()) == (mail_of(again).message_id, 0)
    assert mail_of(gone).message_id not in str(mail["References"])


def test_closed_with_the_reply_it_is_open_again(house: House) -> None:
    inquiry = house.submit(email=TO).id
    reply(viewer=house.viewer, inquiry_id=inquiry, text=TEXT, seen_until=None, then="done")
    entry = Entry.objects.get(kind="reply")

    take_back(viewer=house.viewer, inquiry_id=inquiry, entry_id=entry.id)

    assert (stored(inquiry).status, stored(inquiry).closed_at) == ("new", None)


def test_what_somebody_changed_since_stays_changed(house: House) -> None:
    inquiry = house.submit(email=TO).id
    entry = answer(house, inquiry)
    assign(viewer=house.viewer, inquiry_id=inquiry, to=officer_of(house).ref.id)
    set_status(viewer=house.viewer, inquiry_id=inquiry, status="pending")

    take_back(viewer=house.viewer, inquiry_id=inquiry, entry_id=entry.id)

    found = stored(inquiry)
    assert (found.status, found.assignee_id, found.answered_at) == ("pending", officer_of(house).ref.id, None)


def test_a_second_reply_taken_back_leaves_the_first(house: House) -> None:
    inquiry = house.submit(email=TO).id
    answer(house, inquiry, "一通目のお返事です。")
    house.work()
    before = Inquiry.objects.filter(id=inquiry).values().get()
    answer_again = reply(viewer=house.viewer, inquiry_id=inquiry, text=TEXT, seen_until=None)
    assert answer_again is None
    entry = Entry.objects.filter(kind="reply").order_by("-at")[0]

    take_back(viewer=house.viewer, inquiry_id=inquiry, entry_id=entry.id)

    assert Inquiry.objects.filter(id=inquiry).values().get() == before


def test_after_the_seconds_it_is_too_late(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inquiry = house.submit(email=TO).id
    time = stopped_clock(tmp_path, monkeypatch)
    entry = answer(house, inquiry)
    assert Job.objects.get(kind="delivery.send", subject=entry.mail_id).due_at == clock.now() + timedelta(
        seconds=30
    )
    time.forward(timedelta(seconds=30))

    with pytest.raises(TooLateToTakeBack):
        take_back(viewer=house.viewer, inquiry_id=inquiry, entry_id=entry.id)


def test_no_seconds_is_at_once(house: House) -> None:
    inquiry = house.submit(email=TO).id
    rule(house, seconds=0)
    entry = answer(house, inquiry)

    with pytest.raises(TooLateToTakeBack):
        take_back(viewer=house.viewer, inquiry_id=inquiry, entry_id=entry.id)


@pytest.mark.parametrize("number", range(8))
def test_the_worker_and_the_button_race_and_exactly_one_wins(house: House, number: int) -> None:
    """Whoever comes first: either it was sent and stands, or it never left and is a draft again."""
    inquiry = house.submit(email=TO).id
    entry = answer(house, inquiry)
    Job.objects.filter(subject=entry.mail_id).update(due_at=clock.now())
    turn = iter(["worker", "desk"])
    sent: list[UUID] = []

    def either() -> None:
        if next(turn) == "worker":
            sent.extend(job.subject for job in claim(kinds=("delivery.send",), limit=5, by="me:1"))
            if entry.mail_id not in sent:
                raise LookupError
        else:
            take_back(viewer=house.viewer, inquiry_id=inquiry, entry_id=entry.id)

    told = at_once(2, either)

    assert told["done"] == 1, told
    assert (mail_of(entry).state, entry.mail_id in sent) in [("stopped", False), ("queued", True)]
    assert Draft.objects.count() == (0 if sent and entry.mail_id in sent else 1)


def test_a_claimed_mail_is_beyond_taking_back(house: House) -> None:
    from madoguchi.rooms.delivery.actions.send import send

    inquiry = house.submit(email=TO).id
    entry = answer(house, inquiry)
    Job.objects.filter(subject=entry.mail_id).update(due_at=clock.now())
    claim(kinds=("delivery.send",), limit=5, by="me:1")

    with pytest.raises(TooLateToTakeBack):
        take_back(viewer=house.viewer, inquiry_id=inquiry, entry_id=entry.id)
    assert entry.mail_id is not None
    assert send(entry.mail_id, through=lambda mail: Outcome(Verdict.SENT, "end-250")).verdict is Verdict.SENT
    assert Entry.objects.get(id=entry.id).kind == "reply"


def test_the_page_instead_of_the_mail(house: House) -> None:
    inquiry = house.submit(email=TO).id
    house.work()
    reply(
        viewer=house.viewer,
        inquiry_id=inquiry,
        text="検査の結果は、問題ありません。",
        seen_until=None,
        on_page=True,
    )
    house.work()

    (mail,) = [each for each in house.mails(to=TO) if each["In-Reply-To"]]
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    said = body.decode()
    assert "検査の結果" not in said
    assert "お返事をご用意しました" in said
    assert "/receipts/" in said
    assert Entry.objects.get(kind="reply").details["on_page"] is True


def test_the_details_of_a_reply_hold_codes_and_times_only(house: House) -> None:
    inquiry = house.submit(email=TO).id
    details = answer(house, inquiry).details

    assert (details["role"], details["status"], details["on_page"]) == ("clerk", "new", False)
    assert datetime.fromisoformat(details["until"]) > clock.now()
