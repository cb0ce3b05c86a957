"""The operator and its staff. Facts are configuration, never constants (LAW OP-1…OP-7)."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import OnErase, Table, personal, technical
from madoguchi.foundation.lib.ids import uuid7


class LegalEntity(models.Model):
    """A business operator (個人情報取扱事業者): who acquires, answers and is responsible (Art 32(1))."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=200, unique=True)
    group = models.CharField(max_length=200, default="")
    postal_code = models.CharField(max_length=10, default="")
    address = models.CharField(max_length=300)
    representative_title = models.CharField(max_length=100)
    representative = models.CharField(max_length=100)
    desk = models.CharField(max_length=200)
    joint_use_range = models.CharField(max_length=300, default="")
    phone = models.CharField(max_length=40, default="")
    email = models.CharField(max_length=254, default="")
    sender_name = models.CharField(max_length=200)
    sender_address = models.CharField(max_length=254)
    hours = models.JSONField(default=dict)
    own_wording = models.BooleanField(default=False)
    promises_published_at = models.DateTimeField(null=True)
    promises_published_by = models.UUIDField(null=True)

    declares = Table(
        technical(
            "id", "name", "group", "postal_code", "address", "representative_title", "representative", "desk",
            "joint_use_range", "phone", "email", "sender_name", "sender_address", "hours", "own_wording",
            "promises_published_at", "promises_published_by",
        )
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(promises_published_at=None, promises_published_by=None)
                | models.Q(promises_published_at__isnull=False, promises_published_by__isnull=False),
                name="promises_published_by_somebody",
            ),
        ]


class FactsVersion(models.Model):
    """The operator's facts as they stood from one moment on; the latest are those of LegalEntity (OP-1…OP-7)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    facts = models.JSONField()
    since = models.DateTimeField(default=clock.now)
    by_kind = models.CharField(max_length=12)
    by_id = models.UUIDField()

    declares = Table(
        technical("id", "entity_id", "number", "facts", "since", "by_kind", "by_id"), retention="published"
    )

    class Meta:
        constraints = [models.UniqueConstraint("entity", "number", name="facts_number_once")]


class Role(models.TextChoices):
    CLERK = "clerk", "窓口担当者"
    OFFICER = "officer", "個人情報管理者"
    ADMIN = "admin", "管理者"
    DRAFTER = "drafter", "作成担当者"  # writes replies that others approve and send


class StaffManager(BaseUserManager["Staff"]):
    def get_by_natural_key(self, username: str | None) -> "Staff":
        return self.get(email__iexact=username)


class Staff(AbstractBaseUser):
    """A staff account; it belongs to one legal entity. Addresses of staff are plain and declared."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=10, choices=Role.choices)
    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT)
    is_active = models.BooleanField(default=True)
    setup_issue = models.PositiveIntegerField(default=1)
    joined_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[StaffManager] = StaffManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    declares = Table(
        technical(
            "id",
            "role",
            "entity_id",
            "is_active",
            "setup_issue",
            "joined_at",
            "password",
            "last_login",
        )
        | {
            "email": personal("staff", "職員のメールアドレス", purposes=("staff",), on_erase=OnErase.DELETE),
            "name": personal("staff", "職員の氏名", purposes=("staff",), on_erase=OnErase.DELETE),
        },
        subject="id",
        retention="staff",
    )

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split()[0] if self.name.split() else self.name


class Wish(models.Model):
    """How a colleague wants to be told: each event at once, gathered at an hour, or not at all (`ways`; what is not
    there is as proposed), when not to, and whether a summary comes every working day. Without a row, all as proposed."""

    staff = models.OneToOneField(Staff, primary_key=True, on_delete=models.CASCADE)
    ways = models.JSONField(default=dict)
    gathered_at = models.CharField(max_length=5, default="09:00")
    daily = models.BooleanField(default=True)
    quiet_from = models.CharField(max_length=5, default="")
    quiet_until = models.CharField(max_length=5, default="")
    quiet_closed = models.BooleanField(default=False)

    declares = Table(
        technical("staff_id", "ways", "gathered_at", "daily", "quiet_from", "quiet_until", "quiet_closed")
    )


class Notice(models.Model):
    """What a colleague is to be told, once: `occasion` tells one event about a thing from the next. It leaves in a mail
    with all else that is due by then."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, db_index=False)
    event = models.CharField(max_length=12)
    about_kind = models.CharField(max_length=12)
    about_id = models.UUIDField()
    occasion = models.CharField(max_length=60, default="")
    at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    declares = Table(
        technical("id", "staff_id", "event", "about_kind", "about_id", "occasion", "at", "due_at", "told_at")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("staff", "event", "about_id", "occasion", name="notice_once"),
        ]
        indexes = [
            models.Index("due_at", condition=models.Q(told_at=None), name="notice_due"),
            models.Index("staff", models.F("told_at").desc(), name="notice_told"),
        ]


class Token(models.Model):
    """An API token of a staff member: shown once, kept as a digest."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.CharField(max_length=200)
    made_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True)

    declares = Table(technical("id", "staff_id", "digest", "scopes", "made_at", "revoked_at"))


class Remembered(models.Model):
    """Small facts that outlive a process for minutes: counts of wrong passwords, codes already used.

    `key` is a digest: an address or a code in it cannot be read.
    """

    key = models.CharField(primary_key=True, max_length=64)
    value = models.JSONField()
    until = models.DateTimeField(db_index=True)

    declares = Table(technical("key", "value", "until"))
