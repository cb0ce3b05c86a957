"""Letters about a request: drafted from facts, looked through by an officer, sent and kept as they left.

They leave by a legal duty (Art 18(3)(i)): no stop holds up the answer to whoever asked for the stop.
"""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import WORKER, Ref, uuid7
from madoguchi.foundation.lib.text import clean_line, clean_text
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.delivery.actions.enqueue import enqueue
from madoguchi.rooms.delivery.rules import RenderedMail, compose, new_message_id
from madoguchi.rooms.gate.actions.mint import answer_request
from madoguchi.rooms.inquiries.queries.evidence import is_own_address
from madoguchi.rooms.organisation.queries import Viewer, entity_facts
from madoguchi.rooms.people.queries import person_ref
from madoguchi.rooms.rights.actions.hold import hold, hold_for
from madoguchi.rooms.rights.actions.steps import move, write_step
from madoguchi.rooms.rights.errors import NoSuchRequest
from madoguchi.rooms.rights.models import Decision, Letter, RightsRequest
from madoguchi.rooms.rights.queries import letter_facts
from madoguchi.rooms.rights.queries.requests import asked_of, by_id, reference
from madoguchi.rooms.rights.rules import complaints
from madoguchi.rooms.rights.rules import letters as rules
from madoguchi.rooms.rights.rules.requests import LETTER_OF, OPEN, Outcome, State
from madoguchi.rooms.vault.queries import hold_file

RECEIVED, LETTER = "request-received", "request-letter"  # kinds of mail


class Worded(NamedTuple):
    subject: str
    body: str


def draft_letter(viewer: Viewer, request: RightsRequest, kind: str) -> Worded:
    """To be looked through before it leaves; what is left open stands as `｛…｝`. The caller notes the look."""
    if request.entity_id != viewer.entity_id:
        raise NoSuchRequest
    complaints.check_handler(viewer.role, own=request.owner_id == viewer.ref.id)
    rules.check_sendable(kind, request.state, outcome_of(request))
    return Worded(*letter_facts.letter(request, kind))


def send_letter(
    *, viewer: Viewer, request_id: UUID, kind: str, subject: str, body: str, channel: str,
    sent_on: date | None = None,
) -> None:  # fmt: skip
    """Mailed to the address they gave for this request, or noted with the day on which it was posted or handed over.
    The letter of the result moves the request on."""
    request = by_id(request_id)
    if request.entity_id != viewer.entity_id:
        raise NoSuchRequest
    rules.check_written(subject, body)
    address = asked_of(request).get("email", "")
    rules.check_channel(channel, sent_on, address=address, today=clock.today())
    worded = Worded(clean_line(subject), clean_text(body).strip() + "\n")
    mail = _mail(request, worded, address, LETTER, auto=False) if channel == "mail" else None
    _send(viewer, request_id, kind, worded, channel, sent_on or clock.today(), mail)


def tell_result(*, request_id: UUID, by: Ref) -> None:
    """For what acts at once: the letter of its result leaves as drafted (`run_through`)."""
    request = by_id(request_id)
    kind, address = LETTER_OF[Outcome(outcome_of(request))], asked_of(request).get("email", "")
    worded = Worded(*letter_facts.letter(request, kind))
    rules.check_written(*worded)
    mail = _mail(request, worded, address, LETTER, auto=True) if address else None
    _tell(request_id, by, kind, worded, mail)


def acknowledge(request_id: UUID) -> None:
    """Once a request, to whoever gave an address, known or not: arrival, the two-week line, the link that shows that
    the mailbox is theirs (T-C8-1)."""
    request = by_id(request_id)
    address = asked_of(request).get("email", "")
    if not address or is_own_address(request.entity_id, address) or request.state not in OPEN:
        return
    worded = Worded(*letter_facts.letter(request, "acknowledgement"))
    _acknowledge(request_id, worded, _mail(request, worded, address, RECEIVED, auto=True))


def outcome_of(request: RightsRequest) -> str:
    return Decision.objects.filter(request_id=request.id).values_list("outcome", flat=True).first() or ""


@action
def _send(
    viewer: Viewer, request_id: UUID, kind: str, worded: Worded, channel: str, on: date,
    mail: RenderedMail | None,
) -> None:  # fmt: skip
    request = hold_for(viewer, request_id)
    rules.check_sendable(kind, request.state, outcome_of(request))
    rules.check_unacknowledged(kind, acknowledged=_is_acknowledged(request))
    _keep(request, kind, worded, viewer.ref, channel=channel, on=on, mail=mail)
    _move_on(request, kind)


@action
def _tell(request_id: UUID, by: Ref, kind: str, worded: Worded, mail: RenderedMail | None) -> None:
    request = hold(request_id)
    rules.check_sendable(kind, request.state, outcome_of(request))
    _keep(request, kind, worded, by, channel="mail" if mail else "page", on=clock.today(), mail=mail)
    _move_on(request, kind)


@action
def _acknowledge(request_id: UUID, worded: Worded, mail: RenderedMail) -> None:
    request = hold(request_id)
    if not _is_acknowledged(request):
        _keep(request, "acknowledgement", worded, WORKER, channel="mail", on=clock.today(), mail=mail)


def _is_acknowledged(request: RightsRequest) -> bool:
    return Letter.objects.filter(request_id=request.id, kind="acknowledgement").exists()


def _keep(
    request: RightsRequest, kind: str, worded: Worded, by: Ref, *, channel: str, on: date,
    mail: RenderedMail | None,
) -> None:  # fmt: skip
    """Sealed in the request's own file, with the mail that carries it."""
    id, key, queued = uuid7(), hold_file(request.file_id), None
    if mail is not None:
        permit = answer_request(about=reference(request), recipient=person_ref(request.person_id))
        queued = enqueue(permit=permit, mail=mail, file=key)
    Letter.objects.create(
        id=id, request_id=request.id, kind=kind, file_id=key.id, channel=channel, mail=queued, sent_on=on,
        subject=key.seal(Letter, "subject", id, worded.subject), body=key.seal(Letter, "body", id, worded.body),
        by_kind=by.kind, by_id=by.id,
    )  # fmt: skip
    write_step(request.id, "letter", by, kind=kind, channel=channel)


def _move_on(request: RightsRequest, kind: str) -> None:
    if kind == "identity" and request.state == State.RECEIVED:
        move(request, State.VERIFYING)
    if kind in rules.TELLING and request.state != State.NOTIFIED:
        move(request, State.NOTIFIED, notified_at=clock.now())


def _mail(request: RightsRequest, worded: Worded, to: str, kind: str, *, auto: bool) -> RenderedMail:
    facts, now = entity_facts(request.entity_id), clock.now()
    return compose(
        kind=kind, sender_name=facts["sender_name"], sender_address=facts["sender_address"], recipient_name="",
        recipient=to, subject=worded.subject, text=worded.body, message_id=new_message_id(facts["sender_address"].rpartition("@")[2]), date=now,
        reply_to=facts["email"] or None, auto=auto,
    )  # fmt: skip
