"""What name servers say of our sender, and how it is said to a person: good, missing, broken, silent, lying."""

from base64 import b64encode
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from madoguchi.rooms.delivery.resolving import Resolver, Unanswered, servers_named
from madoguchi.rooms.delivery.sender import dkim, dmarc, relays, reverse, spf
from madoguchi.rooms.delivery.sender.findings import Finding
from madoguchi.rooms.delivery.sender.results import read_results
from tests.rooms.delivery.names import CUT, GARBAGE, SERVFAIL, SILENT, WRONG_ID, Zone, names, txt

DOMAIN, HOST = "example.co.jp", "mail.example.co.jp"
Look = Callable[[Resolver], list[Finding]]


def ask(zone: Zone, look: Look, *, seconds: float = 5) -> list[Finding]:
    with names(zone) as server:
        return look(Resolver([("127.0.0.1", server.port)], seconds))


def spf_of(zone: Zone, host: str = HOST) -> list[tuple[str, str]]:
    return [(each.code, each.level) for each in ask(zone, lambda dns: spf.look(DOMAIN, host, dns))]


def record(*values: str) -> dict[tuple[str, str], list[str]]:
    return {(DOMAIN, "TXT"): txt(*values), (HOST, "A"): ["192.0.2.10"]}


class TestSpf:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("v=spf1 a:mail.example.co.jp ~all", [("good", "good")]),
            ("v=spf1 ip4:192.0.2.0/24 -all", [("good", "good")]),
            ("V=SPF1 IP4:192.0.2.10 -ALL", [("good", "good")]),
            ("v=spf1 ip4:198.51.100.1 ~all", [("not-covered", "wrong")]),
            ("v=spf1 a:mail.example.co.jp +all", [("ending+all", "wrong")]),
            ("v=spf1 a:mail.example.co.jp all", [("ending+all", "wrong")]),
            ("v=spf1 a:mail.example.co.jp ?all", [("ending?all", "advice")]),
            ("v=spf1 a:mail.example.co.jp", [("ending", "advice")]),
            ("v=spf1 -ip4:192.0.2.10 ~all", [("not-covered", "wrong")]),
            ("v=spf1 ip4:192.0.2.999 ~all", [("syntax", "wrong")]),
            ("v=spf1 inculde:x.example ~all", [("syntax", "wrong")]),
            ("v=spf1 include: ~all", [("syntax", "wrong")]),
            ("v=spf1 include:missing.example ~all", [("no-record", "wrong")]),
            ("v=spf1 redirect=example.co.jp", [("loop", "wrong")]),
            ("v=spf10 ~all", [("none", "wrong")]),
            ("some other text", [("none", "wrong")]),
        ],
    )
    def test_records(self, text: str, found: list[tuple[str, str]]) -> None:
        assert spf_of(record(text)) == found

    def test_the_record_that_mends_it_keeps_what_is_there(self) -> None:
        (found,) = ask(record("v=spf1 mx -all"), lambda dns: spf.look(DOMAIN, "smtp.gmail.com", dns))

        assert found.record is not None
        assert (found.record.name, found.record.kind) == (DOMAIN, "TXT")
        assert found.record.value == "v=spf1 mx include:_spf.google.com -all"
        assert "Google Workspace" in found.says

    def test_without_one_a_whole_one_is_proposed(self) -> None:
        (found,) = ask({}, lambda dns: spf.look(DOMAIN, HOST, dns))

        assert found.record is not None
        assert found.record.value == f"v=spf1 a:{HOST} ~all"

    def test_two_records_are_none(self) -> None:
        assert spf_of(record("v=spf1 a ~all", "v=spf1 mx ~all")) == [("multiple", "wrong")]

    def test_other_texts_do_not_disturb(self) -> None:
        assert spf_of(record("google-site-verification=x", "v=spf1 ip4:192.0.2.10 ~all")) == [
            ("good", "good")
        ]

    def test_what_is_included_counts(self) -> None:
        zone = record("v=spf1 include:one.example ~all") | {
            ("one.example", "TXT"): txt("v=spf1 include:two.example -all"),
            ("two.example", "TXT"): txt("v=spf1 ip4:192.0.2.0/24 +all"),
        }
        assert spf_of(zone) == [("good", "good")]

    def test_a_record_that_stands_elsewhere(self) -> None:
        zone = record("v=spf1 redirect=other.example") | {
            ("other.example", "TXT"): txt("v=spf1 ip4:192.0.2.10 ~all")
        }
        assert spf_of(zone) == [("good", "good")]

    @pytest.mark.parametrize(("count", "code"), [(10, "good"), (11, "too-many")])
    def test_ten_questions_are_the_most(self, count: int, code: str) -> None:
        includes = " ".join(f"include:i{n}.example" for n in range(count))
        zone = record(f"v=spf1 ip4:192.0.2.10 {includes} ~all") | {
            (f"i{n}.example", "TXT"): txt("v=spf1 ip4:198.51.100.1 -all") for n in range(count)
        }
        assert spf_of(zone)[0][0] == code

    def test_names_without_anything_are_counted(self) -> None:
        gone = " ".join(f"a:gone{n}.example" for n in range(3))
        assert spf_of(record(f"v=spf1 ip4:192.0.2.10 {gone} ~all"))[0] == ("void", "wrong")

    def test_a_circle_ends(self) -> None:
        zone = record("v=spf1 include:a.example ~all") | {
            ("a.example", "TXT"): txt("v=spf1 include:b.example ~all"),
            ("b.example", "TXT"): txt("v=spf1 include:a.example ~all"),
        }
        assert spf_of(zone) == [("loop", "wrong")]

    def test_a_long_record_is_one(self) -> None:
        text = "v=spf1 " + " ".join(f"ip4:198.51.100.{n}" for n in range(40)) + " ip4:192.0.2.10 ~all"
        assert len(text) > 500
        assert spf_of(record(text)) == [("good", "good")]

    def test_nobody_knows_where_a_relay_of_this_machine_sends_from(self) -> None:
        assert spf_of(record("v=spf1 mx ~all"), host="") == [("no-host", "unknown")]


