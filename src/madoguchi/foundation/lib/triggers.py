"""Rows that the database itself keeps as they were written, on both engines (migration operations)."""

from collections.abc import Callable
from typing import Any

from django.db import migrations

_MESSAGE = "rows of {table} are never {verb}"


def append_only(table: str) -> migrations.RunPython:
    """No row is changed or removed, whoever asks: audit events (clause 6-3; ASVS 16.4.2)."""
    return migrations.RunPython(_both(table, ("UPDATE", "DELETE"), ()), migrations.RunPython.noop)


def immutable(table: str, *, but: tuple[str, ...] = ()) -> migrations.RunPython:
    """Published wording stays word for word: only the columns in `but` may still be set, no row goes."""
    return migrations.RunPython(_both(table, ("UPDATE", "DELETE"), but), migrations.RunPython.noop)


def _both(table: str, verbs: tuple[str, ...], but: tuple[str, ...]) -> Callable[[Any, Any], None]:
    def create(apps: Any, editor: Any) -> None:
        build = _postgresql if editor.connection.vendor == "postgresql" else _sqlite
        for statement in build(editor, table, verbs, but):
            editor.execute(statement)

    return create


def _columns(editor: Any, table: str, but: tuple[str, ...]) -> list[str]:
    with editor.connection.cursor() as cursor:
        described = editor.connection.introspection.get_table_description(cursor, table)
    return [column.name for column in described if column.name not in but]


def _sqlite(editor: Any, table: str, verbs: tuple[str, ...], but: tuple[str, ...]) -> list[str]:
    statements = []
    for verb in verbs:
        of = f" OF {', '.join(_columns(editor, table, but))}" if verb == "UPDATE" and but else ""
        message = _MESSAGE.format(table=table, verb=verb.lower() + "d")
        statements.append(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb}{of} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
    return statements


def _postgresql(editor: Any, table: str, verbs: tuple[str, ...], but: tuple[str, ...]) -> list[str]:
    refuse = f"{table}_refuse"
    statements = [
        f"CREATE FUNCTION {refuse}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION 'rows of {table} are never changed'; END $$"
    ]
    for verb in verbs:
        of = f" OF {', '.join(_columns(editor, table, but))}" if verb == "UPDATE" and but else ""
        statements.append(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb}{of} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {refuse}()"
        )
    statements.append(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {refuse}()"
    )
    return statements
