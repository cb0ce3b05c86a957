"""Write down what a look at the public pages found, so that a check can count without looking itself."""

from datetime import timedelta
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import WORKER, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.policy.queries.looks import LOOKED, last_look
from madoguchi.rooms.policy.rules.serving import Seen

AGAIN = timedelta(hours=1)


@action
def note_look(*, version_id: UUID, number: int, seen: Seen) -> None:
    """A finding that is the same as before is noted once an hour: every five minutes would fill the record."""
    last, about = last_look(), Ref("policy", version_id)
    known = last is not None and last.details["found"] == seen and last.about == about
    if last is not None and known and clock.now() - last.at < AGAIN:
        return
    record(LOOKED, about=about, by=WORKER, details={"number": number, "found": str(seen)})
