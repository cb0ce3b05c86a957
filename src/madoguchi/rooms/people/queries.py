"""Finding a person by address, under every living key epoch; who is signed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.people.models import MailedCode, Passkey, Person, VisitorSession
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
    """Who proved a mailbox, and the one matter that it was proved for; `about` is the person themselves on their own
    page, and `confirmed` what they showed besides to be theirs."""

    person: UUID
    about: Ref
    confirmed: frozenset[UUID] = frozenset()


def signed_in(token: str) -> SignedIn | None:
    """None for a token that we did not give, that was given back, or whose time is over."""
    if not token:
        return None
    session = VisitorSession.objects.filter(digest=token_digest(token), until__gt=clock.now()).first()
    if session is None:
        return None
    confirmed = frozenset(UUID(each) for each in session.confirmed)
    return SignedIn(session.person_id, Ref(session.about_kind, session.about_id), confirmed)


@dataclass(frozen=True, slots=True)
class Key:
    """A passkey as its owner sees it."""

    id: UUID
    made_at: datetime
    used_at: datetime | None


def passkeys_of(person: UUID) -> list[Key]:
    rows = Passkey.objects.filter(person_id=person).order_by("made_at", "id")
    return [Key(*each) for each in rows.values_list("id", "made_at", "used_at")]


def credentials_of(person: UUID) -> list[tuple[bytes, bytes]]:
    """Handle and credential of each, for the device: what it has already it does not make again."""
    rows = Passkey.objects.filter(person_id=person).order_by("made_at", "id")
    return [(bytes(handle), bytes(id)) for handle, id in rows.values_list("handle", "credential")]


def came_since(person: UUID, moment: datetime) -> bool:
    """Whether they asked for a code since then, or are signed in."""
    asked = MailedCode.objects.filter(person_id=person, sent_at__gte=moment)
    signed_in = VisitorSession.objects.filter(person_id=person, until__gt=clock.now())
    return asked.exists() or signed_in.exists()


def seen_before(moment: datetime, *, after: UUID | None, limit: int) -> list[UUID]:
    """The next of those who were first seen before then, in the order in which they are walked."""
    return list(in_turn(after=after).filter(first_seen_at__lt=moment)[:limit])
