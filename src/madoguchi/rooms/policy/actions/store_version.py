"""Store one version, and put every version's end where the next one's beginning is."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import sha256
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.policy.models import Approval, Kind, PolicyVersion
from madoguchi.rooms.policy.queries.versions import in_order, number_to_be
from madoguchi.rooms.policy.rendering import Rendered
from madoguchi.rooms.policy.rules import Document, publishing


@dataclass(frozen=True, slots=True)
class New:
    """What the operator decided to publish, and who answers for it. `effective_from` empty: as it is published."""

    kind: Kind
    document: Document
    rendered: Rendered
    enacted_on: date
    published_on: date
    effective_from: datetime | None
    approval: Approval
    made_by: Ref
    approved_by: Ref
    changes: dict[str, dict[str, str]]
    asked_at: datetime | None = None
    reason: str = ""


@action
def store_version(entity_id: UUID, new: New, *, number: int) -> PolicyVersion:
    digest, now = digest_of(new.rendered), clock.now()
    public_from = now if new.kind in (Kind.TEXT, Kind.FACTS) else start_of(new.published_on)
    publishing.check_effective(new.effective_from, public_from)
    version = PolicyVersion.objects.create(
        entity_id=entity_id, number=number, kind=new.kind, digest=digest, title=new.document.title,
        text=new.rendered.text, html=new.rendered.html, clauses=new.rendered.clauses,
        document=new.document.to_json(), changes=new.changes, enacted_on=new.enacted_on,
        published_on=new.published_on, effective_from=new.effective_from or now, stored_at=now,
        approval=new.approval, made_by_kind=new.made_by.kind, made_by_id=new.made_by.id,
        approved_by_kind=new.approved_by.kind, approved_by_id=new.approved_by.id, asked_at=new.asked_at,
        reason=new.reason,
    )  # fmt: skip
    _put_ends(entity_id)
    # The digest stands in the chain of events too: whoever changes the row cannot change both.
    record(
        "policy.published", about=Ref("policy", version.id), by=new.approved_by,
        details={"number": number, "digest": digest, "approval": str(new.approval)},
    )  # fmt: skip
    return version


def digest_of(rendered: Rendered) -> str:
    return sha256(rendered.html.encode())


def next_number(entity_id: UUID) -> int:
    """Waits for whoever is publishing at this moment: numbers have no gap and no twin."""
    versions = PolicyVersion.objects.filter(entity_id=entity_id).order_by("number")
    # Not their keys: on PostgreSQL whoever sends a form names the version it was shown, and would wait.
    list(versions.select_for_update(no_key=True).values_list("id", flat=True))
    return number_to_be(entity_id)


def start_of(day: date) -> datetime:
    """Midnight in Tokyo, at which a policy dated by the day begins to hold."""
    return datetime.combine(day, time.min, clock.JST)


def _put_ends(entity_id: UUID) -> None:
    """Each stops being shown when the first of those after it is both made and effective. So a version taken over
    with its real dates ends others only from when it was stored, and an end once reached never moves."""
    following: datetime | None = None
    for version in reversed(in_order(entity_id)):
        if version.superseded_at != following:
            PolicyVersion.objects.filter(id=version.id).update(superseded_at=following)
        came = max(version.effective_from, version.stored_at)
        following = came if following is None else min(following, came)
