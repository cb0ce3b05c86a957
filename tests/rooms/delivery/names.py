"""A name server on loopback that says what it was told to, by UDP and TCP; or is silent, or lies."""

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

SILENT, SERVFAIL, WRONG_ID, GARBAGE, CUT = "silent", "servfail", "wrong-id", "garbage", "cut"
Zone = Mapping[tuple[str, str], Sequence[str] | str]
"""(name, kind) → records as text, or one of the misdeeds above. CUT stands before the records, joined by |."""


def txt(*values: str) -> list[str]:
    """TXT records of any length: cut into strings of 255 letters."""
    return [" ".join(f'"{each[n : n + 255]}"' for n in range(0, len(each), 255)) for each in values]


class Names:
    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.asked: list[tuple[str, str, str]] = []
        self.port = 0

    @property
    def setting(self) -> str:
        return f"127.0.0.1:{self.port}"

    def answer(self, wire: bytes, way: str) -> bytes | None:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind, way))
        said = self.zone.get((name, kind), self.zone.get((name, "CNAME"), ()))
        response = dns.message.make_response(query)
        if isinstance(said, str):
            order, _, rest = said.partition("|")
            if order == SILENT:
                return None
            if order == GARBAGE:
                return b"\x00\x01 no message"
            if order == WRONG_ID:
                response.id ^= 1
            if order == SERVFAIL:
                response.set_rcode(dns.rcode.SERVFAIL)
            if order == CUT and way == "udp":
                response.flags |= dns.flags.TC
                return response.to_wire()
            said = [rest] if order == CUT else []
        elif (name, kind) not in self.zone and (name, "CNAME") in self.zone:
            (target,) = said
            response.answer.append(dns.rrset.from_text(name + ".", 60, "IN", "CNAME", target + "."))
            name, said = target, self.zone.get((target, kind), ())
        elif not any(known == name for known, _ in self.zone):
            response.set_rcode(dns.rcode.NXDOMAIN)
        if said:
            response.answer.append(dns.rrset.from_text(name + ".", 60, "IN", kind, *said))
        return response.to_wire()


@contextmanager
def names(zone: Zone) -> Iterator[Names]:
    server = Names(zone)
    tcp = socket.create_server(("127.0.0.1", 0))
    server.port = tcp.getsockname()[1]
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", server.port))
    over = threading.Event()

    def by_udp() -> None:
        while not over.is_set():
            with suppress(TimeoutError, ConnectionError):
                wire, address = udp.recvfrom(4096)
                if (answer := server.answer(wire, "udp")) is not None:
                    udp.sendto(answer, address)

    def by_tcp() -> None:
        while not over.is_set():
            with suppress(TimeoutError, ConnectionError):
                sock, _ = tcp.accept()
                with sock:
                    sock.settimeout(2)
                    length = int.from_bytes(sock.recv(2), "big")
                    if (answer := server.answer(sock.recv(length), "tcp")) is not None:
                        sock.sendall(len(answer).to_bytes(2, "big") + answer)

    threads = [threading.Thread(target=each) for each in (by_udp, by_tcp)]
    for sock in (udp, tcp):
        sock.settimeout(0.05)
    for thread in threads:
        thread.start()
    try:
        yield server
    finally:
        over.set()
        for thread in threads:
            thread.join(5)
        udp.close()
        tcp.close()
