"""Really running servers and a real browser, on loopback, ended by the test run that started them."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.servers import free_port

CHROMIUM = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@dataclass
class Live:
    """A running installation."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]
    environment: dict[str, str]

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def mailbox(self) -> Path:
        return self.folder / "mailbox"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`madoguchi …` in this installation's surroundings."""
        command = [sys.executable, "-m", "madoguchi", *arguments]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )

    def receive(self, mails: Iterable[bytes]) -> None:
        """Mails from outside, through the same door as `mail in`, in one process for all; the worker places them."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        for n, raw in enumerate(mails):
            (folder / f"{n:03}.eml").write_bytes(raw)
        environment = self.environment | {
            "MADOGUCHI_DATA_DIR": str(self.data), "MADOGUCHI_KEY_DIR": str(self.folder / "keys"),
            "MADOGUCHI_MAIL_URL": f"dir://{self.mailbox}", "DJANGO_SETTINGS_MODULE": "madoguchi.config.settings",
            "MADOGUCHI_BASE_URL": self.url,
        }  # fmt: skip
        subprocess.run([sys.executable, "-c", _KEEP, str(folder)], env=environment, check=True, timeout=120)
        shutil.rmtree(folder)


_KEEP = """
import sys
from pathlib import Path
import django
django.setup()
from madoguchi.rooms.delivery.actions.keep_mail import keep_mail
from madoguchi.rooms.organisation.queries import only_entity
for path in sorted(Path(sys.argv[1]).glob("*.eml")):
    keep_mail(raw=path.read_bytes(), entity_id=only_entity().id, origin=None)
"""


def surroundings(folder: Path, port: int, **more: str) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("MADOGUCHI_", "DJANGO_"))
    }
    return kept | {
        "MADOGUCHI_DATA_DIR": str(folder / "data"),
        "MADOGUCHI_KEY_DIR": str(folder / "keys"),
        "MADOGUCHI_MAIL_URL": f"dir://{folder / 'mailbox'}",
        "MADOGUCHI_BASE_URL": f"http://localhost:{port}",
        **more,
    }


@contextmanager
def running(folder: Path, arguments: list[str], environment: dict[str, str], port: int) -> Iterator[Live]:
    """Start `madoguchi …`, wait until it answers, end it afterwards (by its own process id)."""
    (folder / "mailbox").mkdir(parents=True, exist_ok=True)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "madoguchi", *arguments],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        live = Live(f"http://localhost:{port}", folder, process, environment)
        try:
            _wait(live)
            yield live
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(live: Live, seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if live.process.poll() is not None:
            raise RuntimeError(live.log.read_text())
        try:
            with urlopen(f"{live.url}/healthz", timeout=2):  # noqa: S310  our own server
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the server did not answer: " + live.log.read_text())


@contextmanager
def serving(folder: Path, **more: str) -> Iterator[Live]:
    """`init` and `serve` in a folder of their own."""
    port = free_port()
    environment = surroundings(folder, port, **more)
    for name in ("data", "keys", "mailbox"):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    subprocess.run(
        [sys.executable, "-m", "madoguchi", "init", "--profile", "eclore", "--yes"],
        env=environment, check=True, timeout=60, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    with running(folder, ["serve", "--bind", f"127.0.0.1:{port}"], environment, port) as live:
        yield live


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A served installation without samples."""
    with serving(tmp_path_factory.mktemp("live")) as started:
        yield started


@pytest.fixture(scope="session")
def live_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """`madoguchi demo`, as `make run` starts it."""
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("MADOGUCHI_", "DJANGO_"))
    }
    with running(folder, ["demo", "--dir", str(folder), "--port", str(port)], kept, port) as started:
        yield started


def _once_loaded(owner: type, name: str) -> None:
    """A click waits only until the next page has begun; what looks at once, without waiting, looks at the whole page."""
    at_once = getattr(owner, name)

    def asked(self: Page | Locator, *given: Any, **named: Any) -> Any:
        (self.page if isinstance(self, Locator) else self).wait_for_load_state()
        return at_once(self, *given, **named)

    setattr(owner, name, asked)


for _owner, _name in ((Page, "evaluate"), (Locator, "count"), (Locator, "all"), (Locator, "is_visible")):
    _once_loaded(_owner, _name)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        raise RuntimeError("no browser: apt-get install chromium")
    arguments = [*CHROMIUM, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    expect.set_options(timeout=20_000)  # patience for a busy machine; nothing is measured
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=arguments)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="ja-JP", viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    return opened
