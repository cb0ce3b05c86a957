"""Mails as they were rendered: sealed bytes with their envelope, sent again exactly so."""

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import OnErase, Table, personal, technical
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.rooms.vault.fields import Sealed, SealedField


class State(models.TextChoices):
    QUEUED = "queued", "送信待ち"
    SENT = "sent", "送信済"
    REFUSED = "refused", "不達"
    HELD = "held", "送信を控えています"
    STOPPED = "stopped", "送信を取りやめました"


class Mail(Sealed):
    """One mail to one recipient. Its bytes never change; its state does."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=20)
    permit = models.ForeignKey("gate.PermitRow", on_delete=models.PROTECT, db_index=False)
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT)
    envelope = SealedField("mail.envelope")
    content = SealedField("mail.content")
    message_id = models.CharField(max_length=200, unique=True)
    recipient_index = models.BinaryField(max_length=32)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    queued_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=60, default="")

    declares = Table(
        technical("id", "kind", "permit_id", "file_id", "message_id", "state", "queued_at", "sent_at", "code")
        | {
            "envelope": personal("2-1b", purposes=("answer",), on_erase=OnErase.SHRED),
            "content": personal("2-1e", purposes=("answer",), on_erase=OnErase.SHRED),
            "recipient_index": personal("2-1b", purposes=("answer",), on_erase=OnErase.BLANK),
        },
        subject="file.holder",
        file="file",
        retention="inquiry",
    )

    class Meta:
        indexes = [
            models.Index(fields=["recipient_index", "queued_at"], name="mail_recipient"),
            models.Index(fields=["kind", "queued_at"], name="mail_kind"),
            models.Index(
                fields=["state", "queued_at"],
                condition=models.Q(state__in=["refused", "held"]),
                name="mail_in_trouble",
            ),
        ]
