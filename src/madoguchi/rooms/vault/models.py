"""Epochs, keys, files and attachments. A file is what moves or expires alone; its key is wrapped by an epoch's."""

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import OnErase, Source, Table, personal, technical
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.rooms.vault.fields import Sealed, SealedField

CHUNK_BYTES = 256 * 1024
WRAPPED_BYTES = 12 + 32 + 16  # nonce, key, tag
DESTROYED = bytes(WRAPPED_BYTES)


class Epoch(models.Model):
    """A dated key: made, in use for new values, emptied and closed, destroyed one backup window later.

    Until `in_use_from` it is only known, so that every process finds what another makes under it.
    `destroy_on` stands from the first day (what is promised to those erased meanwhile) and never moves back;
    keys without it outlive every epoch.
    """

    kind = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=32)
    opened_at = models.DateTimeField(default=clock.now)
    in_use_from = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    destroy_on = models.DateField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    declares = Table(
        technical(
            "id", "kind", "number", "fingerprint", "opened_at", "in_use_from", "closed_at", "destroy_on",
            "destroyed_at",
        )
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint("kind", "number", name="epoch_once")]


class Key(models.Model):
    """The key of one file, wrapped; once destroyed, as many zeros.

    SQLite leaves a copy of a row behind in the page from which it moves it, and no later change finds that one. So a
    row here never moves: it is appended, overwritten by the same length, never deleted, in no index (ADR 0027).
    """

    id = models.BigAutoField(primary_key=True)
    wrapped = models.BinaryField(max_length=WRAPPED_BYTES)

    declares = Table(technical("id", "wrapped"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Exact(Length("wrapped"), models.Value(WRAPPED_BYTES)), name="key_length"
            )
        ]


class File(models.Model):
    """What has a key of its own. Destroying the key is the erasure; every destruction has time and reason.

    `ending` is the deletion under way (or done): from then on nobody reads it. `kept_for` is a lawful
    remainder of an erased person: it lies sealed until `kept_until` and is not read in normal work.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=16)
    holder = models.UUIDField(null=True, db_index=True)
    epoch = models.PositiveIntegerField()
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField(default=clock.now)
    destroyed_at = models.DateTimeField(null=True)
    destroyed_for = models.CharField(max_length=32, default="")
    ending = models.UUIDField(null=True)
    kept_for = models.CharField(max_length=32, default="")
    kept_until = models.DateField(null=True)

    declares = Table(
        technical(
            "id",
            "kind",
            "epoch",
            "key_id",
            "opened_at",
            "destroyed_at",
            "destroyed_for",
            "ending",
            "kept_for",
            "kept_until",
        )
        | {
            "holder": personal(
                "2-0",
                "本人を指す符号",
                purposes=("answer", "rights"),
                on_erase=OnErase.KEEP,
                source=Source.OURS,
                because="proof",
            )
        },
        subject="holder",
        file="id",
        retention="audit",
        label="鍵の記録",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(destroyed_at__isnull=True, destroyed_for="")
                | models.Q(destroyed_at__isnull=False) & ~models.Q(destroyed_for=""),
                name="file_destroyed_with_reason",
            )
        ]
        indexes = [
            models.Index("ending", condition=models.Q(ending__isnull=False), name="file_ending"),
            models.Index("kept_until", condition=models.Q(kept_until__isnull=False), name="file_kept"),
            models.Index("epoch", condition=models.Q(destroyed_at__isnull=True), name="file_living"),
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
        | {"name": personal("2-1e", "添付ファイルの名前", purposes=("answer",), on_erase=OnErase.SHRED)},
        subject="file.holder",
        file="file",
        retention="inquiry",
        label="添付ファイル",
    )


class Chunk(Sealed):
    """At most 256 KiB of an attachment."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="chunks")
    position = models.PositiveIntegerField()
    content = SealedField("attachment.content")

    declares = Table(
        technical("id", "attachment_id", "position")
        | {
            "content": personal(
                "2-1e", "添付ファイル", purposes=("answer",), on_erase=OnErase.SHRED, bulk=True
            )
        },
        subject="attachment.file.holder",
        file="attachment.file",
        retention="inquiry",
    )

    class Meta:
        constraints = [models.UniqueConstraint("attachment", "position", name="chunk_once")]
