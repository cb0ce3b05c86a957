"""On their own page somebody names the name that an inquiry was sent under: a mailbox may be shared, so holding it
opens no content by itself (DESIGN 3; LAW pitfalls)."""

from collections.abc import Collection
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.people import rules
from madoguchi.rooms.people.errors import NotNamed, SignedOut
from madoguchi.rooms.people.models import VisitorSession
from madoguchi.rooms.people.queries import person_ref


def confirm(*, token: str, named: Collection[UUID]) -> None:
    """`named` are those of their matters that carry the name just given; none is a miss, and five of them end the
    session. Raises NotNamed, SignedOut. Whoever guesses many at once is counted one by one."""
    missed = _confirm(token, named)  # raised outside, or the count would be taken back with the rest
    if missed is not None:
        raise SignedOut if rules.is_over(missed) else NotNamed


@action
def _confirm(token: str, named: Collection[UUID]) -> int | None:
    """None when it was noted; else how many misses there are now."""
    mine = VisitorSession.objects.filter(
        digest=rules.token_digest(token), about_kind="person", until__gt=clock.now()
    )
    session = mine.select_for_update(of=("self",)).first()
    if session is None:
        return rules.MISSES
    me = person_ref(session.person_id)
    if named:
        mine.update(confirmed=sorted({*session.confirmed, *map(str, named)}))
        record("person.named", about=me, by=me, details={"count": len(named)})
        return None
    misses = session.misses + 1
    record("person.misnamed", about=me, by=me, details={"times": misses})
    if rules.is_over(misses):
        mine.delete()
    else:
        mine.update(misses=misses)
    return misses
