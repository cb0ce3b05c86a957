"""Into one's own page, by six digits or a link that come in one mail.

Everybody who asks is claimed, so an address that we know and one that we never saw go the same way: the same writes,
one mail, the same page. Of whom nothing is held is swept by night (inventory.actions.sweep_nobody; ADR 0025).
"""

from uuid import UUID

from django.conf import settings

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.contact import read_email
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.rows import insert
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.actions.enqueue import enqueue
from madoguchi.rooms.delivery.rules import RenderedMail
from madoguchi.rooms.gate.actions.mint import answer_own_request
from madoguchi.rooms.organisation.queries import entity_facts
from madoguchi.rooms.people import rules
from madoguchi.rooms.people.actions.claim import claim
from madoguchi.rooms.people.actions.redeem_code import let_in, redeem_code
from madoguchi.rooms.people.errors import WrongCode
from madoguchi.rooms.people.mails import sign_in_mail
from madoguchi.rooms.people.models import MailedCode
from madoguchi.rooms.people.queries import hold_person, person_ref
from madoguchi.rooms.vault.actions.open_file import open_file

_KEPT = rules.HOUR * 24  # what the count of an hour no longer needs goes the next day


def ask_to_sign_in(*, entity_id: UUID, address: str, enter: str) -> None:
    """`enter` is the address of the page to which the token is added. Raises Unreadable, TooManyCodes."""
    email, code, token = read_email(address), rules.new_code(), rules.new_token()
    url = f"{enter}{token}/"
    mail = sign_in_mail(entity_facts(entity_id), recipient=email.shown, code=code, url=url)
    _ask(email.key, code, token, mail)


@action
def _ask(email_key: str, code: str, token: str, mail: RenderedMail) -> None:
    person = claim(email_key=email_key)
    hold_person(person)  # two at once count each other
    now, me, mine = clock.now(), person_ref(person), MailedCode.objects.filter(person_id=person)
    rules.check_may_send(mine.filter(sent_at__gt=now - rules.HOUR).count())
    mine.filter(sent_at__lt=now - _KEPT).delete()
    mine.filter(about_id=person, spent_at=None).update(spent_at=now)
    id = uuid7()
    insert(
        MailedCode, id=id, person_id=person, about_kind=me.kind, about_id=me.id, sent_at=now,
        digest=rules.code_digest(settings.SECRET_KEY, id, code), link=rules.token_digest(token),
    )  # fmt: skip
    # A file of nobody's: whoever typed the address has not shown that it is theirs, and it ends by night.
    file = open_file(kind=mail.kind, holder=None)
    enqueue(permit=answer_own_request(about=me, recipient=me), mail=mail, file=file)
    record("person.code-sent", about=me, by=me)


def sign_in_by_code(*, address: str, typed: str) -> str:
    """Gives back the token of a session. Raises Unreadable, WrongCode; an address that never asked is claimed as well,
    so that a wrong code takes one way."""
    person = claim(email_key=read_email(address).key)
    return redeem_code(about=person_ref(person), person=person, typed=typed)


def sign_in_by_link(*, link: str) -> str:
    """Raises WrongCode for a link that was never sent, was used, or is old."""
    token = _by_link(link)
    if token is None:
        raise WrongCode
    return token


@action
def _by_link(link: str) -> str | None:
    sent = (
        MailedCode.objects.select_for_update(of=("self",))
        .filter(link=rules.token_digest(link), about_kind="person")
        .first()
    )
    try:
        rules.check_link(sent, clock.now())
    except WrongCode:
        return None
    assert sent is not None
    MailedCode.objects.filter(pk=sent.id).update(spent_at=clock.now())
    return let_in(about=person_ref(sent.person_id), person=sent.person_id)
