"""Inquiries, what was said since, and the counts of each lane."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import (
    Column,
    End,
    OnErase,
    Part,
    Source,
    Table,
    personal,
    technical,
)
from madoguchi.foundation.lib.digests import canonical_json
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.rooms.forms import rules as forms
from madoguchi.rooms.forms.queries import parts
from madoguchi.rooms.screening.queries.trays import decided, doubted
from madoguchi.rooms.vault.fields import FileKey, Sealed, SealedField
from madoguchi.rooms.vault.queries import blind

VISIT = (Part("referrer", "直前のページ", "2-3a"), Part("ip_address", "IPアドレス", "2-3b"))
HEAD = (
    Part("from_name", "差出人の名前", "2-1a"), Part("from_address", "差出人のアドレス", "2-1b"),
    Part("subject", "件名", "2-1e"),
)  # fmt: skip
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


def derived(key: FileKey, id: UUID, values: Mapping[str, str]) -> dict[str, Any]:
    """The columns made from the answers: what lists show, and the phone number's look-up value."""
    _, phone = forms.contact_keys(values)
    headline = {name: values.get(name, "") for name in ("company", "name")}
    headline["line"] = forms.first_line(values)
    return {
        "headline": key.seal(Inquiry, "headline", id, canonical_json(headline).decode()),
        "phone_index": blind("phone", phone) if phone else None,
    }


def _headline_in_words(raw: bytes) -> str:
    headline = json.loads(raw)
    return " ".join(filter(None, (headline["company"], headline["name"], headline["line"])))


def _visited() -> Sequence[Part]:
    return VISIT


def _headed() -> Sequence[Part]:
    return HEAD


_BECAUSE = "まだどなたも見ていないもの、お客様かもしれないもの"


def spared() -> models.Q:
    """Until a person has said what it is, nothing goes from a tray that nobody has opened, nor what something
    speaks for (SCREENING §10)."""
    return (models.Q(opened_at=None) | doubted()) & ~decided()


