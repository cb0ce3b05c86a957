"""What a person said, with whoever signed it."""

import json
from dataclasses import dataclass

from madoguchi.rooms.inquiries.models import Entry
from madoguchi.rooms.vault.queries import file_key


@dataclass(frozen=True, slots=True)
class Message:
    text: str
    name: str
    address: str
    subject: str


def message_of(entry: Entry) -> Message:
    """Raises FileErased once it was ended."""
    assert entry.file_id is not None
    key = file_key(entry.file_id)
    head = json.loads(entry.opened(key, "head") or "{}")
    return Message(
        text=entry.opened(key, "text"),
        name=head.get("from_name", ""),
        address=head.get("from_address", ""),
        subject=head.get("subject", ""),
    )
