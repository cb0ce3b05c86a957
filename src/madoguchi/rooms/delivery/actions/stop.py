"""Stop what still waits to leave: its people were erased, or its address was corrected."""

from collections.abc import Collection
from uuid import UUID

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.jobs.actions.settle import drop
from madoguchi.rooms.vault.queries import blinds

_WAITING = (State.QUEUED, State.HELD, State.REFUSED)  # the last two could be sent again by a click
AT_ONCE = 500  # files in one question to the database


@action
def stop_mails(files: Collection[UUID], code: str = "erased") -> int:
    """Mails of these files that did not leave are never sent; gives back how many. One that the relay has in
    hand at this moment leaves, and is noted as sent."""
    asked, stopped = sorted(files), list[UUID]()
    for start in range(0, len(asked), AT_ONCE):
        waiting = Mail.objects.filter(file_id__in=asked[start : start + AT_ONCE], state__in=_WAITING)
        stopped += waiting.order_by("id").select_for_update(of=("self",)).values_list("id", flat=True)
    Mail.objects.filter(id__in=stopped, state__in=_WAITING).update(state=State.STOPPED, code=code)
    drop("delivery.send", stopped)
    return len(stopped)


@action
def stop_mails_to(*, holder: UUID, email_keys: Collection[str], code: str) -> int:
    """The same for mails of this person to one of these addresses, whatever file they lie in."""
    indexes = [index for key in email_keys for index in blinds("email", key)]
    mails = Mail.objects.filter(file__holder=holder, recipient_index__in=indexes, state__in=_WAITING)
    return stop_mails(set(mails.values_list("file_id", flat=True)), code)
