"""A lived-in desk for the trial: the profile's sample inquiries, stamped 見本, with what staff made of them."""

import secrets
import tomllib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from madoguchi.config.profile import Profile
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import COMMAND, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.consent.queries import notice_in_force
from madoguchi.rooms.forms import rules as form_rules
from madoguchi.rooms.forms.queries import OpenForm, form_by_slug
from madoguchi.rooms.inquiries.actions.receive import Arrival, Submission, receive
from madoguchi.rooms.inquiries.actions.seed import seed_history
from madoguchi.rooms.organisation.actions.add_staff import add_staff
from madoguchi.rooms.organisation.queries import hours_of, staff_by_email
from madoguchi.rooms.policy.queries import in_force


def add_sample_staff(profile: Profile, entity_id: UUID) -> None:
    for each in profile.content.get("staff", ()):
        if staff_by_email(each["email"]) is None:
            add_staff(
                email=each["email"], name=each["name"], role=each["role"], entity_id=entity_id, by=COMMAND
            )


def add_samples(profile: Profile) -> int:
    """Gives back how many were added."""
    form = form_by_slug(profile.content["form"]["slug"])
    path = profile.path.parent / profile.slug / "samples.toml"
    if form is None or not path.exists():
        return 0
    samples = tomllib.loads(path.read_text(encoding="utf-8"))["inquiry"]
    for sample in sorted(samples, key=lambda each: -each["ago_minutes"]):
        _add(form, sample)
    return len(samples)


def _add(form: OpenForm, sample: dict[str, Any]) -> None:
    at = clock.now() - timedelta(minutes=sample["ago_minutes"])
    checked = form_rules.check_answers(form.definition, {key: str(value) for key, value in sample.items()})
    form_rules.check_readable(checked)
    submission = Submission(
        form=form,
        hours=hours_of(form.entity_id),
        values=checked.values,
        notice=notice_in_force(form.id).id,
        policy=in_force(form.entity_id).id,
        draft=secrets.token_urlsafe(32),
    )
    due = clock.now() + timedelta(minutes=sample["due_in_minutes"]) if "due_in_minutes" in sample else None
    receipt = receive(submission, Arrival(at, sample=True, lane=sample["lane"], by=COMMAND, due_at=due))
    _history(receipt.id, sample, at)


@action
def _history(inquiry_id: UUID, sample: dict[str, Any], at: datetime) -> None:
    entries = [
        (e["kind"], _staff(e["by"]), at + timedelta(minutes=e["after_minutes"]), e["text"])
        for e in sample.get("entries", ())
    ]
    assignee = _staff(sample["assignee"]) if sample["assignee"] else None
    seed_history(inquiry_id=inquiry_id, status=sample["status"], assignee=assignee, entries=entries)


def _staff(email: str) -> Ref:
    staff = staff_by_email(email)
    assert staff is not None, email
    return Ref("staff", staff.id)
