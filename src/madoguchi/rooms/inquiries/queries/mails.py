"""Mails about inquiries: whose they are, which are in trouble, with which wording they are written."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.audit.queries import of_kind
from madoguchi.rooms.consent.queries import shown_with
from madoguchi.rooms.delivery.queries import (
    MailState,
    in_trouble_to,
    is_addressed_to,
    message_id_of,
    pages_in_trouble,
)
from madoguchi.rooms.delivery.queries.outbox import waiting_to_leave
from madoguchi.rooms.inquiries.models import Entry, Inquiry, Wording
from madoguchi.rooms.inquiries.queries.lists import of_entity
from madoguchi.rooms.organisation.queries import Viewer, names

_NOTICE = "staff-notice"


def numbers_of_mails(viewer: Viewer, mail_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Receipt numbers of the inquiries that these mails belong to; mails of another entity are left out."""
    ids = list(mail_ids)
    # From the mail over its file to the inquiry: both are looked up by key.
    mine = of_entity(viewer).filter(file__mail__id__in=ids, acknowledgement_id=F("file__mail__id"))
    acknowledged = mine.values_list("acknowledgement_id", "receipt_number")
    written = Entry.objects.filter(mail_id__in=ids, inquiry__entity_id=viewer.entity_id)
    pairs = [*acknowledged, *written.values_list("mail_id", "inquiry__receipt_number")]
    return dict(pairs)


def inquiries_of_mails(mail_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The inquiry that each of these mails to a person belongs to, whatever its company."""
    ids = list(mail_ids)
    acknowledged = Inquiry.objects.filter(file__mail__id__in=ids, acknowledgement_id=F("file__mail__id"))
    written = Entry.objects.filter(mail_id__in=ids).values_list("mail_id", "inquiry_id")
    pairs = [*acknowledged.values_list("acknowledgement_id", "id"), *written]
    return dict(pairs)


def mails_in_trouble(viewer: Viewer, *, limit: int = 20) -> list[tuple[MailState, str]]:
    """Mails about the viewer's own inquiries that a person must look at, each with the receipt number;
    however many of another entity's there are, they hide none of these."""
    found: list[tuple[MailState, str]] = []
    for page in pages_in_trouble():
        numbers = numbers_of_mails(viewer, [mail.id for mail in page])
        found += [(mail, numbers[mail.id]) for mail in page if mail.id in numbers]
        if len(found) >= limit:
            break
    return found[:limit]


def mails_waiting(viewer: Viewer) -> list[tuple[MailState, str, datetime]]:
    """Mails about the viewer's own inquiries that have not left yet, with the receipt number and the next attempt."""
    found = waiting_to_leave()
    numbers = numbers_of_mails(viewer, [mail.id for mail, _ in found])
    return [(mail, numbers[mail.id], at) for mail, at in found if mail.id in numbers]


def notices_in_trouble(viewer: Viewer, *, limit: int = 20) -> list[MailState]:
    """Notices to colleagues that did not arrive: for administrators, who can mend an address."""
    return in_trouble_to(_minded(viewer), kind=_NOTICE, limit=limit)


def is_own_notice(viewer: Viewer, mail_id: UUID) -> bool:
    return is_addressed_to(mail_id, _minded(viewer), kind=_NOTICE)


def _minded(viewer: Viewer) -> list[UUID]:
    """The colleagues whose notices this viewer looks after."""
    return list(names(viewer)) if viewer.role == "admin" else []


def wording(entity_id: UUID, kind: str) -> Wording:
    return Wording.objects.get(entity_id=entity_id, kind=kind)


def has_page(inquiry: Inquiry) -> bool:
    """Whether the person has a page of the receipt, where an answer can be shown."""
    return shown_with(Ref("inquiry", inquiry.id)) is not None


def wordings(entity_id: UUID) -> dict[str, str]:
    """Subject and text of every mail, by its kind."""
    stored = Wording.objects.filter(entity_id=entity_id).order_by("kind")
    return {each.kind: f"{each.subject}\n{each.text}" for each in stored}


def written_at_desk(entity_id: UUID) -> set[str]:
    """Kinds of wordings that somebody of the staff wrote: a profile leaves them alone."""
    events = of_kind("inquiry.wording-set")
    return {
        each.details["kind"].replace("staff-notice", "staff_notice")
        for each in events
        if each.about.id == entity_id
    }


def unnotified(entity_id: UUID, *, limit: int) -> list[Inquiry]:
    waiting = Inquiry.objects.filter(entity_id=entity_id, notified_at=None).order_by("received_at")
    return list(waiting.defer("answers", "headline")[:limit])


def last_heard(inquiry_id: UUID) -> str:
    """The Message-ID of the person's last mail (the one that began it included), if that is the last thing they said,
    here or under a number that was merged into this one; else empty."""
    here = Q(inquiry_id=inquiry_id) | Q(inquiry__merged_into_id=inquiry_id)
    spoken = Q(kind="message") | Q(code="came-by-mail")
    said = Entry.objects.filter(here, spoken).order_by("-at", "-id")
    arrived = said.values_list("arrived_id", flat=True).first()
    return message_id_of(arrived) if arrived else ""


def told_about(ids: Iterable[UUID]) -> dict[UUID, Inquiry]:
    """What a notice to a colleague says of each: number, lane, and whether somebody still waits."""
    facts = ("id", "receipt_number", "lane", "closed_at", "answered_at", "received_at")
    return {each.id: each for each in Inquiry.objects.filter(id__in=list(ids)).only(*facts)}
