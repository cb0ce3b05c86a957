"""Every way in which a relay can fail, at each stage: the right class, the same bytes, nobody doubled silently."""

import base64
import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from madoguchi.rooms.delivery import errors, rules
from madoguchi.rooms.delivery.folder import drop, file_name
from madoguchi.rooms.delivery.rules import Outcome, RenderedMail, Verdict
from madoguchi.rooms.delivery.smtp import send
from madoguchi.rooms.delivery.target import Target, parse_target
from tests.rooms.delivery import hostile as bad
from tests.rooms.delivery.hostile import hostile

SENT, RETRY, REFUSED, AMBIGUOUS = Verdict.SENT, Verdict.RETRY, Verdict.REFUSED, Verdict.AMBIGUOUS
START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def a_mail(recipient: str = "taro@example.com", text: str = ".点\n..二つ\n本文") -> RenderedMail:
    return rules.compose(
        kind="acknowledgement",
        sender_name="株式会社見本",
        sender_address="desk@example.co.jp",
        recipient_name="",
        recipient=recipient,
        subject="受け付けました",
        text=text,
        message_id=rules.new_message_id("example.co.jp"),
        date=START,
        auto=True,
    )


def to(port: int, **more: Any) -> Target:
    return replace(Target("smtp", "127.0.0.1", port), **more)


def attempt(port: int, mail: RenderedMail, **more: Any) -> Outcome:
    return send(to(port, **more), mail, timeout=10)


def test_a_good_relay_takes_it_byte_for_byte(tmp_path: Path) -> None:
    mail = a_mail()
    with hostile(tmp_path / "ledger", {}) as relay:
        assert attempt(relay.port, mail) == Outcome(SENT, "end-250")

    assert relay.accepted() == [
        {"recipient": "taro@example.com", "content": base64.b64encode(mail.content).decode()}
    ]
    assert relay.said == [
        "EHLO example.co.jp", "MAIL FROM:<desk@example.co.jp>", "RCPT TO:<taro@example.com>", "DATA", "QUIT",
    ]  # fmt: skip


def test_dots_at_the_start_of_a_line_survive(tmp_path: Path) -> None:
    mail = replace(a_mail(), content=b"Date: x\r\n\r\n.\r\n..\r\n.a\r\nb.\r\n.\r\n")
    with hostile(tmp_path / "ledger", {}) as relay:
        assert attempt(relay.port, mail).verdict is SENT

    assert relay.seen == [mail.content]


@pytest.mark.parametrize("verb", ["greeting", "ehlo", "mail", "rcpt", "data", "end"])
@pytest.mark.parametrize("code", [421, 450, 451, 452, 550, 552, 554])
def test_each_reply_at_each_stage(tmp_path: Path, verb: str, code: int) -> None:
    """For now: later. For good: this mail is refused, unless the relay means us (greeting, EHLO): loud."""
    with hostile(tmp_path / "ledger", {verb: [f"{code} no"]}) as relay:
        outcome = attempt(relay.port, a_mail())

    ours = verb in ("greeting", "ehlo")
    expected = RETRY if code < 500 or ours else REFUSED
    assert outcome == Outcome(expected, f"{verb}-{code}", loud=code >= 500 and ours)
    assert relay.accepted() == []


@pytest.mark.parametrize("verb", ["greeting", "ehlo", "mail", "rcpt", "data", "end"])
@pytest.mark.parametrize("misdeed", [bad.HANG, bad.DROP, bad.GARBAGE, bad.ENDLESS, bad.LONG_LINE])
def test_no_reply_at_each_stage(tmp_path: Path, verb: str, misdeed: str) -> None:
    """Silence, hanging up and nonsense end in bounded time; after the dot the mail may have been taken."""
    began = time.monotonic()
    with hostile(tmp_path / "ledger", {verb: [misdeed]}) as relay:
        outcome = send(to(relay.port), a_mail(), timeout=10, per_verb=0.4)

    assert outcome == Outcome(AMBIGUOUS if verb == "end" else RETRY, f"{verb}-lost")
    assert time.monotonic() - began < 5


def test_the_whole_dialogue_has_a_deadline(tmp_path: Path) -> None:
    began = time.monotonic()
    with hostile(tmp_path / "ledger", {"rcpt": [bad.HANG]}) as relay:
        outcome = send(to(relay.port), a_mail(), timeout=0.5, per_verb=30)

    assert outcome == Outcome(RETRY, "rcpt-lost")
    assert time.monotonic() - began < 3


