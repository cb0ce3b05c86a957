"""送信の設定 and 送信待ち: what name servers say, the test mail's way there and back, mails in trouble in words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.test import Client

from madoguchi.config.health import find_faults
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.delivery.models import ArrivedMail, Mail, Mailbox
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.organisation.queries import entity_facts
from madoguchi.rooms.vault.actions.open_file import open_file
from madoguchi.rooms.vault.actions.store_attachment import store_attachment
from tests.house import House
from tests.rooms.delivery.names import SILENT, Zone, names, txt

PAGE, TRY, OUTBOX = "/desk/sender/", "/desk/sender/try/", "/desk/outbox/"


@contextmanager
def told(monkeypatch: pytest.MonkeyPatch, zone: Zone, **more: str) -> Iterator[None]:
    with names(zone) as server:
        changed = type(settings.ENVIRONMENT)(
            **settings.ENVIRONMENT.model_dump() | {"dns": server.setting, **more}
        )
        monkeypatch.setattr(settings, "ENVIRONMENT", changed)
        yield


def domain(house: House) -> str:
    return entity_facts(house.entity_id)["sender_address"].rpartition("@")[2]


def seen(client: Client, **query: str) -> str:
    page = client.get(PAGE, query)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", page.content.decode())


def test_everything_in_order(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    own = domain(house)
    zone = {
        (own, "TXT"): txt("v=spf1 include:_spf.google.com ~all"),
        ("_spf.google.com", "TXT"): txt("v=spf1 ip4:192.0.2.0/24 ~all"),
        (f"_dmarc.{own}", "TXT"): txt("v=DMARC1; p=quarantine"),
    }
    with told(monkeypatch, zone, mail_url="smtp+starttls://u:p@smtp.gmail.com:587"):
        page = seen(house.sign_in("admin"))

    assert page.count("整っています") >= 4
    assert "送り出すサーバー</dt><dd>smtp.gmail.com" in page
    assert "直すところが 1 件あります" in page  # there is no DKIM key


def test_what_is_missing_is_said_with_the_record(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with told(monkeypatch, {}, mail_url="smtp://mail.example.jp"):
        page = seen(house.sign_in("admin"))

    assert "<code>v=spf1 a:mail.example.jp ~all</code>" in page
    assert f"<code>_dmarc.{domain(house)}</code>" in page
    assert "mail.example.jp にアドレスが登録されていません" in page


def test_name_servers_that_say_nothing_are_no_fault_of_ours(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = domain(house)
    monkeypatch.setattr("madoguchi.rooms.delivery.queries.sender.PATIENCE", 0.3)
    with told(monkeypatch, {(own, "TXT"): SILENT, (f"_dmarc.{own}", "TXT"): SILENT}):
        page = seen(house.sign_in("admin"))

    assert "ネームサーバーが時間内に答えませんでした。" in page
    assert "直さなければならないところは、見つかりませんでした" in page


def test_a_selector_may_be_typed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    zone = {(f"mine._domainkey.{domain(house)}", "TXT"): txt("v=DKIM1; p=")}
    with told(monkeypatch, zone):
        admin = house.sign_in("admin")
        assert "使わないことになっています" in seen(admin, selector="Mine")
        assert "セレクターが分からない" in seen(admin, selector="<b>").replace("（セレクター）", "セレクター")


def test_only_administrators(house: House, desk: Client) -> None:
    assert desk.get(PAGE).status_code == 403
    assert desk.post(TRY).status_code == 403
    assert not Mail.objects.exists()


def test_check_says_how_it_stood(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def says() -> tuple[str, str]:
        (found,) = [each for each in find_faults() if each.code == "sender"]
        return found.level, found.says

    assert says()[0] == "note"
    with told(monkeypatch, {}, mail_url="smtp://mail.example.jp"):
        seen(house.sign_in("admin"))
        assert says()[0] == "advice"
        assert "直すところが 3 件あります" in says()[1]


class TestTrying:
    def arrive(self, house: House, box: Mailbox, raw: bytes) -> None:
        with action:
            file = open_file(kind="message", holder=None)
            content = store_attachment(key=file, name="m.eml", media_type="message/rfc822", content=[raw])
            ArrivedMail.objects.create(
                entity_id=house.entity_id, mailbox=box, digest=uuid7().bytes * 2, file_id=file.id,
                raw_id=content, size=len(raw), kind="loop", state="aside",
            )  # fmt: skip

    def box(self, house: House) -> Mailbox:
        with action:
            file = open_file(kind="mailbox", holder=uuid7())
            return Mailbox.objects.create(
                entity_id=house.entity_id,
                name="窓口",
                address=f"desk@{domain(house)}",
                way="pipe",
                file_id=file.id,
            )

    def test_one_to_oneself(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        admin = house.sign_in("admin")
        assert admin.post(TRY).status_code == 302
        house.work()
        (mail,) = house.mails()

        assert mail["Delivered-To"] == house.staff["admin"].email
        text = mail.get_payload(decode=True).decode()  # type: ignore[union-attr]
        assert "髙橋　﨑山　①②③　㈱　～　－　𠮷野家" in text
        with told(monkeypatch, {}):
            page = seen(admin)
        assert "受信箱と迷惑メールの箱でお確かめください" in page

    def test_there_and_back(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        box, admin = self.box(house), house.sign_in("admin")
        admin.post(TRY)
        house.work()
        with told(monkeypatch, {}):
            assert "まだ戻ってきていません" in seen(admin)
            (path,) = [
                path
                for path in house.mailbox.glob("*.eml")
                if box.address.encode() in path.read_bytes()[:200]
            ]
            verdict = b"Authentication-Results: mx.example; spf=pass; dkim=pass header.d=relay.example; dmarc=fail\r\n"
            self.arrive(house, box, verdict + path.read_bytes())
            page = seen(admin)

        assert "に届きました。" in page
        assert "SPF 合格" in page
        assert '<span class="badge late">DMARC 不合格</span>' in page
        assert "relay.example のものです" in page  # signed, but not by us: the alignment says so

    def test_a_mail_with_another_number_is_not_it(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        box, admin = self.box(house), house.sign_in("admin")
        admin.post(TRY)
        house.work()
        self.arrive(
            house, box, b"Message-ID: <other@example.jp>\r\nAuthentication-Results: x; spf=pass\r\n\r\nx\r\n"
        )
        with told(monkeypatch, {}):
            assert "まだ戻ってきていません" in seen(admin)


class TestOutbox:
    def test_empty(self, desk: Client) -> None:
        page = desk.get(OUTBOX).content.decode()
        assert "すべて送り終えています" in page

    def test_each_kind_with_its_reason_and_its_verb(self, house: House, desk: Client) -> None:
        refused, held, waits = (house.submit() for _ in range(3))
        house.work()
        mails = dict(Inquiry.objects.values_list("receipt_number", "acknowledgement_id"))
        Mail.objects.filter(id=mails[refused.receipt_number]).update(state="refused", code="rcpt-550")
        Mail.objects.filter(id=mails[held.receipt_number]).update(state="held")
        Mail.objects.filter(id=mails[waits.receipt_number]).update(state="queued", code="rcpt-450")
        Job.objects.create(
            kind="delivery.send", subject=mails[waits.receipt_number], due_at=clock.now().replace(year=2099)
        )
        page = desk.get(OUTBOX).content.decode()

        assert (
            page.index(refused.receipt_number)
            < page.index(held.receipt_number)
            < page.index(waits.receipt_number)
        )
        assert "宛先のアドレスが見つからないと言われました。" in page
        assert "同じ宛先や短い時間に続いたため、止めています。" in page
        assert "宛先のサーバーが、いまは受け取れないと言っています。" in page
        answer = desk.post(f"/desk/mails/{mails[refused.receipt_number]}/send/", {"back": "outbox"})
        assert (answer.status_code, answer["Location"]) == (302, OUTBOX)
        house.work()
        assert Mail.objects.get(id=mails[refused.receipt_number]).state == "sent"

    def test_a_query_count_that_does_not_grow(self, house: House, desk: Client, count_queries) -> None:  # type: ignore[no-untyped-def]
        counted = []
        for _ in range(2):
            for _ in range(2 if counted else 1):
                house.submit()
            house.work()
            Mail.objects.filter(kind="acknowledgement").update(state="refused", code="end-552")
            desk.get(OUTBOX)
            with count_queries() as asked:
                desk.get(OUTBOX)
            counted.append(len(asked))

        assert counted[0] == counted[1]