class TestAnswers:
    @pytest.mark.parametrize(
        ("said", "code"),
        [(SILENT, "timeout"), (SERVFAIL, "servfail"), (WRONG_ID, "malformed"), (GARBAGE, "malformed")],
    )
    def test_not_knowing_is_not_the_same_as_nothing(self, said: str, code: str) -> None:
        (found,) = ask({(DOMAIN, "TXT"): said}, lambda dns: spf.look(DOMAIN, HOST, dns), seconds=1)

        assert (found.code, found.level) == (code, "unknown")

    def test_a_cut_answer_is_asked_for_at_length(self) -> None:
        with names({(DOMAIN, "TXT"): f'{CUT}|"v=spf1 -all"'}) as server:
            resolver = Resolver([("127.0.0.1", server.port)], 5)
            assert resolver.texts(DOMAIN) == ("v=spf1 -all",)
            assert [way for _, _, way in server.asked] == ["udp", "tcp"]

    def test_a_question_is_asked_once(self) -> None:
        with names({(DOMAIN, "TXT"): txt("x")}) as server:
            resolver = Resolver([("127.0.0.1", server.port)], 5)
            assert resolver.texts(DOMAIN) == resolver.texts(DOMAIN.upper() + ".") == ("x",)
            assert len(server.asked) == 1

    def test_another_server_is_asked_when_one_is_silent(self) -> None:
        with names({(DOMAIN, "TXT"): SILENT}) as deaf, names({(DOMAIN, "TXT"): txt("x")}) as server:
            pair = [("127.0.0.1", deaf.port), ("127.0.0.1", server.port)]
            assert Resolver(pair, 5).texts(DOMAIN) == ("x",)

    @pytest.mark.parametrize("name", ["a..b", "x" * 64 + ".jp"])
    def test_an_impossible_name(self, name: str) -> None:
        with names({}) as server:
            resolver = Resolver([("127.0.0.1", server.port)], 1)
            with pytest.raises(Unanswered):
                resolver.texts(name)

    def test_nobody_to_ask(self) -> None:
        with pytest.raises(Unanswered, match="nobody-to-ask"):
            Resolver([], 1).texts(DOMAIN)

    def test_servers(self) -> None:
        assert servers_named("192.0.2.53, 127.0.0.1:5353,[2001:db8::1]:53") == [
            ("192.0.2.53", 53), ("127.0.0.1", 5353), ("2001:db8::1", 53),
        ]  # fmt: skip


