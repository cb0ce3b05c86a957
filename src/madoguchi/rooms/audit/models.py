"""Events: references and codes only. The database refuses every change (see the migration)."""

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import Table, technical
from madoguchi.foundation.lib.ids import uuid7


class Event(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7)
    at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=60)
    about_kind = models.CharField(max_length=20)
    about_id = models.UUIDField()
    by_kind = models.CharField(max_length=20)
    by_id = models.UUIDField()
    details = models.TextField(default="{}")
    refs = models.TextField(default="[]")

    declares = Table(
        technical("id", "at", "kind", "about_kind", "about_id", "by_kind", "by_id", "details", "refs"),
        retention="audit",
    )

    class Meta:
        indexes = [
            models.Index(fields=["about_id", "id"], name="event_about"),
            models.Index(fields=["kind", "id"], name="event_kind"),
        ]
