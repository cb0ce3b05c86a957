"""A code comes back: whoever brings it holds the mailbox, and is signed in for that one matter."""

from uuid import UUID

from django.conf import settings
from django.db.models import F

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.rows import insert
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.people import rules
from madoguchi.rooms.people.errors import WrongCode
from madoguchi.rooms.people.models import MailedCode, VisitorSession
from madoguchi.rooms.people.queries import person_ref


def redeem_code(*, about: Ref, person: UUID, typed: str) -> str:
    """Gives back the token of a session. Raises WrongCode; the try is counted, whatever was wrong."""
    token = _redeem(about, person, rules.read_code(typed))
    if token is None:  # raised outside, or the count of tries would be taken back with the rest
        raise WrongCode
    return token


@action
def _redeem(about: Ref, person: UUID, code: str) -> str | None:
    now = clock.now()
    found = MailedCode.objects.select_for_update(of=("self",)).filter(
        about_id=about.id, about_kind=about.kind, person_id=person
    )
    sent = found.order_by("-sent_at", "-id").first()
    this = MailedCode.objects.filter(pk__in=[sent.id] if sent else [])
    try:
        rules.check_code(sent, code, secret=settings.SECRET_KEY, now=now)
    except WrongCode:
        this.update(tries=F("tries") + 1)
        record("person.code-refused", about=about, by=person_ref(person))
        return None
    this.update(spent_at=now)
    return let_in(about=about, person=person)


def let_in(*, about: Ref, person: UUID) -> str:
    """Inside an action: a session begins. Gives back its token, which lies nowhere here."""
    now, token = clock.now(), rules.new_token()
    VisitorSession.objects.filter(until__lt=now).delete()
    insert(
        VisitorSession, id=uuid7(), person_id=person, about_kind=about.kind, about_id=about.id,
        digest=rules.token_digest(token), began_at=now, until=rules.until(now, now),
    )  # fmt: skip
    record("person.signed-in", about=about, by=person_ref(person))
    return token
