"""What every test stands on: an installed house in a database of its own, on the engine asked for.

Each process installs once into a template; each test gets a copy of it, replaced and never flushed, since
audit rows refuse deletion. MADOGUCHI_TEST_ENGINE=postgresql runs the same tests on a real server.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(tempfile.mkdtemp(prefix="madoguchi-tests-"))
ENGINE = os.environ.get("MADOGUCHI_TEST_ENGINE", "sqlite")

for _name in [
    name for name in os.environ if name.startswith("MADOGUCHI_") and not name.startswith("MADOGUCHI_TEST_")
]:
    del os.environ[_name]
os.environ |= {
    "MADOGUCHI_DATA_DIR": str(_ROOT / "data"),
    "MADOGUCHI_KEY_DIR": str(_ROOT / "keys"),
    "MADOGUCHI_MAIL_URL": f"dir://{_ROOT / 'mailbox'}",
    "MADOGUCHI_TEST_HOOKS": "1",
    "DJANGO_SETTINGS_MODULE": "madoguchi.config.settings",
}
for _folder in ("data", "keys", "mailbox"):
    (_ROOT / _folder).mkdir(mode=0o700)

from madoguchi.config.identity import write_secret_key  # noqa: E402

write_secret_key(_ROOT / "keys")
_server = None
if ENGINE == "postgresql":
    from tests.servers import postgresql_server

    if "PYTEST_XDIST_WORKER" not in os.environ:  # started once, by the process that starts the others
        _server = postgresql_server()
        os.environ["MADOGUCHI_TEST_POSTGRESQL"] = _server.url
    _name = "madoguchi_" + os.environ.get("PYTEST_XDIST_WORKER", "main")
    os.environ["MADOGUCHI_DATABASE_URL"] = f"{os.environ['MADOGUCHI_TEST_POSTGRESQL']}/{_name}"

import django  # noqa: E402

django.setup()

from django.conf import settings as django_settings  # noqa: E402

django_settings.ALLOWED_HOSTS.append("testserver")  # the name of Django's test client

from hypothesis import settings as hypothesis_settings  # noqa: E402
from playwright.sync_api import Error as PlaywrightError  # noqa: E402

from tests.engines import Engine, start_engine  # noqa: E402

hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")
_SKIPS = (Path(__file__).parent / "skips.txt").read_text(encoding="utf-8").splitlines()
pytest_plugins = ["tests.house", "tests.live"]


_LONG = (
    "faults",
    "browser",
    "config",
)  # folders whose files take longest: first, so that none is left at the end


@pytest.hookimpl(tryfirst=True, wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Whoever stands on a database meets a table; who starts one elsewhere says so with the same mark."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        if "engine" in names:
            item.add_marker("tables")
        if "browser" in names:  # a page not drawn in time is opened once more; what is asserted never is
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=[PlaywrightError]))
    yield  # chosen and shuffled
    items.sort(key=lambda item: item.path.parent.name not in _LONG)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """In CI a skip is a failure, unless its reason stands in tests/skips.txt."""
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if reason.removeprefix("Skipped: ") not in _SKIPS:
            report.outcome = "failed"
            report.longrepr = f"skipped in CI: {reason}"


def pytest_unconfigure(config: pytest.Config) -> None:
    if _server is not None:
        _server.stop()
    shutil.rmtree(_ROOT, ignore_errors=True)


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    with start_engine(_ROOT) as started:
        yield started
