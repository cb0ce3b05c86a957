"""Versions of the privacy policy, fully rendered with the operator's facts; the database keeps them so."""

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import Table, technical
from madoguchi.foundation.lib.ids import uuid7


class PolicyVersion(models.Model):
    """What was published, word for word. A changed fact or sentence is a new version (clause 11)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    clauses = models.JSONField()
    enacted_on = models.DateField()
    published_on = models.DateField()
    effective_from = models.DateTimeField()
    stored_at = models.DateTimeField(default=clock.now)
    superseded_at = models.DateTimeField(null=True)

    declares = Table(
        technical(
            "id", "entity_id", "number", "digest", "title", "text", "html", "clauses", "enacted_on", "published_on",
            "effective_from", "stored_at", "superseded_at",
        ),
        retention="published",
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint("entity", "number", name="policy_number_once")]
        indexes = [models.Index(fields=["digest"], name="policy_digest")]
