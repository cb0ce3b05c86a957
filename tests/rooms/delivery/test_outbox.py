"""The outbox against a relay that fails: the right wait, the same bytes again, nothing new stuck behind what is old."""

import base64
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connections

from madoguchi.config.worker import POST, POST_THREADS, Worker
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.delivery import rules
from madoguchi.rooms.delivery.actions.enqueue import enqueue
from madoguchi.rooms.delivery.actions.release import release
from madoguchi.rooms.delivery.jobs import deliver
from madoguchi.rooms.delivery.models import Mail
from madoguchi.rooms.delivery.rules import Enclosed
from madoguchi.rooms.delivery.target import Target
from madoguchi.rooms.gate.actions.mint import answer_own_request
from madoguchi.rooms.jobs.actions.claim import claim
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.jobs.rules import Claimed
from madoguchi.rooms.vault.actions.open_file import open_file
from tests.house import House
from tests.rooms.delivery.hostile import hostile

FILES = [
    Enclosed("見積書.pdf", "application/pdf", b"%PDF-1.7\n" + bytes(range(256))),
    Enclosed("dots.txt", "text/plain", b".\r\n..\r\n"),
]


def queue(recipient: str = "taro@example.com", files: list[Enclosed] | None = None) -> tuple[UUID, bytes]:
    mail = rules.compose(
        kind="reply", sender_name="株式会社見本", sender_address="desk@example.co.jp", recipient_name="",
        recipient=recipient, subject="お見積り", text="添付をご覧ください。",
        message_id=rules.new_message_id("example.co.jp"), date=clock.now(), auto=False,
        enclosed=FILES if files is None else files,
    )  # fmt: skip
    with action:
        person = uuid7()
        permit = answer_own_request(about=Ref("inquiry", uuid7()), recipient=Ref("person", person))
        return enqueue(permit=permit, mail=mail, file=open_file(kind="inquiry", holder=person)), mail.content


def try_once(port: int) -> None:
    Job.objects.update(due_at=clock.now(), leased_until=None)
    for job in claim(kinds=["delivery.send"], limit=1, by="test:1"):
        deliver(job, replace(Target("smtp", "127.0.0.1", port)))


def _deliver(job: Claimed, target: Target) -> None:
    try:
        deliver(job, target)
    finally:
        connections.close_all()


def sent(relay_accepted: list[dict[str, str]]) -> list[bytes]:
    return [base64.b64decode(each["content"]) for each in relay_accepted]


@pytest.mark.parametrize("verb", ["mail", "rcpt", "data", "end"])
@pytest.mark.parametrize("code", [421, 450, 451])
def test_for_now_means_later_with_the_same_bytes(house: House, tmp_path: Path, verb: str, code: int) -> None:
    mail_id, content = queue()
    with hostile(tmp_path / "ledger", {verb: [f"{code} later"] * 2}) as relay:
        try_once(relay.port)
        first = Job.objects.get()
        try_once(relay.port)
        second = Job.objects.get()
        assert Mail.objects.get(id=mail_id).state == "queued"
        assert first.last_code == second.last_code == f"{verb}-{code}"
        assert first.due_at < second.due_at - timedelta(seconds=30)  # each wait is longer
        try_once(relay.port)

    assert Mail.objects.get(id=mail_id).state == "sent"
    assert sent(relay.accepted()) == [content]
    assert set(relay.seen) == {content}
    assert not Job.objects.exists()


@pytest.mark.parametrize("code", [550, 552])
@pytest.mark.parametrize("verb", ["rcpt", "end"])
def test_for_good_ends_until_somebody_sends_again(house: House, tmp_path: Path, verb: str, code: int) -> None:
    mail_id, content = queue()
    with hostile(tmp_path / "ledger", {verb: [f"{code} no"]}) as relay:
        try_once(relay.port)
        assert not Job.objects.exists()
        assert (Mail.objects.get(id=mail_id).state, Mail.objects.get(id=mail_id).code) == (
            "refused",
            f"{verb}-{code}",
        )
        release(mail_id=mail_id, by=house.viewer.ref)
        try_once(relay.port)

    assert Mail.objects.get(id=mail_id).state == "sent"
    assert sent(relay.accepted()) == [content]


def test_taken_but_not_told_goes_again_as_the_same_mail(house: House, tmp_path: Path) -> None:
    mail_id, content = queue()
    with hostile(tmp_path / "ledger", {"end": ["taken-drop"]}) as relay:
        try_once(relay.port)
        assert (Mail.objects.get(id=mail_id).state, Mail.objects.get(id=mail_id).code) == (
            "queued",
            "end-lost",
        )
        try_once(relay.port)

    assert Mail.objects.get(id=mail_id).state == "sent"
    assert sent(relay.accepted()) == [content, content]


def test_greylisting_delivers_once(house: House, tmp_path: Path) -> None:
    mail_id, content = queue()
    with hostile(tmp_path / "ledger", {"rcpt": ["450 4.2.0 greylisted, come back later"]}) as relay:
        try_once(relay.port)
        try_once(relay.port)

    assert sent(relay.accepted()) == [content]
    assert Mail.objects.get(id=mail_id).sent_at is not None


def test_after_an_outage_new_mail_overtakes_the_backlog(house: House) -> None:
    """One thread as the worker runs it: it takes the oldest and the newest by turns."""
    hour_ago = clock.now() - timedelta(hours=1)
    for number in range(40):
        queue(f"old{number}@example.com", [])
    Job.objects.update(due_at=hour_ago, attempts=5)
    new, _ = queue("new@example.com", [])

    worker = Worker()
    thread = threading.Thread(target=worker._take, args=(POST,))
    look = threading.Thread(target=worker._look_for_work)
    thread.start()
    look.start()
    while Mail.objects.filter(state="queued").exists():
        thread.join(0.05)
    worker.stop()
    look.join(10)
    thread.join(10)

    order = list(Mail.objects.order_by("sent_at").values_list("id", flat=True))
    assert order.index(new) <= 1
    assert len(order) == 41


def test_a_mail_that_takes_long_holds_up_no_other(house: House, tmp_path: Path) -> None:
    """The relay is silent in the middle of the large one; all the others leave meanwhile, by the other threads."""
    assert POST_THREADS >= 2
    large, content = queue(
        "large@example.com", [Enclosed("a.bin", "application/zip", bytes(5 * 1024 * 1024))]
    )
    others = [queue(f"person{number}@example.com", [])[0] for number in range(6)]
    with hostile(tmp_path / "ledger", {"end": ["hang"]}) as relay:
        target = Target("smtp", "127.0.0.1", relay.port)
        (first,) = claim(kinds=["delivery.send"], limit=1, by="test:1")
        assert first.subject == large
        slow = threading.Thread(target=_deliver, args=(first, target), daemon=True)
        slow.start()
        while not relay.seen:
            slow.join(0.05)
        while jobs := claim(kinds=["delivery.send"], limit=1, by="test:2"):
            deliver(jobs[0], target)
        states = dict(Mail.objects.values_list("id", "state"))
        assert slow.is_alive()
        assert [states[each] for each in others] == ["sent"] * 6
        assert states[large] == "queued"
    slow.join(20)
    assert relay.seen[0] == content


def test_a_thousand_files_are_sealed_sent_and_come_back(house: House, tmp_path: Path) -> None:
    mail_id, content = queue(files=[Enclosed(f"{n}.txt", "text/plain", b"%d" % n) for n in range(1000)])
    with hostile(tmp_path / "ledger", {}) as relay:
        try_once(relay.port)

    assert sent(relay.accepted()) == [content]
    assert Mail.objects.get(id=mail_id).state == "sent"
