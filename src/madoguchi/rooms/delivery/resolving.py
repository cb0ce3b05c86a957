"""Questions to the name servers of this machine: TXT, A, AAAA, MX, PTR, each once, all within one deadline.

Messages are built and read by dnspython; sockets belong to `lib.net` (ADR 0022). A cut answer is asked for again over
TCP (RFC 1035 §4.2.1); an answer to another question is no answer.
"""

from collections.abc import Sequence
from dataclasses import InitVar, dataclass, field
from pathlib import Path

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.reversename

from madoguchi.foundation.lib import net

_TRIES = 2
_PATIENCE = 1.5  # seconds for one try
_PAYLOAD = 1232  # bytes of a datagram that is not cut on its way (DNS flag day 2020)
_RESOLV = Path("/etc/resolv.conf")


class Unanswered(Exception):
    """Nobody knows: `code` is timeout, servfail, malformed or nobody-to-ask. Not the same as: there is nothing."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass
class Resolver:
    """`servers` are pairs of address and port; `seconds` bound all questions together."""

    servers: Sequence[tuple[str, int]]
    seconds: InitVar[float]
    deadline: net.Deadline = field(init=False)
    _known: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self, seconds: float) -> None:
        self.deadline = net.Deadline(seconds)

    def texts(self, name: str) -> tuple[str, ...]:
        """Each record whole: its strings are joined without spaces (RFC 7208 §3.3)."""
        return self.records(name, "TXT")

    def addresses(self, name: str) -> tuple[str, ...]:
        return self.records(name, "A") + self.records(name, "AAAA")

    def names_of(self, address: str) -> tuple[str, ...]:
        return self.records(str(dns.reversename.from_address(address)), "PTR")

    def records(self, name: str, kind: str) -> tuple[str, ...]:
        """Nothing is an empty tuple. Raises Unanswered."""
        asked = (name.rstrip(".").lower(), kind)
        if asked not in self._known:
            self._known[asked] = self._ask(*asked)
        return self._known[asked]

    def _ask(self, name: str, kind: str) -> tuple[str, ...]:
        try:
            query = dns.message.make_query(dns.name.from_text(name), kind, use_edns=0, payload=_PAYLOAD)
        except dns.exception.DNSException:
            raise Unanswered("malformed") from None
        failure = Unanswered("nobody-to-ask")
        for _ in range(_TRIES):
            for server in self.servers:
                try:
                    return _found(self._exchange(server, query), kind)
                except Unanswered as each:
                    failure = each
        raise failure

    def _exchange(self, server: tuple[str, int], query: dns.message.Message) -> dns.message.Message:
        wire = query.to_wire()
        try:
            answer = self._read(net.ask(*server, wire, timeout=min(_PATIENCE, self.deadline.left())), query)
            if answer.flags & dns.flags.TC:
                more = net.ask_at_length(*server, wire, timeout=min(_PATIENCE, self.deadline.left()))
                answer = self._read(more, query)
        except TimeoutError:
            raise Unanswered("timeout") from None
        except OSError:
            raise Unanswered("nobody-to-ask") from None
        return answer

    def _read(self, wire: bytes, query: dns.message.Message) -> dns.message.Message:
        try:
            answer = dns.message.from_wire(wire, ignore_trailing=True)
        except dns.exception.DNSException:
            raise Unanswered("malformed") from None
        if not query.is_response(answer):
            raise Unanswered("malformed")
        return answer


def _found(answer: dns.message.Message, kind: str) -> tuple[str, ...]:
    """Aliases are followed inside the answer, as the server we ask has done."""
    if answer.rcode() == dns.rcode.NXDOMAIN:
        return ()
    if answer.rcode() != dns.rcode.NOERROR:
        raise Unanswered("servfail")
    wanted = dns.rdatatype.from_text(kind)
    records = [each for group in answer.answer if group.rdtype == wanted for each in group]
    return tuple(_in_words(each, kind) for each in records)


def _in_words(record: object, kind: str) -> str:
    match kind:
        case "TXT":
            return b"".join(record.strings).decode("utf-8", "replace")  # type: ignore[attr-defined]
        case "MX":
            return str(record.exchange).rstrip(".")  # type: ignore[attr-defined]
        case "PTR":
            return str(record.target).rstrip(".")  # type: ignore[attr-defined]
        case _:
            return str(record.address)  # type: ignore[attr-defined]


def servers_named(setting: str) -> list[tuple[str, int]]:
    """`address:port`, several by commas; without a setting, those of /etc/resolv.conf."""
    if setting:
        return [_server(each.strip()) for each in setting.split(",")]
    try:
        lines = _RESOLV.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    named = [line.split() for line in lines if line.startswith("nameserver")]
    return [(parts[1].partition("%")[0], 53) for parts in named if len(parts) > 1][:3]


def _server(said: str) -> tuple[str, int]:
    host, colon, port = said.rpartition(":")
    return (host.strip("[]"), int(port)) if colon and port.isdecimal() else (said, 53)
