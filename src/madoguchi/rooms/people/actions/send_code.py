"""Mail somebody six digits, with which they show that the mailbox is theirs."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.rows import insert
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.actions.enqueue import enqueue
from madoguchi.rooms.delivery.rules import RenderedMail
from madoguchi.rooms.gate.actions.mint import answer_own_request
from madoguchi.rooms.organisation.queries import entity_facts
from madoguchi.rooms.people import rules
from madoguchi.rooms.people.mails import code_mail
from madoguchi.rooms.people.models import MailedCode
from madoguchi.rooms.people.queries import hold_person, person_ref
from madoguchi.rooms.vault.queries import hold_file

_KEPT = rules.HOUR * 24  # what the count of an hour no longer needs goes the next day


@dataclass(frozen=True, slots=True)
class Matter:
    """What the code opens, whose it is, and in which vault file the mail lies. `address` is where the person said
    that answers go; empty when they named none: then everything happens but the mail."""

    about: Ref
    person: UUID
    entity: UUID
    file: UUID
    number: str
    address: str
    url: str


def send_code(matter: Matter) -> None:
    """Raises TooManyCodes. Who has no address is answered like everybody else."""
    code, facts = rules.new_code(), entity_facts(matter.entity)
    mail = matter.address and code_mail(
        facts, recipient=matter.address, number=matter.number, code=code, url=matter.url
    )
    _send(matter, code, mail or None)


@action
def _send(matter: Matter, code: str, mail: RenderedMail | None) -> None:
    hold_person(matter.person)  # two at once count each other
    now, mine = clock.now(), MailedCode.objects.filter(person_id=matter.person)
    rules.check_may_send(mine.filter(sent_at__gt=now - rules.HOUR).count())
    mine.filter(sent_at__lt=now - _KEPT).delete()
    mine.filter(about_id=matter.about.id, spent_at=None).update(spent_at=now)
    id = uuid7()
    insert(
        MailedCode, id=id, person_id=matter.person, about_kind=matter.about.kind, about_id=matter.about.id,
        digest=rules.code_digest(settings.SECRET_KEY, id, code), sent_at=now,
    )  # fmt: skip
    if mail is not None:
        # What they ask for is the code: a stop of the matter that it opens does not hold it up.
        me = person_ref(matter.person)
        permit = answer_own_request(about=me, recipient=me)
        enqueue(permit=permit, mail=mail, file=hold_file(matter.file))
    record("person.code-sent", about=matter.about, by=person_ref(matter.person))
