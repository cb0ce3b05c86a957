"""Epochs, files and attachments. A file is what moves or expires alone; its key is wrapped by an epoch's."""

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import OnErase, Table, personal, technical
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.rooms.vault.fields import Sealed, SealedField

CHUNK_BYTES = 256 * 1024


class Epoch(models.Model):
    """A dated key: open for new wraps, then closed, then destroyed one backup window later."""

    kind = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=32)
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    declares = Table(
        technical("id", "kind", "number", "fingerprint", "opened_at", "closed_at", "destroyed_at")
    )

    class Meta:
        constraints = [models.UniqueConstraint("kind", "number", name="epoch_once")]


class File(models.Model):
    """The key of one file, wrapped. Destroying it is the erasure; every destruction has time and reason."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=16)
    holder = models.UUIDField(null=True, db_index=True)
    epoch = models.PositiveIntegerField(db_index=True)
    wrapped = models.BinaryField(null=True)
    opened_at = models.DateTimeField(default=clock.now)
    destroyed_at = models.DateTimeField(null=True)
    destroyed_for = models.CharField(max_length=32, default="")

    declares = Table(
        technical("id", "kind", "epoch", "wrapped", "opened_at", "destroyed_at", "destroyed_for")
        | {"holder": personal("2-0", purposes=("answer", "rights"), on_erase=OnErase.KEEP)},
        subject="holder",
        file="id",
        retention="audit",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(destroyed_at__isnull=True, destroyed_for="", wrapped__isnull=False)
                | models.Q(destroyed_at__isnull=False, wrapped__isnull=True) & ~models.Q(destroyed_for=""),
                name="file_destroyed_with_reason",
            )
        ]


class Attachment(Sealed):
    """A sealed file somebody sent, in chunks, so that one file is enough to back up."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    file = models.ForeignKey(File, on_delete=models.PROTECT)
    name = SealedField("attachment.name")
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    stored_at = models.DateTimeField(default=clock.now)

    declares = Table(
        technical("id", "file_id", "media_type", "size", "stored_at")
        | {"name": personal("2-1e", purposes=("answer",), on_erase=OnErase.SHRED)},
        subject="file.holder",
        file="file",
        retention="inquiry",
    )


class Chunk(Sealed):
    """At most 256 KiB of an attachment."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="chunks")
    position = models.PositiveIntegerField()
    content = SealedField("attachment.content")

    declares = Table(
        technical("id", "attachment_id", "position")
        | {"content": personal("2-1e", purposes=("answer",), on_erase=OnErase.SHRED)},
        subject="attachment.file.holder",
        file="attachment.file",
        retention="inquiry",
    )

    class Meta:
        constraints = [models.UniqueConstraint("attachment", "position", name="chunk_once")]
