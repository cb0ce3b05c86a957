"""取り込む: one row of another product becomes one inquiry, once, however often the file is read.

It keeps its own arrival time. Nothing was shown with it and nothing was agreed to, so no notice and no choice is noted;
nobody is written to; and who must not be mailed stays so, since that hangs on the address.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import sha256
from madoguchi.foundation.lib.hours import Hours
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.forms import rules as forms
from madoguchi.rooms.forms.queries import OpenForm
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.entries import write_event
from madoguchi.rooms.inquiries.actions.index import index_or_later
from madoguchi.rooms.inquiries.actions.receive import Arrival, Receipt, Submission, receive
from madoguchi.rooms.inquiries.errors import DraftChanged
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries import importing
from madoguchi.rooms.inquiries.queries.importing import Case
from madoguchi.rooms.inquiries.queries.numbers import drafts_known

Outcome = Literal["taken", "known", "refused"]
NO_MOMENT = "受付日時を読めません。"
NO_TEXT = "本文と件名が空です。"
AHEAD = "受付日時が、これから先の日時です。"
OTHER_TEXT = "前に取り込んだときと内容が違います。前のままにしました。"
_MOVED = ("phone", "website")  # what cannot be read stays readable, in 備考


@dataclass
class Taking:
    """One file on its way in. `fresh`: inquiries that are not in the search index yet."""

    form: OpenForm
    hours: Hours
    source: str
    mapping: Mapping[str, int]
    by: Ref
    fresh: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.definition = forms.as_typed_in(self.form.definition)
        self.labels = {spec.key: spec.label for spec in self.definition.fields}

    def read(self, row: Sequence[str]) -> Case:
        return importing.read_case(row, self.mapping, lambda text: sha256(text.encode())[:40])

    def draft(self, case: Case) -> str:
        return f"import {self.form.entity_id} {self.source} {case.key}"

    def check(self, case: Case) -> tuple[dict[str, str], str]:
        """The answers as they would be stored, or why not."""
        if case.received is None:
            return {}, NO_MOMENT
        if case.received > clock.now():
            return {}, AHEAD
        if not case.answers.get("body"):
            return {}, NO_TEXT
        answers = dict(case.answers)
        checked = forms.check_answers(self.definition, answers)
        if unread := [name for name in _MOVED if name in checked.errors]:
            checked = forms.check_answers(self.definition, self._set_aside(answers, unread))
        if checked.errors:
            return {}, " ".join(checked.errors.values())
        return dict(checked.values), ""

    def _set_aside(self, answers: dict[str, str], unread: Sequence[str]) -> dict[str, str]:
        place = "remarks" if "remarks" in self.labels else "body"
        lines = [f"{self.labels[name]}：{answers[name]}" for name in unread]
        kept = {name: text for name, text in answers.items() if name not in unread}
        return kept | {place: "\n".join(filter(None, [kept.get(place, ""), *lines]))}

    def take(self, row: Sequence[str]) -> tuple[Outcome, str]:
        case = self.read(row)
        values, fault = self.check(case)
        if fault or case.received is None:
            return "refused", fault
        submission = Submission(
            form=self.form, hours=self.hours, values=values, notice=None, policy=None, draft=self.draft(case)
        )
        arrival = Arrival(
            case.received, channel=importing.CHANNEL, by=self.by, acknowledge=False, lane=case.lane
        )
        try:
            receipt = receive(submission, arrival, then=lambda made: self._settle(made, case))
        except DraftChanged:
            return "refused", OTHER_TEXT
        if receipt.fresh:
            self.fresh.append(receipt.id)
        return ("taken" if receipt.fresh else "known"), ""

    def _settle(self, made: Receipt, case: Case) -> None:
        closed = self._closed_at(made, case)
        seen = None if case.status == "open" else made.received_at
        Inquiry.objects.filter(id=made.id).update(status=case.status, closed_at=closed, opened_at=seen)
        write_event(inquiry_id=made.id, by=self.by, code="imported", details={"source": self.source})

    def _closed_at(self, made: Receipt, case: Case) -> datetime | None:
        if case.status != "done":
            return None
        return max(case.closed or made.received_at, made.received_at)

    def try_out(self, rows: Iterable[Sequence[str]]) -> list[tuple[Outcome, str]]:
        """What `take` would say, without storing anything; some rows at once."""
        cases = [self.read(row) for row in rows]
        digests = [rules.draft_digest(self.draft(case)) for case in cases]
        known = drafts_known(digests)
        found = list[tuple[Outcome, str]]()
        for case, digest in zip(cases, digests, strict=True):
            _, fault = self.check(case)
            outcome: Outcome = "refused" if fault else "known" if digest in known else "taken"
            known.add(digest)
            found.append((outcome, fault))
        return found

    def make_findable(self) -> None:
        some, self.fresh = self.fresh, []
        if some:
            index_or_later(some)
