"""Makes many sealed inquiries quickly, as three years of a busy desk would have left them.

The rows are those of `receive` and of a reply, sealed with keys of their own by the vault; the counters
come from the database's own triggers, and only the way to the table is shorter (executemany).
"""

import hashlib
import random
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import canonical_json
from madoguchi.foundation.lib.hours import Hours, due_at
from madoguchi.foundation.lib.ids import new_receipt_number
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.consent.models import Presentation
from madoguchi.rooms.consent.queries import notice_in_force
from madoguchi.rooms.forms.queries import OpenForm, first_form
from madoguchi.rooms.inquiries.models import Entry, Inquiry, derived
from madoguchi.rooms.organisation.queries import hours_of, staff_of
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.policy.queries.versions import in_force
from madoguchi.rooms.vault.actions.open_file import new_key
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.models import File, Key
from madoguchi.rooms.vault.queries import blind, current_epoch
from madoguchi.rooms.vault.wrapping import wrap

YEARS = timedelta(days=3 * 365)
REGULAR = 120  # inquiries of the one person who writes often, at every size
BATCH = 2_000
_SUBJECTS = (
    "見積書の宛名",
    "納期",
    "請求書の再発行",
    "送料",
    "返品の手順",
    "修理の日程",
    "資料の送付",
    "担当者の変更",
)
_COMPANIES = ("有限会社青葉食堂", "株式会社みなと商店", "合同会社やまなみ", "さくら工務店", "")
_NAMES = ("山田 花子", "佐藤 一郎", "鈴木 真理", "田中 誠", "高橋 葵", "髙﨑 結衣")
_JST = timedelta(hours=9)


class _Rows:
    """Rows of one model on their way to its table; columns not named take their constant default."""

    def __init__(self, model: type[models.Model], *names: str) -> None:
        fields: list[Any] = list(model._meta.concrete_fields)
        quote = connection.ops.quote_name
        given = {name: place for place, name in enumerate(names)}
        self.places = [given.get(each.attname) for each in fields]
        self.constants = [
            None if each.attname in given else each.get_db_prep_save(each.get_default(), connection)
            for each in fields
        ]
        columns = ", ".join(quote(each.column) for each in fields)
        marks = ", ".join(["%s"] * len(fields))
        self.sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608  names from the model
        self.waiting: list[list[Any]] = []

    def add(self, *values: Any) -> None:
        pairs = zip(self.places, self.constants, strict=True)
        self.waiting.append([constant if place is None else values[place] for place, constant in pairs])

    def store(self) -> None:
        if self.waiting:
            with connection.cursor() as cursor:
                cursor.executemany(self.sql, self.waiting)
            self.waiting = []


@dataclass(frozen=True)
class Made:
    """What there is to look for afterwards."""

    count: int
    regular: UUID
    regular_number: str
    ids: Sequence[UUID]


