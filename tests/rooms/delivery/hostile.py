"""A relay that misbehaves: a real SMTP server on loopback whose every answer can be ordered.

Without a plan it makes one up from `seed` (printed): refusals for now, silence, hanging up, even after the
mail was taken. What it accepts is in the ledger, flushed to disk before the answer leaves.
"""

import asyncio
import base64
import json
import os
import random
import ssl
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

VERBS = ("greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "end", "quit")
HANG, DROP, GARBAGE, ENDLESS, LONG_LINE, WELL = "hang", "drop", "garbage", "endless", "long-line", "well"
_WELL = {
    "greeting": "220 hostile.test", "starttls": "220 go on", "auth": "235 ok", "mail": "250 ok",
    "rcpt": "250 ok", "data": "354 go on", "end": "250 taken", "quit": "221 bye",
}  # fmt: skip

Plan = Mapping[str, Sequence[str]]
"""Verb → what to do the first time, the second time, …; well after that. An answer is a whole reply line."""


@dataclass
class Relay:
    """`seen` holds the bytes of every DATA, accepted or not; `said` every line but those."""

    ledger: Path
    plan: dict[str, list[str]]
    offers: Sequence[str]
    tls: ssl.SSLContext | None = None
    port: int = 0
    seen: list[bytes] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    sessions: int = 0

    def accepted(self) -> list[dict[str, str]]:
        if not self.ledger.exists():
            return []
        return [json.loads(line) for line in self.ledger.read_text(encoding="ascii").splitlines()]

    def write_down(self, recipient: str, content: bytes) -> None:
        entry = {"recipient": recipient, "content": base64.b64encode(content).decode()}
        with self.ledger.open("a", encoding="ascii") as out:
            out.write(json.dumps(entry) + "\n")
            out.flush()
            os.fsync(out.fileno())

    def next_for(self, verb: str) -> str:
        waiting = self.plan.get(verb)
        return waiting.pop(0) if waiting else WELL


class HangUp(Exception):
    """The relay closes the connection here."""


class Session:
    def __init__(self, relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.relay, self.reader, self.writer = relay, reader, writer
        self.recipient = ""

    async def run(self) -> None:
        if not await self.answer("greeting"):
            return
        while line := (await self.reader.readline()).decode("ascii").rstrip("\r\n"):
            self.relay.said.append(line)
            verb = {"RCPT": "rcpt", "HELO": "ehlo"}.get(line[:4].upper(), line.partition(" ")[0].lower())
            if verb == "data":
                await self.take_content()
            elif verb == "auth" and line.upper() == "AUTH LOGIN":
                await self.sign_in_by_login()
            else:
                if verb == "rcpt":
                    self.recipient = line.partition("<")[2].rpartition(">")[0]
                good = await self.answer(verb)
                if verb == "starttls" and good and self.relay.tls:
                    await self.writer.start_tls(self.relay.tls)
                if verb == "quit":
                    return

    async def sign_in_by_login(self) -> None:
        for _ in range(2):
            await self.write("334 VXNlcm5hbWU6\r\n")
            self.relay.said.append((await self.reader.readline()).decode().strip())
        await self.answer("auth")

    async def take_content(self) -> None:
        if not await self.answer("data"):
            return
        stuffed = await self.reader.readuntil(b"\r\n.\r\n")
        content = (b"\n" + stuffed[:-3]).replace(b"\n.", b"\n")[1:]
        self.relay.seen.append(content)
        await self.answer("end", content)

    async def answer(self, verb: str, content: bytes = b"") -> bool:
        """Whether the answer was the good one. `taken-drop`: accepted, but the answer never leaves."""
        order = self.relay.next_for(verb)
        if verb == "end" and order in (WELL, "taken-drop"):
            self.relay.write_down(self.recipient, content)
        if order in (DROP, "taken-drop"):
            raise HangUp
        if order == HANG:
            await asyncio.sleep(60)
        if order == ENDLESS:
            for _ in range(100_000):
                await self.write("250-and more\r\n")
        if order == LONG_LINE:
            await self.write("250 " + "x" * 1_000_000)
        text = {WELL: self.well(verb), GARBAGE: "\x00\xff not a reply at all"}.get(order, order)
        await self.write(text + "\r\n")
        if order.startswith("421"):
            raise HangUp
        return order == WELL

    def well(self, verb: str) -> str:
        if verb == "ehlo":
            lines = ["hostile.test", *self.relay.offers]
            return "\r\n".join([f"250-{each}" for each in lines[:-1]] + [f"250 {lines[-1]}"])
        return _WELL.get(verb, "500 what")

    async def write(self, text: str) -> None:
        self.writer.write(text.encode("latin-1"))
        await self.writer.drain()


async def _serve(relay: Relay, ready: threading.Event, stop: asyncio.Event, wrapped: bool) -> None:
    """On the port of `relay`, or on any that is free."""
    running: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        relay.sessions += 1
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await Session(relay, reader, writer).run()
        except (HangUp, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()  # what every test here is about: the line goes dead
        finally:
            running.discard(task)
            writer.close()

    server = await asyncio.start_server(
        handle, "127.0.0.1", relay.port, limit=32 * 1024 * 1024, ssl=relay.tls if wrapped else None
    )
    relay.port = server.sockets[0].getsockname()[1]
    ready.set()
    await stop.wait()
    server.close()
    for task in tuple(running):
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


@contextmanager
def hostile(
    ledger: Path,
    plan: Plan | None = None,
    *,
    seed: int = 0,
    offers: Sequence[str] = ("PIPELINING", "8BITMIME"),
    tls: ssl.SSLContext | None = None,
    wrapped: bool = False,
    port: int = 0,
) -> Iterator[Relay]:
    orders = made_up(seed) if plan is None else plan
    relay = Relay(ledger, {verb: list(each) for verb, each in orders.items()}, offers, tls, port)
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(_serve(relay, ready, stop, wrapped),))
    thread.start()
    try:
        assert ready.wait(10), "the relay did not start"
        yield relay
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        assert not thread.is_alive(), "the relay did not stop"
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def made_up(seed: int) -> Plan:
    """Up to three misdeeds a verb, none of them a refusal for good."""
    print(f"hostile relay: seed {seed}")  # noqa: T201
    chance = random.Random(seed)
    misdeeds = [DROP, GARBAGE, ENDLESS, LONG_LINE, "421 closing", "450 later", "451 later", "452 full"]
    plan: dict[str, list[str]] = defaultdict(list)
    for verb in ("greeting", "ehlo", "mail", "rcpt", "data", "end"):
        more = ["taken-drop"] if verb == "end" else []
        plan[verb] = chance.choices([*misdeeds, *more, WELL], k=chance.randint(0, 3))
    return plan
