"""Make a draft a version: the second person's yes, the publication and the beginning, in this order (clause 11)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import COMMAND, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation.actions.set_facts import set_facts
from madoguchi.rooms.organisation.queries import role_of, speakers, speakers_set_up
from madoguchi.rooms.policy.actions.draft import as_kept, check_complete, check_speaks, locked
from madoguchi.rooms.policy.actions.store_version import New, digest_of, next_number, start_of, store_version
from madoguchi.rooms.policy.errors import NotAttested
from madoguchi.rooms.policy.models import Approval, Draft, Kind, PolicyVersion
from madoguchi.rooms.policy.queries.drafts import authors, facts_for, sheet
from madoguchi.rooms.policy.queries.versions import ahead, in_force, last_change
from madoguchi.rooms.policy.rendering import render
from madoguchi.rooms.policy.rules import Document, publishing
from madoguchi.rooms.policy.rules.publishing import Approving


@action
def publish(*, entity_id: UUID, draft_id: UUID, seen: datetime, by: Ref, reason: str = "") -> PolicyVersion:
    """Approve and publish what was seen. `reason`: why one person alone does it, where nobody else can.

    Facts change with their version; the version that is announced for later is made anew with them too. Gives back
    the version that it made, or the one in force where only facts changed that stand in no clause of it.
    """
    draft, number = _taken_up(entity_id, draft_id, seen, by)
    if draft.kind == Kind.TAKEN_OVER:
        raise NotAttested
    approving = approving_of(draft, by, as_kept(reason))
    publishing.check_approved(approving, clock.now())
    approval = Approval.ALONE if publishing.is_alone(approving) else Approval.SECOND
    approval = Approval.SET_UP if by == COMMAND else approval
    if draft.kind == Kind.FACTS:
        return _publish_facts(draft, number, approval, by, reason)
    version = store_version(entity_id, _new(draft, approval, by, reason), number=number)
    _close(draft, version, approval, by, reason)
    return version


@action
def attest(*, entity_id: UUID, draft_id: UUID, seen: datetime, by: Ref) -> PolicyVersion:
    """Take over a version that was public before, with its real dates; `by` states that it was (T-C11-0).

    Taken in by command while nobody can state it by name, it is shown as what came with the set-up.
    """
    draft, number = _taken_up(entity_id, draft_id, seen, by)
    if draft.kind != Kind.TAKEN_OVER:
        raise NotAttested
    if by == COMMAND:
        publishing.check_nameless(len(speakers_set_up(entity_id)))
    approval = Approval.SET_UP if by == COMMAND else Approval.ATTESTED
    version = store_version(entity_id, _new(draft, approval, by, ""), number=number)
    _close(draft, version, approval, by)
    return version


def approving_of(draft: Draft, by: Ref, reason: str = "") -> Approving:
    able = speakers_set_up(draft.entity_id) if by == COMMAND else speakers(draft.entity_id)
    others = [each for each in able if Ref("staff", each.id) != by]
    return Approving(by, role_of(by), authors(draft), draft.asked_at, len(others), reason)


def _taken_up(entity_id: UUID, draft_id: UUID, seen: datetime, by: Ref) -> tuple[Draft, int]:
    """The draft and its number, with everybody else who would publish waiting; complete, and as it was seen."""
    check_speaks(by)
    draft = locked(entity_id, draft_id)
    publishing.check_open(draft)
    number = next_number(entity_id)
    publishing.check_seen(draft, seen)
    if draft.kind != Kind.TAKEN_OVER:
        publishing.check_as_asked(draft.asked_at, last_change(entity_id))
    check_complete(draft)
    return draft, number


def _new(draft: Draft, approval: Approval, by: Ref, reason: str) -> New:
    found = sheet(draft)
    taken_over = draft.kind == Kind.TAKEN_OVER
    return New(
        kind=Kind(draft.kind), document=found.document, rendered=found.rendered, enacted_on=draft.enacted_on,
        published_on=(draft.published_on if taken_over else None) or clock.today(),
        effective_from=_began(draft, found.current) if taken_over else draft.effective_from, approval=approval,
        made_by=Ref(draft.made_by_kind, draft.made_by_id), approved_by=by, changes=draft.changes,
        asked_at=draft.asked_at, reason=as_kept(reason),
    )  # fmt: skip


def _began(draft: Draft, current: PolicyVersion | None) -> datetime | None:
    """When a version taken over really began; the wording that came with the set-up always gives way to it."""
    if draft.published_on is None:
        return None
    began = draft.effective_from or start_of(draft.published_on)
    return max(began, current.effective_from) if current and current.kind == Kind.SET_UP else began


def _publish_facts(draft: Draft, number: int, approval: Approval, by: Ref, reason: str) -> PolicyVersion:
    """The text in force with the new facts from now on; and so whatever is announced for later, from its day.
    A text that they leave as it is stays as it was published."""
    entity_id, now_on = draft.entity_id, _new(draft, approval, by, reason)
    before = [in_force(entity_id), *ahead(entity_id)]
    set_facts(facts=draft.facts, by=by, rename=True)
    anew = [_with_facts(now_on, version) for version in before]
    differing = [
        new for new, version in zip(anew, before, strict=True) if digest_of(new.rendered) != version.digest
    ]
    made = [store_version(entity_id, new, number=number + place) for place, new in enumerate(differing)]
    _close(draft, made[0] if made else None, approval, by, reason)
    return in_force(entity_id)


def _with_facts(now_on: New, version: PolicyVersion) -> New:
    """What is to follow a version, for the same words with the facts of today."""
    document = Document.from_json(version.document)
    new = replace(
        now_on, document=document, rendered=render(document, facts_for(version.entity_id, {}, document)),
        enacted_on=version.enacted_on,
    )  # fmt: skip
    coming = version.effective_from > clock.now()
    return replace(new, effective_from=version.effective_from, changes=version.changes) if coming else new


def _close(
    draft: Draft, version: PolicyVersion | None, approval: Approval, by: Ref, reason: str = ""
) -> None:
    draft.closed_at, draft.version = clock.now(), version
    draft.approval, draft.reason = approval, as_kept(reason)
    draft.save()
    if draft.kind != Kind.FACTS:
        set_facts(facts={"own_wording": False}, by=by)
    elif version is None:
        record(
            "policy.facts-published", about=Ref("policy-draft", draft.id), by=by,
            details={"approval": str(approval)},
        )  # fmt: skip