class Inquiry(Sealed):
    """One submission. What was typed is kept as typed and never edited; `headline` is what lists show of it.

    `draft` is the digest of the visitor's draft token: the same draft sent again is the same inquiry. `signals`: codes
    of what the visit told of a machine (trap, fast), which only ever add a reason to another sign.
    `answered_at` is empty while somebody waits for us: a new message of the person empties it and sets `due_at`
    anew; the first answer and its deadline stay for the reports. `merged_into`: what is said from now on is said
    there, and its timeline shows this one too; both numbers keep working.
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
    signals = models.CharField(max_length=20, default="")
    lane = models.CharField(max_length=8, choices=Lane.choices, default=Lane.INBOX)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.NEW)
    assignee = models.ForeignKey("organisation.Staff", null=True, on_delete=models.PROTECT, db_index=False)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    first_due_at = models.DateTimeField(null=True)
    first_answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True)
    acknowledgement = models.ForeignKey("delivery.Mail", null=True, on_delete=models.PROTECT, db_index=False)
    answers = SealedField("inquiry.answers")
    headline = SealedField("inquiry.headline")
    phone_index = models.BinaryField(max_length=32, null=True)
    visit = SealedField("inquiry.visit", default=b"")
    special_care_at = models.DateTimeField(null=True)
    special_care_by = models.UUIDField(null=True)
    mailbox = models.ForeignKey("delivery.Mailbox", null=True, on_delete=models.PROTECT, db_index=False)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")

    declares = Table(
        technical(
            "id", "receipt_number", "draft", "draft_mark", "repeats", "link_issue", "entity_id", "form_id",
            "form_version_id", "file_id", "channel", "sample", "signals", "lane", "status", "assignee_id", "received_at",
            "due_at", "opened_at", "answered_at", "first_due_at", "first_answered_at", "closed_at", "notified_at",
            "acknowledgement_id", "special_care_at", "special_care_by", "mailbox_id", "merged_into_id",
        )
        | {
            "person_id": personal(
                "2-0", "本人を指す符号", purposes=("answer", "rights"), on_erase=OnErase.KEEP,
                source=Source.OURS, because="proof",
            ),
            "answers": personal(
                "2-1e", "ご記入の内容", purposes=("answer",), on_erase=OnErase.SHRED, parts=parts
            ),
            "headline": personal(
                "2-1e", "一覧に出す見出し", purposes=("answer",), on_erase=OnErase.SHRED, source=Source.OURS,
                show=_headline_in_words,
            ),
            "phone_index": personal(
                "2-1b", "電話番号を探すための符号", purposes=("answer",), on_erase=OnErase.BLANK, look_up="phone"
            ),
            "visit": personal(
                "2-3", "お問い合わせのときの記録", purposes=("answer",), on_erase=OnErase.SHRED,
                source=Source.DEVICE, parts=_visited,
            ),
        },
        subject="file.holder",
        file="file",
        retention="inquiry",
        ends=(
            End("inquiry", since="closed_at", where={"lane": "inbox"}),
            End("sales", since="received_at", where={"lane": "sales"}, spared=spared, because=_BECAUSE),
            End("junk", since="received_at", where={"lane": "junk"}, spared=spared, because=_BECAUSE),
        ),
        derive=derived,
        label="お問い合わせ",
        reindex="inquiries.index",
        settled=lambda: {"status": Status.DONE, "closed_at": clock.now()},
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(
                "entity",
                "lane",
                models.F("received_at").desc(),
                models.F("id").desc(),
                # Not looked up by: a filter reads them here, without opening a row that it leaves out.
                "form",
                "channel",
                "status",
                "assignee",
                condition=OPEN,
                name="inquiry_open",
            ),
            models.Index(
                "entity",
                models.F("received_at").desc(),
                models.F("id").desc(),
                "lane",
                "form",
                "channel",
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
                "assignee",
                models.F("received_at").desc(),
                models.F("id").desc(),
                condition=models.Q(closed_at__isnull=False, assignee__isnull=False),
                name="inquiry_settled_by",
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
            # By age, for retention; an inquiry of the inbox is in none of them until it is closed.
            models.Index(
                "entity",
                "closed_at",
                condition=models.Q(lane="inbox", closed_at__isnull=False),
                name="inquiry_inbox_age",
            ),
            models.Index("entity", "received_at", condition=models.Q(lane="sales"), name="inquiry_sales_age"),
            models.Index("entity", "received_at", condition=models.Q(lane="junk"), name="inquiry_junk_age"),
            models.Index("phone_index", condition=models.Q(phone_index__isnull=False), name="inquiry_phone"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="done", closed_at__isnull=False) | ~models.Q(status="done") & OPEN,
                name="inquiry_done_is_closed",
            ),
            models.CheckConstraint(
                condition=models.Q(special_care_at=None, special_care_by=None)
                | models.Q(special_care_at__isnull=False, special_care_by__isnull=False),
                name="inquiry_special_care_by_somebody",
            ),
        ]


class Entry(Sealed):
    """One line of the timeline: a message of the person, a note, a reply of ours, or an event told by a code.

    `head` of a message is a JSON object: from_name, from_address, subject. A message that came by mail has a file
    of its own, with its raw bytes and what was attached (`arrived`); one typed on the web has no `arrived`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(
        max_length=8,
        choices=[
            ("message", "お客様から"),
            ("note", "社内メモ"),
            ("reply", "お返事"),
            ("event", "できごと"),
        ],
    )
    by_kind = models.CharField(max_length=12)
    by_id = models.UUIDField()
    at = models.DateTimeField(default=clock.now)
    file = models.ForeignKey("vault.File", null=True, on_delete=models.PROTECT)
    text = SealedField("entry.text", default=b"")
    head = SealedField("entry.head", default=b"")
    code = models.CharField(max_length=40, default="")
    details = models.JSONField(default=dict)
    mail = models.ForeignKey("delivery.Mail", null=True, on_delete=models.PROTECT)
    arrived = models.ForeignKey("delivery.ArrivedMail", null=True, on_delete=models.PROTECT)

    declares = Table(
        technical(
            "id",
            "inquiry_id",
            "kind",
            "by_kind",
            "by_id",
            "at",
            "file_id",
            "code",
            "details",
            "mail_id",
            "arrived_id",
        )
        | {
            "text": personal(
                "2-1e", "やりとりと社内メモ", purposes=("answer",), on_erase=OnErase.SHRED, source=Source.OURS
            ),
            "head": personal(
                "2-1b", "差出人と件名", purposes=("answer",), on_erase=OnErase.SHRED, parts=_headed
            ),
        },
        subject="inquiry.file.holder",
        file="file",
        retention="inquiry",
        part_of="inquiry",
        label="やりとりと社内メモ",
        reindex="inquiries.index",
    )

    class Meta:
        indexes = [
            models.Index(fields=["inquiry", "at"], name="entry_of_inquiry"),
            models.Index("at", condition=models.Q(kind="reply"), name="entry_replies"),
        ]


