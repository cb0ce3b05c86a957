"""Make the recipients' look-up values anew after the index key changed (vault.actions.rotate)."""

import json

from madoguchi.foundation.lib.contact import Unreadable, read_email
from madoguchi.rooms.delivery.actions.keep_mail import sender_index
from madoguchi.rooms.delivery.models import ArrivedMail, Mail
from madoguchi.rooms.vault.actions.reblind import AT_ONCE, keys_to_reblind, reblind
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import blind, read_attachment
from madoguchi.rooms.vault.queries.epochs import outdated


def reblind_mails(limit: int = AT_ONCE) -> int:
    """How many were looked at; 0 when none is left. A mail that nobody may read any more loses its value."""
    mails = list(
        Mail.objects.filter(outdated("recipient_index")).only("id", "file_id", "envelope", "recipient_index")[
            :limit
        ]
    )
    keys = keys_to_reblind({mail.file_id for mail in mails})
    moves = [
        (mail.id, bytes(mail.recipient_index or b""), _value(mail, keys.get(mail.file_id))) for mail in mails
    ]
    if moves:
        reblind(Mail, "recipient_index", moves)
    return len(moves)


def reblind_arrived(limit: int = AT_ONCE) -> int:
    """The same for the senders of what arrived, read from their heads."""
    rows = ArrivedMail.objects.filter(outdated("sender_index"))
    mails = list(rows.only("id", "file_id", "raw_id", "sender_index")[:limit])
    moves = [(mail.id, bytes(mail.sender_index or b""), _sender(mail)) for mail in mails]
    if moves:
        reblind(ArrivedMail, "sender_index", moves)
    return len(moves)


def _sender(mail: ArrivedMail) -> bytes | None:
    try:
        return sender_index(next(read_attachment(mail.raw_id), b"")) if mail.raw_id else None
    except FileErased:
        return None


def _value(mail: Mail, key: FileKey | None) -> bytes | None:
    if key is None:
        return None
    try:
        return blind("email", read_email(json.loads(mail.opened(key, "envelope"))["to"]).key)
    except (FileErased, Unreadable):
        return None
