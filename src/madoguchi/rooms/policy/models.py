"""Versions of the privacy policy, fully rendered with the operator's facts; the database keeps them so."""

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import Table, technical
from madoguchi.foundation.lib.ids import uuid7


class Kind(models.TextChoices):
    """How a version came about."""

    SET_UP = "set-up", "設置のとき"
    TEXT = "text", "本文の改定"
    FACTS = "facts", "会社の情報の変更"
    TAKEN_OVER = "taken-over", "公表ずみの版の引き継ぎ"


class Approval(models.TextChoices):
    SET_UP = "set-up", "設置のときに入れたもの"
    SECOND = "second", "二人目が承認"
    ALONE = "alone", "待ち時間をおいて一人で公表"
    ATTESTED = "attested", "公表ずみであることを申告"


class PolicyVersion(models.Model):
    """What was published, word for word. A changed fact or sentence is a new version (clause 11).

    `document` is what it was rendered from (rules.Document), `changes` the class and reason of each changed
    clause by its number. In force at a moment is, of those effective by then, the latest effective, the last
    made; `superseded_at` is when it stopped being shown, and may lie ahead.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    digest = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    clauses = models.JSONField()
    document = models.JSONField()
    changes = models.JSONField(default=dict)
    enacted_on = models.DateField()
    published_on = models.DateField()
    effective_from = models.DateTimeField()
    stored_at = models.DateTimeField(default=clock.now)
    approval = models.CharField(max_length=12, choices=Approval.choices)
    made_by_kind = models.CharField(max_length=12)
    made_by_id = models.UUIDField()
    approved_by_kind = models.CharField(max_length=12)
    approved_by_id = models.UUIDField()
    asked_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")
    superseded_at = models.DateTimeField(null=True)

    declares = Table(
        technical(
            "id", "entity_id", "number", "kind", "digest", "title", "text", "html", "clauses", "document",
            "changes", "enacted_on", "published_on", "effective_from", "stored_at", "approval",
            "made_by_kind", "made_by_id", "approved_by_kind", "approved_by_id", "asked_at", "reason",
            "superseded_at",
        ),
        retention="published",
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint("entity", "number", name="policy_number_once")]
        indexes = [models.Index(fields=["digest"], name="policy_digest")]

    @property
    def never_held(self) -> bool:
        """Another version with the same beginning was made before it came."""
        return self.superseded_at is not None and self.superseded_at <= self.effective_from

    @property
    def needs_consent(self) -> bool:
        return any(change["class"] == "consent" for change in self.changes.values())


class Draft(models.Model):
    """What is to become a version: a document, or changed facts, on its way through approval.

    At most one of a kind is open. `facts` are those that change with it. `effective_from` empty: at once.
    Facts that stand in no clause make no version: then `approval` and `reason` say how they were approved.
    `edited_at` tells one state of it from the next, so that nobody approves what they have not seen.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    document = models.JSONField()
    facts = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    enacted_on = models.DateField()
    published_on = models.DateField(null=True)
    effective_from = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by_kind = models.CharField(max_length=12)
    made_by_id = models.UUIDField()
    edited_at = models.DateTimeField(default=clock.now)
    edited_by_kind = models.CharField(max_length=12)
    edited_by_id = models.UUIDField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField(null=True)
    asked_by_kind = models.CharField(max_length=12, default="")
    asked_by_id = models.UUIDField(null=True)
    returned_because = models.TextField(default="")
    closed_at = models.DateTimeField(null=True)
    version = models.ForeignKey(PolicyVersion, null=True, on_delete=models.PROTECT)
    approval = models.CharField(max_length=12, choices=Approval.choices, default="")
    reason = models.TextField(default="")

    declares = Table(
        technical(
            "id", "entity_id", "kind", "document", "facts", "changes", "enacted_on", "published_on",
            "effective_from", "made_at", "made_by_kind", "made_by_id", "edited_at", "edited_by_kind",
            "edited_by_id", "confirmed_at", "confirmed_by", "asked_at", "asked_by_kind", "asked_by_id",
            "returned_because", "closed_at", "version_id", "approval", "reason",
        ),
        retention="published",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "entity", "kind", condition=models.Q(closed_at=None), name="policy_draft_once"
            ),
            models.CheckConstraint(
                condition=models.Q(version=None) | models.Q(closed_at__isnull=False),
                name="policy_draft_published_is_closed",
            ),
        ]
