"""Looks are recorded silently: one event a page view, and a refresh records only what is new.

What this session saw in the last ten minutes is remembered in the session, which is sealed.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.http import HttpRequest

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries.actions.read import mark_read, record_list_look
from madoguchi.rooms.inquiries.queries.lists import Row
from madoguchi.rooms.organisation.queries import Viewer

_FRESH = 10 * 60  # seconds
_MOST = 400  # looks remembered by one session
_KEY = "looked"


def open_one(request: HttpRequest, viewer: Viewer, inquiry_id: UUID) -> None:
    if _new(request, "read", [inquiry_id]):
        mark_read(viewer=viewer, inquiry_id=inquiry_id)


def show_list(request: HttpRequest, viewer: Viewer, rows: Iterable[Row]) -> None:
    ids = list(dict.fromkeys(row.id for row in rows if not row.erased))
    if fresh := _new(request, "list", ids):  # an action, even an empty one, would take its turn to write
        record_list_look(viewer=viewer, inquiry_ids=fresh)


def open_person(request: HttpRequest, viewer: Viewer, person: UUID, shown: Iterable[Ref]) -> None:
    """Everything the page showed of one person, doubtful matters included: one event, naming each."""
    refs = list(shown)
    fresh = set(_new(request, f"person:{person}", [ref.id for ref in refs]))
    if fresh:
        note_person(viewer, person, [ref for ref in refs if ref.id in fresh])


def note_person(viewer: Viewer, person: UUID, shown: Sequence[Ref]) -> None:
    record(
        "person.read", about=Ref("person", person), by=viewer.ref, details={"count": len(shown)}, refs=shown
    )


def open_mail(request: HttpRequest, viewer: Viewer, mail: UUID) -> None:
    """A mail as it arrived, before or after it found its inquiry."""
    if _new(request, "mail", [mail]):
        record("delivery.mail-read", about=Ref("arrived", mail), by=viewer.ref)


def take_out_mail(viewer: Viewer, mail: UUID) -> None:
    """Each time: what was saved elsewhere may be read there for ever."""
    record("delivery.mail-taken-out", about=Ref("arrived", mail), by=viewer.ref)


def list_mails(request: HttpRequest, viewer: Viewer, mails: Iterable[UUID]) -> None:
    """Senders and subjects of several."""
    if fresh := _new(request, "mails", list(mails)):
        refs = [Ref("arrived", id) for id in fresh]
        record(
            "delivery.mail-listed", about=viewer.ref, by=viewer.ref, refs=refs, details={"count": len(refs)}
        )


def list_requests(request: HttpRequest, viewer: Viewer, ids: list[UUID]) -> None:
    """Who asks what of their data."""
    if fresh := _new(request, "requests", ids):
        refs = [Ref("request", id) for id in fresh]
        record("rights.listed", about=viewer.ref, by=viewer.ref, refs=refs, details={"count": len(refs)})


def open_request(request: HttpRequest, viewer: Viewer, id: UUID) -> None:
    if _new(request, "request", [id]):
        record("rights.read", about=Ref("request", id), by=viewer.ref)


def _new(request: HttpRequest, kind: str, ids: list[UUID]) -> list[UUID]:
    now = int(clock.now().timestamp())
    kept = {key: at for key, at in request.session.get(_KEY, {}).items() if now - at < _FRESH}
    fresh = [id for id in ids if f"{kind}:{id}" not in kept]
    if fresh:
        kept |= {f"{kind}:{id}": now for id in fresh}
        request.session[_KEY] = dict(list(kept.items())[-_MOST:])
    return fresh
