"""A visitor leaves, or stays a little longer because they are still doing something."""

from datetime import timedelta

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.people import rules
from madoguchi.rooms.people.models import VisitorSession

_NOTED = timedelta(minutes=1)  # written at most this often


@action
def end_session(*, token: str) -> None:
    VisitorSession.objects.filter(digest=rules.token_digest(token)).delete()


def stay(*, token: str) -> None:
    now = clock.now()
    mine = VisitorSession.objects.filter(digest=rules.token_digest(token), until__gt=now)
    session = mine.first()
    if session is None:
        return
    longer = rules.until(session.began_at, now)
    if longer - session.until > _NOTED:
        with action:
            mine.update(until=longer)
