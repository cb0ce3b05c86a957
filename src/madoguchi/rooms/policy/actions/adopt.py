"""Put the profile's document in force when the house is set up (`init`, `demo`), or when a profile changed."""

from datetime import date
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.organisation.actions.set_facts import set_facts
from madoguchi.rooms.organisation.queries import speakers_set_up
from madoguchi.rooms.policy.actions.store_version import New, digest_of, next_number, start_of, store_version
from madoguchi.rooms.policy.models import Approval, Kind, PolicyVersion
from madoguchi.rooms.policy.queries.drafts import facts_for
from madoguchi.rooms.policy.queries.versions import in_force_or_none
from madoguchi.rooms.policy.rendering import render
from madoguchi.rooms.policy.rules import Document


@action
def adopt(
    *, entity_id: UUID, document: Document, first_number: int, enacted_on: date, published_on: date, by: Ref
) -> PolicyVersion:
    """The version in force when nothing changed; otherwise a new one. The first keeps its real dates.

    Where the operator has published a text of their own since, or somebody could approve one, the text stays and
    only the facts in it follow: nobody publishes another alone by running the set-up again.
    """
    current = in_force_or_none(entity_id)
    own = current is not None and (current.kind != Kind.SET_UP or bool(speakers_set_up(entity_id)))
    if current is not None and own:
        document, enacted_on = Document.from_json(current.document), current.enacted_on
        if current.kind != Kind.SET_UP:
            set_facts(facts={"own_wording": False}, by=by)  # whatever the profile says of its own text
    rendered = render(document, facts_for(entity_id, {}, document))
    if current is not None and current.digest == digest_of(rendered):
        return current
    first = current is None
    new = New(
        kind=Kind.FACTS if own else Kind.SET_UP, document=document, rendered=rendered,
        enacted_on=enacted_on,
        published_on=published_on if first else clock.today(),
        effective_from=start_of(published_on) if first else None,
        approval=Approval.SET_UP, made_by=by, approved_by=by, changes={},
    )  # fmt: skip
    return store_version(entity_id, new, number=first_number if first else next_number(entity_id))
