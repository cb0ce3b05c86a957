"""Attempts to put a value into the record, and to take something out of it."""

import pytest
from django.db import DatabaseError, connection

from madoguchi.foundation.lib.ids import COMMAND, NOBODY, Ref
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.audit.errors import ValueInAudit
from madoguchi.rooms.audit.models import Event
from tests.house import House
from tests.promises.planting import counted, drop_trigger, run

ABOUT = Ref("inquiry", NOBODY)


@pytest.mark.promise("audit.no-values")
@pytest.mark.parametrize(
    "value",
    [
        "山田 花子",
        "hanako@example.jp",
        "03 0000 0000",
        "+81300000000",
        "Hanako",
        "",
        "a" * 65,
        "a\nb",
        "青葉",
    ],
)
def test_a_value_is_refused_and_nothing_written(house: House, value: str) -> None:
    before = Event.objects.count()

    with pytest.raises(ValueInAudit):
        record("inquiry.noted", about=ABOUT, by=COMMAND, details={"what": value})

    assert Event.objects.count() == before


@pytest.mark.promise("audit.no-values")
def test_codes_numbers_and_yes_or_no_are_written(house: House) -> None:
    record("inquiry.noted", about=ABOUT, by=COMMAND, details={"code": "rcpt-550", "n": 3, "gap": True})

    assert counted("audit.no-values").broken == 0
    assert Event.objects.order_by("-id").values_list("details", flat=True)[0] == (
        '{"code": "rcpt-550", "gap": true, "n": 3}'
    )


@pytest.mark.promise("audit.no-values")
def test_a_value_written_round_the_guard_is_noticed(house: House) -> None:
    Event.objects.create(
        kind="inquiry.noted", about_kind="inquiry", about_id=NOBODY, by_kind="command", by_id=NOBODY,
        details='{"name": "山田 花子"}',
    )  # fmt: skip

    assert counted("audit.no-values").broken == 1


@pytest.mark.promise("audit.nothing-removed")
@pytest.mark.parametrize("sql", [
    "UPDATE audit_event SET kind = 'nothing.happened'",
    "UPDATE audit_event SET refs = refs",
    "DELETE FROM audit_event",
])  # fmt: skip
def test_the_database_refuses(house: House, sql: str) -> None:
    house.submit()
    before = Event.objects.count()

    with pytest.raises(DatabaseError, match="never"):
        run(sql)

    assert Event.objects.count() == before > 0


@pytest.mark.promise("audit.nothing-removed")
def test_the_table_is_not_emptied_at_once_either(house: House) -> None:
    house.submit()
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="never"):
            run("TRUNCATE audit_event")
    assert Event.objects.count() > 0


@pytest.mark.promise("audit.nothing-removed")
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_a_refusal_taken_away_is_noticed(house: House, verb: str) -> None:
    assert counted("audit.nothing-removed").broken == 0

    drop_trigger("audit_event", f"audit_event_no_{verb}")

    assert counted("audit.nothing-removed").broken == 1
