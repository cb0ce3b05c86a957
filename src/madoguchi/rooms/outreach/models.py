"""What was told to whom on the operator's own account. References only: the mails themselves are `delivery`'s."""

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import OnErase, Source, Table, personal, technical
from madoguchi.foundation.lib.ids import uuid7


class Announcement(models.Model):
    """A change of the policy told by mail, once to each person whom it may be told (clauses 3-6, 11c).

    Walked in the order of persons; `walked_to` is how far. The subject and text have merge fields.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT)
    policy = models.OneToOneField("policy.PolicyVersion", on_delete=models.PROTECT)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    started_at = models.DateTimeField(default=clock.now)
    started_by = models.UUIDField()
    walked_to = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)

    declares = Table(
        technical(
            "id", "entity_id", "policy_id", "subject", "text", "started_at", "started_by", "walked_to",
            "finished_at",
        ),
        retention="published",
    )  # fmt: skip


class Told(models.Model):
    """One person and what came of telling them: a mail was queued, or why none could be."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    announcement = models.ForeignKey(Announcement, on_delete=models.PROTECT, db_index=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT)
    outcome = models.CharField(max_length=30)
    mail = models.ForeignKey("delivery.Mail", null=True, on_delete=models.SET_NULL)
    link_issue = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(default=clock.now)

    declares = Table(
        technical("id", "announcement_id", "outcome", "mail_id", "link_issue", "at")
        | {
            "person_id": personal(
                "2-0", "本人を指す符号", purposes=("changes", "rights"), on_erase=OnErase.KEEP,
                source=Source.OURS, because="proof",
            )
        },
        subject="person_id",
        retention="consent",
        label="方針の変更をお知らせした記録",
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint("announcement", "person", name="told_once")]