@dataclass
class _Maker:
    form: OpenForm
    hours: Hours
    staff: Sequence[UUID]
    notice: UUID
    policy: UUID
    now: datetime
    chance: random.Random
    due: dict[datetime, datetime] = field(default_factory=dict)
    known: deque[tuple[UUID, str]] = field(default_factory=lambda: deque(maxlen=5_000))

    def __post_init__(self) -> None:
        native = connection.features.has_native_uuid_field
        self.id: Callable[[UUID], Any] = (lambda id: id) if native else (lambda id: id.hex)
        sqlite = connection.vendor == "sqlite"
        self.at: Callable[[datetime], Any] = (
            (lambda at: at.isoformat(" ", "microseconds")[:26]) if sqlite else (lambda at: at)
        )
        self.epoch = current_epoch("kek")
        self.people = _Rows(Person, "id", "address_index", "first_seen_at")
        self.keys = _Rows(Key, "id", "wrapped")
        self.key_ids = count((Key.objects.aggregate(last=Max("id"))["last"] or 0) + 1)
        self.files = _Rows(File, "id", "kind", "holder", "epoch", "key_id", "opened_at")
        self.inquiries = _Rows(
            Inquiry, "id", "receipt_number", "draft", "draft_mark", "entity_id", "form_id", "form_version_id",
            "person_id", "file_id", "lane", "status", "assignee_id", "received_at", "due_at", "first_due_at",
            "opened_at", "answered_at", "first_answered_at", "closed_at", "notified_at", "answers", "headline", "phone_index",
        )  # fmt: skip
        self.shown = _Rows(
            Presentation,
            "id",
            "about_kind",
            "about_id",
            "person_id",
            "notice_id",
            "policy_id",
            "form_digest",
            "shown_at",
        )
        self.events = _Rows(
            Event, "id", "at", "kind", "about_kind", "about_id", "by_kind", "by_id", "details"
        )
        self.entries = _Rows(
            Entry, "id", "inquiry_id", "kind", "by_kind", "by_id", "at", "file_id", "text", "head"
        )
        self.regular = self._person(self.now - YEARS, f"regular{self.chance.getrandbits(60):x}@example.jp")

    def one(self, at: datetime, *, regular: bool) -> tuple[UUID, str]:
        """One inquiry with all that belongs to it; gives back its id and number."""
        person, address = self.regular if regular else self._somebody(at)
        id, key = self._new_id(at), self._key(person, at)
        lane = "inbox" if regular else self.chance.choices(("inbox", "sales", "junk"), (80, 15, 5))[0]
        status, assignee, answered, closed = self._fate(at, lane)
        number = new_receipt_number((at + _JST).date(), 8)
        values = self._answers(address)
        stored, moment, made = self.id(id), self.at(at), derived(key, id, values)
        due_at, answered_at = self.at(self._due_at(at)), self.at(answered) if answered else None
        self.inquiries.add(
            stored, number, self.chance.randbytes(32), self.chance.randbytes(32), self.id(self.form.entity_id),
            self.id(self.form.id), self.id(self.form.version_id), self.id(person), self.id(key.id), lane, status,
            self.id(assignee) if assignee else None, moment, due_at, due_at,
            None if status == "new" else moment, answered_at, answered_at,
            self.at(closed) if closed else None, moment,
            key.seal(Inquiry, "answers", id, canonical_json(values).decode()),
            made["headline"],
            made["phone_index"],
        )  # fmt: skip
        self.shown.add(
            self.id(self._new_id(at)), "inquiry", stored, self.id(person), self.id(self.notice), self.id(self.policy),
            self.form.digest, moment,
        )  # fmt: skip
        self._event(at, "inquiry.received", id, "visitor", UUID(int=0))
        if answered and assignee:
            self._talk(id, key, person, assignee, answered)
        return id, number

    def _talk(self, inquiry: UUID, key: FileKey, person: UUID, by: UUID, at: datetime) -> None:
        """The answer, and twice more a message and what we said to it: with the first, about five an inquiry."""
        self._reply(inquiry, key, by, at)
        for _ in range(2):
            at += timedelta(minutes=self.chance.randrange(10, 600))
            self._message(inquiry, person, at)
            at += timedelta(minutes=self.chance.randrange(10, 600))
            self._reply(inquiry, key, by, at)

    def _message(self, inquiry: UUID, person: UUID, at: datetime) -> None:
        id, key = self._new_id(at), self._key(person, at)
        head = canonical_json({"subject": f"Re: {self.chance.choice(_SUBJECTS)}"}).decode()
        text = f"ありがとうございます。{self.chance.choice(_SUBJECTS)}の件も、あわせてお願いできますか。"
        self.entries.add(
            self.id(id), self.id(inquiry), "message", "visitor", self.id(UUID(int=0)), self.at(at), self.id(key.id),
            key.seal(Entry, "text", id, text), key.seal(Entry, "head", id, head),
        )  # fmt: skip
        self._event(at, "inquiry.heard", inquiry, "visitor", UUID(int=0))

    def _somebody(self, at: datetime) -> tuple[UUID, str]:
        if self.known and self.chance.random() < 0.4:
            return self.chance.choice(self.known)
        found = self._person(at, f"person{self.chance.getrandbits(60):x}@example.jp")
        self.known.append(found)
        return found

    def _person(self, at: datetime, address: str) -> tuple[UUID, str]:
        id = self._new_id(at)
        self.people.add(self.id(id), blind("email", address), self.at(at))
        return id, address

    def _key(self, person: UUID, at: datetime) -> FileKey:
        key = new_key()
        key = FileKey(self._new_id(at), key.secret)
        row = next(self.key_ids)
        self.keys.add(row, wrap(key, self.epoch))
        self.files.add(self.id(key.id), "inquiry", self.id(person), self.epoch, row, self.at(at))
        return key

    def _fate(self, at: datetime, lane: str) -> tuple[str, UUID | None, datetime | None, datetime | None]:
        """Status, assignee, answered and closed: the old is done, the last two weeks are being worked on."""
        chance, age = self.chance.random(), self.now - at
        if chance < (0.5 if age < timedelta(days=14) else 0.005 if lane == "inbox" else 0.3):
            status = self.chance.choice(("new", "open", "doing", "pending")) if lane == "inbox" else "new"
            return status, self.chance.choice((*self.staff, None)) if lane == "inbox" else None, None, None
        assignee = self.chance.choice(self.staff)
        answered = (
            min(at + timedelta(minutes=self.chance.randrange(10, 3_000)), self.now)
            if lane == "inbox"
            else None
        )
        return "done", assignee, answered, answered or at

    def _answers(self, address: str) -> dict[str, str]:
        last = self.chance.randrange(10_000)
        subject = self.chance.choice(_SUBJECTS)
        return {
            "body": f"{subject}について教えてください。\n" + "急ぎではありませんので、お手すきのときにお願いいたします。" * self.chance.randrange(1, 8),
            "name": self.chance.choice(_NAMES), "company": self.chance.choice(_COMPANIES),
            "phone": f"03-0000-{last:04}", "email": address, "website": "", "remarks": "",
        }  # fmt: skip

    def _due_at(self, at: datetime) -> datetime:
        hour = at.replace(minute=0, second=0, microsecond=0)
        if hour not in self.due:
            self.due[hour] = due_at(hour, self.hours)
        return self.due[hour]

    def _reply(self, inquiry: UUID, key: FileKey, by: UUID, at: datetime) -> None:
        id = self._new_id(at)
        text = key.seal(
            Entry, "text", id, "お問い合わせありがとうございます。ご希望のとおりに手配いたしました。"
        )
        self.entries.add(
            self.id(id),
            self.id(inquiry),
            "reply",
            "staff",
            self.id(by),
            self.at(at),
            self.id(key.id),
            text,
            b"",
        )
        self._event(at, "inquiry.replied", inquiry, "staff", by)

    def _event(self, at: datetime, kind: str, about: UUID, by_kind: str, by: UUID) -> None:
        self.events.add(
            self.id(self._new_id(at)),
            self.at(at),
            kind,
            "inquiry",
            self.id(about),
            by_kind,
            self.id(by),
            "{}",
        )

    def _new_id(self, at: datetime) -> UUID:
        value = (int(at.timestamp() * 1000) << 80) | self.chance.getrandbits(80)
        value = (value & ~(0xF << 76)) | (0x7 << 76)
        return UUID(int=(value & ~(0x3 << 62)) | (0x2 << 62))

    @action
    def store(self) -> None:
        for rows in (
            self.people,
            self.keys,
            self.files,
            self.inquiries,
            self.shown,
            self.events,
            self.entries,
        ):
            rows.store()


