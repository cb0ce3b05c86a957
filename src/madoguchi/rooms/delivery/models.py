"""Mails as they were rendered, sent again exactly so; mailboxes we read, and mails as they arrived."""

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import End, OnErase, Source, Table, personal, technical
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.rooms.delivery.showing import mail_in_words, recipient_in_words
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
    recipient_index = models.BinaryField(max_length=32, null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    queued_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=60, default="")

    declares = Table(
        technical("id", "kind", "permit_id", "file_id", "message_id", "state", "queued_at", "sent_at", "code")
        | {
            "envelope": personal(
                "2-1b",
                "メールの宛先",
                purposes=("answer", "changes"),
                on_erase=OnErase.SHRED,
                show=recipient_in_words,
            ),
            "content": personal(
                "2-1e",
                "お送りしたメール",
                purposes=("answer", "changes"),
                on_erase=OnErase.SHRED,
                source=Source.OURS,
                show=mail_in_words,
            ),
            "recipient_index": personal(
                "2-1b",
                "宛先を探すための符号",
                purposes=("answer", "changes"),
                on_erase=OnErase.BLANK,
                look_up="email",
            ),
        },
        subject="file.holder",
        file="file",
        retention="inquiry",
        label="メール",
        ends=(
            End("staff-mail", since="sent_at", where={"kind": "staff-notice"}),
            End("policy-mail", since="queued_at", where={"kind": "policy-change"}),
        ),
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


class Mailbox(Sealed):
    """A mailbox that is read, or an address whose mail is piped in. `form` is the form (of the room above) whose
    questions an inquiry by mail answers; empty: the first. `plus`: what is sent to local+token@ arrives here."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT)
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=254)
    way = models.CharField(
        max_length=6, choices=[("imap", "IMAP で読む"), ("pipe", "メールサーバーから渡す")]
    )
    host = models.CharField(max_length=255, default="")
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=14, default="imaps")
    user = models.CharField(max_length=254, default="")
    folder = models.CharField(max_length=100, default="INBOX")
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT)
    password = SealedField("mailbox.password", default=b"")
    plus = models.BooleanField(default=False)
    form = models.UUIDField(null=True)
    active = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=clock.now)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    code = models.CharField(max_length=60, default="")

    declares = Table(
        technical(
            "id", "entity_id", "name", "address", "way", "host", "port", "security", "user", "folder", "file_id",
            "password", "plus", "form", "active", "made_at", "uid_validity", "last_uid", "looked_at",
            "failing_since", "code",
        )
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint("entity", "address", name="mailbox_once")]


class Understanding(models.TextChoices):
    WAITING = "waiting", "未処理"
    PLACED = "placed", "取り込み済み"
    ASIDE = "aside", "要確認"


class ArrivedMail(Sealed):
    """A mail as it arrived: stored raw and sealed first, understood afterwards (`raw` holds its bytes in chunks).

    Until then nobody knows whose it is but by its sender's blind index; then the file gets its holder. `digest` is
    keyed and once per company: the same bytes fetched again are the same mail. `kind` and `code` say what it was
    taken for and why it was set aside; `settled_at` of one aside: a colleague has looked at it. `charset` is the one
    a colleague chose to read it with.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT, db_index=False)
    mailbox = models.ForeignKey(Mailbox, null=True, on_delete=models.PROTECT, db_index=False)
    uid_validity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    digest = models.BinaryField(max_length=32)
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT)
    raw = models.ForeignKey("vault.Attachment", null=True, on_delete=models.SET_NULL)
    size = models.PositiveBigIntegerField()
    sender_index = models.BinaryField(max_length=32, null=True)
    arrived_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=Understanding.choices, default=Understanding.WAITING)
    kind = models.CharField(max_length=8, default="")
    code = models.CharField(max_length=40, default="")
    charset = models.CharField(max_length=20, default="")

    declares = Table(
        technical(
            "id", "entity_id", "mailbox_id", "uid_validity", "uid", "digest", "file_id", "raw_id", "size",
            "arrived_at", "settled_at", "state", "kind", "code", "charset",
        )
        | {
            "sender_index": personal(
                "2-1b", "差出人を探すための符号", purposes=("answer",), on_erase=OnErase.BLANK, look_up="email"
            )
        },
        subject="file.holder",
        file="file",
        retention="inquiry",
        label="届いたメール",
        ends=(End("aside-mail", since="arrived_at", where={"state": "aside"}),),
        settled=lambda: {"settled_at": clock.now(), "state": Understanding.ASIDE, "code": "erased"},
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(
                "state",
                "arrived_at",
                condition=models.Q(state__in=["waiting", "aside"]),
                name="arrived_to_do",
            ),
            models.Index(fields=["sender_index", "arrived_at"], name="arrived_sender"),
        ]
        constraints = [
            models.UniqueConstraint("entity", "digest", name="arrived_once"),
            models.UniqueConstraint(
                "mailbox",
                "uid_validity",
                "uid",
                condition=models.Q(uid__isnull=False),
                name="arrived_uid_once",
            ),
        ]