def key(bits: int) -> str:
    public = rsa.generate_private_key(65537, bits).public_key()
    return b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


class TestDkim:
    def found(self, text: str | list[str], selectors: list[str] | None = None) -> list[tuple[str, str]]:
        zone = {(f"s1._domainkey.{DOMAIN}", "TXT"): txt(*([text] if isinstance(text, str) else text))}
        looked = ask(zone, lambda dns: dkim.look(DOMAIN, HOST, selectors or ["s1"], dns))
        return [(each.code, each.level) for each in looked]

    def test_keys(self) -> None:
        long, short = key(2048), key(1024)
        raw = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        assert self.found(f"v=DKIM1; k=rsa; p={long}") == [("good", "good")]
        assert self.found(f"p={long[:100]} {long[100:]}") == [("good", "good")]
        assert self.found(f"v=DKIM1; k=ed25519; p={b64encode(raw).decode()}") == [("good", "good")]
        assert self.found(f"v=DKIM1; t=y; p={long}") == [("testing", "advice")]
        assert self.found(f"v=DKIM1; p={short}") == [("short", "advice")]
        assert self.found(f"v=DKIM1; p={long[:200]}") == [("syntax", "wrong")]
        assert self.found("v=DKIM1; p=") == [("revoked", "wrong")]
        assert self.found("v=DKIM2; p=xx") == [("syntax", "wrong")]
        assert self.found(["v=DKIM1; p=", "v=DKIM1; p=x"]) == [("multiple", "wrong")]
        assert self.found("v=DKIM1; p=x", ["other"]) == [("none", "wrong")]

    def test_a_key_behind_an_alias(self) -> None:
        zone = {
            (f"s1._domainkey.{DOMAIN}", "CNAME"): ["s1.domainkey.u1.wl.sendgrid.net"],
            ("s1.domainkey.u1.wl.sendgrid.net", "TXT"): txt(f"k=rsa; p={key(2048)}"),
        }
        (found,) = ask(zone, lambda dns: dkim.look(DOMAIN, "smtp.sendgrid.net", [], dns))

        assert found.code == "good"

    def test_without_a_name_the_relay_is_asked_about(self) -> None:
        (own,) = ask({}, lambda dns: dkim.look(DOMAIN, HOST, [], dns))
        (theirs,) = ask({}, lambda dns: dkim.look(DOMAIN, "smtp.office365.com", [], dns))

        assert (own.code, theirs.code) == ("no-selector", "none")
        assert "selector2._domainkey.example.co.jp" in theirs.says


