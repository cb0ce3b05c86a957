"""Once round with a real Postfix and a real Dovecot: form → acknowledgement → reply by mail → thread → answer."""

import email
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.house import ANSWERS
from tests.live import Live, serving
from tests.mailing import raw_mail
from tests.mailservers import SECRET, Mailservers, mailservers, until

DESK, CUSTOMER = "desk@eclore.example.jp", "hanako@customer.example"
STAFF = "aoi@eclore.example.jp"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")

_SET_UP = """
import os, sys, django
django.setup()
from madoguchi.rooms.delivery.actions.mailbox import Setup, add_mailbox
from madoguchi.rooms.inquiries.models import DeskRules
from madoguchi.rooms.organisation.models import Staff
from madoguchi.rooms.organisation.queries import viewer_of
admin = Staff.objects.filter(role="admin").first()
DeskRules.objects.update_or_create(entity_id=admin.entity_id, defaults={"take_back_seconds": 0})
add_mailbox(viewer=viewer_of(admin), setup=Setup(
    name="お客様窓口", address=sys.argv[1], host="127.0.0.1", port=int(sys.argv[2]), security="imap", user=sys.argv[1],
    password=sys.argv[3], plus=True))
"""


@pytest.fixture(scope="module")
def servers() -> Iterator[Mailservers]:
    with mailservers(domains=f"{DESK} {CUSTOMER} {STAFF}") as started:
        yield started


@pytest.fixture(scope="module")
def house(servers: Mailservers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder: Path = tmp_path_factory.mktemp("circle")
    with serving(folder, MADOGUCHI_MAIL_URL=f"smtp://127.0.0.1:{servers.smtp}") as live:
        live.command("staff", "create", "--email", STAFF, "--name", "佐々木 葵", "--role", "clerk")
        environment = live.environment | {"DJANGO_SETTINGS_MODULE": "madoguchi.config.settings"}
        command = [sys.executable, "-c", _SET_UP, DESK, str(servers.imap), SECRET]
        subprocess.run(command, env=environment, check=True, timeout=60)
        yield live


def _call(house: Live, path: str, content: dict[str, Any] | None = None, token: str = "") -> Any:
    headers = {"content-type": "application/json", "idempotency-key": secrets.token_hex(16)}
    headers |= {"authorization": f"Bearer {token}"} if token else {}
    body = json.dumps(content).encode() if content else None
    with urlopen(Request(f"{house.url}/api/v1{path}", body, headers), timeout=30) as answer:  # noqa: S310  our own server
        return json.load(answer)


def _newest(servers: Mailservers, count: int) -> Message:
    until(lambda: len(servers.mails(CUSTOMER)) >= count, 90)
    return email.message_from_bytes(servers.mails(CUSTOMER)[count - 1])


def test_once_round(house: Live, servers: Mailservers) -> None:
    notice = _call(house, "/forms/inquiry")["notice"]["digest"]
    answers = ANSWERS | {"email": CUSTOMER}
    sent = _call(house, "/forms/inquiry/submissions", {"answers": answers, "notice": notice})
    number = sent["receipt_number"]
    acknowledged = _newest(servers, 1)
    assert acknowledged["Reply-To"].startswith("desk+m")

    said = raw_mail(
        "ありがとうございます。納期もお願いします。\n\n2026年11月22日(日) 10:00 お客様窓口 <desk@eclore.example.jp>:\n> 受け付けました。",
        sender=f"山田 花子 <{CUSTOMER}>", to=acknowledged["Reply-To"], subject=f"Re: 受付番号 {number}",
        message_id="<reply1@customer.example>", In_Reply_To=acknowledged["Message-ID"],
    )  # fmt: skip
    servers.send(said, sender=CUSTOMER, to=acknowledged["Reply-To"])

    token = house.command(
        "staff", "token", "--email", STAFF, "--scopes", "inquiries:read inquiries:write", "--quiet"
    ).stdout.strip()
    until(lambda: "message" in _kinds(house, number, token), 60)
    (heard,) = [line for line in _timeline(house, number, token) if line["kind"] == "message"]
    assert heard["text"] == "ありがとうございます。納期もお願いします。"

    _call(house, f"/inquiries/{number}/reply", {"text": "納期は来週です。", "seen_until": heard["at"]}, token)
    answer = _newest(servers, 2)
    assert answer["In-Reply-To"] == "<reply1@customer.example>"
    assert acknowledged["Message-ID"] in answer["References"]
    assert "納期は来週です。" in answer.get_payload(decode=True).decode()

    away = raw_mail(
        "休暇中です。", sender=CUSTOMER, to=answer["Reply-To"], subject="自動返信", Auto_Submitted="auto-replied",
        In_Reply_To=answer["Message-ID"],
    )  # fmt: skip
    servers.send(away, sender=CUSTOMER, to=answer["Reply-To"])
    until(lambda: "auto-reply" in [line["code"] for line in _timeline(house, number, token)], 60)
    assert len(servers.mails(CUSTOMER)) == 2


def _timeline(house: Live, number: str, token: str) -> list[dict[str, Any]]:
    return list(_call(house, f"/inquiries/{number}", token=token)["timeline"])


def _kinds(house: Live, number: str, token: str) -> list[str]:
    return [line["kind"] for line in _timeline(house, number, token)]
