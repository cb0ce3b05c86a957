"""What a mail becomes: a line of the timeline that leads to it, or the answers of a form."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib.digests import canonical_json
from madoguchi.foundation.lib.ids import VISITOR, uuid7
from madoguchi.foundation.lib.rows import insert
from madoguchi.foundation.lib.text import shorten, without_unstorable
from madoguchi.rooms.delivery.queries.arrived import Arrived
from madoguchi.rooms.delivery.queries.mailboxes import form_of
from madoguchi.rooms.delivery.rules import DecodedMail
from madoguchi.rooms.forms import rules as forms
from madoguchi.rooms.forms.queries import OpenForm, open_forms
from madoguchi.rooms.forms.rules import Definition
from madoguchi.rooms.inquiries.actions.receive import Submission
from madoguchi.rooms.inquiries.errors import NoFormForMail
from madoguchi.rooms.inquiries.models import Entry
from madoguchi.rooms.organisation.queries import hours_of
from madoguchi.rooms.vault.fields import FileKey

NO_TEXT = "（本文はありません。）"
CUT = "\n\n（長いため、ここまでをお見せしています。続きは、届いたメールの全文でご覧ください。）"
_LONGEST_HEAD = 1000  # letters of a name or a subject that the timeline keeps


def head_of(mail: DecodedMail) -> dict[str, str]:
    named = {"from_name": mail.from_name, "from_address": mail.from_address, "subject": mail.subject}
    return {name: without_unstorable(value)[:_LONGEST_HEAD] for name, value in named.items()}


def note_arrival(
    *,
    inquiry_id: UUID,
    key: FileKey,
    arrived: UUID,
    head: Mapping[str, str],
    code: str,
    details: Mapping[str, Any],
) -> None:
    """An event that leads to the mail: with its file it belongs to the inquiry, and ends with it."""
    id = uuid7()
    sealed = key.seal(Entry, "head", id, canonical_json(dict(head)).decode())
    insert(
        Entry, id=id, inquiry_id=inquiry_id, kind="event", by_kind=VISITOR.kind, by_id=VISITOR.id, code=code,
        file_id=key.id, head=sealed, details=dict(details), arrived_id=arrived,
    )  # fmt: skip


def submission_of(arrived: Arrived, mail: DecodedMail) -> Submission:
    """As a colleague would type it in: what the mail does not say stays blank, and nothing was shown to its sender."""
    form = _form(arrived)
    definition = _open(form.definition)
    raw = _answers(definition, mail)
    checked = forms.check_answers(definition, raw)
    return Submission(
        form=form, hours=hours_of(arrived.entity_id), values=checked.values, notice=None, policy=None,
        draft=f"mail:{arrived.id}",
    )  # fmt: skip


def _form(arrived: Arrived) -> OpenForm:
    wanted = form_of(arrived.mailbox_id) if arrived.mailbox_id else None
    found = open_forms(arrived.entity_id)
    for form in (*(each for each in found if each.id == wanted), *found):
        if _text_key(form.definition):
            return form
    raise NoFormForMail


def _open(definition: Definition) -> Definition:
    """Nothing is required, and a name may be longer than a form lets it be."""
    fields = tuple(replace(spec, required=False) for spec in definition.fields)
    return replace(definition, fields=fields)


def _text_key(definition: Definition) -> str:
    """Where what somebody says goes: the message, or the first box for a text."""
    texts = [spec.key for spec in definition.fields if spec.kind == "text"]
    return "body" if "body" in texts else next(iter(texts), "")


def _answers(definition: Definition, mail: DecodedMail) -> dict[str, str]:
    key = _text_key(definition)
    longest = {spec.key: spec.max_length for spec in definition.fields}
    subject = f"件名：{_line(mail.subject)}\n\n" if mail.subject.strip() else ""
    text = without_unstorable(subject + ((mail.text or mail.whole_text).strip() or NO_TEXT))
    if len(text) > longest[key]:
        text = text[: longest[key] - len(CUT)] + CUT
    name = shorten(_line(mail.from_name), longest.get("name", 100))
    return {key: text, "name": name, "email": mail.from_address}


def _line(text: str) -> str:
    return " ".join(without_unstorable(text).split())
