"""What a reply would look like to somebody careful: its merge fields, what is odd with it, what it answers."""

import json
from uuid import UUID

from madoguchi.foundation.lib import calendar
from madoguchi.foundation.lib.contact import read_email
from madoguchi.foundation.lib.text import shown_name
from madoguchi.rooms.delivery.queries import went_elsewhere
from madoguchi.rooms.inquiries import filling, mails
from madoguchi.rooms.inquiries.models import Enclosure, Entry, Inquiry
from madoguchi.rooms.inquiries.oddities import Addressee, Writing, odd
from madoguchi.rooms.inquiries.queries.desk_rules import find_template, manner_of
from madoguchi.rooms.inquiries.queries.one import Answers, answers_of, mails_of
from madoguchi.rooms.inquiries.queries.reading import Reading
from madoguchi.rooms.inquiries.quoting import quoted
from madoguchi.rooms.organisation.queries import Viewer, entity_facts, operator
from madoguchi.rooms.vault.queries import file_keys

FIELDS = filling.FIELDS
blanks = filling.blanks
unknown_fields = filling.unknown


def odd_in(viewer: Viewer, inquiry: Inquiry, text: str, *, files: int | None = None) -> dict[str, str]:
    """Code → sentence; empty when nobody needs to look twice. `files`: how many go along, if it is not the
    viewer's own draft."""
    manner, facts = manner_of(inquiry.entity_id), entity_facts(inquiry.entity_id)
    writing = Writing(
        text=text,
        files=_files(viewer, inquiry) if files is None else files,
        own_names=[
            facts[name] for name in ("name", "group", "sender_name", "joint_use_range") if facts[name]
        ],
        warning_words=manner.warning_words,
        always=manner.always_check,
    )
    return odd(_addressee(inquiry, answers_of(inquiry)), writing)


def _files(viewer: Viewer, inquiry: Inquiry) -> int:
    return Enclosure.objects.filter(inquiry_id=inquiry.id, draft__staff_id=viewer.ref.id).count()


def _addressee(inquiry: Inquiry, answers: Answers) -> Addressee:
    values = answers.values
    address, said, sender = values.get("email", ""), [*values.values()], ""
    messages = list(Entry.objects.filter(inquiry_id=inquiry.id, kind="message").order_by("at", "id"))
    keys = file_keys({each.file_id for each in messages if each.file_id})
    for each in messages:
        key = keys.get(each.file_id) if each.file_id else None
        if key:
            said.append(each.opened(key, "text"))
            sender = json.loads(each.opened(key, "head") or "{}").get("from_address", "")
    return Addressee(
        name=values.get("name", ""), company=values.get("company", ""), address=address,
        number=inquiry.receipt_number, said="\n".join(said), wrote_from=sender,
        reached_before=_reached_before(inquiry, address),
    )  # fmt: skip


def _reached_before(inquiry: Inquiry, address: str) -> bool:
    """True as well while nothing was sent to anybody yet."""
    return not address or not went_elsewhere(mails_of(inquiry), read_email(address).key)


def fill_template(viewer: Viewer, inquiry: Inquiry, template_id: UUID) -> str:
    """The text with what is known of this inquiry; an erased one raises FileErased."""
    return filling.fill(find_template(viewer, template_id).text, values_of(viewer, inquiry))


def values_of(viewer: Viewer, inquiry: Inquiry) -> dict[str, str]:
    answers = answers_of(inquiry).values
    return _of_company(viewer, inquiry.entity_id) | {
        "企業名": answers.get("company", ""),
        "氏名": shown_name(answers.get("name", "")),
        "受付番号": inquiry.receipt_number,
        "受付日時": calendar.japanese_date(inquiry.received_at),
        "回答期限": calendar.japanese_date(inquiry.due_at),
    }


def on_sample(viewer: Viewer, template: str) -> str:
    """As it reads for an invented person: for who writes templates."""
    return filling.fill(template, {**filling.FIELDS, **_of_company(viewer, viewer.entity_id)})


def _of_company(viewer: Viewer, entity_id: UUID) -> dict[str, str]:
    owner = operator(entity_id)
    return {
        "担当者名": viewer.name,
        "会社名": owner.facts["name"],
        "窓口の名前": owner.facts["desk"],
        "電話番号": owner.facts["phone"],
        "営業時間": calendar.hours_text(owner.hours),
        "署名": mails.signature(entity_id),
    }


def last_message(inquiry: Inquiry, reading: Reading, *, who: str) -> str:
    """What they wrote last, as a quote; empty while it is covered. `who`: as the inquiry's page calls them."""
    if reading.covered or reading.answers is None:
        return ""
    text, at = reading.answers.values.get("body", ""), inquiry.received_at
    for line in reading.lines:
        if line.kind == "message" and line.text:
            text, at = line.text, line.at
    return quoted(text, who=who, at=at) if text else ""


def whole_thread(inquiry: Inquiry, reading: Reading, *, who: str, us: str) -> str:
    """Everything said between us, the newest first; notes are ours alone."""
    if reading.covered or reading.answers is None:
        return ""
    spoken = [line for line in reading.lines if line.kind in ("message", "reply") and line.text]
    said = [
        (reading.answers.values.get("body", ""), who, inquiry.received_at),
        *((line.text, who if line.kind == "message" else us, line.at) for line in spoken),
    ]
    return "\n\n".join(quoted(text, who=name, at=at) for text, name, at in reversed(said) if text)
