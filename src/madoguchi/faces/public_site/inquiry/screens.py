"""The screens of the journey as text; the same 入力 page whether it is prebuilt or given back with errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string

from madoguchi.faces.public_site.inquiry.counter import Counter
from madoguchi.faces.public_site.inquiry.enclosing import box_of
from madoguchi.faces.public_site.inquiry.envelope import new_envelope, seal
from madoguchi.faces.public_site.inquiry.signs import TRAP
from madoguchi.faces.public_site.site import day_and_hour, site_of
from madoguchi.foundation.lib import calendar, clock
from madoguchi.foundation.lib.text import without_unstorable
from madoguchi.rooms.forms.rules import Checked, FieldSpec, missing_required
from madoguchi.rooms.rights.rules import complaints as rights

_KINDS = {"line": "text", "text": "paragraph"}


@dataclass(frozen=True, slots=True)
class Given:
    """What the visitor has typed so far, what to say at which field, and one sentence above the form."""

    answers: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    mailing: bool = False


def input_screen(counter: Counter, given: Given | None = None, *, came_from: str = "") -> str:
    """`came_from` travels in the page itself: the sending comes from our own page and no longer says it."""
    definition, now = counter.form.definition, clock.now()
    given, again = given or Given(), given is not None
    shown = [_field(spec, given) for spec in definition.fields]
    context = _frame(counter) | {
        "fields": shown,
        "errors": [
            {"name": each["name"], "label": each["label"], "message": each["error"]}
            for each in shown
            if each["error"]
        ],
        "message": given.message,
        "missing": missing_required(definition, given.answers) if again else None,
        "envelope": "" if definition.confirm else seal(new_envelope({}, counter.wording, now)),
        "came_from": came_from,
        "trap": TRAP,
        "box": _box(counter),
        "ticked": given.mailing,
        "files": None if definition.confirm else box_of(definition),
    }
    return render_to_string("public/input.html", context)


def offers_box(counter: Counter) -> bool:
    definition = counter.form.definition
    return definition.mailing_offer and definition.mailing_box


def _box(counter: Counter) -> dict[str, str] | None:
    """The box for mailings on the form itself, where the operator wants one: it names the sender (T-F1-4)."""
    if not offers_box(counter):
        return None
    words = counter.notice.wording
    return {"wording": words["mailing_wording"], "note": words["mailing_note"]}


def confirm_screen(
    counter: Counter,
    checked: Checked,
    *,
    message: str = "",
    came_from: str = "",
    mailing: bool = False,
    trapped: bool = False,
) -> str:
    envelope = new_envelope(
        checked.typed, counter.wording, clock.now(), came_from, mailing=mailing, trapped=trapped
    )
    box = _box(counter)
    context = _frame(counter) | {
        "answers": _rows(counter, checked),
        "mailing": box["wording"] if box and mailing else "",
        "files": box_of(counter.form.definition),
        "message": message,
        "envelope": seal(envelope),
    }
    return render_to_string("public/confirm.html", context)


def unavailable_screen(counter: Counter, checked: Checked, sealed: str) -> str:
    """Pressing again sends the very same envelope: if the first attempt did arrive, it stays one inquiry."""
    context = _frame(counter) | {
        "answers": _rows(counter, checked),
        "envelope": sealed,
        "files": box_of(counter.form.definition),
    }
    return render_to_string("public/unavailable.html", context)


def kept(counter: Counter, answers: Mapping[str, str]) -> list[dict[str, str]]:
    """The visitor's words for an error page, so that they can be copied from it."""
    filled = [
        (spec.label, without_unstorable(answers.get(spec.key, ""))) for spec in counter.form.definition.fields
    ]
    return [{"label": label, "value": value} for label, value in filled if value]


def _frame(counter: Counter) -> dict[str, Any]:
    now = clock.now()
    return {
        "site": site_of(counter.operator) | _answered_within(counter),
        "form": counter.form.definition,
        "action": f"/forms/{counter.form.slug}/",  # spelled out, or a fragment would follow to 完了
        "wording": counter.wording,
        "notice": counter.notice.wording,
        "policy": counter.policy,
        "due": day_and_hour(counter.due(now), now),
        "privacy": counter.form.slug == rights.FORM,
    }


def _answered_within(counter: Counter) -> dict[str, str]:
    """Where this form has a target of its own."""
    target = counter.form.target
    return {"answer_within": calendar.target_text(target)} if target else {}


def _field(spec: FieldSpec, given: Given) -> dict[str, Any]:
    return {
        "name": spec.key,
        "label": spec.label,
        "kind": _KINDS.get(spec.kind, spec.kind),
        "required": spec.required,
        "hint": spec.hint,
        "value": given.answers.get(spec.key, ""),
        "error": given.errors.get(spec.key, ""),
        "autocomplete": spec.autocomplete,
        "size": _size(spec),
        "options": [{"value": choice, "label": choice} for choice in spec.choices],
    }


def _size(spec: FieldSpec) -> str:
    if spec.kind == "text":
        return "" if spec.required else "short"
    return "medium" if spec.kind == "phone" or spec.autocomplete == "name" else ""


def _rows(counter: Counter, checked: Checked) -> list[dict[str, str]]:
    return [_row(spec, checked) for spec in counter.form.definition.fields]


def _row(spec: FieldSpec, checked: Checked) -> dict[str, str]:
    note = checked.conversions.get(spec.key, "")
    if spec.key == "email" and checked.values.get("email"):
        note += "受付のお知らせを、こちらへお送りします。"
    return {
        "label": spec.label,
        "value": checked.values.get(spec.key, ""),
        "note": note,
        "ask": checked.questions.get(spec.key, ""),
    }