def test_a_relay_that_hangs_at_quit_changes_nothing(tmp_path: Path) -> None:
    with hostile(tmp_path / "ledger", {"quit": [bad.HANG]}) as relay:
        assert send(to(relay.port), a_mail(), timeout=5, per_verb=0.3).verdict is SENT


def test_nobody_listens() -> None:
    assert attempt(1, a_mail()) == Outcome(RETRY, "connect-lost")


def test_accepted_but_the_answer_was_lost(tmp_path: Path) -> None:
    """The same bytes go again under the same Message-ID, so the reader's mail program can see they are one."""
    mail = a_mail()
    with hostile(tmp_path / "ledger", {"end": ["taken-drop"]}) as relay:
        assert attempt(relay.port, mail).verdict is AMBIGUOUS
        assert attempt(relay.port, mail).verdict is SENT

    first, second = relay.accepted()
    assert first == second
    assert relay.seen == [mail.content, mail.content]


def test_greylisting(tmp_path: Path) -> None:
    mail = a_mail()
    with hostile(tmp_path / "ledger", {"rcpt": ["450 4.2.0 come back later"]}) as relay:
        assert attempt(relay.port, mail) == Outcome(RETRY, "rcpt-450")
        assert attempt(relay.port, mail).verdict is SENT

    assert len(relay.accepted()) == 1


@pytest.mark.parametrize("seed", range(12))
def test_a_relay_with_a_will_of_its_own(tmp_path: Path, seed: int) -> None:
    """It arrives in the end; more than once only where the relay took it and hung up."""
    mail = a_mail()
    verdicts: list[Verdict] = []
    with hostile(tmp_path / "ledger", seed=seed) as relay:
        while not verdicts or verdicts[-1] is not SENT:
            assert len(verdicts) < 30
            verdicts.append(send(to(relay.port), mail, timeout=10, per_verb=2).verdict)

    assert REFUSED not in verdicts
    assert set(relay.seen) == {mail.content}
    assert 1 <= len(relay.accepted()) <= 1 + verdicts.count(AMBIGUOUS)


class TestLegacyAddresses:
    def test_the_local_part_is_quoted(self, tmp_path: Path) -> None:
        with hostile(tmp_path / "ledger", {}) as relay:
            assert attempt(relay.port, a_mail("taro..x@docomo.ne.jp")).verdict is SENT

        assert relay.accepted()[0]["recipient"] == '"taro..x"@docomo.ne.jp'

    @pytest.mark.parametrize("code", [501, 550, 553])
    def test_one_try_without_quotes(self, tmp_path: Path, code: int) -> None:
        with hostile(tmp_path / "ledger", {"rcpt": [f"{code} syntax"]}) as relay:
            assert attempt(relay.port, a_mail("taro.@ezweb.ne.jp")).verdict is SENT

        assert relay.accepted()[0]["recipient"] == "taro.@ezweb.ne.jp"

    def test_not_two(self, tmp_path: Path) -> None:
        with hostile(tmp_path / "ledger", {"rcpt": ["553 syntax"] * 3}) as relay:
            assert attempt(relay.port, a_mail("taro.@ezweb.ne.jp")) == Outcome(REFUSED, "rcpt-553")

        assert sum(line.startswith("RCPT") for line in relay.said) == 2

    def test_not_when_asked_to_come_later(self, tmp_path: Path) -> None:
        with hostile(tmp_path / "ledger", {"rcpt": ["450 later"]}) as relay:
            assert attempt(relay.port, a_mail("taro.@ezweb.ne.jp")) == Outcome(RETRY, "rcpt-450")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"recipient": "太郎@example.com"}, "recipient-malformed"),
        ({"recipient": "a@example.com>\r\nRCPT TO:<b@example.com"}, "recipient-malformed"),
        ({"recipient": "a@example.com,b@example.com"}, "recipient-malformed"),
        ({"envelope_from": "desk@窓口.jp"}, "sender-malformed"),
        ({"content": b"a\r\n\n.\r\nMAIL FROM:<x@example.com>\r\n"}, "content-malformed"),
        ({"content": b"a\r.\r\n"}, "content-malformed"),
        ({"content": "あ\r\n".encode()}, "content-malformed"),
    ],
)
def test_what_no_relay_may_see_never_leaves(
    tmp_path: Path, change: dict[str, str | bytes], code: str
) -> None:
    with hostile(tmp_path / "ledger", {}) as relay:
        assert attempt(relay.port, replace(a_mail(), **change)) == Outcome(REFUSED, code)  # type: ignore[arg-type]

    assert relay.sessions == 0


