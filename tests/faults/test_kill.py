"""kill -9 at random moments, judged from outside: what was acknowledged is stored once, told and answered."""

import os
import random
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.faults.house import (
    Seen,
    again,
    kill_all,
    look,
    mailed_house,
    processes,
    verdict,
    wait_until,
    wait_until_drained,
)
from tests.faults.ledger import Client, Mailed, Stored, compare
from tests.live import Live

KINDS = ("web", "answers", "worker")


def seed() -> int:
    return int(os.environ.get("MADOGUCHI_TEST_SEED") or random.SystemRandom().randrange(10**6))


def kill_one(live: Live, kind: str, chance: random.Random) -> str:
    """Kills one of that kind, or whoever is there when that kind does not come back soon."""
    for patience in range(200):
        there = processes(live)
        victim = kind if kind in there else chance.choice(sorted(there) or [""])
        if kind in there or (victim and patience > 30):
            with suppress(psutil.NoSuchProcess):
                there[victim].kill()
                return victim
        time.sleep(0.1)
    raise AssertionError("nobody there to kill")


def attack(live: Live, client: Client, kills: int, chance: random.Random) -> Counter[str]:
    """Most kills fall while intake answers again, so that something is under way; some while it is starting.

    However slow the machine, intake gets its time to come back: what is judged is what it keeps, not how fast."""
    killed: Counter[str] = Counter()
    kinds = [KINDS[number % len(KINDS)] for number in range(kills)]
    chance.shuffle(kinds)
    for kind in kinds:
        answered = client.answers["201"]
        if chance.random() < 0.9:
            wait_until("intake answers again", lambda was=answered: client.answers["201"] > was, 120)
        time.sleep(chance.uniform(0.1, 1.5))
        killed[kill_one(live, kind, chance)] += 1
    return killed


def report(client: Client, killed: Counter[str], seen: Seen, repeats: int) -> None:
    acked = len(client.acks.read())
    print(  # noqa: T201
        f"kills {dict(killed)}; {acked} acknowledged of {client.attempts} attempts {dict(client.answers)}; "
        f"{len(seen.stored)} stored; longest wait {client.longest:.1f} s; {repeats} mails taken twice"
    )


def survive(folder: Path, kills: int, number: int) -> None:
    print(f"seed {number} (MADOGUCHI_TEST_SEED repeats it)")  # noqa: T201
    with mailed_house(folder) as (live, relay):
        with Client(live.url, folder / "client", number, give_up=240) as client:
            killed = attack(live, client, kills, random.Random(number))
            client.stop()
        wait_until_drained(live)
        seen = look(live)
    found = verdict(client, seen, relay)
    report(client, killed, seen, len(found.repeats))

    assert found.wrong() == {}
    assert seen.integrity == "ok"
    assert sum(killed.values()) == kills
    assert len(client.acks.read()) == len(client.intents.read()) > kills
    assert (
        len(found.repeats) <= kills
    )  # at most the one mail that was between the relay's answer and our note


@pytest.mark.timeout(900)
def test_twenty_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    survive(tmp_path, 20, seed())


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_hundred_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    survive(tmp_path, 100, seed())


@pytest.mark.timeout(120)
def test_the_whole_group_killed_at_once_and_started_again(tmp_path: Path) -> None:
    number = seed()
    print(f"seed {number}")  # noqa: T201
    with mailed_house(tmp_path) as (live, relay), Client(live.url, tmp_path / "client", number) as client:
        time.sleep(random.Random(number).uniform(1.0, 2.5))
        kill_all(live)
        with again(live) as restarted:
            time.sleep(1.0)
            client.stop()
            wait_until_drained(restarted)
            seen = look(restarted)
    found = verdict(client, seen, relay)
    report(client, Counter(group=1), seen, len(found.repeats))

    assert found.wrong() == {}
    assert len(client.acks.read()) == len(client.intents.read()) > 10


# ---- The judge must be able to condemn

INTENTS = [{"key": f"k{n}", "email": f"a{n}@example.jp", "digest": f"d{n}"} for n in (1, 2)]
ACKS = [{"key": "k1", "number": "M-20261124-AAAA"}, {"key": "k2", "number": "M-20261124-BBBB"}]
STORED = [Stored("M-20261124-AAAA", "a1@example.jp", "d1"), Stored("M-20261124-BBBB", "a2@example.jp", "d2")]
STAFF = ["staff@example.jp"]
NOTICE = Mailed("staff@example.jp", "<n@x>", frozenset({"M-20261124-AAAA", "M-20261124-BBBB"}))
RECEIPTS = [
    Mailed("a1@example.jp", "<1@x>", frozenset({"M-20261124-AAAA"})),
    Mailed("a2@example.jp", "<2@x>", frozenset({"M-20261124-BBBB"})),
]
MAILS = [NOTICE, *RECEIPTS]


def test_the_judge_acquits_what_is_whole() -> None:
    assert compare(INTENTS, ACKS, STORED, MAILS, STAFF).wrong() == {}
    twice = compare(INTENTS, ACKS, STORED, [*MAILS, RECEIPTS[0]], STAFF)
    assert (twice.wrong(), twice.repeats) == ({}, ["<1@x>"])


@pytest.mark.parametrize(
    ("fault", "acks", "stored", "mails"),
    [
        ("lost", ACKS, STORED[:1], MAILS),
        ("lost", [*ACKS, {"key": "k2", "number": "M-20261124-ZZZZ"}], STORED, MAILS),
        ("renumbered", [*ACKS, {"key": "k2", "number": "M-20261124-ZZZZ"}], STORED, MAILS),
        ("doubled", ACKS, [*STORED, Stored("M-20261124-CCCC", "a2@example.jp", "d2")], MAILS),
        ("invented", ACKS, [*STORED, Stored("M-20261124-CCCC", "x@example.jp", "d2")], MAILS),
        ("altered", ACKS, [STORED[0], Stored("M-20261124-BBBB", "a2@example.jp", "other")], MAILS),
        ("untold", ACKS, STORED, RECEIPTS),
        ("unacknowledged", ACKS, STORED, MAILS[:2]),
        ("acknowledged_twice", ACKS, STORED, [*MAILS, Mailed("a2@example.jp", "<3@x>", frozenset())]),
    ],
)  # fmt: skip
def test_the_judge_condemns(
    fault: str, acks: list[dict[str, str]], stored: list[Stored], mails: list[Mailed]
) -> None:
    assert fault in compare(INTENTS, acks, stored, mails, STAFF).wrong()


@pytest.mark.timeout(120)
def test_the_judge_condemns_a_removed_row_and_an_invented_receipt(tmp_path: Path) -> None:
    """The same, on a real installation: a row is taken out behind the product's back."""
    with mailed_house(tmp_path) as (live, relay):
        with Client(live.url, tmp_path / "client", 1, threads=1) as client:
            time.sleep(1.0)
            client.stop()
        wait_until_drained(live)
        whole = look(live)
    assert verdict(client, whole, relay).wrong() == {}

    removed = Seen(whole.stored[1:], whole.staff, whole.integrity)
    assert set(verdict(client, removed, relay).wrong()) == {"lost"}
    client.acks.write(key=client.intents.read()[0]["key"], number="M-20261124-ZZZZ")
    assert "lost" in verdict(client, whole, relay).wrong()
