"""The policy that strangers are shown is looked at from outside, and held against what was published (T-C11-6)."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.test import Client

import madoguchi
from madoguchi.config import probing
from madoguchi.config.promises import CHECKS, check_promises, probe
from madoguchi.faces.public_site.inquiry.page import forget
from madoguchi.foundation.lib.digests import sha256
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.audit.queries import alarms
from madoguchi.rooms.policy.models import PolicyVersion
from madoguchi.rooms.policy.rules.serving import Seen, seen_on
from madoguchi.rooms.promises.catalogue import by_id
from tests.clockwork import Clock, stopped_clock
from tests.house import House
from tests.journeys.glass import Glass, glass, passed_on
from tests.live import Live, serving
from tests.promises.planting import drop_trigger

NAME = "policy.served-as-published"
SAME_LOOKING = ("個人情報".encode(), "個⼈情報".encode())  # another letter that looks like the first


def one_letter(body: bytes) -> bytes:
    return body.replace(*SAME_LOOKING)


@pytest.fixture
def window(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Glass]:
    """Through it this house is looked at, at an address of its own."""
    monkeypatch.setattr(probing, "AGAIN", 0.0)
    with glass(lambda path: (502, b"")) as shown:
        monkeypatch.setattr(settings, "BASE_URL", shown.url)
        yield shown


def look(window: Glass) -> tuple[int, int, bool]:
    """One probe of the pages as they are now: kept and broken of the promise, and whether the alarm stands."""
    forget()
    answers = {path: Client().get(path) for path in probing.PAGES}
    window.fetch = lambda path: (answers[path].status_code, answers[path].content)
    probe()
    count = CHECKS[NAME]()
    return count.kept, count.broken, NAME in alarms()


@pytest.mark.law("T-C11-6")
@pytest.mark.promise("policy.served-as-published")
def test_T_C11_6_untouched_pages_raise_nothing(window: Glass) -> None:
    assert look(window) == (1, 0, False)
    assert window.asked == ["/policy/", "/"]


@pytest.mark.law("T-C11-6")
@pytest.mark.promise("policy.served-as-published")
def test_T_C11_6_one_letter_changed_on_the_way_raises_the_alarm(window: Glass) -> None:
    window.change = one_letter
    assert look(window) == (0, 1, True)

    window.change = lambda body: body
    assert look(window) == (1, 0, False)


@pytest.mark.law("T-C11-6")
@pytest.mark.promise("policy.served-as-published")
@pytest.mark.parametrize("whole", [False, True], ids=["text", "text-and-digest"])
def test_T_C11_6_a_changed_row_raises_the_alarm(window: Glass, whole: bool) -> None:
    """Whoever writes in the database may change the digest beside the text, and not the one in the record."""
    look(window)
    drop_trigger("policy_policyversion", "policy_policyversion_no_update")
    version = PolicyVersion.objects.get()
    html = version.html.replace("個人情報", "個⼈情報", 1)
    values = {"html": html} | ({"digest": sha256(html.encode())} if whole else {})
    PolicyVersion.objects.filter(id=version.id).update(**values)

    assert look(window)[1:] == (1, True)


@pytest.mark.promise("policy.served-as-published")
@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.replace(
            b"</article>", "<p>ただし、この限りではありません。</p></article>".encode()
        ),
        lambda body: body.replace(b"<article", b"<!-- <article").replace(b"</article>", b"</article> -->"),
        lambda body: body.replace(b"<article ", b"<article hidden "),
        lambda body: body.replace(b"</article>", b'</article><article id="policy-text">x</article>'),
        lambda body: "<h1>メンテナンス中です</h1>".encode(),
    ],
    ids=["added", "commented-out", "hidden", "twice", "gone"],
)
def test_other_ways_of_showing_another_text_are_noticed(
    window: Glass, change: Callable[[bytes], bytes]
) -> None:
    window.change = change

    assert look(window) == (0, 1, True)


@pytest.mark.promise("policy.served-as-published")
def test_the_form_shows_it_too_and_is_looked_at(window: Glass) -> None:
    window.change = lambda body: (
        body if b'id="clause-1"' in body and b"<form" not in body else one_letter(body)
    )

    assert look(window) == (0, 1, True)


@pytest.mark.promise("policy.served-as-published")
@pytest.mark.parametrize("status", [302, 404, 500, 503])
def test_a_page_that_gives_no_answer_is_neither_kept_nor_broken(window: Glass, status: int) -> None:
    window.status = status

    assert look(window) == (0, 0, False)
    assert Event.objects.filter(kind="policy.looked", details__contains="unreachable").count() == 1


def test_no_answer_does_not_take_the_alarm_down(window: Glass) -> None:
    window.change = one_letter
    look(window)
    window.change, window.status = lambda body: body, 503

    assert look(window) == (0, 1, True)
    check_promises()
    assert NAME in alarms()


def test_a_day_without_an_answer_keeps_nothing_and_is_told(
    window: Glass, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clockwork = stopped_clock(tmp_path, monkeypatch)
    look(window)
    window.status = 503
    clockwork.forward(timedelta(hours=25))

    assert look(window) == (0, 0, False)
    assert "外から確かめられていません" in house.sign_in("officer").get("/desk/").content.decode()
    assert "外から確かめられていません" not in house.sign_in("clerk").get("/desk/").content.decode()


def test_a_new_house_whose_pages_do_not_answer_yet_says_nothing_for_a_while(
    window: Glass, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clockwork = stopped_clock(tmp_path, monkeypatch)
    window.status = 503

    told = []
    for hours in (0, 1, 2):
        clockwork.forward(timedelta(hours=hours))
        look(window)
        page = house.sign_in("officer").get("/desk/promises/").content.decode()
        assert ("まだ確かめていません" in page) == (hours < 2)
        told.append("外から確かめられていません" in house.sign_in("officer").get("/desk/").content.decode())

    assert told == [False, False, True]
    assert "外から確かめられていません" in house.sign_in("officer").get("/desk/promises/").content.decode()


def test_the_same_finding_is_written_down_once_an_hour(
    window: Glass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clockwork: Clock = stopped_clock(tmp_path, monkeypatch)
    for _ in range(3):
        look(window)
        clockwork.forward(timedelta(minutes=5))
    clockwork.forward(timedelta(hours=1))

    assert look(window) == (2, 0, False)


def test_the_alarm_says_what_to_do_next(window: Glass, house: House) -> None:
    window.change = one_letter
    look(window)

    home = house.sign_in("officer").get("/desk/").content.decode()
    assert by_id(NAME).says.rstrip("。") in home
    assert 'href="/desk/promises/"' in home


def test_quotation_marks_do_not_disturb(house: House) -> None:
    """What a policy may hold goes through the page byte for byte, so that anybody can take the digest of it."""
    from madoguchi.foundation.ui.markup import only_text_markup
    from madoguchi.rooms.policy.rendering import render
    from madoguchi.rooms.policy.rules import Clause, Document

    clauses = (Clause(1, "引用", "「'\"&<>&amp;」\n\n- a < b\n  (1) c\n\n### 1-1 見出し\n\n本文"),)
    html = render(Document("方針", 'It\'s "so"', clauses, ""), {}).html

    assert only_text_markup(html) == html


def test_a_page_without_the_article_is_not_the_same() -> None:
    assert seen_on(b"", "0" * 64) is Seen.ALTERED


# -- really running --------------------------------------------------------------------------------


def broken(live: Live) -> float:
    """How many promises do not hold, as monitoring reads it."""
    with urlopen(f"{live.url}/metrics", timeout=10) as answer:  # noqa: S310  our own server
        text = answer.read().decode()
    return float(re.findall(r"^madoguchi_promises_broken (.+)$", text, re.MULTILINE)[0])


def until(true: Callable[[], bool], *, seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


@pytest.mark.law("T-C11-6")
@pytest.mark.timeout(240)
def test_T_C11_6_a_cache_that_changes_a_letter_is_noticed_by_the_worker(tmp_path: Path) -> None:
    with glass(lambda path: (502, b"")) as cache:
        more = {"MADOGUCHI_PROBE_SECONDS": "1", "MADOGUCHI_PROBE_URL": cache.url}
        with serving(tmp_path, **more) as live:
            cache.fetch = passed_on(live.url)
            cache.asked.clear()
            assert until(lambda: len(cache.asked) > 4)
            assert broken(live) == 0

            cache.change = one_letter
            assert until(lambda: broken(live) == 1)
            assert by_id(NAME).says in live.command("check").stdout

            cache.change = lambda body: body
            assert until(lambda: broken(live) == 0)


@pytest.mark.law("T-C11-6")
@pytest.mark.timeout(240)
def test_T_C11_6_a_template_changed_on_disk_is_noticed_by_the_worker(tmp_path: Path) -> None:
    copy = tmp_path / "src" / "madoguchi"
    shutil.copytree(Path(madoguchi.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    template = copy / "faces/public_site/templates/public/policy.html"
    text = template.read_text(encoding="utf-8")
    changed = text.replace("</article>", "<p>当社の判断で変えることがあります。</p></article>")
    template.write_text(changed, encoding="utf-8")

    with serving(tmp_path, PYTHONPATH=str(tmp_path / "src"), MADOGUCHI_PROBE_SECONDS="1") as live:
        assert until(lambda: broken(live) == 2)
        assert by_id(NAME).says in live.command("check").stdout

    assert changed != text
