"""確認のメールを送る: to the colleague who asks, and to a mailbox of ours, where it is seen coming back."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.delivery.actions.enqueue import enqueue
from madoguchi.rooms.delivery.queries.sender import own_mailbox, trial_key
from madoguchi.rooms.delivery.rules import RenderedMail, compose, new_message_id
from madoguchi.rooms.gate.actions.mint import inform_staff
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.actions.remember import remember
from madoguchi.rooms.organisation.queries import Viewer, entity_facts, staff_by_id
from madoguchi.rooms.vault.actions.open_file import open_file

KEPT = 14 * 24 * 3600.0  # seconds
_TEXT = """このメールは、送信の設定を確かめるために、窓口の画面からお送りしました。

届いたメールの送信者、文字、改行に、おかしなところがないかをご覧ください。
髙橋　﨑山　①②③　㈱　～　－　𠮷野家

迷惑メールに入っていたときは、「送信の設定」の画面で、直すところを確かめてください。
"""


def try_sender(*, viewer: Viewer) -> None:
    organisation.check_administers(viewer.role)
    staff = staff_by_id(viewer.ref.id)
    assert staff is not None
    mailbox = own_mailbox(viewer.entity_id)
    to = [("staff", staff.name, staff.email), *([("mailbox", "", mailbox)] if mailbox else [])]
    _queue(viewer, [(kind, _mail(viewer.entity_id, name, address)) for kind, name, address in to])


def _mail(entity_id: UUID, name: str, address: str) -> RenderedMail:
    facts = entity_facts(entity_id)
    return compose(
        kind="staff-notice", sender_name=facts["sender_name"], sender_address=facts["sender_address"],
        recipient_name=name, recipient=address, subject="【窓口】送信の設定を確かめるメール", text=_TEXT,
        message_id=new_message_id(facts["sender_address"].rpartition("@")[2]), date=clock.now(), auto=True,
    )  # fmt: skip


@action
def _queue(viewer: Viewer, mails: list[tuple[str, RenderedMail]]) -> None:
    kept = []
    for kind, mail in mails:
        permit = inform_staff(about=Ref("entity", viewer.entity_id), recipient=viewer.ref)
        id = enqueue(permit=permit, mail=mail, file=open_file(kind="staff-mail", holder=viewer.ref.id))
        kept.append({"to": kind, "id": str(id)})
    remember(key=trial_key(viewer.entity_id), value=kept, seconds=KEPT)
    record("delivery.sender-tested", about=Ref("entity", viewer.entity_id), by=viewer.ref)
