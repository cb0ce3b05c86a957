"""筆: who opens the composer takes it, so that the others see who writes; it falls down by itself after two minutes.

It is soft: whoever needs it takes it over, and what was written so far comes along.
"""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.write_draft import put_draft
from madoguchi.rooms.inquiries.models import Draft, Inquiry, Pen
from madoguchi.rooms.inquiries.queries.drafts import Held, pen_on
from madoguchi.rooms.inquiries.queries.one import find, reference
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.queries import hold_file


@action
def take_pen(*, viewer: Viewer, inquiry_id: UUID) -> Held | None:
    """Gives back who else holds it; None when the viewer has it now, or has had it and holds it on."""
    inquiry = find(viewer, inquiry_id, for_update=True)
    held = pen_on(inquiry.id)
    if held and held.staff_id != viewer.ref.id:
        return held
    _hold(inquiry, viewer, anew=held is None)
    return None


@action
def take_over(*, viewer: Viewer, inquiry_id: UUID) -> None:
    """引き継ぐ: the pen, and a copy of what its holder has written; their own draft stays theirs."""
    inquiry = find(viewer, inquiry_id, for_update=True)
    held = pen_on(inquiry.id)
    _hold(inquiry, viewer, anew=True)
    if held is None or held.staff_id == viewer.ref.id:
        return
    key = hold_file(inquiry.file_id)
    theirs = Draft.objects.filter(inquiry_id=inquiry.id, staff_id=held.staff_id).first()
    mine = Draft.objects.filter(inquiry_id=inquiry.id, staff_id=viewer.ref.id).first()
    if theirs is not None:
        texts = [each.opened(key, "text").strip() for each in (mine, theirs) if each is not None]
        text = "\n\n".join(dict.fromkeys(filter(None, texts)))
        put_draft(inquiry, viewer, key, text=text, on_page=theirs.on_page, seen_until=theirs.seen_until)
    record("inquiry.pen-taken-over", about=reference(inquiry), by=viewer.ref)


@action
def release_pen(*, viewer: Viewer, inquiry_id: UUID) -> None:
    inquiry = find(viewer, inquiry_id)
    put_down(inquiry.id, viewer)


def put_down(inquiry_id: UUID, viewer: Viewer) -> None:
    """By whoever holds it, for verbs that end the writing."""
    Pen.objects.filter(inquiry_id=inquiry_id, staff_id=viewer.ref.id).delete()


def _hold(inquiry: Inquiry, viewer: Viewer, *, anew: bool) -> None:
    now = clock.now()
    until = now + rules.PEN_HELD
    mine = Pen.objects.filter(inquiry_id=inquiry.id, staff_id=viewer.ref.id, until__gt=now)
    if anew or not mine.update(until=until):
        given = {"staff_id": viewer.ref.id, "since": now, "until": until}
        Pen.objects.update_or_create(inquiry_id=inquiry.id, defaults=given)