class Enclosure(models.Model):
    """An attached file, where it was attached: to the submission (none of the three), a message, a reply, a reply
    still being written or put before a colleague. `kind` is what its first bytes say it is; `state` what became of the look at it. Once
    it is erased the line stays without its `attachment`."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="enclosures")
    entry = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT, related_name="enclosures")
    draft = models.ForeignKey(
        "inquiries.Draft", null=True, on_delete=models.SET_NULL, related_name="enclosures"
    )
    proposal = models.ForeignKey(
        "inquiries.Proposal", null=True, on_delete=models.PROTECT, related_name="enclosures"
    )
    attachment = models.ForeignKey("vault.Attachment", null=True, on_delete=models.SET_NULL)
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=12, default="")
    state = models.CharField(
        max_length=10,
        default="unscanned",
        choices=[("unscanned", "検査なし"), ("clean", "検査済み"), ("infected", "ウイルスの疑い")],
    )

    declares = Table(
        technical(
            "id",
            "inquiry_id",
            "entry_id",
            "draft_id",
            "proposal_id",
            "attachment_id",
            "position",
            "kind",
            "state",
        )
    )


class Draft(Sealed):
    """A reply being written, kept as it is typed: one a colleague and inquiry. It lies in the inquiry's file.
    `on_page`: the mail will only say that an answer waits on the page of the receipt."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="drafts")
    staff = models.ForeignKey("organisation.Staff", on_delete=models.PROTECT)
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT)
    text = SealedField("draft.text", default=b"")
    on_page = models.BooleanField(default=False)
    saved_at = models.DateTimeField(default=clock.now)
    seen_until = models.DateTimeField(null=True)

    declares = Table(
        technical("id", "inquiry_id", "staff_id", "file_id", "on_page", "saved_at", "seen_until")
        | {
            "text": personal(
                "2-1e", "書きかけのお返事", purposes=("answer",), on_erase=OnErase.SHRED, source=Source.OURS
            )
        },
        subject="file.holder",
        file="file",
        retention="inquiry",
        part_of="inquiry",
        label="書きかけのお返事",
    )

    class Meta:
        constraints = [models.UniqueConstraint("inquiry", "staff", name="draft_once")]


class Pen(models.Model):
    """Who is writing the reply just now: the others see the name, and may take the pen over."""

    inquiry = models.OneToOneField(Inquiry, primary_key=True, on_delete=models.PROTECT, related_name="pen")
    staff = models.ForeignKey("organisation.Staff", on_delete=models.PROTECT)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()

    declares = Table(technical("inquiry_id", "staff_id", "since", "until"))


