"""A day's figures go when something of that day changes, whoever changes it; a job counts the day anew.

A form's own submission belongs to the present day, which is never kept, so it writes nothing here.
"""

from typing import Any

from django.db import migrations

_OF = "lane, status, assignee_id, form_id, first_due_at, first_answered_at, closed_at"
_LATE = "NEW.channel NOT IN ('form', 'api')"


def create(apps: Any, editor: Any) -> None:
    statements = _postgresql() if editor.connection.vendor == "postgresql" else _sqlite()
    for statement in statements:
        editor.execute(statement)


def _sqlite() -> list[str]:
    gone = (
        "DELETE FROM inquiries_dayfigures WHERE entity_id = NEW.entity_id "
        "AND day = date(NEW.received_at, '+9 hours')"
    )
    return [
        f"CREATE TRIGGER inquiry_figures_insert AFTER INSERT ON inquiries_inquiry WHEN {_LATE} BEGIN {gone}; END",
        f"CREATE TRIGGER inquiry_figures_update AFTER UPDATE OF {_OF} ON inquiries_inquiry BEGIN {gone}; END",
    ]


def _postgresql() -> list[str]:
    return [
        "CREATE FUNCTION inquiry_figures() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "DELETE FROM inquiries_dayfigures WHERE entity_id = NEW.entity_id "
        "AND day = (NEW.received_at AT TIME ZONE 'Asia/Tokyo')::date; RETURN NULL; END $$",
        "CREATE TRIGGER inquiry_figures_insert AFTER INSERT ON inquiries_inquiry "
        f"FOR EACH ROW WHEN ({_LATE}) EXECUTE FUNCTION inquiry_figures()",
        f"CREATE TRIGGER inquiry_figures_update AFTER UPDATE OF {_OF} ON inquiries_inquiry "
        "FOR EACH ROW EXECUTE FUNCTION inquiry_figures()",
    ]


class Migration(migrations.Migration):
    dependencies = [("inquiries", "0002_tally")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
