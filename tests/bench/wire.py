"""What a browser fetches for the form page: requests and bytes, headers included."""

import http.client
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Wire:
    requests: int
    bytes: int
    page: bytes


class _Fetched(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "link" and (given.get("rel") or "") in ("stylesheet", "icon", "preload", "modulepreload"):
            self.addresses.append(given.get("href") or "")
        if tag in ("script", "img", "iframe") and given.get("src"):
            self.addresses.append(given["src"] or "")


def fetch(port: int) -> Wire:
    """The page packed and, beside it, everything that it refers to."""
    import gzip

    packed, size = _get(port, "/")
    found = _Fetched()
    found.feed(gzip.decompress(packed).decode())
    others = [
        _get(port, address)[1] for address in dict.fromkeys(found.addresses) if not urlsplit(address).netloc
    ]
    return Wire(1 + len(others), size + sum(others), packed)


def _get(port: int, path: str) -> tuple[bytes, int]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    body = response.read()
    head = sum(len(name) + len(value) + 4 for name, value in response.getheaders()) + len(
        "HTTP/1.1 200 OK\r\n\r\n"
    )
    connection.close()
    return body, len(body) + head
