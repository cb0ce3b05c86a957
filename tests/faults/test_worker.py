"""The worker killed, frozen, or with a relay that is away or lies: nothing stuck, nothing doubled, nothing lost."""

import base64
import fcntl
import json
import signal
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.jobs.actions.claim import claim
from madoguchi.rooms.jobs.models import Job
from tests.faults.house import (
    ask,
    database,
    look,
    mailed_house,
    processes,
    verdict,
    wait_until,
    wait_until_drained,
    waiting,
)
from tests.faults.ledger import Client
from tests.house import House
from tests.live import Live, serving
from tests.rooms.delivery.hostile import DROP, Relay, hostile
from tests.servers import free_port

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def send_some(live: Live, folder: Path, count: int) -> Client:
    client = Client(live.url, folder, 7)
    client.start_without_threads()
    for number in range(count):
        answers = {
            "body": f"件{number}",
            "name": "髙﨑",
            "phone": "03-0000-0000",
            "email": f"p{number}@example.jp",
        }
        assert client.submit(answers)
    return client


@pytest.mark.timeout(120)
def test_what_a_killed_worker_held_is_taken_up_at_once(tmp_path: Path) -> None:
    """The relay hangs in the middle of a mail; the worker is killed there. Its lease would last five minutes."""
    with hostile(tmp_path / "relay", {"end": ["hang"]}) as relay:
        more = {"MADOGUCHI_MAIL_URL": f"smtp://127.0.0.1:{relay.port}"} | database()
        with serving(tmp_path / "house", **more) as live:
            client = send_some(live, tmp_path / "client", 1)
            wait_until("the relay hangs", lambda: relay.seen, 30)
            processes(live)["worker"].kill()
            wait_until_drained(live, 40)
            seen = look(live)
    found = verdict(client, seen, relay)

    assert found.wrong() == {}
    assert relay.seen[0] in [base64.b64decode(each["content"]) for each in relay.accepted()]  # the same bytes


@pytest.mark.timeout(120)
def test_a_frozen_worker_holds_up_no_visitor(tmp_path: Path) -> None:
    with mailed_house(tmp_path) as (live, relay):
        worker = processes(live)["worker"]
        freeze_between_writes(live, worker)
        try:
            client = send_some(live, tmp_path / "client", 5)
            longest = client.longest
        finally:
            worker.send_signal(signal.SIGCONT)
        wait_until_drained(live)
        seen = look(live)
    found = verdict(client, seen, relay)

    assert (found.wrong(), found.repeats) == ({}, [])
    assert longest < 12


def freeze_between_writes(live: Live, process: psutil.Process) -> None:
    """Not while it holds the turn: whoever is stopped in the middle of a transaction stops every writer of SQLite."""
    turn = live.data / "madoguchi.sqlite3.turn"
    for _ in range(200):
        process.send_signal(signal.SIGSTOP)
        if not turn.exists():  # PostgreSQL
            return
        with turn.open("rb") as lock, suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        process.send_signal(signal.SIGCONT)
        time.sleep(0.02)
    raise AssertionError("it never stood between two writes")


@pytest.mark.timeout(120)
def test_a_frozen_web_process_gives_no_late_receipt_for_nothing(tmp_path: Path) -> None:
    """The client gives up and sends again while the server is frozen in between: still one row each."""
    with mailed_house(tmp_path) as (live, relay):
        with Client(live.url, tmp_path / "client", 3, timeout=1.0) as client:
            for _ in range(2):
                time.sleep(0.7)
                frozen = processes(live)["answers"]
                frozen.send_signal(signal.SIGSTOP)
                time.sleep(2.5)
                with suppress(psutil.NoSuchProcess):
                    frozen.send_signal(signal.SIGCONT)
            client.stop()
        wait_until_drained(live)
        seen = look(live)
    found = verdict(client, seen, relay)

    assert (found.wrong(), found.repeats) == ({}, [])
    assert client.answers["TimeoutError"] > 0


@pytest.mark.timeout(180)
def test_a_relay_that_is_away_for_days(tmp_path: Path) -> None:
    """Nobody listens: intake goes on, mails wait. After two days it is back and everything arrives, new mail
    not behind the old. Another relay stays away for six days: then somebody is told."""
    port, clock = free_port(), tmp_path / "clock"
    clock.write_text(START.isoformat(), encoding="ascii")
    more = {
        "MADOGUCHI_MAIL_URL": f"smtp://127.0.0.1:{port}", "MADOGUCHI_TEST_HOOKS": "1",
        "MADOGUCHI_CLOCK_FILE": str(clock),
    } | database()  # fmt: skip
    with serving(tmp_path / "house", **more) as live:
        client = send_some(live, tmp_path / "client", 30)
        pass_time(live, clock, START, timedelta(minutes=1))
        assert waiting(live) > 0
        assert client.longest < 5
        pass_time(live, clock, START, timedelta(days=2))
        assert faults(live) & {"given-up"} == set()

        with hostile(tmp_path / "relay", {}, port=port) as relay:
            send_one_more(client, live, clock)
            # A lease must not run out by our jump while its mail is on the way: that would be sent again, rightly.
            wait_until("nothing is on its way", lambda: not _leased(live), 60)
            clock.write_text((START + timedelta(days=2, hours=5)).isoformat(), encoding="ascii")
            wait_until_drained(live)
            found = verdict(client, look(live), relay)
        assert (found.wrong(), found.repeats) == ({}, [])

        send_one_more(client, live, clock, number=99)
        later = START + timedelta(days=2, hours=5)
        pass_time(live, clock, later, timedelta(days=5, hours=5), step=timedelta(hours=5))
        wait_until("somebody is told", lambda: "given-up" in faults(live), 30)
        troubled = ask(live, "SELECT count(*) FROM jobs_job WHERE given_up_at IS NOT NULL")
        assert troubled[0][0] >= 2  # the acknowledgement and the notice
        assert "mail" in faults(live)


