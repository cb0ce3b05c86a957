"""Everything an inquiry says, text by text: what search looks through, and quotes.

Numbers that should not be typed are covered here already, so that nobody finds them digit by digit.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from madoguchi.foundation.lib import numbers
from madoguchi.rooms.forms.queries import definition_of
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries.search import fold, readable_keys

FIELDS = ("name", "company", "phone", "email")  # can be asked for by themselves
_FREE = frozenset({"line", "text"})  # kinds of fields in which anything can be typed
_LABELS = {"message": "お客様から", "note": "社内メモ", "reply": "お返事"}


@dataclass(frozen=True, slots=True)
class Text:
    """One text as it may be quoted, and as it is compared. `delicate` ones are left out where special care is
    needed."""

    field: str
    label: str
    text: str
    folded: str
    file: UUID
    delicate: bool


def texts_of(inquiries: Sequence[Inquiry]) -> dict[UUID, list[Text]]:
    """By inquiry; nothing for those whose file may not be read."""
    spoken = _entries(inquiries)
    files = {inquiry.file_id for inquiry in inquiries}
    keys = readable_keys(files | {entry.file_id for entry in spoken if entry.file_id})
    found = {each.id: _answers(each, keys[each.file_id]) for each in inquiries if each.file_id in keys}
    for entry in spoken:
        key = keys.get(entry.file_id) if entry.file_id else None
        if key and entry.inquiry_id in found:
            found[entry.inquiry_id] += _spoken(entry, key)
    return found


def _entries(inquiries: Sequence[Inquiry]) -> list[Entry]:
    ids = [inquiry.id for inquiry in inquiries]
    return list(Entry.objects.filter(inquiry_id__in=ids, kind__in=_LABELS).order_by("at", "id"))


def _answers(inquiry: Inquiry, key: FileKey) -> list[Text]:
    values: Mapping[str, str] = json.loads(inquiry.opened(key, "answers"))
    found = [_text("number", "受付番号", inquiry.receipt_number, key, delicate=False)]
    for spec in definition_of(inquiry.form_version_id).fields:
        typed = values.get(spec.key, "")
        if typed:
            shown = numbers.mask(typed) if spec.kind in _FREE else typed
            contact = spec.key in (*FIELDS, "website")
            found.append(_text(spec.key, spec.label, shown, key, delicate=not contact))
    return found


def _spoken(entry: Entry, key: FileKey) -> list[Text]:
    text = numbers.mask(entry.opened(key, "text"))
    found = [_text(entry.kind, _LABELS[entry.kind], text, key, delicate=True)]
    if entry.head:
        subject = json.loads(entry.opened(key, "head")).get("subject", "")
        found.append(_text("subject", "件名", numbers.mask(subject), key, delicate=True))
    return found


def _text(field: str, label: str, text: str, key: FileKey, *, delicate: bool) -> Text:
    return Text(field, label, text, fold(text), key.id, delicate)
