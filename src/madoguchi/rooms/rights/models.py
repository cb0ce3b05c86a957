"""Complaints about personal data (clause 10; Art 40), and requests with all that becomes of them (Art 32–39)."""

from collections.abc import Sequence

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import End, OnErase, Part, Source, Table, personal, technical
from madoguchi.foundation.lib.ids import NOBODY, uuid7
from madoguchi.rooms.rights.asked import ASKED
from madoguchi.rooms.vault.fields import Sealed, SealedField

_PERSON = personal(
    "2-0", "本人を指す符号", purposes=("rights",), on_erase=OnErase.KEEP, source=Source.OURS, because="proof"
)


class Complaint(Sealed):
    """What somebody says about the handling of their data, with who answers for it, by when, and the end of it.

    The arrival is the inquiry's own: a letter's clock starts on the day it came (T-C10-2). What was done about it
    is sealed with the inquiry, and ends with it. `kind` and `outcome` are codes of the rules.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    inquiry = models.OneToOneField("inquiries.Inquiry", on_delete=models.PROTECT)
    kind = models.CharField(max_length=10)
    owner = models.ForeignKey("organisation.Staff", null=True, on_delete=models.PROTECT)
    due_on = models.DateField()
    opened_at = models.DateTimeField(default=clock.now)
    opened_by_kind = models.CharField(max_length=12)
    opened_by_id = models.UUIDField()
    outcome = models.CharField(max_length=14, default="")
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT)
    said = SealedField("complaint.said", default=b"")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)

    declares = Table(
        technical(
            "id", "inquiry_id", "kind", "owner_id", "due_on", "opened_at", "opened_by_kind", "opened_by_id",
            "outcome", "file_id", "closed_at", "closed_by",
        )
        | {
            "said": personal(
                "2-1e", "お申し出の結果", purposes=("answer", "rights"), on_erase=OnErase.SHRED,
                source=Source.OURS,
            )
        },
        subject="inquiry.file.holder",
        file="file",
        retention="inquiry",
        part_of="inquiry",
        label="個人情報についてのお申し出",
        settled=lambda: {"outcome": "ended", "closed_at": clock.now(), "closed_by": NOBODY},
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_by=None, outcome="")
                | models.Q(closed_at__isnull=False, closed_by__isnull=False) & ~models.Q(outcome=""),
                name="complaint_closed_with_outcome",
            ),
        ]
        indexes = [
            models.Index("due_on", condition=models.Q(closed_at=None), name="complaint_due"),
            models.Index("closed_at", condition=models.Q(closed_at__isnull=False), name="complaint_closed"),
        ]


def _asked() -> Sequence[Part]:
    return [Part(each.key, each.label, each.announced) for each in ASKED]


class RightsRequest(Sealed):
    """What a person asks of their data under the Act or the policy (開示等の請求等; Art 32–35, clauses 4-2, 7, 8, 9).

    `arrived_at` never moves later (LAW 6.2); `line_on` is the day after which a suit may follow (Art 39), `due_on`
    our own target. `person` holds the address that was given, unverified until an IdentityCheck says more. `chosen`
    are the vault files that somebody confirmed as theirs, `seen` all of the person's that lived at that moment. The
    request's own file outlives an erasure of the person until its own period ends.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    number = models.CharField(max_length=20, unique=True)
    draft = models.BinaryField(max_length=32, unique=True, null=True)
    link_issue = models.PositiveIntegerField(default=1)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT)
    kind = models.CharField(max_length=32)
    channel = models.CharField(max_length=10)
    inquiry = models.ForeignKey("inquiries.Inquiry", null=True, on_delete=models.PROTECT)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT)
    policy = models.ForeignKey("policy.PolicyVersion", null=True, on_delete=models.PROTECT, db_index=False)
    state = models.CharField(max_length=14, default="received")
    arrived_at = models.DateTimeField()
    opened_at = models.DateTimeField(default=clock.now)
    opened_by_kind = models.CharField(max_length=12)
    opened_by_id = models.UUIDField()
    line_on = models.DateField(null=True)
    due_on = models.DateField()
    owner = models.ForeignKey("organisation.Staff", null=True, on_delete=models.PROTECT)
    wish = models.CharField(max_length=10, default="")
    agent = models.CharField(max_length=10, default="")
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT, db_index=False)
    asked = SealedField("rights.asked")
    chosen = models.JSONField(default=list)
    seen = models.JSONField(default=list)
    collected_at = models.DateTimeField(null=True)
    collected_by = models.UUIDField(null=True)
    executed_at = models.DateTimeField(null=True)
    deletion = models.UUIDField(null=True)
    notified_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    declares = Table(
        technical(
            "id", "number", "draft", "link_issue", "entity_id", "kind", "channel", "inquiry_id", "policy_id", "state",
            "arrived_at", "opened_at", "opened_by_kind", "opened_by_id", "line_on", "due_on", "owner_id", "wish",
            "agent", "file_id", "chosen", "seen", "collected_at", "collected_by", "executed_at", "deletion",
            "notified_at", "closed_at",
        )
        | {
            "person_id": _PERSON,
            "asked": personal(
                "2-1e", "ご請求の内容", purposes=("rights",), on_erase=OnErase.SHRED, parts=_asked
            ),
        },
        subject="file.holder",
        file="file",
        retention="request",
        ends=(End("request", since="closed_at"),),
        label="ご本人からのご請求",
        apart="request",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_at=None)
                | ~models.Q(notified_at=None)
                | models.Q(state="withdrawn"),
                name="request_closed_after_notice",
            ),
        ]
        indexes = [
            models.Index("due_on", condition=models.Q(closed_at=None), name="request_due"),
            models.Index("closed_at", condition=models.Q(closed_at__isnull=False), name="request_closed"),
        ]


