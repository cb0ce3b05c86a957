"""Make a permit. Answering a person's own request and telling staff need no more than that; every other use
is asked of `consent` first, whose action comes here (LAW 2.3)."""

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.rows import insert
from madoguchi.rooms.gate.models import PermitRow
from madoguchi.rooms.gate.rules import Basis, Permit, Purpose, _permit


def answer_own_request(*, about: Ref, recipient: Ref) -> Permit:
    """For a receipt, a reply or a polite refusal: the person asked, we answer (clause 3-4)."""
    return _mint(recipient, Purpose.ANSWER, Basis.OWN_REQUEST, about)


def inform_staff(*, about: Ref, recipient: Ref) -> Permit:
    """For a notice to our own staff, which carries no personal data."""
    return _mint(recipient, Purpose.STAFF, Basis.STAFF_DUTY, about)


def use_inside(*, about: Ref, recipient: Ref) -> Permit:
    """For what a colleague takes out for the operator's own work (answering and its organisation, clause 3-4): an
    export names who, why and what; nothing of it goes to anybody else by this."""
    return _mint(recipient, Purpose.STAFF, Basis.STAFF_DUTY, about)


def answer_request(*, about: Ref, recipient: Ref) -> Permit:
    """For a letter about a request under the Act, also to somebody who stopped every use (Art 18(3)(i))."""
    return _mint(recipient, Purpose.RIGHTS, Basis.LEGAL_DUTY, about)


def use_as_announced(*, about: Ref, recipient: Ref, purpose: Purpose) -> Permit:
    """For a use that this person was shown. Called by `consent.actions.permit_use`, which asked its rules."""
    return _mint(recipient, purpose, Basis.ANNOUNCED, about)


def use_by_consent(*, about: Ref, recipient: Ref, purpose: Purpose) -> Permit:
    """For a use that this person chose. Called by `consent.actions.permit_use`, which asked its rules."""
    return _mint(recipient, purpose, Basis.CONSENT, about)


def _mint(recipient: Ref, purpose: Purpose, basis: Basis, about: Ref) -> Permit:
    permit = _permit(uuid7(), recipient, purpose, basis, about)
    insert(
        PermitRow,
        id=permit.id,
        recipient_kind=recipient.kind,
        recipient_id=recipient.id,
        purpose=purpose.value,
        basis=basis.value,
        about_kind=about.kind,
        about_id=about.id,
        minted_at=clock.now(),
    )
    return permit