class Proposal(Sealed):
    """A reply put before a colleague: 承認依頼, then 承認 or 差戻し with a reason. Its text never changes; a changed
    text is the next proposal, and `before` names the one that it follows."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="proposals")
    author = models.ForeignKey("organisation.Staff", on_delete=models.PROTECT, related_name="+")
    before = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT)
    text = SealedField("proposal.text")
    on_page = models.BooleanField(default=False)
    asked_at = models.DateTimeField(default=clock.now)
    asked_of = models.ForeignKey("organisation.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        "organisation.Staff", null=True, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.CharField(
        max_length=10,
        default="",
        choices=[("", "承認待ち"), ("approved", "承認"), ("returned", "差戻し"), ("dropped", "取りやめ")],
    )
    reason = SealedField("proposal.reason", default=b"")
    sent = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT, related_name="+")

    declares = Table(
        technical(
            "id", "inquiry_id", "author_id", "before_id", "file_id", "on_page", "asked_at", "asked_of_id",
            "decided_at", "decided_by_id", "decision", "sent_id",
        )
        | {
            "text": personal(
                "2-1e", "承認をお願いしたお返事", purposes=("answer",), on_erase=OnErase.SHRED,
                source=Source.OURS,
            ),
            "reason": personal(
                "2-1e", "差し戻した理由", purposes=("answer",), on_erase=OnErase.SHRED, source=Source.OURS
            ),
        },
        subject="file.holder",
        file="file",
        retention="inquiry",
        part_of="inquiry",
        label="承認をお願いしたお返事",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint("inquiry", condition=models.Q(decision=""), name="proposal_waits_once"),
            models.CheckConstraint(
                condition=models.Q(decision="", decided_at=None)
                | ~models.Q(decision="") & models.Q(decided_at__isnull=False),
                name="proposal_decided_at_a_time",
            ),
        ]


class Template(models.Model):
    """A text to begin a reply with, with merge fields; it belongs to the company, and names nobody."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT)
    name = models.CharField(max_length=60)
    text = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.UUIDField(null=True)
    retired_at = models.DateTimeField(null=True)

    declares = Table(
        technical("id", "entity_id", "name", "text", "position", "changed_at", "changed_by", "retired_at")
    )


class Label(models.Model):
    """A company's own word beside the statuses."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT)
    name = models.CharField(max_length=20)
    colour = models.CharField(max_length=10, default="grey")
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    declares = Table(technical("id", "entity_id", "name", "colour", "position", "retired_at"))

    class Meta:
        constraints = [models.UniqueConstraint("entity", "name", name="label_once")]


class Labelled(models.Model):
    """An inquiry that carries a label. `received_at` is the inquiry's, which never changes: so the newest of a label
    are found without reading all of them."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="labelled")
    label = models.ForeignKey(Label, on_delete=models.PROTECT, db_index=False)
    received_at = models.DateTimeField()
    at = models.DateTimeField(default=clock.now)

    declares = Table(technical("id", "inquiry_id", "label_id", "received_at", "at"))

    class Meta:
        indexes = [
            models.Index(
                "label",
                models.F("received_at").desc(),
                models.F("inquiry").desc(),
                name="labelled_newest",
            )
        ]
        constraints = [models.UniqueConstraint("inquiry", "label", name="labelled_once")]


def _of_view(label: str) -> Column:
    return personal(
        "2-1e", label, purposes=("answer",), on_erase=OnErase.DELETE, source=Source.OURS, mentions=True
    )


class SavedView(Sealed):
    """A list that somebody made for themselves, or for everybody (`owner` empty): conditions by code, a name and
    words, both sealed in a file of nobody's: people are looked for by name."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT)
    owner = models.ForeignKey("organisation.Staff", null=True, on_delete=models.PROTECT)
    conditions = models.JSONField(default=dict)
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT)
    name = SealedField("view.name")
    words = SealedField("view.words", default=b"")
    position = models.PositiveSmallIntegerField(default=0)

    declares = Table(
        technical("id", "entity_id", "owner_id", "conditions", "file_id", "position")
        | {"name": _of_view("保存した見かたの名前"), "words": _of_view("保存した見かたの言葉")},
        subject="file.holder",
        file="file",
        retention="inquiry",
        label="保存した見かた",
    )


class Related(models.Model):
    """Two inquiries that belong together and stay apart: linked by a colleague, split off, or taken up again
    after a long time."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="related")
    other = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="related_from")
    kind = models.CharField(
        max_length=10, choices=[("linked", "関連"), ("split", "分けたもの"), ("continued", "つづき")]
    )
    at = models.DateTimeField(default=clock.now)
    by_kind = models.CharField(max_length=12)
    by_id = models.UUIDField()

    declares = Table(technical("id", "inquiry_id", "other_id", "kind", "at", "by_kind", "by_id"))

    class Meta:
        constraints = [models.UniqueConstraint("inquiry", "other", name="related_once")]


