"""The server killed between saving a draft and sending it: what was typed is there when it comes back."""

import re
import urllib.parse
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from tests.faults.house import processes, wait_until
from tests.live import running, surroundings
from tests.servers import free_port

TEXT = "停電の前に書いた文です。"


class Desk:
    """A clerk's browser without a script."""

    def __init__(self, url: str) -> None:
        self.url, self.opener = url, build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        with self.opener.open(self.url + path, timeout=60) as answer:
            return str(answer.read().decode())

    def post(self, path: str, page: str, **data: str) -> str:
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **data}).encode()
        request = Request(self.url + path, body, {"Origin": self.url, "Referer": self.url + path})  # noqa: S310
        with self.opener.open(request, timeout=60) as answer:
            return str(answer.read().decode())

    def sign_in(self) -> None:
        door = self.get("/desk/sign-in/")
        self.post(re.findall(r'action="(/desk/[^"]*)"', door.partition('class="people"')[2])[0], door)


@pytest.mark.timeout(240)
def test_a_draft_outlives_the_server_that_took_it(tmp_path: Path) -> None:
    port = free_port()
    with running(
        tmp_path, ["demo", "--dir", str(tmp_path), "--port", str(port)], surroundings(tmp_path, port), port
    ) as live:
        desk = Desk(live.url)
        desk.sign_in()
        address = re.findall(r'href="(/desk/inquiries/M-[^"?]+/)', desk.get("/desk/inbox/inbox/"))[0]
        saved = desk.post(f"{address}reply/draft/", desk.get(f"{address}?write=reply"), text=TEXT)
        assert "下書きを保存しました。" in saved

        before = processes(live)["web"]
        before.kill()
        before.wait(30)

        wait_until("it answers again", lambda: _answers(live.url), 60)
        back = Desk(live.url)
        back.sign_in()
        page = back.get(f"{address}?write=reply")
        assert TEXT in page
        sent = back.post(f"{address}reply/", page, text=f"{TEXT}お返事の続きです。", then="doing", seen="0")
        assert "お返事を送信待ちに入れました。" in sent
        assert TEXT + "</textarea>" not in back.get(f"{address}?write=reply")


def _answers(url: str) -> bool:
    try:
        return bool(Desk(url).get("/healthz"))
    except (URLError, OSError):
        return False
