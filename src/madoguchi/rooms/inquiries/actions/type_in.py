"""A letter, a call, a visit or a fax, typed in by a colleague as it reached us (clause 10; T-C10-2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from madoguchi.foundation.lib import clock
from madoguchi.rooms.forms import rules as forms
from madoguchi.rooms.forms.queries import OpenForm
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.receive import Arrival, Receipt, Submission, Then, receive
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.queries import Viewer, hours_of


@dataclass(frozen=True, slots=True)
class Typed:
    """`answers` as typed, by key of `form`; `at` is the moment it reached us, `draft` tells a repeated press."""

    form: OpenForm
    channel: str
    at: datetime
    draft: str
    answers: Mapping[str, str] = field(default_factory=dict)
    acknowledge: bool = False


def type_in(*, viewer: Viewer, typed: Typed, then: Then | None = None) -> Receipt:
    """Nothing was shown to whoever wrote, so there is no wording to note. Without an address nobody is looked up:
    the same name may be somebody else. Raises AnswersRefused with a sentence a field."""
    organisation.check_own(viewer, typed.form)
    rules.check_channel(typed.channel)
    rules.check_arrival(typed.at, clock.now())
    checked = forms.check_answers(forms.as_typed_in(typed.form.definition), typed.answers)
    forms.check_readable(checked)
    submission = Submission(
        form=typed.form, hours=hours_of(viewer.entity_id), values=checked.values, notice=None, policy=None,
        draft=typed.draft,
    )  # fmt: skip
    told = typed.acknowledge and bool(checked.values.get("email"))
    arrival = Arrival(typed.at, channel=typed.channel, by=viewer.ref, acknowledge=told)
    return receive(submission, arrival, then=then)
