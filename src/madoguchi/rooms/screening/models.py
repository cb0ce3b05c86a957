"""What the machine thought of each inquiry, what staff taught it, and what is remembered of senders.

No text lies here. What could tell a sender is a keyed hash, and lies sealed in the inquiry's own file besides: when
that file ends, its lesson, its marks and its say in the model are gone, from older copies as well (ADR 0026).
"""

import json
from typing import Any

from django.db import models

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.declarations import Column, OnErase, Source, Table, personal, technical
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.rooms.screening import wording
from madoguchi.rooms.screening.packing import unpack
from madoguchi.rooms.vault.fields import Sealed, SealedField

LANES = {"sales": "sales", "genuine": "inbox", "junk": "junk"}  # where a lesson's label belongs


def _ours(label: str, show: Any, on_erase: OnErase = OnErase.DELETE) -> Column:
    return personal("2-1e", label, purposes=("answer",), on_erase=on_erase, source=Source.OURS, show=show)


def _why_in_words(raw: bytes) -> str:
    return wording.told_from(json.loads(raw))


def _mark_in_words(raw: bytes) -> str:
    """The keyed hash itself; of a text how many there are."""
    mark = unpack(raw)
    return mark if isinstance(mark, str) else f"{len(mark)}個の符号"


def _lesson_in_words(raw: bytes) -> str:
    said = unpack(raw)
    return f"{said['number']} の文面と差出人から作った、元に戻せない符号"


class Verdict(Sealed):
    """One decision of the machine about one inquiry. `lane` is where it belongs as the machine sees it, `moved`
    whether it was put there; `why` holds reasons, counter-evidence and versions. `settled_lane` is what a person
    decided since: that is never overwritten. `doubtful`: near the line, or something speaks for a customer. `sketch` are hashed grams, to know the same text again; `group` names the
    first inquiry of the same text, `hit` what of the repeat memory it met. `stage` is empty while it could not be judged (未判定)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    about = models.UUIDField(unique=True)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT, db_index=False)
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT)
    lane = models.CharField(max_length=8, default="inbox")
    stage = models.CharField(max_length=10, default="")
    band = models.CharField(max_length=8, default="")
    badge = models.BooleanField(default=False)
    doubtful = models.BooleanField(default=False)
    moved = models.BooleanField(default=False)
    score = models.FloatField(null=True)
    why = SealedField("verdict.why", default=b"")
    sketch = SealedField("verdict.sketch", default=b"")
    group = models.UUIDField(null=True)
    hit = models.ForeignKey("screening.Repeat", null=True, on_delete=models.SET_NULL, related_name="met")
    tries = models.PositiveSmallIntegerField(default=0)
    decided_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    settled_lane = models.CharField(max_length=8, default="")
    opened_at = models.DateTimeField(null=True)

    declares = Table(
        technical(
            "id", "about", "entity_id", "file_id", "moved", "group", "tries", "decided_at", "settled_at",
            "settled_by", "settled_lane", "opened_at", "hit_id", "stage", "badge", "doubtful", "score", "lane", "band",
        )
        | {
            "why": _ours("営業・迷惑の仕分けの理由", _why_in_words, OnErase.SHRED),
            "sketch": _ours("同じ文面に気づくための符号", _mark_in_words, OnErase.SHRED),
        },
        subject="file.holder",
        file="file",
        retention="inquiry",
        label="仕分けの判断",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index("entity", models.F("decided_at").desc(), name="verdict_newest"),
            models.Index(
                "entity", models.F("decided_at").desc(), condition=models.Q(moved=True), name="verdict_moved"
            ),
            models.Index(
                "entity",
                "decided_at",
                condition=models.Q(moved=True, doubtful=True, settled_at=None, opened_at=None),
                name="verdict_overlooked",
            ),
            models.Index("group", condition=models.Q(group__isnull=False), name="verdict_group"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(settled_at=None, settled_lane="")
                | models.Q(settled_at__isnull=False) & ~models.Q(settled_lane=""),
                name="verdict_settled_somewhere",
            ),
        ]


class Lesson(Sealed):
    """What a person said of one inquiry by a button; the latest counts. `learned` holds the sender's marks, the grams
    of its masked text and their sketch. `undone_at`: taken back. `disputed`: two colleagues said different things, so
    it teaches nothing until somebody says it a third time."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    about = models.UUIDField(unique=True)
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT, db_index=False)
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT)
    label = models.CharField(
        max_length=8, choices=[("sales", "営業"), ("genuine", "お客様"), ("junk", "迷惑")]
    )
    by = models.UUIDField()
    at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True)
    disputed = models.BooleanField(default=False)
    learned = SealedField("lesson.learned")

    declares = Table(
        technical("id", "about", "entity_id", "file_id", "label", "by", "at", "undone_at", "disputed")
        | {"learned": _ours("仕分けの見分けかたに生かした符号", _lesson_in_words)},
        subject="file.holder",
        file="file",
        retention="inquiry",
        label="仕分けについて職員が教えたこと",
    )

    class Meta:
        indexes = [models.Index(fields=["entity", "at"], name="lesson_of_entity")]


