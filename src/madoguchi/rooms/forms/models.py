"""Forms and their definitions; a changed field makes a new version, and each inquiry names the one it saw."""

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import Table, technical
from madoguchi.foundation.lib.ids import uuid7


class Form(models.Model):
    """A form has exactly one acquiring legal entity (LAW OP; L1)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    slug = models.SlugField(unique=True)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT)
    target = models.JSONField(
        null=True
    )  # within what the first answer is due; empty: as the company's hours say

    declares = Table(technical("id", "slug", "entity_id", "target"))


class FormVersion(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7)
    form = models.ForeignKey(Form, on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    definition = models.JSONField()
    stored_at = models.DateTimeField(default=clock.now)
    superseded_at = models.DateTimeField(null=True)

    declares = Table(
        technical("id", "form_id", "number", "digest", "definition", "stored_at", "superseded_at"),
        retention="published",
    )

    class Meta:
        constraints = [models.UniqueConstraint("form", "number", name="form_number_once")]


class Steps(models.Model):
    """How often a step of a form was reached on a day, and at which field it stopped: counts, of nobody."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, db_index=False)
    day = models.DateField()
    step = models.CharField(max_length=10)  # input, wrong, confirm
    field = models.CharField(max_length=60, default="")
    n = models.PositiveIntegerField(default=0)

    declares = Table(technical("id", "form_id", "day", "step", "field", "n"))

    class Meta:
        constraints = [models.UniqueConstraint("form", "day", "step", "field", name="steps_once")]
