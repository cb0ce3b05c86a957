"""Stop a use, or take it up again, on the person's own word (clause 4-2; T-C4-2): at once, and the ledger first.

Everything (`all`) is stopped inquiry by inquiry: what they write to us afterwards is a new request of theirs, which is
acknowledged and answered.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.forms.queries import first_form
from madoguchi.rooms.gate.actions.stop import lift, stop
from madoguchi.rooms.gate.queries import standing_stops
from madoguchi.rooms.gate.rules import Stop
from madoguchi.rooms.inquiries.queries.of_person import inquiries_of
from madoguchi.rooms.inventory.queries.switches import items
from madoguchi.rooms.people.queries import hold_person
from madoguchi.rooms.rights.rules import stops as rules
from madoguchi.rooms.vault.actions.write_ledger import write_ledger

Bound = tuple[str, UUID | None]


def stop_use(*, person: UUID, scope: str, by: Ref, about: UUID | None = None) -> bool:
    """`scope`: a code of `rules.stops.SCOPES`, or `item:` and a code. False when it stood already. Raises EssentialItem
    for what the desk cannot answer without."""
    check_scope(scope)
    return stop_these(person=person, scopes=_bound(person, scope, about), by=by)


def resume_use(*, person: UUID, scope: str, by: Ref, about: UUID | None = None) -> bool:
    check_scope(scope)
    each = scope == Stop.ALL and about is None
    standing = [s for s in standing_stops(person) if s.scope == scope and (each or s.about == about)]
    lifted = [(s.scope, s.about) for s in standing]
    if not lifted:
        return False
    write_ledger("stop-lifted", *facts(person, lifted))
    return _lift(person, lifted, by)


def check_scope(scope: str) -> None:
    form = first_form()
    asked = form.definition.fields if form else ()
    essential = {spec.key for spec in asked if spec.required}
    optional = {spec.key for spec in asked if not spec.required} | {each.code for each in items()}
    rules.check_scope(scope, optional=optional - essential, essential=essential)


def stop_these(*, person: UUID, scopes: Collection[Bound], by: Ref) -> bool:
    fresh = still_open(person, scopes)
    if not fresh:
        return False
    write_ledger("stop", *facts(person, fresh))
    return _stop(person, fresh, by)


def still_open(person: UUID, scopes: Iterable[Bound]) -> list[Bound]:
    standing = {(each.scope, each.about) for each in standing_stops(person)}
    return [each for each in dict.fromkeys(scopes) if each not in standing]


def facts(person: UUID, scopes: Iterable[Bound]) -> list[dict[str, str]]:
    """Lines of the ledger: ids and codes."""
    return [
        {"person": str(person), "scope": scope} | ({"about": str(about)} if about else {})
        for scope, about in scopes
    ]


def _bound(person: UUID, scope: str, about: UUID | None) -> list[Bound]:
    if scope == Stop.ALL and about is None:
        return [(scope, inquiry) for inquiry in inquiries_of(person)]
    return [(scope, about)]


@action
def _stop(person: UUID, scopes: Collection[Bound], by: Ref) -> bool:
    hold_person(person)
    done = [stop(person=person, scope=scope, about=about, by=by) for scope, about in scopes]
    return any(done)


@action
def _lift(person: UUID, scopes: Collection[Bound], by: Ref) -> bool:
    hold_person(person)
    done = [lift(person=person, scope=scope, about=about, by=by) for scope, about in scopes]
    return any(done)
