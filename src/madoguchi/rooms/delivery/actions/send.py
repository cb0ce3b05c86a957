"""Send one queued mail: ask the gate once more, speak to the relay, write down what it said.

No transaction is open while the relay is spoken to. A crash between its answer and our note sends the
same bytes under the same Message-ID again, which mail systems fold into one.
"""

import json
from collections.abc import Callable
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.contact import read_email
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import WORKER, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.delivery.rules import Outcome, RenderedMail, Verdict
from madoguchi.rooms.gate.queries import check_still_may_leave, read_permit
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.queries import file_key, suppression_mark

Sender = Callable[[RenderedMail], Outcome]
_WAITING = (State.QUEUED, State.REFUSED)


def send(mail_id: UUID, *, through: Sender) -> Outcome:
    """The outcome decides the job: done, or again later. Raises nothing for what a relay may answer."""
    mail = Mail.objects.get(id=mail_id)
    if mail.state not in _WAITING:
        return Outcome(Verdict.SENT, "already-settled")
    try:
        rendered = _rendered(mail)
        check_still_may_leave(read_permit(mail.permit_id), _mark(rendered))
    except (Refusal, FileErased) as refusal:
        return _settle(mail.id, State.STOPPED, Outcome(Verdict.REFUSED, refusal.code))
    outcome = through(rendered)
    if outcome.verdict is Verdict.SENT:
        return _settle(mail.id, State.SENT, outcome)
    if outcome.verdict is Verdict.REFUSED:
        return _settle(mail.id, State.REFUSED, outcome)
    Mail.objects.filter(id=mail.id, state__in=_WAITING).update(code=outcome.code)
    return outcome


def _rendered(mail: Mail) -> RenderedMail:
    key = file_key(mail.file_id)
    envelope = json.loads(mail.opened(key, "envelope"))
    content = key.open_bytes(Mail, "content", mail.id, mail.content)
    return RenderedMail(
        kind=mail.kind,
        recipient=envelope["to"],
        envelope_from=envelope["from"],
        message_id=mail.message_id,
        content=content,
    )


def _mark(mail: RenderedMail) -> bytes:
    return suppression_mark("email", read_email(mail.recipient).key)


@action
def _settle(mail_id: UUID, state: State, outcome: Outcome) -> Outcome:
    """What left is noted as sent whatever happened meanwhile; nothing else overrides a stop (an erasure)."""
    sent_at = clock.now() if state is State.SENT else None
    mails = Mail.objects.filter(id=mail_id)
    if state is not State.SENT:
        mails = mails.filter(state__in=_WAITING)
    if not mails.update(state=state, code=outcome.code, sent_at=sent_at):
        return outcome
    record(f"delivery.{state.value}", about=Ref("mail", mail_id), by=WORKER, details={"code": outcome.code})
    return outcome
