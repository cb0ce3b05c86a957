"""Finding a person by address, under every living key epoch; who is signed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.people.models import Person, VisitorSession
from madoguchi.rooms.people.rules import token_digest
from madoguchi.rooms.vault.queries import blind_like, blinds


def person_by_address(email_key: str) -> UUID | None:
    return (
        Person.objects.filter(address_index__in=blinds("email", email_key))
        .values_list("id", flat=True)
        .first()
    )


def person_ref(id: UUID) -> Ref:
    return Ref("person", id)


def hold_person(id: UUID) -> bool:
    """Inside an action: whoever changes what is held of this person waits. False when there is no such person."""
    # Not its key: on PostgreSQL a foreign key that is checked again would wait for us, with rows we wait for.
    held = Person.objects.select_for_update(of=("self",), no_key=True).filter(id=id)
    return held.only("id").first() is not None


def known(people: Iterable[UUID]) -> set[UUID]:
    """Those among them who can be reached by an address: who was forgotten, or never gave one, cannot."""
    rows = Person.objects.filter(id__in=list(people), address_index__isnull=False)
    return set(rows.values_list("id", flat=True))


def is_address_of(person: UUID, email_key: str) -> bool:
    """Whether this is the address by which they are known."""
    index = bytes(Person.objects.values_list("address_index", flat=True).filter(id=person).first() or b"")
    return bool(index) and blind_like("email", email_key, index) == index


def in_turn(*, after: UUID | None) -> QuerySet[Person, UUID]:
    """The ids of everybody, in the one order in which they are walked."""
    people = Person.objects.filter(id__gt=after) if after else Person.objects.all()
    return people.order_by("id").values_list("id", flat=True)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who proved a mailbox, and the one matter that it was proved for."""

    person: UUID
    about: Ref


def signed_in(token: str) -> SignedIn | None:
    """None for a token that we did not give, that was given back, or whose time is over."""
    if not token:
        return None
    session = VisitorSession.objects.filter(digest=token_digest(token), until__gt=clock.now()).first()
    return SignedIn(session.person_id, Ref(session.about_kind, session.about_id)) if session else None
