"""Notices, what was shown, and each choice: three separate facts (LAW N1; ISO/IEC TS 27560)."""

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import OnErase, Source, Table, personal, technical
from madoguchi.foundation.lib.ids import uuid7

_PERSON = personal(
    "2-0", "本人を指す符号", purposes=("answer", "rights"), on_erase=OnErase.KEEP, source=Source.OURS,
    because="proof",
)  # fmt: skip


class NoticeVersion(models.Model):
    """The wording beside a form, as shown: the use of the data, the refusal of sales, the offer of mailings.

    `template` is what it was rendered from, with the operator's facts as merge fields; `uses` are the
    purposes that it announces beside those of the policy (gate.rules.Purpose). `written_by` wrote both; other
    facts in them leave that as it was.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    form = models.UUIDField(db_index=True)
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, unique=True)
    locale = models.CharField(max_length=8, default="ja")
    wording = models.JSONField()
    template = models.JSONField()
    uses = models.JSONField(default=list)
    stored_at = models.DateTimeField(default=clock.now)
    superseded_at = models.DateTimeField(null=True)
    written_by_kind = models.CharField(max_length=12)
    written_by_id = models.UUIDField()

    declares = Table(
        technical(
            "id", "form", "number", "digest", "locale", "wording", "template", "uses", "stored_at",
            "superseded_at", "written_by_kind", "written_by_id",
        ),
        retention="published",
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint("form", "number", name="notice_number_once")]


class Presentation(models.Model):
    """Which wording and which policy somebody saw when they sent something, and that sending acknowledged it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    about_kind = models.CharField(max_length=20)
    about_id = models.UUIDField(unique=True)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT)
    notice = models.ForeignKey(NoticeVersion, on_delete=models.PROTECT, db_index=False)
    policy = models.ForeignKey("policy.PolicyVersion", on_delete=models.PROTECT, db_index=False)
    form_digest = models.CharField(max_length=64)
    deemed = models.BooleanField(default=True)
    shown_at = models.DateTimeField(default=clock.now)

    declares = Table(
        technical(
            "id", "about_kind", "about_id", "notice_id", "policy_id", "form_digest", "deemed", "shown_at"
        )
        | {"person_id": _PERSON},
        subject="person_id",
        retention="consent",
        label="お見せした文面の記録",
    )


class Choice(models.Model):
    """A choice of the person's own for one purpose, with the wording it was given under."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT)
    purpose = models.CharField(max_length=20)
    notice = models.ForeignKey(NoticeVersion, on_delete=models.PROTECT, db_index=False)
    about_id = models.UUIDField(db_index=True)
    given_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)

    declares = Table(
        technical("id", "purpose", "notice_id", "about_id", "given_at", "withdrawn_at")
        | {"person_id": _PERSON},
        subject="person_id",
        retention="consent",
        label="お選びいただいたことの記録",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "person", "purpose", condition=models.Q(withdrawn_at=None), name="choice_once"
            ),
        ]


class Agreement(models.Model):
    """A person's answer to a change of the policy that needs consent (clause 11). The latest answer stands."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, db_index=False)
    policy = models.ForeignKey("policy.PolicyVersion", on_delete=models.PROTECT, db_index=False)
    agreed = models.BooleanField()
    answered_at = models.DateTimeField(default=clock.now)

    declares = Table(
        technical("id", "policy_id", "agreed", "answered_at") | {"person_id": _PERSON},
        subject="person_id",
        retention="consent",
        label="方針の変更へのお返事の記録",
    )

    class Meta:
        indexes = [
            models.Index(fields=["person", "policy", "answered_at"], name="agreement_of_person"),
            models.Index(fields=["policy", "agreed"], name="agreement_of_policy"),
        ]
