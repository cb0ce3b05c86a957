"""Counted from the tables: is every inquiry told to staff, once, with its wording, and seen by its own staff only?"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count as CountOf
from django.db.models import Q

from madoguchi.foundation.lib import clock
from madoguchi.rooms.audit.queries import Happened, newest
from madoguchi.rooms.consent.queries import properly_shown
from madoguchi.rooms.forms.queries import definition_of
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inquiries.queries.one import answers_of, visit_of
from madoguchi.rooms.inquiries.rules import DRAFTER, OUTGOING, TYPED_IN
from madoguchi.rooms.inventory import rules as inventory
from madoguchi.rooms.inventory.queries.switches import collected_times, kept_while_on, was_collected
from madoguchi.rooms.organisation.queries import entities_of_staff, staff_in_role
from madoguchi.rooms.promises.rules import Count
from madoguchi.rooms.vault.errors import FileErased

SAMPLE = 200  # newest inquiries that are opened to compare what is held with what was asked
LOOKS = 2_000  # newest looks at inquiries whose onlooker is compared with what they saw
AT_ONCE = 500  # ids in one question to the database
IN_TIME = timedelta(minutes=15)
AUTOMATIC_KINDS = ("auto", "bounce", "loop")


def same_draft_same_receipt() -> Count:
    """Each draft and each receipt number stands for one inquiry."""
    total = Inquiry.objects.count()
    doubled = Inquiry.objects.values("receipt_number").annotate(n=CountOf("id")).filter(n__gt=1).count()
    return Count(total - doubled, doubled)


def received_is_told() -> Count:
    """Told within fifteen minutes of arrival; younger ones are not counted yet."""
    due = Inquiry.objects.filter(received_at__lt=clock.now() - IN_TIME)
    untold = due.filter(notified_at=None).count()
    return Count(due.count() - untold, untold)


def shown_with_each() -> Count:
    """Every inquiry that came by a form has its wording and policy, stored before they were shown. Nothing was shown
    with samples, nor to whoever wrote a letter or a mail or called."""
    inquiries = Inquiry.objects.filter(sample=False).exclude(
        channel__in=[*TYPED_IN, "mail", "import", OUTGOING]
    )
    shown = inquiries.filter(id__in=properly_shown()).count()
    return Count(shown, inquiries.count() - shown)


def one_polite_refusal() -> Count:
    refusals = Entry.objects.filter(code="declined").values("inquiry_id").annotate(n=CountOf("id"))
    twice = refusals.filter(n__gt=1).count()
    return Count(refusals.count() - twice, twice)


def drafter_never_sends() -> Count:
    """The newest replies and refusals, by the role their writer had; where none was noted, the one of today."""
    drafters = set(staff_in_role(DRAFTER))
    sent = Entry.objects.filter(Q(kind="reply") | Q(code="declined")).order_by("-at")
    found = list(sent.values_list("by_id", "details")[:LOOKS])
    broken = sum(details["role"] == DRAFTER if "role" in details else by in drafters for by, details in found)
    return Count(len(found) - broken, broken)


def automatic_mail_unanswered() -> Count:
    """Inquiries that came by mail, against machines' mails that were acknowledged all the same."""
    came = Entry.objects.filter(code="came-by-mail")
    answered = came.filter(arrived__kind__in=AUTOMATIC_KINDS, inquiry__acknowledgement__isnull=False).count()
    return Count(came.count() - answered, answered)


def only_what_is_asked() -> Count:
    """The newest inquiries hold exactly the fields of the form they were given under."""
    kept = broken = 0
    for inquiry in Inquiry.objects.order_by("-received_at")[:SAMPLE]:
        try:
            held = answers_of(inquiry).values.keys()
        except FileErased:
            continue
        asked = {field.key for field in definition_of(inquiry.form_version_id).fields}
        kept, broken = (kept + 1, broken) if held <= asked else (kept, broken + 1)
    return Count(kept, broken)


def only_what_is_collected() -> Count:
    """Items with a switch: those recorded by staff, and those that the newest inquiries brought, against the
    times when each was collected."""
    recorded, times = kept_while_on(), collected_times()
    kept, broken = recorded.kept, recorded.broken
    for inquiry in Inquiry.objects.order_by("-received_at")[:SAMPLE]:
        given = _switchable(inquiry)
        fine = all(was_collected(times, item, _stored_at(inquiry)) for item in given)
        kept, broken = kept + (fine and bool(given)), broken + (not fine)
    return Count(kept, broken)


def _stored_at(inquiry: Inquiry) -> datetime:
    """A letter is stored after it arrived."""
    if inquiry.channel not in (*TYPED_IN, "import"):
        return inquiry.received_at
    typed = Entry.objects.filter(inquiry_id=inquiry.id, code__in=("typed-in", "imported")).values_list(
        "at", flat=True
    )
    return typed.first() or inquiry.received_at


def _switchable(inquiry: Inquiry) -> list[str]:
    try:
        return inventory.switchable({**answers_of(inquiry).values, **visit_of(inquiry)})
    except FileErased:
        return []


def delicate_stays_covered() -> Count:
    """The newest openings of special-care text: by an officer, or by a clerk who has had the inquiry in charge."""
    openings = newest(("inquiry.special-care-shown",), limit=LOOKS)
    charges = _in_charge({opening.about.id for opening in openings})
    kept = sum(
        opening.details.get("role") == "officer"
        or (
            opening.details.get("role") in ("clerk", DRAFTER)
            and opening.by.id in charges.get(opening.about.id, ())
        )
        for opening in openings
    )
    return Count(kept, len(openings) - kept)


def _in_charge(inquiries: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Who has ever been in charge of each: by name, or by having answered."""
    charges: dict[UUID, set[UUID]] = {}
    asked = list(inquiries)
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        told = Entry.objects.filter(inquiry_id__in=some).filter(Q(code="assigned") | Q(kind="reply"))
        for inquiry, code, by, details in told.values_list("inquiry_id", "code", "by_id", "details"):
            named = details.get("to", "") if code == "assigned" else str(by)
            if named:
                charges.setdefault(inquiry, set()).add(UUID(named))
    return charges


def own_entity_only() -> Count:
    """The newest recorded looks, at one inquiry or a list, against those that showed another company's."""
    looks = newest(("inquiry.read", "inquiry.listed"), limit=LOOKS)
    seen = [_seen(look) for look in looks]
    owners, staff = _owners(set[UUID]().union(*seen)), entities_of_staff()
    broken = sum(
        any(owners.get(id) not in (None, staff.get(look.by.id)) for id in ids)
        for look, ids in zip(looks, seen, strict=True)
    )
    return Count(len(looks) - broken, broken)


def _seen(look: Happened) -> set[UUID]:
    listed = (ref.partition(":") for ref in look.refs)
    opened = {look.about.id} if look.about.kind == "inquiry" else set[UUID]()
    return opened | {UUID(id) for kind, _, id in listed if kind == "inquiry"}


def _owners(ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The entity of each inquiry that is still there."""
    asked, owners = list(ids), dict[UUID, UUID]()
    for start in range(0, len(asked), AT_ONCE):
        some = Inquiry.objects.filter(id__in=asked[start : start + AT_ONCE])
        owners |= dict(some.values_list("id", "entity_id"))
    return owners