class IdentityCheck(models.Model):
    """That somebody is who they say, or speaks for them: the fact and the way, never the proof itself.

    `document` is the kind of paper that was seen; `destroyed_on` the day on which its copy was destroyed or sent
    back (GL 3-8-7: no more than the data held justify).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="checks")
    way = models.CharField(max_length=16)
    passed = models.BooleanField()
    document = models.CharField(max_length=16, default="")
    destroyed_on = models.DateField(null=True)
    at = models.DateTimeField(default=clock.now)
    by_kind = models.CharField(max_length=12)
    by_id = models.UUIDField()

    declares = Table(
        technical("id", "request_id", "way", "passed", "document", "destroyed_on", "at", "by_kind", "by_id")
    )


class FeeRecord(models.Model):
    """What one request costs, by the policy in force at its arrival (Art 38), and how that was settled. Who asked on
    paper was not `shown` it by us yet: the first letter does that."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    request = models.OneToOneField(RightsRequest, on_delete=models.PROTECT, related_name="fee")
    yen = models.PositiveIntegerField()
    shown_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    how = models.CharField(max_length=10, default="")
    paid_on = models.DateField(null=True)
    waived_for = models.CharField(max_length=20, default="")
    refunded_on = models.DateField(null=True)
    refunded_by = models.UUIDField(null=True)

    declares = Table(
        technical(
            "id", "request_id", "yen", "shown_at", "settled_at", "settled_by", "how", "paid_on", "waived_for",
            "refunded_on", "refunded_by",
        )
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(settled_at=None, settled_by=None, how="")
                | models.Q(settled_at__isnull=False, settled_by__isnull=False) & ~models.Q(how=""),
                name="fee_settled_by_somebody",
            ),
        ]


class Decision(Sealed):
    """What was decided, on which listed ground and why in words (Art 36). `approved_by` is a second person, or the
    same one after a recorded wait (`alone_for` says why)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    request = models.OneToOneField(RightsRequest, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=12)
    ground = models.CharField(max_length=32, default="")
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT, db_index=False)
    reason = SealedField("decision.reason", default=b"")
    instead = SealedField("decision.instead", default=b"")
    decided_at = models.DateTimeField(default=clock.now)
    decided_by = models.UUIDField()
    two_people = models.BooleanField(default=False)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    alone_for = models.CharField(max_length=20, default="")

    declares = Table(
        technical(
            "id", "request_id", "outcome", "ground", "file_id", "decided_at", "decided_by", "two_people",
            "approved_at", "approved_by", "alone_for",
        )
        | {
            "reason": personal(
                "2-1e", "決めた理由", purposes=("rights",), on_erase=OnErase.SHRED, source=Source.OURS
            ),
            "instead": personal(
                "2-1e", "代わりの措置", purposes=("rights",), on_erase=OnErase.SHRED, source=Source.OURS
            ),
        },
        subject="file.holder",
        file="file",
        retention="request",
        part_of="request",
        label="ご請求への決定",
        apart="request",
    )  # fmt: skip


class Redaction(Sealed):
    """Words of somebody else that are blacked out, or an attachment that is held back; the ground is shown
    (Art 33(2)(i))."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="redactions")
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT, db_index=False)
    words = SealedField("redaction.words", default=b"")
    attachment = models.UUIDField(null=True)
    ground = models.CharField(max_length=32)
    at = models.DateTimeField(default=clock.now)
    by = models.UUIDField()

    declares = Table(
        technical("id", "request_id", "file_id", "attachment", "ground", "at", "by")
        | {
            "words": personal(
                "2-1e", "伏せた言葉", purposes=("rights",), on_erase=OnErase.SHRED, source=Source.OURS
            )
        },
        subject="file.holder",
        file="file",
        retention="request",
        part_of="request",
        label="開示で伏せたところ",
        apart="request",
    )


