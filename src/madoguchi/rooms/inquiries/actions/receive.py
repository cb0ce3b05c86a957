"""Receive an inquiry: everything or nothing, once, however often the same draft is sent.

One transaction without rendering or I/O. The receipt may be shown only after it returned outside a
transaction: then the commit is on disk (clause 2(1); RELIABILITY I1, I2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from madoguchi.foundation.lib import calendar, clock
from madoguchi.foundation.lib.calendar import Hours
from madoguchi.foundation.lib.digests import canonical_json
from madoguchi.foundation.lib.ids import VISITOR, Ref, new_receipt_number, uuid7
from madoguchi.foundation.lib.rows import upsert
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.consent.actions.present_notice import present_notice
from madoguchi.rooms.forms.queries import OpenForm
from madoguchi.rooms.forms.rules import contact_keys, first_line
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.people.actions.claim import claim
from madoguchi.rooms.vault.actions.open_file import new_key, open_file
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import blind

# Notices to staff wait this long, so that a burst becomes one mail that lists them all.
FOLD = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the visitor gets. The same for every repeat of one draft."""

    id: UUID
    receipt_number: str
    received_at: datetime
    link_issue: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """Channel and moment; a letter keeps the time it arrived. A sample says that it is one, and may bring its
    own deadline, so that a trial has something to answer today whatever the hour."""

    at: datetime
    channel: str = "form"
    sample: bool = False
    lane: str = "inbox"
    by: Ref = VISITOR
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """What arrives: checked answers, the form and wording they were given under, the visitor's draft token."""

    form: OpenForm
    hours: Hours
    values: Mapping[str, str]
    notice: UUID
    policy: UUID
    draft: str


def receive(submission: Submission, arrival: Arrival | None = None) -> Receipt:
    """Store once; raises DraftChanged when the draft was sent before with another text.

    Receipt numbers are short, so on a busy day two may meet: then one more letter is drawn.
    """
    arrival = arrival or Arrival(clock.now())
    for letters in (4, 5, 6):
        try:
            return _receive(submission, arrival, _prepare(submission, arrival, letters))
        except IntegrityError:
            if letters == 6:
                raise
    raise AssertionError


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Everything that needs no table, made ready before the turn to write is taken: others are waiting for it."""

    key: FileKey
    email: str | None
    mark: bytes
    row: dict[str, Any]


def _prepare(submission: Submission, arrival: Arrival, letters: int) -> _Prepared:
    form, values, key, id = submission.form, submission.values, new_key(), uuid7()
    email, phone = contact_keys(values)
    mark = rules.draft_mark(submission.draft, values)
    row = {
        "id": id,
        "receipt_number": new_receipt_number(clock.local(arrival.at).date(), letters),
        "draft": rules.draft_digest(submission.draft),
        "draft_mark": mark,
        "entity_id": form.entity_id,
        "form_id": form.id,
        "form_version_id": form.version_id,
        "file_id": key.id,
        "channel": arrival.channel,
        "sample": arrival.sample,
        "lane": arrival.lane,
        "received_at": arrival.at,
        "due_at": arrival.due_at or calendar.due_at(arrival.at, submission.hours),
        "notified_at": arrival.at if arrival.sample else None,
        "answers": key.seal(Inquiry, "answers", id, canonical_json(dict(values)).decode()),
        "headline": key.seal(Inquiry, "headline", id, canonical_json(headline(values)).decode()),
        "phone_index": blind("phone", phone) if phone else None,
    }
    return _Prepared(key, email, mark, row)


@action
def _receive(submission: Submission, arrival: Arrival, prepared: _Prepared) -> Receipt:
    person = claim(email_key=prepared.email)
    receipt = _store(prepared, person)
    if not receipt.fresh:
        return receipt
    open_file(kind="inquiry", holder=person, key=prepared.key)
    _follow_up(submission, arrival, receipt, person)
    return receipt


def _store(prepared: _Prepared, person: UUID) -> Receipt:
    # The file's row follows only for a new inquiry: foreign keys are checked at COMMIT.
    id, repeats, mark, number, received_at, issue = upsert(
        Inquiry,
        conflict=("draft",),
        returning=("id", "repeats", "draft_mark", "receipt_number", "received_at", "link_issue"),
        person_id=person,
        **prepared.row,
    )
    if repeats:
        rules.check_same_text(prepared.mark, bytes(mark))
    return Receipt(id, number, received_at, issue, fresh=not repeats)


def _follow_up(submission: Submission, arrival: Arrival, receipt: Receipt, person: UUID) -> None:
    about, form = Ref("inquiry", receipt.id), submission.form
    present_notice(
        about=about, person=person, notice=submission.notice, policy=submission.policy,
        form_digest=form.digest, at=clock.now(),
    )  # fmt: skip
    record("inquiry.received", about=about, by=arrival.by, details={"channel": arrival.channel})
    add_job("inquiries.acknowledge", receipt.id)
    if not arrival.sample:
        add_job("inquiries.notify", form.entity_id, due_at=clock.now() + FOLD)


def headline(values: Mapping[str, str]) -> dict[str, str]:
    """What a list shows of an inquiry: company, name, and the first line of the message."""
    return {"company": values.get("company", ""), "name": values.get("name", ""), "line": first_line(values)}
