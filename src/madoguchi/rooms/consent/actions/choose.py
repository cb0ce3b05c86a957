"""The person's own choice for one purpose: given in one step, withdrawn in one step, both kept."""

from datetime import datetime
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import VISITOR, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.consent import rules
from madoguchi.rooms.consent.models import Choice, Presentation
from madoguchi.rooms.gate.actions.suppress import suppress
from madoguchi.rooms.vault.actions.write_ledger import write_ledger


@action
def give(*, about: Ref, purpose: str) -> None:
    """Consent to `purpose` under the wording shown with `about`; repeating it changes nothing.

    An earlier opt-out of the same address stands: whoever typed the address has not shown that it is theirs.
    """
    rules.check_purpose_known(purpose)
    shown = Presentation.objects.get(about_id=about.id)
    choice, fresh = Choice.objects.get_or_create(
        person_id=shown.person_id,
        purpose=purpose,
        withdrawn_at=None,
        defaults={"notice_id": shown.notice_id, "about_id": about.id},
    )
    if fresh:
        record("consent.given", about=Ref("choice", choice.id), by=VISITOR, details={"purpose": purpose})


def withdraw(*, about: Ref, purpose: str, mark: bytes) -> None:
    """Effective at once, for mail already queued too. The ledger comes first: a restore must not undo it."""
    rules.check_purpose_known(purpose)
    person: UUID = Presentation.objects.values_list("person_id", flat=True).get(about_id=about.id)
    write_ledger("withdrawal", {"person": str(person), "purpose": purpose, "mark": mark.hex()})
    apply_withdrawal(person=person, purpose=purpose, mark=mark, by=VISITOR)


@action
def apply_withdrawal(
    *, person: UUID, purpose: str, mark: bytes, by: Ref, asked_at: datetime | None = None
) -> None:
    """What the ledger's line means; `restore` calls it again, and it is safe to repeat. A choice made after
    `asked_at`, the moment of an old line, stands."""
    asked_at = asked_at or clock.now()
    standing = Choice.objects.filter(person_id=person, purpose=purpose, withdrawn_at=None)
    if standing.filter(given_at__gt=asked_at).exists():
        return
    standing.update(withdrawn_at=clock.now())
    suppress(mark=mark, reason="opt-out", by=by)
    record("consent.withdrawn", about=Ref("person", person), by=by, details={"purpose": purpose})
