"""お約束: a board for those who speak for the operator, and a page for customers once it is published."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from madoguchi.config.promises import check_promises
from madoguchi.foundation.lib.ids import NOBODY, WORKER, Ref
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.organisation.actions.publish_promises import publish_promises
from madoguchi.rooms.organisation.queries import viewer_of
from madoguchi.rooms.policy.models import PolicyVersion
from madoguchi.rooms.promises.catalogue import CATALOGUE, TOLD, by_id
from tests.clockwork import stopped_clock
from tests.house import House
from tests.promises.planting import drop_trigger

BOARD, PAGE = "/desk/promises/", "/promises/"
TOLD_ALL = "お受けしたお問い合わせを、すべて担当者に知らせました。"


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def show(house: House, *, shown: bool = True) -> None:
    publish_promises(viewer=viewer_of(house.staff["admin"]), shown=shown)


def break_one() -> None:
    drop_trigger("policy_policyversion", "policy_policyversion_no_update")
    PolicyVersion.objects.update(html="x")
    check_promises()


# -- customers -------------------------------------------------------------------------------------


def test_before_it_is_published_there_is_nothing_to_see(house: House) -> None:
    check_promises()

    answer = Client().get(PAGE)

    assert answer.status_code == 404
    assert "ページが見つかりません" in answer.content.decode()
    assert 'href="/promises/"' not in read(Client(), "/") + read(Client(), "/policy/")


def test_the_foot_of_every_page_leads_there_while_it_is_published(house: House) -> None:
    show(house)
    assert 'href="/promises/"' in read(Client(), "/policy/")

    show(house, shown=False)
    assert 'href="/promises/"' not in read(Client(), "/policy/")
    assert Client().get(PAGE).status_code == 404


def test_each_sentence_has_one_number(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clockwork = stopped_clock(tmp_path, monkeypatch)
    for _ in range(3):
        house.submit()
    house.work()
    clockwork.forward(timedelta(minutes=20))
    check_promises()
    show(house)

    page = read(Client(), PAGE)

    (item,) = [item for item in re.findall(r"<li>.*?</li>", page, re.DOTALL) if TOLD_ALL in item]
    assert words(item).split() == ["3", "件", TOLD_ALL]
    assert len(re.findall(r'<p class="many', page)) == len(TOLD)


def test_what_had_nothing_to_count_and_what_nobody_counted_is_said(house: House) -> None:
    show(house)
    assert "まだ一度も数えていません" in words(read(Client(), PAGE))

    check_promises()
    page = words(read(Client(), PAGE))
    assert "消去した内容は、もう読めません。 まだ対象がありません。" in page
    assert "まだ一度も数えていません" not in page


def test_what_is_broken_is_said_first(house: House) -> None:
    says = by_id("policy.kept-word-for-word").says
    check_promises()
    show(house)
    assert says not in words(read(Client(), PAGE)).partition("条文ごとに見る")[0]

    break_one()

    first = words(read(Client(), PAGE)).partition("条文ごとに見る")[0]
    assert first.index("守れていないお約束があります") < first.index(says)


def test_an_old_count_is_told_with_its_day(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clockwork = stopped_clock(tmp_path, monkeypatch)
    check_promises()
    show(house)
    clockwork.forward(timedelta(hours=3))

    assert "いまは数えられていません" in read(Client(), PAGE)


def test_the_table_stands_behind_one_click_without_a_script(house: House) -> None:
    check_promises()
    show(house)

    page = read(Client(), PAGE)
    table = page.partition("<details")[2]

    assert "<script" not in page
    assert {promise.says for promise in CATALOGUE if promise.says not in words(table)} == set()
    assert words(table).count("未着手") > sum(promise.planned for promise in CATALOGUE)
    assert not re.search("適合|準拠|万全|適法", page)


def test_it_is_kept_and_asked_for_again(house: House) -> None:
    show(house)
    first = Client().get(PAGE)
    again = Client(headers={"if-none-match": first["ETag"]})

    assert (first["Cache-Control"], again.get(PAGE).status_code) == ("no-cache", 304)
    show(house, shown=False)
    assert again.get(PAGE).status_code == 404


# -- the board -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["officer", "admin"])
def test_those_who_speak_for_the_operator_see_every_promise(house: House, role: str) -> None:
    check_promises()

    page = words(read(house.sign_in(role), BOARD))

    assert {promise.says for promise in CATALOGUE if promise.says not in page} == set()
    assert [page.index(f"第{n}条 ") for n in range(1, 12)] == sorted(
        page.index(f"第{n}条 ") for n in range(1, 12)
    )
    assert "条文に結ばれていないお約束" in page


def test_a_clerk_is_refused_and_does_not_find_the_way(house: House) -> None:
    clerk = house.sign_in("clerk")

    assert clerk.get(BOARD).status_code == 403
    assert BOARD not in read(clerk, "/desk/")
    assert clerk.post(f"{BOARD}publish/", {"shown": "yes"}).status_code == 403
    assert Client().get(PAGE).status_code == 404


def test_broken_ones_stand_on_top_with_what_to_do(house: House) -> None:
    check_promises()
    break_one()

    page = words(read(house.sign_in("officer"), BOARD))

    top, _, below = page.partition("第1条 ")
    assert by_id("policy.kept-word-for-word").says in top
    assert "1 件で守れていません" in top
    assert "バックアップの内容と見比べてください" in top
    assert "1 件で守れていません" in below


def test_a_stop_of_the_checks_is_said(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clockwork = stopped_clock(tmp_path, monkeypatch)
    house.submit()
    check_promises()
    clockwork.forward(timedelta(hours=2, minutes=1))
    page = words(read(house.sign_in("officer"), BOARD))

    assert "点検が止まっています" in page
    assert "件すべて守れています" not in page
    assert "件すべて守れていました" in page


def test_thirty_days_are_drawn_and_told(house: House) -> None:
    check_promises()
    record(
        "promise.broken", about=Ref("promise", NOBODY), by=WORKER,
        details={"promise": "vault.sealed-at-rest", "broken": 1},
    )  # fmt: skip

    page = read(house.sign_in("officer"), BOARD)

    strips = re.findall(r'<p class="days">(.*?)</p>', page, re.DOTALL)
    assert {strip.count("<i") for strip in strips} == {30}
    assert {strip.count('class="broken"') for strip in strips} == {0, 1}
    assert re.search(r"この30日：守れていなかった日1日（\d+月\d+日）、数えたものがない日29日", words(page))


def test_the_page_is_published_and_hidden_from_the_board(house: House) -> None:
    admin = house.sign_in("admin")
    check_promises()

    assert "公開していません" in read(admin, BOARD)
    admin.post(f"{BOARD}publish/", {"shown": "yes"})
    assert Client().get(PAGE).status_code == 200
    assert "公開しています" in read(admin, BOARD)

    admin.post(f"{BOARD}publish/", {"shown": "no"})
    assert Client().get(PAGE).status_code == 404
    kinds = Event.objects.filter(kind__startswith="promises.").exclude(kind="promises.checked")
    assert list(kinds.order_by("id").values_list("kind", flat=True)) == ["promises.shown", "promises.hidden"]


def test_the_board_asks_few_questions_however_long_it_has_run(
    house: House, count_queries: Callable[[], Any]
) -> None:
    officer = house.sign_in("officer")
    check_promises()
    read(officer, BOARD)
    with count_queries() as once:
        read(officer, BOARD)
    for _ in range(3):
        house.submit()
        check_promises()
    with count_queries() as often:
        read(officer, BOARD)

    assert len(once) == len(often) == 15
