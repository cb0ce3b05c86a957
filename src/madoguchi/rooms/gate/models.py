"""Permits, stops and suppression."""

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import OnErase, Source, Table, personal, technical
from madoguchi.foundation.lib.ids import uuid7

_HOLDER = personal(
    "2-0", "本人を指す符号", purposes=("answer", "rights"), on_erase=OnErase.KEEP, source=Source.OURS,
    because="proof",
)  # fmt: skip


class PermitRow(models.Model):
    """One permit as it was minted: references only, so it proves without telling."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    recipient_kind = models.CharField(max_length=12)
    recipient_id = models.UUIDField()
    purpose = models.CharField(max_length=20)
    basis = models.CharField(max_length=20)
    about_kind = models.CharField(max_length=20)
    about_id = models.UUIDField()
    minted_at = models.DateTimeField(default=clock.now)

    declares = Table(
        technical("id", "recipient_kind", "purpose", "basis", "about_kind", "about_id", "minted_at")
        | {"recipient_id": _HOLDER},
        subject="recipient_id",
        retention="audit",
        label="送信を許可した記録",
    )

    class Meta:
        db_table = "gate_permit"


class StopRow(models.Model):
    """The person asked us to stop a use (clauses 4-2, 7-1, 9-1). Lifting it is an event, not a deletion.

    `about` is the one inquiry that it binds; none: everything of this person. `scope` is a code of rules.Stop, or
    `item:` and the code of an item that is not to be collected any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.UUIDField(db_index=True)
    scope = models.CharField(max_length=40)
    about = models.UUIDField(null=True)
    asked_at = models.DateTimeField(default=clock.now)
    lifted_at = models.DateTimeField(null=True)

    declares = Table(
        technical("id", "scope", "about", "asked_at", "lifted_at") | {"person": _HOLDER},
        subject="person",
        retention="suppression",
        label="利用を止めるお申し出",
    )

    class Meta:
        db_table = "gate_stop"
        constraints = [
            models.UniqueConstraint(
                "person", "scope", condition=models.Q(lifted_at=None, about=None), name="stop_once"
            ),
            models.UniqueConstraint(
                "person", "scope", "about", condition=models.Q(lifted_at=None), name="stop_once_about"
            ),
        ]


class Suppression(models.Model):
    """A keyed mark of an address that must not be mailed; survives erasure and import (LAW 6.4)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    mark = models.BinaryField(max_length=32, unique=True)
    reason = models.CharField(max_length=20)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True)

    declares = Table(
        technical("id", "reason", "since", "until")
        | {
            "mark": personal(
                "2-1b",
                "送らないアドレスの符号",
                purposes=("suppression",),
                on_erase=OnErase.KEEP,
                because="suppression",
            )
        },
        subject="mark",
        retention="suppression",
        label="ご案内を送らないアドレスの印",
    )
