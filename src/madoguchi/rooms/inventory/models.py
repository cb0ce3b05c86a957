"""What was ended and how, what must stay for a while, how long each class is kept, what is collected besides."""

from collections.abc import Sequence

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import End, OnErase, Part, Source, Table, personal, technical
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.rooms.inventory.items import CATALOGUE, Door
from madoguchi.rooms.vault.fields import Sealed, SealedField


class DeletionRecord(models.Model):
    """One deletion (廃棄記録): first the intention, then the proof. An erasure's is its certificate.

    `cause` says why ("erasure", "retention"); `code` the ground or the class. Its files carry this id as
    `ending`. `step` is the last step done; without `finished_at` a rerun completes it. `remainder` lists
    what stays: [{"what", "law", "until"}], codes and dates only.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    cause = models.CharField(max_length=12)
    code = models.CharField(max_length=32)
    person = models.UUIDField(null=True, db_index=True)
    whole = models.BooleanField(default=False)
    step = models.CharField(max_length=16, default="begun")
    begun_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
    by_kind = models.CharField(max_length=12)
    by_id = models.UUIDField()
    files = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    unreadable_on = models.DateField(null=True)
    remainder = models.JSONField(default=list)

    declares = Table(
        technical(
            "id", "cause", "code", "whole", "step", "begun_at", "finished_at", "by_kind", "by_id",
            "files", "rows", "unreadable_on", "remainder",
        )
        | {
            "person": personal(
                "2-0", "本人を指す符号", purposes=("rights",), on_erase=OnErase.KEEP, source=Source.OURS,
                because="proof",
            )
        },
        subject="person",
        retention="audit",
        label="廃棄記録",
    )  # fmt: skip

    class Meta:
        indexes = [models.Index("begun_at", condition=models.Q(finished_at=None), name="deletion_unfinished")]


class Hold(models.Model):
    """A file that must not end yet, with its ground and its owner (LAW 6.3). Lifting is an event, not a deletion."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT)
    ground = models.CharField(max_length=32)
    owner = models.ForeignKey("organisation.Staff", on_delete=models.PROTECT, db_index=False)
    since = models.DateTimeField(default=clock.now)
    until = models.DateField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.UUIDField(null=True)

    declares = Table(
        technical("id", "file_id", "ground", "owner_id", "since", "until", "lifted_at", "lifted_by"),
        retention="audit",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("file", condition=models.Q(lifted_at=None), name="hold_once"),
            models.CheckConstraint(
                condition=models.Q(lifted_at=None, lifted_by=None)
                | models.Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="hold_lifted_by_somebody",
            ),
        ]


class RetentionPeriod(models.Model):
    """How long a class is kept, as decided at `set_at`; the latest decision counts. No days: without end."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT)
    retention = models.CharField(max_length=20)
    days = models.PositiveIntegerField(null=True)
    set_at = models.DateTimeField(default=clock.now)
    set_by_kind = models.CharField(max_length=12)
    set_by_id = models.UUIDField()

    declares = Table(technical("id", "entity_id", "retention", "days", "set_at", "set_by_kind", "set_by_id"))

    class Meta:
        indexes = [models.Index(fields=["entity", "retention", "set_at"], name="period_latest")]


class Switch(models.Model):
    """An item that the policy announces and the form does not ask, while the operator collects it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT)
    item = models.CharField(max_length=32)
    on_at = models.DateTimeField(default=clock.now)
    on_by = models.UUIDField()
    off_at = models.DateTimeField(null=True)
    off_by = models.UUIDField(null=True)

    declares = Table(technical("id", "entity_id", "item", "on_at", "on_by", "off_at", "off_by"))

    class Meta:
        constraints = [
            models.UniqueConstraint("entity", "item", condition=models.Q(off_at=None), name="switch_once"),
            models.CheckConstraint(
                condition=models.Q(off_at=None, off_by=None)
                | models.Q(off_at__isnull=False, off_by__isnull=False),
                name="switch_off_by_somebody",
            ),
        ]


def _items() -> Sequence[Part]:
    return [Part(item.code, item.label, item.announced) for item in CATALOGUE if item.door is Door.DESK]


class Detail(Sealed):
    """One such item of a person: a document of one value by the item's code; of a picture in `attachment` it
    holds the kind and size. Its file holds nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT)
    item = models.CharField(max_length=32)
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT)
    value = SealedField("detail.value", default=b"")
    attachment = models.UUIDField(null=True)
    stored_at = models.DateTimeField(default=clock.now)
    by_kind = models.CharField(max_length=12)
    by_id = models.UUIDField()

    declares = Table(
        technical("id", "item", "file_id", "attachment", "stored_at", "by_kind", "by_id")
        | {
            "person_id": personal(
                "2-0", "本人を指す符号", purposes=("answer", "rights"), on_erase=OnErase.DELETE,
                source=Source.OURS,
            ),
            "value": personal(
                "2-1", "任意の項目", purposes=("answer", "rights"), on_erase=OnErase.SHRED, parts=_items
            ),
        },
        subject="file.holder",
        file="file",
        retention="detail",
        ends=(End("detail", since="stored_at"),),
        label="任意の項目",
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint("person", "item", name="detail_once")]


class Correction(Sealed):
    """One value that was corrected: what it was and what it is, under the key of the file it lies in (Art 34).

    `made` is the beginning of the sealed document that it made: what was sent is replaced by that and by nothing
    else (the inquiries' trigger asks for it).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT)
    table = models.CharField(max_length=60)
    row = models.UUIDField()
    key = models.CharField(max_length=40)
    before = SealedField("correction.before")
    after = SealedField("correction.after")
    made = models.BinaryField(max_length=12)
    at = models.DateTimeField(default=clock.now)
    by_kind = models.CharField(max_length=12)
    by_id = models.UUIDField()

    declares = Table(
        technical("id", "file_id", "table", "row", "key", "made", "at", "by_kind", "by_id")
        | {
            "before": personal("2-1e", "訂正前の内容", purposes=("rights",), on_erase=OnErase.SHRED),
            "after": personal("2-1e", "訂正後の内容", purposes=("rights",), on_erase=OnErase.SHRED),
        },
        subject="file.holder",
        file="file",
        retention="inquiry",
        label="訂正の記録",
    )

    class Meta:
        indexes = [models.Index(fields=["row"], name="correction_of_row")]
