"""A mail that arrived is kept once, sealed, before anybody understands it; from a pipe, success only after the commit."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, connections

from madoguchi.rooms.delivery.actions.keep_mail import Origin, keep_mail
from madoguchi.rooms.delivery.models import ArrivedMail
from madoguchi.rooms.delivery.queries.arrived import arrived, raw_of
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.vault.models import Chunk
from madoguchi.rooms.vault.queries import blind
from tests.house import House
from tests.mailing import arrive, raw_mail


def test_it_is_kept_sealed_and_waits(house: House) -> None:
    raw = raw_mail("秘密の言葉です。")
    kept = arrive(house, raw)

    row = ArrivedMail.objects.get()
    assert (kept.id, kept.fresh, row.state, row.size) == (row.id, True, "waiting", len(raw))
    assert (row.file.kind, row.file.holder) == ("mail", None)
    assert bytes(row.sender_index or b"") == blind("email", "hanako@example.jp")
    assert raw_of(arrived(row.id)) == raw
    assert not any("秘密".encode() in bytes(chunk.content) for chunk in Chunk.objects.all())
    assert list(Job.objects.filter(kind="inquiries.place").values_list("subject", flat=True)) == [row.id]


def test_the_same_mail_by_another_way_is_the_same(house: House) -> None:
    raw = raw_mail("同じメールです。", message_id="<one@example.jp>")
    first = arrive(house, b"Received: from a\r\n by b; now\r\nDelivered-To: x@y.example\r\n" + raw)
    second = arrive(house, b"Return-Path: <a@b>\n" + raw.replace(b"\r\n", b"\n"))

    assert (second.id, second.fresh, ArrivedMail.objects.count()) == (first.id, False, 1)


def test_another_text_under_the_same_id_is_another_mail(house: House) -> None:
    arrive(house, raw_mail("一通目", message_id="<one@example.jp>"))
    arrive(house, raw_mail("二通目", message_id="<one@example.jp>"))

    assert ArrivedMail.objects.count() == 2


@pytest.mark.parametrize(
    "raw", [b"\x00", b"no mail at all", b"\r\n\r\n", bytes(range(256)) * 50, b"From: \xff\n\nx"]
)
def test_whatever_it_is_it_is_kept(house: House, raw: bytes) -> None:
    assert raw_of(arrived(arrive(house, raw).id)) == raw
    house.work()
    assert ArrivedMail.objects.get().state in ("aside", "placed")


def test_fifty_at_once_are_one(house: House) -> None:
    raw, found = raw_mail("五十人で一通。"), list[UUID]()

    def keep() -> None:
        try:
            found.append(keep_mail(raw=raw, entity_id=house.entity_id, origin=Origin()).id)
        finally:
            connection.close()

    threads = [threading.Thread(target=keep) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    house.work()

    assert (len(found), len(set(found)), ArrivedMail.objects.count(), Inquiry.objects.count()) == (
        50,
        1,
        1,
        1,
    )


def _pipe(raw: bytes, *arguments: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")} | more
    return subprocess.run(
        [sys.executable, "-m", "madoguchi", "mail", "in", *arguments],
        input=raw, env=environment, capture_output=True, timeout=120, check=False,
    )  # fmt: skip


def test_a_pipe_is_answered_after_the_commit(house: House) -> None:
    connections.close_all()
    raw = raw_mail("Postfix からです。")
    first = _pipe(b"From hanako@example.jp Sat Nov 28\n" + raw)
    second = _pipe(raw)

    assert (first.returncode, second.returncode, ArrivedMail.objects.count()) == (0, 0, 1)
    assert raw_of(arrived(ArrivedMail.objects.get().id)) == raw


def test_what_cannot_be_stored_stays_with_the_mail_server(house: House, tmp_path: Path) -> None:
    found = _pipe(raw_mail(), MADOGUCHI_DATA_DIR=str(tmp_path / "nowhere"), MADOGUCHI_DATABASE_URL="")

    assert found.returncode == 75
    assert b"Traceback" not in found.stderr


def test_nothing_is_no_mail(house: House) -> None:
    assert _pipe(b"\n").returncode == 65


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only on SQLite")
def test_a_locked_database_is_waited_for_by_the_mail_server(house: House) -> None:
    import sqlite3

    connections.close_all()
    holder = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        found = _pipe(raw_mail())
    finally:
        holder.execute("ROLLBACK")
        holder.close()

    assert (found.returncode, ArrivedMail.objects.count()) == (75, 0)
