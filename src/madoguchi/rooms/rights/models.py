"""Opinions, questions and complaints about personal data (clause 10; Art 40). The words lie in the inquiry."""

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import OnErase, Source, Table, personal, technical
from madoguchi.foundation.lib.ids import NOBODY, uuid7
from madoguchi.rooms.vault.fields import Sealed, SealedField


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
