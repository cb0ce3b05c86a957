"""A permit names recipient, purpose and basis; what it does not name does not leave."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.gate.errors import Stopped, Suppressed
from madoguchi.rooms.promises.registry import keeps


class Purpose(StrEnum):
    """What an outward act is for. The action decides it; staff never pick one (LAW 2.3)."""

    SERVICE = "service"  # C3-1: provide, keep up, protect and improve the service
    MEASURE = "measure"  # C3-2
    ADVERTISE = "advertise"  # C3-3
    ANSWER = "answer"  # C3-4: receipt, reply, decline
    BREACH_OF_TERMS = "breach-of-terms"  # C3-5
    CHANGES = "changes"  # C3-6: telling of changes to terms and policies
    EVENT_MAIL = "event-mail"  # N1a plus an opt-in that names the sender
    STAFF = "staff"  # matters of our own staff
    RIGHTS = (
        "rights"  # answering a request under the Act: a legal duty, no purpose of clause 3 (Art 18(3)(i))
    )


class Basis(StrEnum):
    OWN_REQUEST = "own-request"
    ANNOUNCED = "announced"  # a purpose that this person was shown (Art 18(1), 21(2))
    CONSENT = "consent"
    STAFF_DUTY = "staff-duty"
    LEGAL_DUTY = (
        "legal-duty"  # Art 18(3)(i): no stop holds up the answer to the person who asked for the stop
    )


class Stop(StrEnum):
    ALL = "all"
    MAILINGS = "mailings"
    JOINT_USE = "joint-use"  # clause 7-1
    PROVISION = "provision"  # Art 35(3)


ITEM = "item:"  # and the code of an item that is not to be collected of this person any more


# What goes out although somebody stopped announcements: answers to what they asked, and what binds them.
NEEDED = frozenset({Purpose.ANSWER, Purpose.CHANGES, Purpose.STAFF})

_SEAL = object()


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to send one thing to one recipient. Only the gate makes one; its row is the proof."""

    id: UUID
    recipient: Ref
    purpose: Purpose
    basis: Basis
    about: Ref
    seal: object

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise TypeError("only the gate makes a permit")


def _permit(id: UUID, recipient: Ref, purpose: Purpose, basis: Basis, about: Ref) -> Permit:
    return Permit(id, recipient, purpose, basis, about, _SEAL)


def check_in_use(stops: Set[str]) -> None:
    """Nothing of it is used any more: no answer, no mail, no file for ourselves (clauses 4-2, 9-1; Art 35)."""
    if Stop.ALL in stops:
        raise Stopped


def items_in(stops: Iterable[str]) -> frozenset[str]:
    """The items among what a person stopped."""
    return frozenset(each.removeprefix(ITEM) for each in stops if each.startswith(ITEM))


@keeps("gate.stops-hold")
def check_may_leave(permit: Permit, stops: Set[str], suppressed: bool) -> None:
    """Asked when the permit is used, not only when it was made: a stop binds mail already queued."""
    if permit.basis in (Basis.STAFF_DUTY, Basis.LEGAL_DUTY):
        return
    check_in_use(stops)
    if permit.purpose not in NEEDED and (suppressed or Stop.MAILINGS in stops):
        raise Suppressed
