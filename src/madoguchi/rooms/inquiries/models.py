"""Inquiries, what was said since, and the counts of each lane."""

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import OnErase, Table, personal, technical
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.rooms.vault.fields import Sealed, SealedField

_ANSWERS = personal("2-1e", purposes=("answer",), on_erase=OnErase.SHRED)
OPEN = models.Q(closed_at=None)


class Lane(models.TextChoices):
    INBOX = "inbox", "受信箱"
    SALES = "sales", "営業"
    JUNK = "junk", "迷惑"


class Status(models.TextChoices):
    NEW = "new", "新着"
    OPEN = "open", "未対応"
    DOING = "doing", "対応中"
    PENDING = "pending", "保留"
    DONE = "done", "完了"


class Inquiry(Sealed):
    """One submission. What was typed is kept as typed and never edited; `headline` is what lists show of it.

    `draft` is the digest of the visitor's draft token: the same draft sent again is the same inquiry.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    receipt_number = models.CharField(max_length=20, unique=True)
    draft = models.BinaryField(max_length=32, unique=True, null=True)
    draft_mark = models.BinaryField(max_length=32, null=True)
    repeats = models.PositiveIntegerField(default=0)
    link_issue = models.PositiveIntegerField(default=1)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT, db_index=False)
    form = models.ForeignKey("forms.Form", on_delete=models.PROTECT, db_index=False)
    form_version = models.ForeignKey("forms.FormVersion", on_delete=models.PROTECT, db_index=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT)
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT)
    channel = models.CharField(max_length=10, default="form")
    sample = models.BooleanField(default=False)
    lane = models.CharField(max_length=8, choices=Lane.choices, default=Lane.INBOX)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.NEW)
    assignee = models.ForeignKey("organisation.Staff", null=True, on_delete=models.PROTECT, db_index=False)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True)
    acknowledgement = models.ForeignKey("delivery.Mail", null=True, on_delete=models.PROTECT, db_index=False)
    answers = SealedField("inquiry.answers")
    headline = SealedField("inquiry.headline")
    phone_index = models.BinaryField(max_length=32, null=True)

    declares = Table(
        technical(
            "id", "receipt_number", "draft", "draft_mark", "repeats", "link_issue", "entity_id", "form_id",
            "form_version_id", "file_id", "channel", "sample", "lane", "status", "assignee_id", "received_at",
            "due_at", "opened_at", "answered_at", "closed_at", "notified_at", "acknowledgement_id",
        )
        | {
            "person_id": personal("2-0", purposes=("answer", "rights"), on_erase=OnErase.KEEP),
            "answers": _ANSWERS,
            "headline": _ANSWERS,
            "phone_index": personal("2-1b", purposes=("answer",), on_erase=OnErase.BLANK),
        },
        subject="file.holder",
        file="file",
        retention="inquiry",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(
                "entity",
                "lane",
                models.F("received_at").desc(),
                models.F("id").desc(),
                condition=OPEN,
                name="inquiry_open",
            ),
            models.Index(
                "entity",
                models.F("received_at").desc(),
                models.F("id").desc(),
                # Not ~OPEN: SQLite proves "IS NOT NULL" only from these very words.
                condition=models.Q(closed_at__isnull=False),
                name="inquiry_closed",
            ),
            models.Index(
                "assignee",
                models.F("received_at").desc(),
                condition=OPEN & models.Q(assignee__isnull=False),
                name="inquiry_mine",
            ),
            models.Index(
                "entity",
                "due_at",
                condition=OPEN & models.Q(lane="inbox", answered_at=None),
                name="inquiry_due",
            ),
            models.Index(
                "entity", "received_at", condition=models.Q(notified_at=None), name="inquiry_unnotified"
            ),
            models.Index("phone_index", condition=models.Q(phone_index__isnull=False), name="inquiry_phone"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="done", closed_at__isnull=False) | ~models.Q(status="done") & OPEN,
                name="inquiry_done_is_closed",
            )
        ]


class Entry(Sealed):
    """One line of the timeline: a note, a reply of ours, or an event told by a code."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(
        max_length=8, choices=[("note", "社内メモ"), ("reply", "お返事"), ("event", "できごと")]
    )
    by_kind = models.CharField(max_length=12)
    by_id = models.UUIDField()
    at = models.DateTimeField(default=clock.now)
    file = models.ForeignKey("vault.File", null=True, on_delete=models.PROTECT)
    text = SealedField("entry.text", default=b"")
    code = models.CharField(max_length=40, default="")
    details = models.JSONField(default=dict)
    mail = models.ForeignKey("delivery.Mail", null=True, on_delete=models.PROTECT)

    declares = Table(
        technical(
            "id", "inquiry_id", "kind", "by_kind", "by_id", "at", "file_id", "code", "details", "mail_id"
        )
        | {"text": _ANSWERS},
        subject="inquiry.file.holder",
        file="file",
        retention="inquiry",
    )

    class Meta:
        indexes = [
            models.Index(fields=["inquiry", "at"], name="entry_of_inquiry"),
            models.Index("at", condition=models.Q(kind="reply"), name="entry_replies"),
        ]


class Wording(models.Model):
    """The operator's own texts of the mails about inquiries, with merge fields."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)
    subject = models.TextField(default="")
    text = models.TextField()

    declares = Table(technical("id", "entity_id", "kind", "subject", "text"))

    class Meta:
        constraints = [models.UniqueConstraint("entity", "kind", name="wording_once")]


class Tally(models.Model):
    """How many inquiries lie in each lane and status, kept by the database (see the migration).

    Spread over shards, so that writers on PostgreSQL do not wait for one another's count.
    """

    entity = models.UUIDField()
    lane = models.CharField(max_length=8)
    status = models.CharField(max_length=8)
    assigned = models.BooleanField()
    shard = models.PositiveSmallIntegerField()
    n = models.IntegerField(default=0)

    declares = Table(technical("id", "entity", "lane", "status", "assigned", "shard", "n"))

    class Meta:
        constraints = [
            models.UniqueConstraint("entity", "lane", "status", "assigned", "shard", name="tally_once"),
        ]
