"""What the API says of requests under the Act, and what it takes in."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Field, Schema


class RequestRow(Schema):
    """`line_on`: the last day of the two weeks of the Act; `outcome` is empty before the decision."""

    number: str
    kind: str
    name: str
    state: str
    outcome: str
    channel: str
    arrived_at: datetime
    line_on: date | None
    due_on: date
    owner: UUID | None
    closed_at: datetime | None


class RequestPage(Schema):
    items: list[RequestRow]
    next_cursor: str


class Check(Schema):
    way: str
    passed: bool
    document: str
    at: datetime


class Charge(Schema):
    yen: int
    shown: bool
    settled_at: datetime | None
    how: str
    waived_for: str
    refunded_on: date | None


class Decided(Schema):
    id: UUID
    outcome: str
    ground: str
    reason: str
    instead: str
    decided_at: datetime
    two_people: bool
    approved_at: datetime | None
    alone_for: str


class Told(Schema):
    kind: str
    subject: str
    body: str
    channel: str
    written_at: datetime


class Step(Schema):
    code: str
    at: datetime
    by: str


class WholeRequest(RequestRow):
    """`asked`: what they wrote. `living`: files of the person that live now, to be given back when collecting. `may`:
    what the holder of this token may do with it now."""

    asked: dict[str, str]
    identified: bool
    checks: list[Check]
    fee: Charge | None
    matters: list[str]
    decision: Decided | None
    letters: list[Told]
    steps: list[Step]
    may: list[str]
    living: list[UUID]


class ChangedRequest(Schema):
    """Where a request stands after a verb. Its contents are read with their own scope, and that is noted."""

    number: str
    state: str
    outcome: str
    due_on: date
    owner: UUID | None


class NewRequest(Schema):
    """A letter, a call or a visit. `values`: name, email, phone, postal, words, about, ground, item, value, agent_name,
    agent_contact."""

    kind: str
    channel: Literal["letter", "phone", "counter", "fax", "mail"]
    arrived_at: datetime
    values: dict[str, str]
    wish: str = ""
    agent: str = ""


class TakenOver(Schema):
    """`values` come beside the name and the addresses that the inquiry gives."""

    kind: str
    values: dict[str, str] = {}
    wish: str = ""
    agent: str = ""


class Draft(Schema):
    subject: str
    body: str


class NewLetter(Schema):
    """`kind`: acknowledgement, identity, fee, granted, partial, refused, not_found, alternative or withdrawn. `channel`:
    mail, post or hand (with `sent_on`). Nothing may be left open as ｛…｝."""

    kind: str
    subject: str = Field(max_length=1_000)
    body: str = Field(max_length=40_000)
    channel: str
    sent_on: date | None = None


class NewPackage(Schema):
    """`form`: electronic or paper."""

    form: str


class NewCheck(Schema):
    """What was compared with what we hold; of a document only its kind, and the day it was destroyed or sent back."""

    way: str
    passed: bool
    document: str = ""
    destroyed_on: date | None = None


class Settled(Schema):
    """`how`: transfer, cash (with `paid_on`) or waived (with `waived_for`)."""

    how: str
    paid_on: date | None = None
    waived_for: str = ""


class Refunded(Schema):
    on: date


class Collected(Schema):
    """`files` that are theirs; `seen`: all that lived when they were looked at."""

    files: list[UUID]
    seen: list[UUID]


class NewDecision(Schema):
    """`outcome`: granted, partial, refused, not_found or alternative. The ground is a code of the list."""

    outcome: str = Field(max_length=20)
    ground: str = Field("", max_length=40)
    reason: str = Field("", max_length=20_000)
    instead: str = Field("", max_length=20_000)


class Approval(Schema):
    """`decision`: the id of the one that was read. `alone_for`: why whoever decided confirms it alone, a day later:
    nobody-else or away."""

    decision: UUID
    alone_for: str = Field("", max_length=20)


class NewOwner(Schema):
    to: UUID


class NewDay(Schema):
    on: date
    reason: str
