"""What a mail shows of where it belongs: our token, mails of ours that it answers, who sent it (DESK §4.6)."""

import json
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.db.models import F, Max

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.contact import Unreadable, read_email
from madoguchi.foundation.lib.ids import read_receipt_number
from madoguchi.rooms.delivery.queries.arrived import Arrived, sent_as, subject_sent
from madoguchi.rooms.delivery.queries.mailboxes import own_addresses
from madoguchi.rooms.delivery.rules import DecodedMail, is_own_mark
from madoguchi.rooms.inquiries import placing
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inquiries.placing import Facts, Thread
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.inquiries.threading import number_in
from madoguchi.rooms.organisation.queries import entity_facts
from madoguchi.rooms.people.queries import is_address_of
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.queries import blinds, file_keys

AUTOMATIC = ("auto-reply", "bounced")
_SUBJECTS = 5  # newest messages and mails whose subjects are compared
_MOST_IDS = 60  # Message-IDs of one mail that are looked up


def facts_of(arrived: Arrived, mail: DecodedMail) -> Facts:
    sender = key_of(mail.from_address)
    sent = _answered(mail)
    inquiry = _named(arrived.entity_id, mail) or _of_mails(arrived.entity_id, sent)
    return Facts(
        kind=mail.kind,
        automatic=mail.automatic,
        fault=mail.fault,
        sender=sender,
        ours=_bare(sender) in _ours(arrived.entity_id),
        own_mark=any(is_own_mark(each) for each in mail.loop_marks),
        subject=mail.subject,
        thread=_thread(inquiry, sender, sent) if inquiry else None,
        bounced=sent[0] if mail.kind == "bounce" and sent else None,
    )


def key_of(address: str) -> str:
    """How an address is matched; empty for what is none."""
    try:
        return read_email(address).key
    except Unreadable:
        return ""


def named_in(entity_id: UUID, mail: DecodedMail) -> str:
    """The receipt number that a mail points to, by token, by what it answers or only by its subject: a hint for
    whoever decides."""
    inquiry = _named(entity_id, mail) or _of_mails(entity_id, _answered(mail))
    if inquiry is not None:
        return inquiry.receipt_number
    words = mail.subject.replace("（", " ").replace("）", " ").replace("(", " ").replace(")", " ").split()
    numbers = [number for word in words if (number := read_receipt_number(word))]
    known = Inquiry.objects.filter(entity_id=entity_id, receipt_number__in=numbers)
    return known.values_list("receipt_number", flat=True).first() or ""


def inquiry_of_arrived(arrived_id: UUID) -> str:
    """The receipt number under which a mail was placed; empty for one that was not."""
    entries = Entry.objects.filter(arrived_id=arrived_id).order_by("at")
    return entries.values_list("inquiry__receipt_number", flat=True).first() or ""


def _ids(mail: DecodedMail) -> list[str]:
    """What it answers, the newest first; for a bounce the mail that came back."""
    back = [mail.bounce.original_message_id] if mail.bounce and mail.bounce.original_message_id else []
    answered = [mail.in_reply_to] if mail.in_reply_to else []
    return list(dict.fromkeys((*back, *answered, *reversed(mail.references))))[:_MOST_IDS]


def _named(entity_id: UUID, mail: DecodedMail) -> Inquiry | None:
    """By a token: behind the plus of an address it was sent to, or in our own Message-IDs."""
    for text in (*mail.to, *_ids(mail)):
        if number := number_in(text):
            return Inquiry.objects.filter(entity_id=entity_id, receipt_number=number).first()
    return None


def _answered(mail: DecodedMail) -> list[UUID]:
    """Mails of ours that it answers, the newest first."""
    ids = _ids(mail)
    found = sent_as(ids)
    return [found[id] for id in ids if id in found]


def _of_mails(entity_id: UUID, mails: list[UUID]) -> Inquiry | None:
    written = (
        Entry.objects.filter(mail_id__in=mails, inquiry__entity_id=entity_id)
        .select_related("inquiry")
        .first()
    )
    if written is not None:
        return written.inquiry
    acknowledged = Inquiry.objects.filter(entity_id=entity_id, file__mail__id__in=mails)
    return acknowledged.filter(acknowledgement_id=F("file__mail__id")).first()


def _thread(inquiry: Inquiry, sender: str, sent: list[UUID]) -> Thread:
    """Of the inquiry that it went into, if it was merged."""
    named = inquiry
    while inquiry.merged_into_id is not None:
        inquiry = Inquiry.objects.get(id=inquiry.merged_into_id)
    emails = list(_emails((named, inquiry)))
    now = clock.now()
    entries = Entry.objects.filter(inquiry_id=inquiry.id)
    last = entries.aggregate(at=Max("at"))["at"]
    automatic = entries.filter(code__in=AUTOMATIC, at__gt=now - timedelta(hours=1)).count()
    return Thread(
        id=inquiry.id,
        known=_is_known(named, inquiry, sender, emails),
        same_domain=any(placing.same_domain(sender, each) for each in emails),
        gone=not file_keys([inquiry.file_id]),
        silent_for=now - max(filter(None, (inquiry.received_at, last))),
        automatic_this_hour=automatic,
        subjects=tuple(_subjects(inquiry, sent)),
    )


def _emails(inquiries: tuple[Inquiry, Inquiry]) -> Iterator[str]:
    for inquiry in dict.fromkeys(inquiries):
        try:
            key = key_of(answers_of(inquiry).values.get("email", ""))
        except FileErased:
            continue
        if key:
            yield key


def _is_known(named: Inquiry, inquiry: Inquiry, sender: str, emails: list[str]) -> bool:
    if not sender:
        return False
    if sender in emails or any(is_address_of(each.person_id, sender) for each in (named, inquiry)):
        return True
    spoken = Entry.objects.filter(inquiry_id__in=[named.id, inquiry.id], kind="message")
    return spoken.filter(arrived__sender_index__in=blinds("email", sender)).exists()


def _subjects(inquiry: Inquiry, sent: list[UUID]) -> Iterator[str]:
    """Of what it answers; otherwise of the newest that was said."""
    yield inquiry.receipt_number
    for mail in sent[:1]:
        yield subject_sent(mail)
    spoken = Entry.objects.filter(inquiry_id=inquiry.id, arrived__isnull=False).order_by("-at")[:_SUBJECTS]
    keys = file_keys([entry.file_id for entry in spoken if entry.file_id])
    for entry in spoken:
        key = keys.get(entry.file_id) if entry.file_id else None
        if key and entry.head:
            yield json.loads(entry.opened(key, "head")).get("subject", "")
    if not sent:
        mails = Entry.objects.filter(inquiry_id=inquiry.id, mail__isnull=False).order_by("-at")
        ids = [
            id
            for id in (*mails.values_list("mail_id", flat=True)[:_SUBJECTS], inquiry.acknowledgement_id)
            if id
        ]
        for mail in ids:
            yield subject_sent(mail)


def is_own_address(entity_id: UUID, address: str) -> bool:
    """One of ours, whatever stands behind its plus: what goes there would come back."""
    return _bare(key_of(address)) in _ours(entity_id)


def _ours(entity_id: UUID) -> set[str]:
    facts = entity_facts(entity_id)
    return own_addresses(entity_id) | {
        _bare(key_of(facts["sender_address"])),
        _bare(key_of(facts["email"])),
    } - {""}


def _bare(key: str) -> str:
    local, _, domain = key.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if domain else ""
