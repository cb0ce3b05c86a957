"""Conditions are answered by an index on both engines; what somebody leaves behind is nobody's."""

import pytest
from django.db import connection

from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.inquiries.actions.assign import assign
from madoguchi.rooms.inquiries.actions.hand_back import hand_back
from madoguchi.rooms.inquiries.actions.labels import add_label, put_label
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.board import board, fresh_in, states_of
from madoguchi.rooms.inquiries.queries.conditions import Conditions, count_of, page_of
from madoguchi.rooms.inquiries.queries.lists import row_of
from madoguchi.rooms.inquiries.queries.merged import merged_here, open_besides
from madoguchi.rooms.inquiries.queries.one import timeline
from tests.bench.generate import generate
from tests.house import House
from tests.rooms.inquiries.test_plans import _plans, _reads_everything

# Conditions, and the index that must answer them.
NARROWED: dict[str, tuple[Conditions, str]] = {
    "a form": (Conditions(form="{form}"), "inquiry_open"),
    "a channel": (Conditions(channel="phone"), "inquiry_open"),
    "a status": (Conditions(lane="inbox", status="pending"), "inquiry_open"),
    "nobody's": (Conditions(lane="inbox", assignee="none"), "inquiry_open"),
    "somebody's": (Conditions(assignee="{staff}"), "inquiry_mine"),
    "settled by somebody": (Conditions(assignee="{staff}", status="done"), "inquiry_settled_by"),
    "settled, of a form": (Conditions(form="{form}", status="done"), "inquiry_closed"),
    "of a span": (Conditions(since="2026-01-01", until="2026-02-01", status="done"), "inquiry_closed"),
    "a label": (Conditions(label="{label}", status="all"), "labelled_newest"),
    "late": (Conditions(overdue="1"), "inquiry_open"),
}


def filled(conditions: Conditions, **ids: object) -> Conditions:
    return Conditions(**{name: value.format(**ids) for name, value in conditions.named().items()})


def test_every_condition_is_answered_by_an_index(house: House) -> None:
    generate(2_000)
    label = add_label(viewer=house.viewer, name="展示会", colour="ai")
    for id in Inquiry.objects.order_by("id").values_list("id", flat=True)[:40]:
        put_label(viewer=house.viewer, inquiry_id=id, label_id=label)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan = off")  # so few rows are quicker read from end to end
    ids = {"form": house.form.id, "staff": house.staff["clerk"].id, "label": label}

    for name, (conditions, index) in NARROWED.items():
        with _plans() as plans:
            page_of(house.viewer, filled(conditions, **ids), limit=10)
        said = "\n".join(plans)
        assert plans, name
        assert not any(_reads_everything(plan) for plan in plans), (name, said)
        if connection.vendor == "sqlite":  # which of two is quicker is PostgreSQL's to say, by its own counts
            assert index in said, (name, said)


def test_what_stands_above_an_inquiry_is_answered_by_an_index(house: House) -> None:
    generate(2_000)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET enable_seqscan = off")
    inquiry = Inquiry.objects.order_by("-id")[0]
    row = row_of(inquiry)

    with _plans() as plans:
        open_besides(house.viewer, inquiry, row)
        merged_here(inquiry)
        board(house.viewer, since=inquiry.received_at, mine=False)
        board(house.viewer, since=inquiry.received_at, mine=True)
        fresh_in(house.viewer, "inbox", inquiry.received_at)
        states_of(house.viewer, [inquiry.receipt_number])

    assert not any(_reads_everything(plan) for plan in plans), "\n".join(plans)


@pytest.mark.parametrize(
    "conditions",
    [Conditions(status="all"), Conditions(), Conditions(status="done"), Conditions(assignee="none")],
)
def test_pages_of_conditions_show_everything_once(house: House, conditions: Conditions) -> None:
    generate(300)
    seen, cursor = [], ""
    while True:
        page = page_of(house.viewer, conditions, cursor=cursor, limit=17)
        seen += [row.id for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break

    wanted = Inquiry.objects.order_by("-received_at", "-id")
    if conditions.status != "all":
        wanted = wanted.filter(closed_at__isnull=conditions.status != "done")
    if conditions.assignee:
        wanted = wanted.filter(assignee=None)
    assert seen == list(wanted.values_list("id", flat=True))
    assert count_of(house.viewer, conditions) == min(100, len(seen))


def test_what_somebody_leaves_goes_back_to_nobody(house: House) -> None:
    clerk, officer = house.staff["clerk"].id, house.staff["officer"].id
    theirs, settled, other = (house.submit().id for _ in range(3))
    for id, to in ((theirs, clerk), (settled, clerk), (other, officer)):
        assign(viewer=house.viewer, inquiry_id=id, to=to)
    set_status(viewer=house.viewer, inquiry_id=settled, status="done")

    counts = [hand_back(staff=clerk, by=COMMAND) for _ in range(2)]

    assert counts == [1, 0]
    assert dict(Inquiry.objects.values_list("id", "assignee_id")) == {
        theirs: None,
        settled: clerk,
        other: officer,
    }
    told = timeline(Inquiry.objects.get(id=theirs))[-1]
    assert (told.code, told.details) == ("handed-back", {"from": str(clerk)})
    assert Event.objects.filter(kind="inquiry.handed-back").count() == 1
