"""What the counter asks and says at one moment: the form, its notice, the policy, the operator."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from madoguchi.foundation.lib import clock, hours
from madoguchi.rooms.consent import rules as consent
from madoguchi.rooms.consent.errors import WordingOutdated
from madoguchi.rooms.consent.queries import notice_by_digest, notice_in_force
from madoguchi.rooms.forms.queries import OpenForm, form_as_shown
from madoguchi.rooms.inventory.queries.switches import switched_on
from madoguchi.rooms.organisation.queries import Operator
from madoguchi.rooms.policy.queries.versions import by_digest, in_force

if TYPE_CHECKING:
    from madoguchi.rooms.consent.models import NoticeVersion
    from madoguchi.rooms.policy.models import PolicyVersion

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Wording:
    """The three digests a page carries: what its visitor had before their eyes."""

    form: str
    notice: str
    policy: str


@dataclass(frozen=True, slots=True)
class Counter:
    """`collects`: the items whose switch is on (LAW C2-1a–d, C2-3)."""

    form: OpenForm
    notice: "NoticeVersion"
    policy: "PolicyVersion"
    operator: Operator
    collects: frozenset[str] = frozenset()

    @property
    def wording(self) -> Wording:
        return Wording(self.form.digest, self.notice.digest, self.policy.digest)

    def due(self, now: datetime) -> datetime:
        """When an answer would come to what is sent now."""
        return hours.due_at(now, self.operator.hours, self.form.target)


def counter_of(form: OpenForm, owner: Operator) -> Counter:
    entity = form.entity_id
    return Counter(form, notice_in_force(form.id), in_force(entity), owner, switched_on(entity))


def as_shown(counter: Counter, shown: Wording) -> Counter:
    """The counter as the visitor saw it; raises WordingOutdated when that binds nobody any more."""
    if shown == counter.wording:
        return counter
    if not all(map(_DIGEST.fullmatch, (shown.form, shown.notice, shown.policy))):
        raise WordingOutdated
    form = form_as_shown(counter.form.id, shown.form)
    notice, policy = notice_by_digest(shown.notice), by_digest(shown.policy)
    now = clock.now()
    for each in (form, notice, policy):
        consent.check_wording_binds(each, now)
    if form is None or notice is None or policy is None:
        raise WordingOutdated
    if notice.form != form.id or policy.entity_id != form.entity_id:
        raise WordingOutdated
    return replace(counter, form=form, notice=notice, policy=policy)