class DisclosurePackage(Sealed):
    """What is handed over (Art 33(2); Rule 30). It lies in a file of its own that ends soon after.

    `state`: queued → making → ready → given, or replaced. `done` of `total` is how far making it came. `digest` is
    SHA-256 of the bytes handed over and stays; `secret` opens the archive and is shown on the page, never mailed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="packages")
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT, db_index=False)
    state = models.CharField(max_length=10, default="queued")
    form = models.CharField(max_length=10)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attachment = models.UUIDField(null=True)
    size = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    secret = SealedField("package.secret", default=b"")
    made_at = models.DateTimeField(default=clock.now)
    ready_at = models.DateTimeField(null=True)
    given_at = models.DateTimeField(null=True)
    link_issue = models.PositiveIntegerField(default=1)

    declares = Table(
        technical(
            "id", "request_id", "file_id", "state", "form", "done", "total", "attachment", "size", "digest",
            "made_at", "ready_at", "given_at", "link_issue",
        )
        | {
            "secret": personal(
                "2-1e", "お渡しするファイルを開く合言葉", purposes=("rights",), on_erase=OnErase.SHRED,
                source=Source.OURS,
            )
        },
        subject="file.holder",
        file="file",
        retention="package",
        ends=(End("package", since="made_at"),),
        label="お渡しするファイル",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "request", condition=~models.Q(state="replaced"), name="package_once_a_request"
            ),
        ]


class Letter(Sealed):
    """One letter of ours about a request, as it left: mailed, or printed and posted (Art 32(3), 33(3), 34(3), 35(7))."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=20)
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT, db_index=False)
    subject = SealedField("letter.subject")
    body = SealedField("letter.body")
    channel = models.CharField(max_length=10)
    mail = models.UUIDField(null=True)
    sent_on = models.DateField(null=True)
    written_at = models.DateTimeField(default=clock.now)
    by_kind = models.CharField(max_length=12)
    by_id = models.UUIDField()

    declares = Table(
        technical("id", "request_id", "kind", "file_id", "channel", "mail", "sent_on", "written_at", "by_kind", "by_id")
        | {
            "subject": personal(
                "2-1e", "お手紙の件名", purposes=("rights",), on_erase=OnErase.SHRED, source=Source.OURS
            ),
            "body": personal(
                "2-1e", "お手紙の本文", purposes=("rights",), on_erase=OnErase.SHRED, source=Source.OURS
            ),
        },
        subject="file.holder",
        file="file",
        retention="request",
        part_of="request",
        label="ご請求についてのお手紙",
        apart="request",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "request", "kind", condition=models.Q(kind="acknowledgement"), name="letter_acknowledged_once"
            ),
        ]


class Step(models.Model):
    """The timeline of a request: codes and references only."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="steps")
    code = models.CharField(max_length=30)
    at = models.DateTimeField(default=clock.now)
    by_kind = models.CharField(max_length=12)
    by_id = models.UUIDField()
    details = models.JSONField(default=dict)

    declares = Table(technical("id", "request_id", "code", "at", "by_kind", "by_id", "details"))


class PrivacyDesk(models.Model):
    """How this operator's privacy desk works: its own target in days, where a fee is paid, what becomes of it when
    nothing is found."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    entity = models.OneToOneField("organisation.LegalEntity", on_delete=models.PROTECT)
    target_days = models.PositiveSmallIntegerField(default=10)
    pay_to = models.TextField(default="")
    refunds = models.BooleanField(default=True)
    set_at = models.DateTimeField(default=clock.now)
    set_by = models.UUIDField(null=True)

    declares = Table(technical("id", "entity_id", "target_days", "pay_to", "refunds", "set_at", "set_by"))
