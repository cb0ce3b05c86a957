"""What the desk asks all day stays a look into an index, on both engines, however many inquiries there are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from madoguchi.foundation.lib import clock
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries import figures, lists, mails
from madoguchi.rooms.organisation.queries import Viewer, hours_of
from tests.bench.generate import generate
from tests.house import House

Ask = Callable[[Viewer], object]

# What is asked, and the indexes that must answer it.
ASKED: dict[str, tuple[Ask, set[str]]] = {
    "inbox": (lambda viewer: lists.list_page(viewer, "inbox"), {"inquiry_open"}),
    "inbox, deep": (lambda viewer: _second_page(viewer, "inbox"), {"inquiry_open"}),
    "sales": (lambda viewer: lists.list_page(viewer, "sales"), {"inquiry_open"}),
    "mine": (lambda viewer: lists.list_page(viewer, "mine"), {"inquiry_mine"}),
    "unassigned": (lambda viewer: lists.list_page(viewer, "unassigned"), {"inquiry_open"}),
    "done": (lambda viewer: lists.list_page(viewer, "done"), {"inquiry_closed"}),
    "done, deep": (lambda viewer: _second_page(viewer, "done"), {"inquiry_closed"}),
    "counts": (lists.counts, {"inquiry_mine", "inquiry_due"}),
    "today": (lambda viewer: lists.today(viewer, everybody=True, until=clock.now()), {"inquiry_due"}),
    "today, how many": (lambda viewer: lists.today_count(viewer, everybody=True, until=clock.now()), {"inquiry_due"}),
    "last week": (
        lambda viewer: figures.figures(viewer, clock.now() - timedelta(days=7), clock.now(), hours_of(viewer.entity_id)),
        {"inquiry_open", "inquiry_closed"},
    ),
    "answered today": (lambda viewer: figures.answered_since(viewer, clock.now() - timedelta(days=1)), {"entry_replies"}),
    "one person": (lambda viewer: lists.same_person(viewer, _one()), {"person_id"}),
    "undelivered": (lambda viewer: mails.numbers_of_mails(viewer, [_one().id]), {"mail"}),
    "in trouble": (mails.mails_in_trouble, {"mail_in_trouble"}),
    "not told yet": (lambda viewer: mails.unnotified(viewer.entity_id, limit=100), {"inquiry_unnotified"}),
}  # fmt: skip

TABLES = ("inquiries_inquiry", "inquiries_entry", "delivery_mail")


def _one() -> Inquiry:
    return Inquiry.objects.order_by("-id")[0]


def _second_page(viewer: Viewer, view: str) -> object:
    first = lists.list_page(viewer, view, limit=10)
    assert first.next_cursor
    return lists.list_page(viewer, view, cursor=first.next_cursor, limit=10)


@contextmanager
def _plans() -> Iterator[list[str]]:
    """The plan of every SELECT over inquiries, their timelines or mails, made with the values that were given."""
    asked: list[tuple[str, Any]] = []
    found: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and any(f'FROM "{table}"' in sql for table in TABLES):
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        for sql, params in asked:
            cursor.execute(explain + sql, params)
            found.append("\n".join(str(row[-1]) for row in cursor.fetchall()))


def test_every_list_and_count_is_answered_by_an_index(house: House) -> None:
    generate(2_000)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET enable_seqscan = off")  # so few rows are quicker read from end to end

    for name, (ask, indexes) in ASKED.items():
        with _plans() as plans:
            ask(house.viewer)
        said = "\n".join(plans)
        assert plans, name
        if connection.vendor == "postgresql":
            indexes = indexes - {"inquiry_mine"}  # so few open ones are found as quickly by `inquiry_open`
        assert all(index in said for index in indexes), (name, said)
        assert not any(_reads_everything(plan) for plan in plans), (name, said)


def _reads_everything(plan: str) -> bool:
    """A table read from end to end; reading one whole partial index, which holds only what is open, is fine."""
    if connection.vendor == "sqlite":
        return any(
            line.startswith(f"SCAN {table}") and " USING " not in line
            for line in plan.split("\n")
            for table in TABLES
        )
    return any(f"Seq Scan on {table}" in plan for table in TABLES)


def test_counters_agree_with_what_is_there(house: House) -> None:
    generate(500)

    counted = lists.counts(house.viewer)
    for lane in ("inbox", "sales", "junk"):
        assert counted[lane] == Inquiry.objects.filter(lane=lane, closed_at=None).count()
    assert counted["done"] == Inquiry.objects.filter(status="done").count()


@pytest.mark.parametrize("view", ["inbox", "done", "mine"])
def test_paging_by_key_shows_everything_once(house: House, view: str) -> None:
    generate(500)

    seen, cursor = [], ""
    while True:
        page = lists.list_page(house.viewer, view, cursor=cursor, limit=7)
        seen += [row.id for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break

    wanted = lists.of_entity(house.viewer).filter(lists.views(house.viewer)[view].where)
    assert seen == list(wanted.order_by("-received_at", "-id").values_list("id", flat=True))
