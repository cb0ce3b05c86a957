"""Only `lib.net` opens sockets, and only a short list of modules calls it: nothing phones home unnoticed."""

from pathlib import Path

from tests.architecture.source import SRC, imports, plant

OWNER = "madoguchi.foundation.lib.net"
NETWORK = (
    "socket", "ssl", "http.client", "urllib.request", "smtplib", "imaplib", "poplib", "ftplib", "asyncio",
    "xmlrpc.client", "telnetlib", "socketserver", "http.server", "httpx", "requests", "aiohttp", "urllib3",
    "django.core.mail",
)  # fmt: skip
# Mail out; the scanner of attachments; the look at our own public pages; and the trial asks whether something answers at its port already.
CALLERS = {
    "madoguchi.rooms.delivery.smtp",
    "madoguchi.rooms.delivery.imap",
    "madoguchi.rooms.delivery.imap_wire",
    "madoguchi.rooms.delivery.resolving",
    "madoguchi.rooms.inquiries.scanning",
    "madoguchi.config.probing",
    "madoguchi.config.cli.demo",
}


def _is_network(target: str) -> bool:
    return any(target == name or target.startswith(name + ".") for name in NETWORK)


def owners(src: Path = SRC) -> list[str]:
    return [str(each) for each in imports(src) if _is_network(each.target) and each.importer != OWNER]


def callers(src: Path = SRC) -> set[str]:
    return {each.importer for each in imports(src) if each.target == OWNER or each.module == OWNER}


def test_sockets_have_one_owner() -> None:
    assert owners() == []


def test_the_owner_is_called_by_a_short_list() -> None:
    assert callers() == CALLERS


def test_planted_sockets_are_caught(tmp_path: Path) -> None:
    src = plant(
        tmp_path,
        {
            "rooms/a/jobs.py": "import smtplib\n",
            "rooms/a/queries.py": "from urllib import request\nfrom urllib.parse import urlsplit\n",
            "rooms/a/rules.py": "from http import HTTPStatus\nfrom http.client import HTTPConnection\n",
            "foundation/lib/net.py": "import socket\n",
            "faces/x.py": "from madoguchi.foundation.lib import net\n",
        },
    )

    assert owners(src) == [
        "madoguchi.rooms.a.jobs:1 imports smtplib",
        "madoguchi.rooms.a.queries:1 imports urllib.request",
        "madoguchi.rooms.a.rules:2 imports http.client.HTTPConnection",
    ]
    assert callers(src) == {"madoguchi.faces.x"}