def test_the_null_path_and_the_size_are_told(tmp_path: Path) -> None:
    mail = replace(a_mail(), envelope_from="")
    with hostile(tmp_path / "ledger", {}, offers=["SIZE 1000000"]) as relay:
        assert attempt(relay.port, mail).verdict is SENT

    assert f"MAIL FROM:<> SIZE={len(mail.content)}" in relay.said


class TestSigningIn:
    @pytest.mark.parametrize("offer", ["AUTH LOGIN PLAIN", "AUTH=PLAIN", "AUTH LOGIN"])
    def test_by_what_the_relay_offers(self, tmp_path: Path, offer: str) -> None:
        with hostile(tmp_path / "ledger", {}, offers=[offer]) as relay:
            assert attempt(relay.port, a_mail(), user="利用者", password="合言葉").verdict is SENT

        spoken = base64.b64decode(relay.said[1].rpartition(" ")[2]) if "PLAIN" in offer else b""
        assert "PLAIN" not in offer or spoken == "\0利用者\0合言葉".encode()

    @pytest.mark.parametrize("code", [530, 534, 535, 538])
    def test_a_refused_password_waits_and_is_loud(self, tmp_path: Path, code: int) -> None:
        with hostile(tmp_path / "ledger", {"auth": [f"{code} no"]}, offers=["AUTH PLAIN"]) as relay:
            outcome = attempt(relay.port, a_mail(), user="u", password="p")

        assert outcome == Outcome(RETRY, f"auth-{code}", loud=True)

    def test_a_relay_that_offers_no_way_is_loud(self, tmp_path: Path) -> None:
        with hostile(tmp_path / "ledger", {}) as relay:
            outcome = attempt(relay.port, a_mail(), user="u", password="p")

        assert outcome == Outcome(RETRY, "auth-not-offered", loud=True)

    def test_a_relay_that_wants_a_password_is_loud(self, tmp_path: Path) -> None:
        with hostile(tmp_path / "ledger", {"mail": ["530 sign in first"]}) as relay:
            assert attempt(relay.port, a_mail()) == Outcome(RETRY, "mail-530", loud=True)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return str(tmp_path / "ca.pem")


@pytest.fixture
def serving(authority: trustme.CA) -> Callable[[str], ssl.SSLContext]:
    def context(name: str) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(made)
        return made

    return context


class TestTls:
    @pytest.mark.parametrize("security", ["smtp+starttls", "smtps"])
    def test_a_trusted_relay(
        self, tmp_path: Path, ca_file: str, serving: Callable[[str], ssl.SSLContext], security: str
    ) -> None:
        wrapped = security == "smtps"
        tls = serving("127.0.0.1")
        with hostile(tmp_path / "l", {}, offers=["STARTTLS"], tls=tls, wrapped=wrapped) as relay:
            assert attempt(relay.port, a_mail(), security=security, ca_file=ca_file).verdict is SENT

        assert relay.said.count("EHLO example.co.jp") == (1 if wrapped else 2)

    @pytest.mark.parametrize("security", ["smtp+starttls", "smtps"])
    @pytest.mark.parametrize("wrong", ["unknown authority", "other name"])
    def test_a_wrong_certificate_is_refused_before_anything_is_said(
        self,
        tmp_path: Path,
        ca_file: str,
        serving: Callable[[str], ssl.SSLContext],
        security: str,
        wrong: str,
    ) -> None:
        tls = serving("other.test" if wrong == "other name" else "127.0.0.1")
        trusted = {"ca_file": ca_file} if wrong == "other name" else {}
        wrapped = security == "smtps"
        with hostile(tmp_path / "l", {}, offers=["STARTTLS"], tls=tls, wrapped=wrapped) as relay:
            outcome = attempt(relay.port, a_mail(), security=security, user="u", password="p", **trusted)

        assert outcome == Outcome(RETRY, "tls-untrusted" if wrapped else "starttls-untrusted", loud=True)
        assert not any(line.startswith(("AUTH", "MAIL")) for line in relay.said)

    def test_starttls_not_offered(self, tmp_path: Path) -> None:
        with hostile(tmp_path / "l", {}) as relay:
            outcome = attempt(relay.port, a_mail(), security="smtp+starttls", user="u", password="p")

        assert outcome == Outcome(RETRY, "starttls-not-offered", loud=True)

    def test_an_answer_planted_before_the_handshake(self, tmp_path: Path) -> None:
        plan = {"starttls": ["220 go on\r\n250 planted"]}
        with hostile(tmp_path / "l", plan, offers=["STARTTLS"]) as relay:
            outcome = attempt(relay.port, a_mail(), security="smtp+starttls")

        assert outcome == Outcome(RETRY, "starttls-untrusted", loud=True)

    def test_a_handshake_that_never_ends(self, tmp_path: Path) -> None:
        with hostile(tmp_path / "l", {"greeting": [bad.HANG]}) as relay:
            outcome = send(to(relay.port, security="smtps"), a_mail(), timeout=5, per_verb=0.3)

        assert outcome == Outcome(RETRY, "tls-lost")