class DeskRules(models.Model):
    """How a company answers: whether somebody else reads each reply first, whether the check before sending always
    shows, words that make it show, seconds in which a reply can be taken back."""

    entity = models.OneToOneField("organisation.LegalEntity", primary_key=True, on_delete=models.PROTECT)
    approval = models.BooleanField(default=False)
    always_check = models.BooleanField(default=False)
    warning_words = models.JSONField(default=list)
    take_back_seconds = models.PositiveSmallIntegerField(default=30)

    declares = Table(technical("entity_id", "approval", "always_check", "warning_words", "take_back_seconds"))


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


class DayFigures(models.Model):
    """What came on one day and what became of it, counted: see `queries/figures.py`. A change of an inquiry of that
    day removes the row (see the migration), and a job makes it anew; `made_at` is empty while that goes on."""

    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT, db_index=False)
    day = models.DateField()
    cells = models.JSONField(default=list)
    made_at = models.DateTimeField(null=True)

    declares = Table(technical("id", "entity_id", "day", "cells", "made_at"))

    class Meta:
        constraints = [models.UniqueConstraint("entity", "day", name="day_figures_once")]


class Export(models.Model):
    """書き出し: what somebody took out for the operator's own work, why, and until when it can be fetched. The file
    lies sealed in the vault and goes after `until`; this line stays as the record."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT)
    asked_by = models.ForeignKey("organisation.Staff", on_delete=models.PROTECT)
    asked_at = models.DateTimeField(default=clock.now)
    permit = models.UUIDField()
    purpose = models.CharField(max_length=20)
    recipient = models.CharField(max_length=20)
    format = models.CharField(max_length=10)
    conditions = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    total = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    lost = models.JSONField(default=dict)
    file = models.ForeignKey("vault.File", null=True, on_delete=models.PROTECT)
    attachment = models.ForeignKey("vault.Attachment", null=True, on_delete=models.SET_NULL)
    ready_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    gone_for = models.CharField(max_length=12, default="")

    declares = Table(
        technical(
            "id", "entity_id", "asked_by_id", "asked_at", "permit", "purpose", "recipient", "format", "conditions",
            "columns", "total", "rows", "lost", "file_id", "attachment_id", "ready_at", "until", "gone_at", "gone_for",
        )
    )  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["entity", "-asked_at"], name="export_of_entity")]


class Import(models.Model):
    """取り込み: cases of another product, from one file. `upload` and `faults` (the rows that were not taken in, with
    reasons) lie sealed in one file, and go when it is over; `at_row` is how far the job has come."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT)
    form = models.ForeignKey("forms.Form", on_delete=models.PROTECT)
    asked_by = models.ForeignKey("organisation.Staff", null=True, on_delete=models.PROTECT)
    asked_at = models.DateTimeField(default=clock.now)
    source = models.CharField(max_length=20)
    charset = models.CharField(max_length=12)
    mapping = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10,
        default="mapping",
        choices=[
            ("mapping", "列を決めています"),
            ("trying", "試しています"),
            ("tried", "試し終わりました"),
            ("taking", "取り込んでいます"),
            ("taken", "取り込みました"),
            ("dropped", "取りやめました"),
        ],
    )
    total = models.PositiveIntegerField(default=0)
    at_row = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT)
    upload = models.ForeignKey("vault.Attachment", null=True, on_delete=models.SET_NULL, related_name="+")
    faults = models.ForeignKey("vault.Attachment", null=True, on_delete=models.SET_NULL, related_name="+")
    finished_at = models.DateTimeField(null=True)

    declares = Table(
        technical(
            "id", "entity_id", "form_id", "asked_by_id", "asked_at", "source", "charset", "mapping", "state", "total",
            "at_row", "taken", "known", "refused", "file_id", "upload_id", "faults_id", "finished_at",
        )
    )  # fmt: skip
