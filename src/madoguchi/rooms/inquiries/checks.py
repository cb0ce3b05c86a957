"""Counted from the tables: is every inquiry told to staff, once, with its wording?"""

from datetime import timedelta

from django.db.models import Count as CountOf

from madoguchi.foundation.lib import clock
from madoguchi.rooms.consent.queries import properly_shown
from madoguchi.rooms.forms.queries import definition_of
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inquiries.queries import answers_of
from madoguchi.rooms.promises.rules import Count
from madoguchi.rooms.vault.errors import FileErased

SAMPLE = 200  # newest inquiries that are opened to compare what is held with what was asked
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