class TestTarget:
    def test_each_form(self, tmp_path: Path) -> None:
        (tmp_path / "ca.pem").write_text("x")
        assert parse_target("smtp://127.0.0.1:1025") == Target("smtp", "127.0.0.1", 1025)
        assert parse_target("smtp+starttls://u%40x:p%2Fw@mail.example.jp") == Target(
            "smtp+starttls", "mail.example.jp", 587, "u@x", "p/w"
        )
        assert parse_target(f"smtps://mail.example.jp?ca={tmp_path}/ca.pem") == Target(
            "smtps", "mail.example.jp", 465, ca_file=f"{tmp_path}/ca.pem"
        )
        assert parse_target("dir:///var/%E7%AA%93").folder == Path("/var/窓")

    @pytest.mark.parametrize(
        "url",
        [
            "", "mail.example.jp", "http://mail.example.jp", "smtp://", "smtp://host:x", "smtp://host:0",
            "smtp://host:99999", "smtp://a..b", "smtp://host/path", "smtp://host?x=1", "smtp://host?ca=/no",
            "smtps://u@host", "smtps://:hushhush@host", "smtp://u:hushhush@mail.example.jp",
            "smtps://u:hush/hush@host", "smtps://u:hush#hush@host", "dir://folder", "dir:relative", "smtp://[::1",
        ],
    )  # fmt: skip
    def test_a_wrong_value_says_how_to_mend_it_and_repeats_nothing(self, url: str) -> None:
        with pytest.raises(errors.BadMailUrl, match=r"ください|始めて|できません|です。") as refused:
            parse_target(url)

        assert "hush" not in str(refused.value)

    def test_the_password_is_never_shown(self) -> None:
        assert "hushhush" not in repr(parse_target("smtps://u:hushhush@host"))

    def test_a_password_in_the_clear_stays_on_this_machine(self) -> None:
        assert parse_target("smtp://u:p@127.0.0.1:25").password == "p"
        assert parse_target("smtp://u:p@[::1]:25").password == "p"


class TestFolder:
    def test_the_same_mail_is_the_same_file(self, tmp_path: Path) -> None:
        mail = a_mail()
        assert drop(tmp_path / "out", mail) == drop(tmp_path / "out", mail) == Outcome(SENT, "folder-written")

        (file,) = (tmp_path / "out").iterdir()
        assert file.name == file_name(mail)
        assert file.name.startswith("20261124T100000-")
        assert file.read_bytes() == (
            b"Return-Path: <desk@example.co.jp>\r\nDelivered-To: taro@example.com\r\n" + mail.content
        )

    def test_another_mail_is_another_file(self, tmp_path: Path) -> None:
        drop(tmp_path, a_mail())
        drop(tmp_path, a_mail())

        assert len(list(tmp_path.glob("*.eml"))) == len(list(tmp_path.iterdir())) == 2

    def test_a_folder_that_cannot_be_written_is_loud(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")

        assert drop(tmp_path / "file" / "out", a_mail()) == Outcome(RETRY, "folder-unwritable", loud=True)

    def test_a_malformed_envelope_is_not_written(self, tmp_path: Path) -> None:
        mail = replace(a_mail(), recipient="a@example.com\r\nBcc: b@example.com")

        assert drop(tmp_path, mail) == Outcome(REFUSED, "recipient-malformed")
        assert list(tmp_path.iterdir()) == []


class TestCaps:
    def test_caps(self) -> None:
        limits = rules.Limits(per_address_day=3, per_site_hour=100)
        rules.check_within_caps(sent_to_address_today=2, sent_site_this_hour=99, limits=limits)
        with pytest.raises(errors.AddressCapReached):
            rules.check_within_caps(sent_to_address_today=3, sent_site_this_hour=0, limits=limits)
        with pytest.raises(errors.SiteCapReached):
            rules.check_within_caps(sent_to_address_today=0, sent_site_this_hour=100, limits=limits)