def generate(count: int, *, seed: int = 1) -> Made:
    """Adds `count` inquiries, oldest first; the same seed gives the same desk but for keys and numbers."""
    form = first_form()
    assert form is not None
    maker = _Maker(
        form=form, hours=hours_of(form.entity_id), staff=[staff.id for staff in staff_of(form.entity_id)],
        notice=notice_in_force(form.id).id, policy=in_force(form.entity_id).id, now=clock.now(),
        chance=random.Random(int.from_bytes(hashlib.sha256(f"{seed}/{count}".encode()).digest())),
    )  # fmt: skip
    ids, number = [], ""
    for place, at in enumerate(_moments(maker, count)):
        regular = place % max(1, count // REGULAR) == 0
        id, made = maker.one(at, regular=regular)
        number = made if regular else number
        if place % max(1, count // 500) == 0:
            ids.append(id)
        if place % BATCH == BATCH - 1:
            maker.store()
    maker.store()
    if (
        connection.vendor == "postgresql"
    ):  # as its autovacuum would, and the keys numbered by us; on SQLite nobody needs it
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            for statement in connection.ops.sequence_reset_sql(no_style(), [Key]):
                cursor.execute(statement)
    return Made(count, maker.regular[0], number, ids)


def _moments(maker: _Maker, count: int) -> Iterator[datetime]:
    step = YEARS / count
    for place in range(count):
        yield maker.now - YEARS + step * (place + maker.chance.random())
