"""The list of search indexes on PostgreSQL; each index brings its own tables. On SQLite they are files."""

from typing import Any

from django.db import migrations

_LIST = (
    "CREATE UNLOGGED TABLE vault_search (number bigint PRIMARY KEY, format integer NOT NULL, "
    "epoch integer NOT NULL, whole boolean NOT NULL, walked text NOT NULL)"
)


def make_list(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(_LIST)


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial")]

    operations = [migrations.RunPython(make_list, migrations.RunPython.noop)]
