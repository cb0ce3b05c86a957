"""Later work as leased rows: a kind and an id, never a value."""

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import Table, technical
from madoguchi.foundation.lib.ids import uuid7


class Job(models.Model):
    """Written in the transaction that wants the work done; gone when it is done.

    `wanted` counts how often it was asked for: work asked for again while it runs is not finished.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=40)
    subject = models.UUIDField()
    wanted = models.PositiveIntegerField(default=1)
    added_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=40, default="")
    last_code = models.CharField(max_length=60, default="")
    given_up_at = models.DateTimeField(null=True)

    declares = Table(
        technical(
            "id", "kind", "subject", "wanted", "added_at", "due_at", "attempts",
            "leased_until", "leased_by", "last_code", "given_up_at",
        )
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint("kind", "subject", name="job_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(given_up_at=None), name="job_due"),
            models.Index(
                fields=["given_up_at"], condition=models.Q(given_up_at__isnull=False), name="job_given_up"
            ),
        ]


class TrustedClock(models.Model):
    """One row: the time that two clocks agree on. Periods end by it, never by the wall clock alone.

    `uptime` is the seconds that the machine (named by `boot`) had been up at `wall_at`.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()
    wall_at = models.DateTimeField()
    boot = models.CharField(max_length=40)
    uptime = models.FloatField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.UUIDField(null=True)

    declares = Table(technical("id", "at", "wall_at", "boot", "uptime", "accepted_at", "accepted_by"))


class Beat(models.Model):
    """When a part of the program last said that it lives."""

    name = models.CharField(primary_key=True, max_length=40)
    at = models.DateTimeField()

    declares = Table(technical("name", "at"))
