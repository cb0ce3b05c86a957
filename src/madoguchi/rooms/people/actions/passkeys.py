"""A passkey of one's own: kept, used to come in, taken off. The device proves it before (people.passkeys)."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.rows import insert
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.people import passkeys, rules
from madoguchi.rooms.people.actions.redeem_code import let_in
from madoguchi.rooms.people.errors import NoSuchPasskey, WrongPasskey
from madoguchi.rooms.people.models import Passkey
from madoguchi.rooms.people.passkeys import Made, Place
from madoguchi.rooms.people.queries import credentials_of, hold_person, person_ref

__all__ = [
    "Place", "drop_passkey", "handle_of", "keep_passkey", "question_to_make", "question_to_show", "sign_in_by_passkey",
]  # fmt: skip


def question_to_show(place: Place, challenge: bytes) -> dict[str, Any]:
    """What a device is asked by whoever stands at the door."""
    return passkeys.to_show(place, challenge)


def question_to_make(place: Place, challenge: bytes, *, person: UUID, handle: bytes) -> dict[str, Any]:
    """What a device is asked to make a new key; those that it has already it does not make again."""
    held = [credential for _, credential in credentials_of(person)]
    return passkeys.to_make(place, challenge, handle=handle, held=held)


def handle_of(person: UUID) -> bytes:
    """By which their devices know them: one a person, random, and no id of ours."""
    held = credentials_of(person)
    return held[0][0] if held else secrets.token_bytes(passkeys.HANDLE_BYTES)


def keep_passkey(
    *, person: UUID, handle: bytes, place: Place, challenge: bytes, asked_at: datetime, answer: str
) -> None:
    """Raises TooManyPasskeys, and WrongPasskey for an answer that proves nothing, came late, or is here already."""
    rules.check_ceremony(asked_at, None, clock.now())
    _keep(person, handle, passkeys.made(place, challenge, answer))


@action
def _keep(person: UUID, handle: bytes, made: Made) -> None:
    hold_person(person)
    rules.check_room_for_passkey(len(credentials_of(person)))
    if Passkey.objects.filter(credential=made.credential).exists():
        raise WrongPasskey
    id = uuid7()
    insert(
        Passkey, id=id, person_id=person, handle=handle, credential=made.credential, public_key=made.public_key,
        counter=made.counter, made_at=clock.now(),
    )  # fmt: skip
    record("person.passkey-kept", about=person_ref(person), by=person_ref(person))


@action
def drop_passkey(*, person: UUID, id: UUID) -> None:
    if not Passkey.objects.filter(person_id=person, id=id).delete()[0]:
        raise NoSuchPasskey
    record("person.passkey-dropped", about=person_ref(person), by=person_ref(person))


def sign_in_by_passkey(*, place: Place, challenge: bytes, asked_at: datetime, answer: str) -> str:
    """Gives back the token of a session. Raises WrongPasskey, whatever was wrong."""
    known = Passkey.objects.filter(credential=passkeys.named(answer)).first()
    if known is None:
        raise WrongPasskey
    counter = passkeys.shown(
        place, challenge, answer, credential=bytes(known.credential), public_key=bytes(known.public_key)
    )
    return _let_in(known.id, counter, asked_at)


@action
def _let_in(id: UUID, counter: int, asked_at: datetime) -> str:
    mine = Passkey.objects.filter(id=id)
    key = mine.select_for_update(of=("self",)).first()  # of one answer sent twice, the second finds it used
    if key is None:
        raise WrongPasskey
    rules.check_ceremony(asked_at, key.used_at, clock.now())
    rules.check_counter(key.counter, counter)
    mine.update(counter=counter, used_at=clock.now())
    me = person_ref(key.person_id)
    return let_in(about=me, person=key.person_id)
