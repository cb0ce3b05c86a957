"""Receive an inquiry: everything or nothing, once, however often the same draft is sent.

One transaction without rendering or I/O. The receipt may be shown only after it returned outside a
transaction: then the commit is on disk (clause 2(1); RELIABILITY I1, I2).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import canonical_json
from madoguchi.foundation.lib.hours import Hours, due_at
from madoguchi.foundation.lib.ids import VISITOR, Ref, new_receipt_number, uuid7
from madoguchi.foundation.lib.rows import upsert
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.consent.actions.present_notice import present_notice
from madoguchi.rooms.forms.queries import OpenForm
from madoguchi.rooms.forms.rules import contact_keys
from madoguchi.rooms.gate.queries import stopped_items
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.index import KIND as INDEX
from madoguchi.rooms.inquiries.models import Inquiry, derived
from madoguchi.rooms.inquiries.queries import importing
from madoguchi.rooms.inventory import rules as inventory
from madoguchi.rooms.inventory.errors import NotCollected
from madoguchi.rooms.inventory.queries.switches import switched_on
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.people.actions.claim import claim
from madoguchi.rooms.people.actions.forget import forget_if_new
from madoguchi.rooms.vault.actions.open_file import new_key, open_file
from madoguchi.rooms.vault.fields import FileKey

SCREEN = "inquiries.screen"
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
    own deadline, so that a trial has something to answer today whatever the hour. What a colleague typed in is
    told to the staff already, and acknowledged only if they say so."""

    at: datetime
    channel: str = "form"
    sample: bool = False
    lane: str = "inbox"
    by: Ref = VISITOR
    acknowledge: bool = True
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """What arrives: checked answers, the form and wording they were given under, the visitor's draft token.

    `visit` is what came with it: the page before and the address, while these are collected. Somebody who wrote a
    letter was shown nothing: then there is no `notice` and no `policy`. `enclosed` tells the files that came along
    from others (`enclose.digest_of`); they are stored by `then`. `deemed`: whether the wording says that
    sending acknowledges the policy. `signals`: codes of what the visit told of a machine (trap, fast).
    """

    form: OpenForm
    hours: Hours
    values: Mapping[str, str]
    notice: UUID | None
    policy: UUID | None
    draft: str
    visit: Mapping[str, str] = field(default_factory=dict)
    deemed: bool = True
    enclosed: str = ""
    signals: frozenset[str] = frozenset()


Then = Callable[["Receipt"], None]


def receive(submission: Submission, arrival: Arrival | None = None, *, then: Then | None = None) -> Receipt:
    """Store once; raises DraftChanged when the draft was sent before with another text.

    `then` is what the caller composes into the same transaction, for a new inquiry only.
    Receipt numbers are short, so on a busy day two may meet: then one more letter is drawn. What is no longer
    collected is dropped: a page may have been shown while it still was, and a switch turned this very moment. So is
    what this person asked us not to collect any more; what the desk cannot answer without is never among it.
    """
    arrival = arrival or Arrival(clock.now())
    for letters in (4, 5, 6):
        submission = _collected(submission)
        try:
            return _receive(submission, arrival, _prepare(submission, arrival, letters), then)
        except _Unwanted as unwanted:
            submission = _without(submission, unwanted.items)
        except (IntegrityError, NotCollected):
            if letters == 6:
                raise
    return _receive(submission, arrival, _prepare(submission, arrival, 6), then)


class _Unwanted(Exception):
    """What this person stopped is among it; who they are shows only once the address is claimed."""

    def __init__(self, items: frozenset[str]) -> None:
        super().__init__()
        self.items = items


def _without(submission: Submission, items: frozenset[str]) -> Submission:
    values, visit = (
        {key: value for key, value in each.items() if key not in items}
        for each in (submission.values, submission.visit)
    )
    return replace(submission, values=values, visit=visit)


def _collected(submission: Submission) -> Submission:
    """As sent, less what is not collected; nothing is asked while a form has no item with a switch."""
    if not _switchable(submission):
        return submission
    on = switched_on(submission.form.entity_id)
    values, visit = (inventory.collectable(each, on) for each in (submission.values, submission.visit))
    return replace(submission, values=values, visit=visit)


def _switchable(submission: Submission) -> list[str]:
    return inventory.switchable({**submission.values, **submission.visit})


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Everything that needs no table, made ready before the turn to write is taken: others are waiting for it."""

    key: FileKey
    email: str | None
    mark: bytes
    row: dict[str, Any]


def _prepare(submission: Submission, arrival: Arrival, letters: int) -> _Prepared:
    form, values, key, id = submission.form, submission.values, new_key(), uuid7()
    email, _ = contact_keys(values)
    whole = {**values, " enclosed": submission.enclosed} if submission.enclosed else values
    mark = rules.draft_mark(submission.draft, whole)
    due = arrival.due_at or due_at(arrival.at, submission.hours, form.target)
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
        "signals": " ".join(sorted(submission.signals)),
        "lane": arrival.lane,
        "received_at": arrival.at,
        "due_at": due,
        "first_due_at": due,
        "notified_at": _told_at(arrival),
        "answers": key.seal(Inquiry, "answers", id, canonical_json(dict(values)).decode()),
        **derived(key, id, values),
    }
    if visit := {name: value for name, value in submission.visit.items() if value}:
        row["visit"] = key.seal(Inquiry, "visit", id, canonical_json(visit).decode())
    return _Prepared(key, email, mark, row)


def _told_at(arrival: Arrival) -> datetime | None:
    """The staff are told afterwards, unless one of them brought it."""
    if arrival.channel in (*rules.TYPED_IN, rules.OUTGOING, importing.CHANNEL):
        return clock.now()
    return arrival.at if arrival.sample else None


@action
def _receive(submission: Submission, arrival: Arrival, prepared: _Prepared, then: Then | None) -> Receipt:
    if given := _switchable(submission):
        on = switched_on(submission.form.entity_id)
        for item in given:
            inventory.check_collected(item, on)
    person = claim(email_key=prepared.email)
    if prepared.email and (unwanted := stopped_items(person) & {*submission.values, *submission.visit}):
        raise _Unwanted(unwanted)
    receipt = _store(prepared, person)
    if not receipt.fresh:
        forget_if_new(person)  # the one it came from may have been erased since: this makes nobody new
        return receipt
    open_file(kind="inquiry", holder=person, key=prepared.key)
    _follow_up(submission, arrival, receipt, person)
    if then is not None:
        then(receipt)
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
    if submission.notice is not None and submission.policy is not None:
        present_notice(
            about=about, person=person, notice=submission.notice, policy=submission.policy,
            form_digest=form.digest, at=clock.now(), deemed=submission.deemed,
        )  # fmt: skip
    record("inquiry.received", about=about, by=arrival.by, details={"channel": arrival.channel})
    if arrival.acknowledge:
        add_job("inquiries.acknowledge", receipt.id)
    if arrival.channel in rules.TYPED_IN:
        write_event(
            inquiry_id=receipt.id, by=arrival.by, code="typed-in", details={"channel": arrival.channel}
        )
        add_job(INDEX, receipt.id)
    elif not arrival.sample and arrival.channel not in (importing.CHANNEL, rules.OUTGOING):
        add_job(SCREEN, receipt.id)
        add_job("inquiries.notify", form.entity_id, due_at=clock.now() + FOLD)