class TestDmarc:
    @pytest.mark.parametrize(
        ("texts", "found"),
        [
            ([], ("none", "wrong")),
            (["v=DMARC1; p=none"], ("p-none", "advice")),
            (["v=DMARC1; p=quarantine; pct=100"], ("good", "good")),
            (["v=DMARC1;p=reject"], ("good", "good")),
            (["v=DMARC1; p=perhaps"], ("syntax", "wrong")),
            (["v=DMARC1"], ("syntax", "wrong")),
            (["v=DMARC1; p=none", "v=DMARC1; p=reject"], ("multiple", "wrong")),
            (["hello"], ("none", "wrong")),
        ],
    )
    def test_records(self, texts: list[str], found: tuple[str, str]) -> None:
        zone = {(f"_dmarc.{DOMAIN}", "TXT"): txt(*texts)}
        (each,) = ask(zone, lambda dns: dmarc.look(DOMAIN, "desk@example.co.jp", dns))

        assert (each.code, each.level) == found

    def test_that_of_the_domain_above_holds(self) -> None:
        zone = {(f"_dmarc.{DOMAIN}", "TXT"): txt("v=DMARC1; p=reject")}
        (found,) = ask(zone, lambda dns: dmarc.look(f"mail.{DOMAIN}", "x@example.co.jp", dns))

        assert found.code == "good"

    def test_what_is_proposed(self) -> None:
        (none,) = ask({}, lambda dns: dmarc.look(DOMAIN, "desk@example.co.jp", dns))
        zone = {(f"_dmarc.{DOMAIN}", "TXT"): txt("v=DMARC1; p=none; rua=mailto:x@example.jp")}
        (weak,) = ask(zone, lambda dns: dmarc.look(DOMAIN, "desk@example.co.jp", dns))

        assert none.record is not None
        assert weak.record is not None
        assert none.record.value == "v=DMARC1; p=none; rua=mailto:desk@example.co.jp"
        assert weak.record.value == "v=DMARC1; p=quarantine; rua=mailto:x@example.jp"

    def test_names_that_do_not_belong_together(self) -> None:
        def codes(envelope: str, signed: dict[str, str]) -> list[str]:
            return [each.code for each in dmarc.look_at_names(DOMAIN, envelope, signed)]

        assert codes(DOMAIN, {}) == ["good"]
        assert codes(f"bounce.{DOMAIN}", {DOMAIN: "pass"}) == ["good"]
        assert codes("relay.example", {}) == ["envelope"]
        assert codes(DOMAIN, {"relay.example": "pass"}) == ["signature"]
        assert codes(DOMAIN, {"relay.example": "pass", DOMAIN: "pass"}) == ["good"]
        assert codes(DOMAIN, {"notexample.co.jp": "pass"}) == ["signature"]


class TestReverse:
    def found(self, zone: Zone, host: str = HOST) -> str:
        (each,) = ask(zone, lambda dns: reverse.look(host, dns))
        return each.code

    def test_there_and_back(self) -> None:
        there = {(HOST, "A"): ["192.0.2.10"]}
        back = {("10.2.0.192.in-addr.arpa", "PTR"): [f"{HOST}."]}
        astray = {
            ("10.2.0.192.in-addr.arpa", "PTR"): ["other.example."], ("other.example", "A"): ["192.0.2.99"],
        }  # fmt: skip
        assert self.found(there | back) == "good"
        assert self.found(there) == "none"
        assert self.found(there | astray) == "one-way"
        assert self.found({}) == "no-address"
        assert self.found({}, "smtp.gmail.com") == "relay"
        assert self.found({}, "") == "no-host"


def test_relays_by_name() -> None:
    assert relays.mechanism("smtp-relay.gmail.com") == "include:_spf.google.com"
    assert relays.mechanism("email-smtp.ap-northeast-1.amazonaws.com") == "include:amazonses.com"
    assert relays.mechanism("sv1.xserver.jp") == "include:spf.sender.xserver.jp"
    assert relays.mechanism("example.sakura.ne.jp") == "a:example.sakura.ne.jp"
    assert relays.mechanism("notgmail.com") == "a:notgmail.com"


def test_what_the_receiving_side_wrote() -> None:
    raw = (
        b"Authentication-Results: mx.example.jp; spf=pass smtp.mailfrom=x; dkim=pass header.d=relay.example;\r\n"
        b" dkim=fail header.i=@example.co.jp; dmarc=fail\r\n"
        b"Authentication-Results: forged.example; spf=pass; dkim=pass header.d=example.co.jp; dmarc=pass\r\n"
        b"DKIM-Signature: v=1; d=relay.example; s=k1; b=x\r\nDKIM-Signature: v=1; d=example.co.jp;\r\n s=desk; b=y\r\n"
        b"From: x@example.jp\r\n\r\nx\r\n"
    )
    found = read_results(raw)

    assert found.verdicts == {"spf": "pass", "dkim": "pass", "dmarc": "fail"}
    assert found.signed == {"relay.example": "pass", "example.co.jp": "fail"}
    assert found.selectors == ("k1", "desk")


def test_nothing_written_is_nothing_said() -> None:
    found = read_results(b"From: x@example.jp\r\n\r\nx\r\n")

    assert (found.verdicts, found.signed, found.selectors) == ({}, {}, ())
