"""Counted from the tables: is every inquiry told to staff, once, with its wording, and seen by its own staff only?"""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db.models import Count as CountOf

from madoguchi.foundation.lib import clock
from madoguchi.rooms.audit.queries import Happened, newest
from madoguchi.rooms.consent.queries import properly_shown
from madoguchi.rooms.forms.queries import definition_of
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inquiries.queries import answers_of
from madoguchi.rooms.organisation.queries import entities_of_staff
from madoguchi.rooms.promises.rules import Count
from madoguchi.rooms.vault.errors import FileErased

SAMPLE = 200  # newest inquiries that are opened to compare what is held with what was asked
LOOKS = 2_000  # newest looks at inquiries whose onlooker is compared with what they saw
AT_ONCE = 500  # ids in one question to the database
IN_TIME = timedelta(minutes=15)


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
    """Every inquiry (samples were shown nothing) has its wording and policy, stored before they were shown."""
    inquiries = Inquiry.objects.filter(sample=False)
    shown = inquiries.filter(id__in=properly_shown()).count()
    return Count(shown, inquiries.count() - shown)


def one_polite_refusal() -> Count:
    refusals = Entry.objects.filter(code="declined").values("inquiry_id").annotate(n=CountOf("id"))
    twice = refusals.filter(n__gt=1).count()
    return Count(refusals.count() - twice, twice)


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