def send_one_more(client: Client, live: Live, clock: Path, number: int = 50) -> None:
    answers = {"body": "後から", "name": "髙﨑", "phone": "03-0000-0000", "email": f"p{number}@example.jp"}
    assert client.submit(answers)

    def written() -> bool:
        """Notices are folded into a mail a minute: time has to go on."""
        moment = datetime.fromisoformat(clock.read_text(encoding="ascii"))
        clock.write_text((moment + timedelta(seconds=5)).isoformat(), encoding="ascii")
        return not _unwritten(live)

    wait_until("its mails are written", written, 30)


def _leased(live: Live) -> int:
    return int(ask(live, "SELECT count(*) FROM jobs_job WHERE leased_until IS NOT NULL")[0][0])


def _unwritten(live: Live) -> int:
    return int(ask(live, "SELECT count(*) FROM jobs_job WHERE kind <> 'delivery.send'")[0][0])


def pass_time(
    live: Live, clock: Path, start: datetime, span: timedelta, step: timedelta = timedelta(hours=3)
) -> None:
    """Time goes by in steps; at each the worker tries everything that is due."""
    now = start
    while now < start + span:
        now = min(now + step, start + span)
        clock.write_text(now.isoformat(), encoding="ascii")
        due = (
            f"SELECT count(*) FROM jobs_job WHERE given_up_at IS NULL AND due_at <= '{now:%Y-%m-%d %H:%M:%S}'"  # noqa: S608
        )
        wait_until("everything due was tried", lambda question=due: ask(live, question)[0][0] == 0, 30)


def faults(live: Live) -> set[str]:
    return {each["code"] for each in json.loads(live.command("check", "--json").stdout)}


@pytest.mark.timeout(180)
def test_a_lying_relay_gets_the_same_bytes_again(tmp_path: Path) -> None:
    """Refusals for now, hanging up, and the worst: taken, but the answer never leaves."""
    plan = {
        "greeting": [DROP], "mail": ["421 closing"], "rcpt": ["450 later"],
        "end": ["452 full", "taken-drop", "451 later", "taken-drop"],
    }  # fmt: skip
    clock = tmp_path / "clock"
    clock.write_text(START.isoformat(), encoding="ascii")
    with hostile(tmp_path / "relay", plan) as relay:
        more = {
            "MADOGUCHI_MAIL_URL": f"smtp://127.0.0.1:{relay.port}", "MADOGUCHI_TEST_HOOKS": "1",
            "MADOGUCHI_CLOCK_FILE": str(clock),
        } | database()  # fmt: skip
        with serving(tmp_path / "house", **more) as live:
            client = send_some(live, tmp_path / "client", 2)
            until_drained_with_time(live, clock)
            found = verdict(client, look(live), relay)

    assert found.wrong() == {}
    assert len(found.repeats) > 0
    _same_bytes(relay)


def until_drained_with_time(live: Live, clock: Path) -> None:
    def drained() -> bool:
        moment = datetime.fromisoformat(clock.read_text(encoding="ascii"))
        clock.write_text((moment + timedelta(minutes=1)).isoformat(), encoding="ascii")
        time.sleep(0.5)
        return waiting(live) == 0

    wait_until("all jobs done", drained, 60)


def _same_bytes(relay: Relay) -> None:
    by_id: dict[bytes, set[bytes]] = {}
    for content in relay.seen:
        id = next(line for line in content.splitlines() if line.lower().startswith(b"message-id"))
        by_id.setdefault(id, set()).add(content)
    assert len(relay.seen) > len(by_id)
    assert {len(each) for each in by_id.values()} == {1}


def test_new_mail_does_not_stand_behind_a_backlog(house: House) -> None:
    """A thousand wait from the night; what comes now is among the first that are taken."""
    from madoguchi.foundation.lib import clock
    from madoguchi.foundation.lib.ids import uuid7
    from madoguchi.foundation.lib.transactions import action

    with action:
        for number in range(1000):
            add_job("delivery.send", uuid7(), due_at=clock.now() - timedelta(hours=8, seconds=number))
    newest = uuid7()
    add_job("delivery.send", newest)

    batches = [_batch(newest_first=turn % 2 == 1) for turn in range(2)]
    assert newest in {job.subject for batch in batches for job in batch}
    assert Job.objects.filter(leased_until=None).count() == 1001 - sum(map(len, batches))


def _batch(*, newest_first: bool) -> list[Any]:
    return claim(kinds=["delivery.send"], limit=3, by="host:1", newest_first=newest_first)
