"""A lived-in desk for the trial: the profile's sample inquiries, stamped 見本, with what staff made of them."""

import secrets
import tomllib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from madoguchi.config.profile import Profile
from madoguchi.config.sample_requests import add_requests
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import COMMAND, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.consent.queries import notice_in_force
from madoguchi.rooms.forms import rules as form_rules
from madoguchi.rooms.forms.queries import OpenForm, form_by_slug
from madoguchi.rooms.inquiries.actions.keep_templates import write_template
from madoguchi.rooms.inquiries.actions.labels import add_label
from madoguchi.rooms.inquiries.actions.receive import Arrival, Submission, receive
from madoguchi.rooms.inquiries.actions.screen import screen_sample
from madoguchi.rooms.inquiries.actions.seed import seed_history
from madoguchi.rooms.inquiries.queries.desk_rules import templates
from madoguchi.rooms.organisation.actions.add_staff import add_staff
from madoguchi.rooms.organisation.queries import hours_of, staff_by_email, staff_of, viewer_of
from madoguchi.rooms.policy.queries.versions import in_force
from madoguchi.rooms.rights.actions.handle import close_complaint
from madoguchi.rooms.rights.actions.open_complaint import opening
from madoguchi.rooms.rights.rules import complaints as rights
from madoguchi.rooms.screening.actions.set_state import put_state


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
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    _add_words(form.entity_id, content)
    put_state(form.entity_id, state="on", by=COMMAND)
    samples = [(form, sample) for sample in content["inquiry"]]
    if privacy := form_by_slug(rights.FORM):
        samples += [(privacy, sample) for sample in content.get("complaint", ())]
    for asked, sample in sorted(samples, key=lambda each: -each[1]["ago_minutes"]):
        _add(asked, sample)
    return len(samples) + add_requests(form.entity_id, content.get("request", []))


def _add_words(entity_id: UUID, content: dict[str, Any]) -> None:
    """Texts to begin a reply with and own labels, as if a clerk had made them; once."""
    clerk = next((each for each in staff_of(entity_id) if each.role == "clerk"), None)
    if clerk is None or templates(viewer_of(clerk)):
        return
    viewer = viewer_of(clerk)
    for each in content.get("template", ()):
        write_template(viewer=viewer, name=each["name"], text=each["text"])
    for each in content.get("label", ()):
        add_label(viewer=viewer, name=each["name"], colour=each["colour"])


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
    arrival = Arrival(at, sample=True, lane=sample["lane"], by=COMMAND, due_at=due)
    kind = rights.kind_said(sample["kind"]) if form.slug == rights.FORM else ""
    receipt = receive(submission, arrival, then=opening(kind, by=COMMAND))
    if not kind:
        screen_sample(receipt.id)
    _history(receipt.id, sample, at)


@action
def _history(inquiry_id: UUID, sample: dict[str, Any], at: datetime) -> None:
    entries = [
        (e["kind"], _staff(e["by"]), at + timedelta(minutes=e["after_minutes"]), e["text"])
        for e in sample.get("entries", ())
    ]
    assignee = _staff(sample["assignee"]) if sample["assignee"] else None
    seed_history(inquiry_id=inquiry_id, status=sample["status"], assignee=assignee, entries=entries)
    if "outcome" in sample:
        _end(inquiry_id, sample)


def _end(inquiry_id: UUID, sample: dict[str, Any]) -> None:
    officer = staff_by_email(sample["assignee"])
    assert officer is not None
    close_complaint(
        viewer=viewer_of(officer), inquiry_id=inquiry_id, outcome=sample["outcome"], said=sample["said"],
        inquiry_too=True,
    )  # fmt: skip


def _staff(email: str) -> Ref:
    staff = staff_by_email(email)
    assert staff is not None, email
    return Ref("staff", staff.id)
