"""The outside witness: a client with ledgers of its own, and the comparison that trusts nothing inside.

Each submission is an intent on disk before it is sent and an acknowledgement on disk after the answer; the
same key goes again until it is answered. What is stored is read by another process (`stored.py`), what was
mailed comes from the relay's own ledger.
"""

import email
import email.policy
import hashlib
import http.client
import json
import os
import random
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

ALPHABET = "返金解約請求問合窓口髙﨑𠮷葛あいうアイウｱｲｳ①㈱〜ー！ABCabc0123 \n"
NUMBER = re.compile(r"M-\d{8}-[0-9A-Z]{4,8}")
PATH = "/api/v1/forms/inquiry/submissions"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Book:
    """Lines of JSON, each on disk when `write` returns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        path.touch()

    def write(self, **facts: Any) -> None:
        with self._lock, self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(facts) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines()]


@dataclass
class Client:
    """Submits at a steady rate from several threads. `give_up` bounds one submission, in seconds."""

    url: str
    folder: Path
    seed: int
    rate: float = 20.0
    threads: int = 4
    timeout: float = 5.0
    give_up: float = 60.0
    attempts: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.intents, self.acks = Book(self.folder / "intents"), Book(self.folder / "acks")
        self._stop = threading.Event()
        self._notice = ""
        self._running: list[threading.Thread] = []

    def __enter__(self) -> "Client":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """However it ended: no thread goes on after the test."""
        self.give_up = 0.0
        self.stop()

    def start_without_threads(self) -> None:
        status, body = self._ask("GET", "/api/v1/forms/inquiry", None, {})
        assert status == 200, (status, body)
        self._notice = json.loads(body)["notice"]["digest"]

    def start(self) -> None:
        self.start_without_threads()
        for number in range(self.threads):
            thread = threading.Thread(target=self._run, args=(random.Random(self.seed * 1000 + number),))
            thread.start()
            self._running.append(thread)

    def stop(self) -> None:
        """What is under way is finished first: every intent ends acknowledged, or is given up."""
        self._stop.set()
        for thread in self._running:
            thread.join(self.give_up + 30)
            assert not thread.is_alive(), "a submission never ended"

    def _run(self, chance: random.Random) -> None:
        while not self._stop.is_set():
            begun = time.monotonic()
            self.submit(_answers(chance))
            pause = self.threads / self.rate * chance.uniform(0.5, 1.5) - (time.monotonic() - begun)
            self._stop.wait(max(pause, 0))

    def submit(self, answers: Mapping[str, str], *, patient: bool = True) -> str:
        """The receipt number, or nothing when it was given up. Every acknowledgement is asked for twice now and
        then, and must be the same."""
        key, begun = str(uuid4()), time.monotonic()
        self.intents.write(key=key, email=answers["email"], digest=digest(answers["body"]))
        while True:
            number = self._try(key, answers)
            if number:
                self.acks.write(key=key, number=number)
                self.longest = max(self.longest, time.monotonic() - begun)
                return number
            if not patient or time.monotonic() - begun > self.give_up:
                return ""
            time.sleep(0.1)

    def _try(self, key: str, answers: Mapping[str, str]) -> str:
        self.attempts += 1
        body = json.dumps({"answers": dict(answers), "notice": self._notice})
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        try:
            status, content = self._ask("POST", PATH, body, headers)
        except (OSError, http.client.HTTPException) as error:
            self.answers[type(error).__name__] += 1
            return ""
        self.answers[str(status)] += 1
        return str(json.loads(content)["receipt_number"]) if status == 201 else ""

    def _ask(self, verb: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, bytes]:
        parts = urlsplit(self.url)
        line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=self.timeout)
        try:
            line.request(verb, path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()


def _answers(chance: random.Random) -> dict[str, str]:
    """An address of its own each time, so that a row can be told from any other."""
    text = "".join(chance.choices(ALPHABET, k=chance.randint(1, 400)))
    return {
        "body": f"「{text}」", "name": "髙﨑 𠮷子", "phone": "03-0000-0000",
        "email": f"w{chance.getrandbits(64):016x}@example.jp",
    }  # fmt: skip


@dataclass(frozen=True)
class Stored:
    number: str
    email: str
    digest: str


@dataclass(frozen=True)
class Mailed:
    recipient: str
    message_id: str
    numbers: frozenset[str]


def mailed(accepted: Iterable[Mapping[str, str]], decode: Callable[[str], bytes]) -> list[Mailed]:
    """What the relay took, from its own ledger."""
    found = []
    for entry in accepted:
        message = email.message_from_bytes(decode(entry["content"]), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        text = f"{message['Subject']}\n{message.get_content()}"
        numbers = frozenset(NUMBER.findall(text))
        found.append(Mailed(entry["recipient"], str(message["Message-ID"]), numbers))
    return found


@dataclass
class Findings:
    """Every list empty but `repeats` (same mail, same Message-ID, taken twice) means that all was kept."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    renumbered: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    unacknowledged: list[str] = field(default_factory=list)
    acknowledged_twice: list[str] = field(default_factory=list)
    repeats: list[str] = field(default_factory=list)

    def wrong(self) -> dict[str, list[str]]:
        return {name: found for name, found in vars(self).items() if found and name != "repeats"}


def compare(
    intents: Iterable[Mapping[str, str]],
    acks: Iterable[Mapping[str, str]],
    stored: Iterable[Stored],
    mails: Iterable[Mailed],
    staff: Iterable[str],
) -> Findings:
    found, rows = Findings(), list(stored)
    sent = {intent["key"]: intent for intent in intents}
    by_email = {intent["email"]: intent for intent in sent.values()}
    kept = defaultdict(list)
    for row in rows:
        kept[row.email].append(row)
    found.doubled += [address for address, each in kept.items() if len(each) > 1]
    found.doubled += [number for number, n in Counter(row.number for row in rows).items() if n > 1]
    for row in rows:
        if row.email not in by_email:
            found.invented.append(row.number)
        elif row.digest != by_email[row.email]["digest"]:
            found.altered.append(row.number)
    numbers: dict[str, set[str]] = defaultdict(set)
    for ack in acks:
        numbers[ack["key"]].add(ack["number"])
    for key, given in numbers.items():
        if len(given) > 1:
            found.renumbered.append(key)
        if given - {row.number for row in kept[sent[key]["email"]]}:
            found.lost.append(key)
    _compare_mails(found, [row for row in rows if row.email in by_email], list(mails), set(staff))
    return found


def _compare_mails(found: Findings, rows: list[Stored], mails: list[Mailed], staff: set[str]) -> None:
    told = {number for mail in mails if mail.recipient in staff for number in mail.numbers}
    receipts: dict[str, set[str]] = defaultdict(set)
    for mail in mails:
        if mail.recipient not in staff:
            receipts[mail.recipient].add(mail.message_id)
    for row in rows:
        if row.number not in told:
            found.untold.append(row.number)
        if not receipts[row.email]:
            found.unacknowledged.append(row.number)
        if len(receipts[row.email]) > 1:
            found.acknowledged_twice.append(row.number)
    taken = Counter(mail.message_id for mail in mails)
    found.repeats += [id for id, n in taken.items() if n > 1]
