"""What stands between a house and whoever looks at it from outside: a server on loopback that passes pages on,
and may change them on the way as a cache would."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import Request, urlopen

Page = tuple[int, bytes]


@dataclass
class Glass:
    """`fetch` gives the page of a path; `change` makes of it what is shown. `asked`: paths, in order."""

    url: str
    fetch: Callable[[str], Page]
    change: Callable[[bytes], bytes] = lambda body: body
    status: int | None = None
    asked: list[str] = field(default_factory=list)

    def page(self, path: str) -> Page:
        self.asked.append(path)
        status, body = self.fetch(path)
        return self.status or status, self.change(body)


@contextmanager
def glass(fetch: Callable[[str], Page]) -> Iterator[Glass]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = shown.page(self.path)
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shown = Glass(f"http://127.0.0.1:{server.server_port}", fetch)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield shown
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def passed_on(origin: str) -> Callable[[str], Page]:
    """Pages of a running server, asked for by its own name."""

    def fetch(path: str) -> Page:
        request = Request(origin + path, headers={"Cache-Control": "no-cache"})  # noqa: S310  our own server
        try:
            with urlopen(request, timeout=10) as answer:  # noqa: S310
                return answer.status, answer.read()
        except HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 502, b""

    return fetch
