"""Counters kept by the database, and the submission kept as it was sent until a noted correction replaces it."""

from typing import Any

from django.db import migrations

# A shard by the last digit of the id: concurrent writers on PostgreSQL update different rows.
_SQLITE_SHARD = "instr('0123456789abcdef', substr({row}.id, -1)) - 1"
_POSTGRESQL_SHARD = "get_byte(uuid_send({row}.id), 15) & 15"

_ADD = (
    "INSERT INTO inquiries_tally (entity, lane, status, assigned, shard, n) "
    "SELECT {row}.entity_id, {row}.lane, {row}.status, {row}.assignee_id IS NOT NULL, {shard}, {by} WHERE true "
    "ON CONFLICT (entity, lane, status, assigned, shard) DO UPDATE SET n = inquiries_tally.n + excluded.n"
)
_CHANGED = "OLD.lane IS DISTINCT FROM NEW.lane OR OLD.status IS DISTINCT FROM NEW.status OR (OLD.assignee_id IS NULL) IS DISTINCT FROM (NEW.assignee_id IS NULL)"
# Both counters in one order, whatever the direction: opposite moves at once must not wait for each other.
_MOVE = (  # built from our own names
    "INSERT INTO inquiries_tally (entity, lane, status, assigned, shard, n) SELECT * FROM (VALUES "
    f"(OLD.entity_id, OLD.lane, OLD.status, OLD.assignee_id IS NOT NULL, {_POSTGRESQL_SHARD.format(row='OLD')}, -1), "
    f"(NEW.entity_id, NEW.lane, NEW.status, NEW.assignee_id IS NOT NULL, {_POSTGRESQL_SHARD.format(row='NEW')}, 1)"
    ") AS moved (entity, lane, status, assigned, shard, n) ORDER BY lane, status, assigned "
    "ON CONFLICT (entity, lane, status, assigned, shard) DO UPDATE SET n = inquiries_tally.n + excluded.n"
)


# Only the document that a correction says it made: neither another text nor an older one of the same row.
_CORRECTED = (
    'EXISTS (SELECT 1 FROM inventory_correction c WHERE c."row" = NEW.id '
    "AND c.\"table\" = 'inquiries.Inquiry' AND c.made = {beginning})"
)


def _add(row: str, by: int, shard: str) -> str:
    return _ADD.format(row=row, by=by, shard=shard.format(row=row))


def create(apps: Any, editor: Any) -> None:
    statements = _postgresql() if editor.connection.vendor == "postgresql" else _sqlite()
    for statement in statements:
        editor.execute(statement)


def _sqlite() -> list[str]:
    plus, minus = _add("NEW", 1, _SQLITE_SHARD), _add("OLD", -1, _SQLITE_SHARD)
    of = "OF lane, status, assignee_id"
    return [
        f"CREATE TRIGGER inquiry_tally_insert AFTER INSERT ON inquiries_inquiry BEGIN {plus}; END",
        f"CREATE TRIGGER inquiry_tally_update AFTER UPDATE {of} ON inquiries_inquiry WHEN {_CHANGED} BEGIN {minus}; {plus}; END",
        f"CREATE TRIGGER inquiry_tally_delete AFTER DELETE ON inquiries_inquiry BEGIN {minus}; END",
        "CREATE TRIGGER inquiry_as_sent BEFORE UPDATE OF answers, received_at, form_version_id ON inquiries_inquiry "
        f"WHEN (NEW.answers IS NOT OLD.answers AND NOT {_CORRECTED.format(beginning='substr(NEW.answers, 1, 12)')}) "
        "OR NEW.received_at IS NOT OLD.received_at OR NEW.form_version_id IS NOT OLD.form_version_id "
        "BEGIN SELECT RAISE(ABORT, 'an inquiry stays as it was sent'); END",
    ]


def _postgresql() -> list[str]:
    plus, minus = _add("NEW", 1, _POSTGRESQL_SHARD), _add("OLD", -1, _POSTGRESQL_SHARD)
    return [
        "CREATE FUNCTION inquiry_tally() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'INSERT' THEN {plus}; ELSIF TG_OP = 'DELETE' THEN {minus}; ELSE {_MOVE}; END IF; "
        "RETURN NULL; END $$",
        "CREATE TRIGGER inquiry_tally_insert AFTER INSERT OR DELETE ON inquiries_inquiry "
        "FOR EACH ROW EXECUTE FUNCTION inquiry_tally()",
        "CREATE TRIGGER inquiry_tally_update AFTER UPDATE OF lane, status, assignee_id ON inquiries_inquiry "
        f"FOR EACH ROW WHEN ({_CHANGED}) EXECUTE FUNCTION inquiry_tally()",
        "CREATE FUNCTION inquiry_as_sent() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.received_at IS NOT DISTINCT FROM OLD.received_at "
        "AND NEW.form_version_id IS NOT DISTINCT FROM OLD.form_version_id "
        f"AND {_CORRECTED.format(beginning='substring(NEW.answers FROM 1 FOR 12)')} THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'an inquiry stays as it was sent'; END $$",
        "CREATE TRIGGER inquiry_as_sent BEFORE UPDATE OF answers, received_at, form_version_id ON inquiries_inquiry "
        "FOR EACH ROW WHEN (NEW.answers IS DISTINCT FROM OLD.answers OR NEW.received_at IS DISTINCT FROM OLD.received_at "
        "OR NEW.form_version_id IS DISTINCT FROM OLD.form_version_id) EXECUTE FUNCTION inquiry_as_sent()",
    ]


class Migration(migrations.Migration):
    dependencies = [("inquiries", "0001_initial"), ("inventory", "0001_initial")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
