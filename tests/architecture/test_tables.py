"""Tables: foreign keys point down the ladder, every column is declared, migrations are named and current."""

import io
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.test.utils import isolate_apps

from madoguchi.foundation.lib import declarations
from tests.architecture.source import PACKAGE, SRC, ladder, room_of

Model = type[models.Model]


def every_model() -> list[Model]:
    return list(apps.get_models(include_auto_created=True))


def upward(every: Iterable[Model], rungs: list[str]) -> list[str]:
    """Relations from a lower room to a table of a higher one; faces stand above every room."""
    found = []
    for model in every:
        for field in model._meta.get_fields():
            target = field.related_model if field.is_relation and field.concrete else None
            if isinstance(target, type) and _is_upward(model, target, rungs):
                found.append(f"{model._meta.label}.{field.name} points up to {target._meta.label}")
    return found


def _is_upward(model: Model, target: Model, rungs: list[str]) -> bool:
    here, there = (
        rungs.index(room_of(m.__module__)) if room_of(m.__module__) else -1 for m in (model, target)
    )
    ours = target.__module__.startswith(PACKAGE) and model.__module__.startswith(PACKAGE)
    return ours and there < here


def test_foreign_keys_point_downward() -> None:
    assert upward(every_model(), ladder()) == []


@isolate_apps()
def test_a_planted_key_upward_is_caught() -> None:
    class High(models.Model):
        class Meta:
            app_label = "inquiries"

        __module__ = "madoguchi.rooms.inquiries.models"

    class Low(models.Model):
        high = models.ForeignKey(High, on_delete=models.PROTECT)

        class Meta:
            app_label = "vault"

        __module__ = "madoguchi.rooms.vault.models"

    assert upward([High, Low], ladder()) == ["vault.Low.high points up to inquiries.High"]


def test_every_column_of_every_table_is_declared() -> None:
    assert [fault for model in every_model() for fault in declarations.faults(model)] == []


def test_some_columns_are_declared_personal() -> None:
    """A wholesale `technical(…)` would pass the test above; the form's own seven values lie somewhere."""
    personal = [
        f"{model._meta.label}.{name}"
        for model in every_model()
        if (table := declarations.of(model))
        for name, column in table.columns.items()
        if column.personal
    ]

    assert any(name.startswith("inquiries.") for name in personal)
    assert any(name.startswith("people.") for name in personal)


@isolate_apps()
def test_planted_undeclared_columns_are_caught() -> None:
    class Silent(models.Model):
        class Meta:
            app_label = "vault"

    class Forgetful(models.Model):
        name = models.TextField()
        nickname = models.TextField()

        declares = declarations.Table(columns=declarations.technical("id", "name", "shoe_size"))

        class Meta:
            app_label = "vault"

    class Lost(models.Model):
        name = models.TextField()

        declares = declarations.Table(
            columns={
                **declarations.technical("id"),
                "name": declarations.personal(
                    "2-1a", "名前", purposes=("C3-4",), on_erase=declarations.OnErase.SHRED
                ),
            }
        )

        class Meta:
            app_label = "vault"

    assert declarations.faults(Silent) == ["vault.Silent declares nothing"]
    assert declarations.faults(Forgetful) == [
        "vault.Forgetful.nickname is not declared",
        "vault.Forgetful.shoe_size does not exist",
    ]
    assert "vault.Lost holds personal data without its subject" in declarations.faults(Lost)


def migration_files(src: Path = SRC) -> list[Path]:
    return [p for p in (src / PACKAGE).rglob("migrations/*.py") if p.name != "__init__.py"]


def unnamed(paths: Iterable[Path]) -> list[str]:
    """Django names a migration after the clock (`_auto_2026…`) when it cannot think of a name."""
    return [
        path.name
        for path in paths
        if not re.fullmatch(r"\d{4}_[a-z][a-z0-9_]+\.py", path.name) or "_auto" in path.name
    ]


def test_migrations_are_named() -> None:
    assert migration_files() != []
    assert unnamed(migration_files()) == []


def test_a_planted_unnamed_migration_is_caught() -> None:
    paths = [
        Path(name) for name in ("0001_initial.py", "0002_auto_20261124_1200.py", "0003.py", "0004_epochs.py")
    ]

    assert unnamed(paths) == ["0002_auto_20261124_1200.py", "0003.py"]


@pytest.mark.usefixtures("house")
def test_migrations_are_current() -> None:
    out = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, no_input=True, stdout=out)
    except SystemExit:
        pytest.fail(f"the models have changed since the last migration:\n{out.getvalue()}")