class Repeat(Sealed):
    """One sign by which a pitch that was marked once is known again: a domain, a number, the host of a link, the text.
    It ends by itself a while after the last message that met it; those are counted from their verdicts, so that one
    that is erased prolongs nothing. `removed_at`: a person took it off the list."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="repeats")
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT, db_index=False)
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT)
    kind = models.CharField(
        max_length=8,
        choices=[("domain", "会社のドメイン"), ("phone", "電話番号"), ("host", "リンク先"), ("text", "文面")],
    )
    mark = SealedField("repeat.mark")
    since = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True)

    declares = Table(
        technical("id", "lesson_id", "entity_id", "file_id", "kind", "since", "removed_at")
        | {"mark": _ours("同じ差出人や同じ文面に気づくための符号", _mark_in_words)},
        subject="file.holder",
        file="file",
        retention="inquiry",
        label="営業の覚え",
    )

    class Meta:
        indexes = [models.Index(fields=["entity", "since"], name="repeat_of_entity")]


class Allowed(Sealed):
    """A sender whose messages always stay in the inbox, because a person said that this is a customer."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    about = models.UUIDField()
    entity = models.ForeignKey("organisation.LegalEntity", on_delete=models.PROTECT, db_index=False)
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT)
    kind = models.CharField(
        max_length=8,
        choices=[("address", "メールアドレス"), ("domain", "会社のドメイン"), ("phone", "電話番号")],
    )
    mark = SealedField("allowed.mark")
    since = models.DateTimeField(default=clock.now)
    by = models.UUIDField()

    declares = Table(
        technical("id", "about", "entity_id", "file_id", "kind", "since", "by")
        | {"mark": _ours("いつも受信箱に残す差出人の符号", _mark_in_words)},
        subject="file.holder",
        file="file",
        retention="inquiry",
        label="いつも受信箱に残す差出人",
    )

    class Meta:
        constraints = [models.UniqueConstraint("about", "kind", name="allowed_once")]
        indexes = [models.Index(fields=["entity"], name="allowed_of_entity")]


class ScreenRules(models.Model):
    """How a company screens: 停止, バッジのみ or 有効, since when and by whom. `blown_at`: the fuse; `added` is what it
    put on the threshold. `reset_at`: lessons from before teach the model nothing."""

    entity = models.OneToOneField("organisation.LegalEntity", primary_key=True, on_delete=models.PROTECT)
    state = models.CharField(
        max_length=6,
        default="badge",
        choices=[("off", "停止"), ("badge", "バッジのみ"), ("on", "有効")],
    )
    began_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(null=True)
    set_at = models.DateTimeField(null=True)
    set_by = models.UUIDField(null=True)
    days = models.PositiveSmallIntegerField(default=180)
    blown_at = models.DateTimeField(null=True)
    blown_for = models.JSONField(default=list)
    added = models.FloatField(default=0.0)
    reset_at = models.DateTimeField(null=True)

    declares = Table(
        technical(
            "entity_id", "state", "began_at", "asked_at", "set_at", "set_by", "days", "blown_at", "blown_for", "added",
            "reset_at",
        )
    )  # fmt: skip
