"""Put a document in force as the next version, or take over the first with its real dates (LAW T-C11-0)."""

from datetime import date
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import sha256
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation.queries import entity_facts
from madoguchi.rooms.organisation.rules import merge_facts
from madoguchi.rooms.policy.models import PolicyVersion
from madoguchi.rooms.policy.rendering import render
from madoguchi.rooms.policy.rules import Document, policy_facts


@action
def adopt(
    *, entity_id: UUID, document: Document, first_number: int, enacted_on: date, published_on: date, by: Ref
) -> PolicyVersion:
    """The version in force when nothing changed; otherwise a new one, which supersedes it now."""
    facts = merge_facts(entity_facts(entity_id)) | policy_facts(document)
    rendered = render(document, facts)
    digest = sha256(rendered.html.encode())
    current = (
        PolicyVersion.objects.filter(entity_id=entity_id, superseded_at=None).order_by("-number").first()
    )
    if current is not None and current.digest == digest:
        return current
    now = clock.now()
    version = PolicyVersion.objects.create(
        entity_id=entity_id,
        number=current.number + 1 if current else first_number,
        digest=digest,
        title=document.title,
        text=rendered.text,
        html=rendered.html,
        clauses=rendered.clauses,
        enacted_on=enacted_on,
        published_on=published_on if current is None else clock.today(),
        effective_from=now,
    )
    if current is not None:
        PolicyVersion.objects.filter(id=current.id).update(superseded_at=now)
    record("policy.adopted", about=Ref("policy", version.id), by=by, details={"number": version.number})
    return version
