"""What is asked of a device, and what its answer proves (WebAuthn 2): by fido2, without a table and without a clock.

The key is discoverable, so nobody has to say who they are first; the device asks its owner (user verification).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from madoguchi.rooms.people.errors import WrongPasskey

LONGEST = 8_000  # characters of an answer
HANDLE_BYTES = 32
_CREDENTIAL, _PUBLIC_KEY = 1023, 2048  # bytes (WebAuthn 2, 4)
_ALWAYS = UserVerificationRequirement.REQUIRED
_ANONYMOUS = bytes(16)  # of which make the device is, nobody asks


@dataclass(frozen=True, slots=True)
class Place:
    """For whom the key is made: our host, its one address, and what the device calls us."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class Made:
    """A new key: what names it, its public half, and how often it was used."""

    credential: bytes
    public_key: bytes
    counter: int


def to_make(place: Place, challenge: bytes, *, handle: bytes, held: Sequence[bytes]) -> dict[str, Any]:
    """The options of `navigator.credentials.create`. Neither name nor address goes to the device: many people may look
    at one."""
    user = PublicKeyCredentialUserEntity(id=handle, name=place.name, display_name=place.name)
    known = [PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=each) for each in held]
    options, _ = _server(place).register_begin(
        user, known, resident_key_requirement=ResidentKeyRequirement.REQUIRED, user_verification=_ALWAYS,
        challenge=challenge,
    )  # fmt: skip
    return dict(options)


def made(place: Place, challenge: bytes, answer: str) -> Made:
    """Raises WrongPasskey."""
    try:
        proven = _server(place).register_complete(_state(challenge), _read(answer))
        key = proven.credential_data
        assert key is not None
        found = Made(key.credential_id, cbor.encode(dict(key.public_key)), proven.counter)
    except _BROKEN:
        raise WrongPasskey from None
    if len(found.credential) > _CREDENTIAL or len(found.public_key) > _PUBLIC_KEY:
        raise WrongPasskey
    return found


def to_show(place: Place, challenge: bytes) -> dict[str, Any]:
    """The options of `navigator.credentials.get`: any key of ours that the device has."""
    options, _ = _server(place).authenticate_begin(user_verification=_ALWAYS, challenge=challenge)
    return dict(options)


def named(answer: str) -> bytes:
    """The key that an answer says it is of, not yet proven; empty when it is no answer."""
    try:
        return bytes(AuthenticationResponse.from_dict(_read(answer)).raw_id)
    except _BROKEN:
        return b""


def shown(place: Place, challenge: bytes, answer: str, *, credential: bytes, public_key: bytes) -> int:
    """How often the key says it was used. Raises WrongPasskey."""
    try:
        key = CoseKey.parse(dict(cbor.decode(public_key)))  # type: ignore[arg-type]  # what `made` encoded
        known = AttestedCredentialData.create(_ANONYMOUS, credential, key)
        response = AuthenticationResponse.from_dict(_read(answer))
        _server(place).authenticate_complete(_state(challenge), [known], response)
        return int(response.response.authenticator_data.counter)
    except _BROKEN:
        raise WrongPasskey from None


# A stranger wrote it, so it may be anything at all.
_BROKEN = (ValueError, TypeError, KeyError, AttributeError, IndexError, AssertionError, RecursionError)


def _server(place: Place) -> Fido2Server:
    rp = PublicKeyCredentialRpEntity(id=place.host, name=place.name)
    return Fido2Server(rp, verify_origin=lambda origin: origin == place.origin)


def _state(challenge: bytes) -> dict[str, Any]:
    return {"challenge": websafe_encode(challenge), "user_verification": _ALWAYS}


def _read(answer: str) -> Mapping[str, Any]:
    if len(answer) > LONGEST:
        raise ValueError("too long")
    content = json.loads(answer)
    if not isinstance(content, dict):
        raise TypeError("no object")
    return content
