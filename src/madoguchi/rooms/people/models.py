"""A person is the claimed holder of an address; who proves the mailbox may see one matter for a while."""

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import Column, OnErase, Source, Table, personal, technical
from madoguchi.foundation.lib.ids import uuid7


class Person(models.Model):
    """Known by the blind index of one address; erasing blanks it, and a new inquiry makes a new person."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    address_index = models.BinaryField(max_length=32, unique=True, null=True)
    first_seen_at = models.DateTimeField(default=clock.now)

    declares = Table(
        technical("id", "first_seen_at")
        | {
            "address_index": personal(
                "2-1b",
                "アドレスを探すための符号",
                purposes=("answer", "rights"),
                on_erase=OnErase.BLANK,
                look_up="email",
            )
        },
        subject="id",
        retention="inquiry",
        label="本人",
    )


def _whose() -> Column:
    return personal(
        "2-0", "本人を指す符号", purposes=("answer", "rights"), on_erase=OnErase.DELETE, source=Source.OURS
    )


class MailedCode(models.Model):
    """Six digits on their way to somebody's mailbox, for one matter (`about`). Kept as a keyed digest; spent by the
    first use, by too many wrong tries, by time, and by the next one. `link` is the digest of the token in the same
    mail that opens the same door."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    about_kind = models.CharField(max_length=20)
    about_id = models.UUIDField()
    digest = models.BinaryField(max_length=32)
    link = models.BinaryField(max_length=32, unique=True, null=True)
    sent_at = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)
    spent_at = models.DateTimeField(null=True)

    declares = Table(
        technical("id", "about_kind", "about_id", "digest", "link", "sent_at", "tries", "spent_at")
        | {"person_id": _whose()},
        subject="person_id",
        retention="session",
        label="メールでお送りした確認コードの控え",
    )

    class Meta:
        indexes = [models.Index(fields=["about_id", "sent_at"], name="code_about")]


class VisitorSession(models.Model):
    """Somebody who proved the mailbox, for one matter or for their own page (`about` is then the person). The token
    lies in their browser; here is its digest. `confirmed` are the inquiries of which they showed besides that they
    wrote them: a mailbox may be shared (LAW pitfalls). `misses` counts what they named wrongly."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    about_kind = models.CharField(max_length=20)
    about_id = models.UUIDField()
    digest = models.BinaryField(max_length=32, unique=True)
    began_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    confirmed = models.JSONField(default=list)
    misses = models.PositiveSmallIntegerField(default=0)

    declares = Table(
        technical("id", "about_kind", "about_id", "digest", "began_at", "until", "confirmed", "misses")
        | {"person_id": _whose()},
        subject="person_id",
        retention="session",
        label="ご本人のサインインの控え",
    )


class Passkey(models.Model):
    """A key on the person's own device, for those who want one (WebAuthn 2). Only its public half is here."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    handle = models.BinaryField(max_length=64)
    credential = models.BinaryField(max_length=1024, unique=True)
    public_key = models.BinaryField(max_length=2048)
    counter = models.PositiveBigIntegerField(default=0)
    made_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True)

    declares = Table(
        technical("id", "handle", "public_key", "counter", "made_at", "used_at")
        | {
            "person_id": _whose(),
            "credential": personal(
                "2-0",
                "パスキーを見分ける符号",
                purposes=("rights",),
                on_erase=OnErase.DELETE,
                source=Source.DEVICE,
            ),
        },
        subject="person_id",
        retention="inquiry",
        label="マイページのパスキー",
    )
