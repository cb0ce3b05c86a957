"""Looks are recorded silently: one event a page view, and a refresh records only what is new.

What this session saw in the last ten minutes is remembered in the session, which is sealed.
"""

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest

from madoguchi.foundation.lib import clock
from madoguchi.rooms.inquiries.actions.read import mark_read, record_list_look
from madoguchi.rooms.inquiries.queries import Row
from madoguchi.rooms.organisation.queries import Viewer

_FRESH = 10 * 60  # seconds
_MOST = 400  # looks remembered by one session
_KEY = "looked"


def open_one(request: HttpRequest, viewer: Viewer, inquiry_id: UUID) -> None:
    if _new(request, "read", [inquiry_id]):
        mark_read(viewer=viewer, inquiry_id=inquiry_id)


def show_list(request: HttpRequest, viewer: Viewer, rows: Iterable[Row]) -> None:
    ids = list(dict.fromkeys(row.id for row in rows if not row.erased))
    record_list_look(viewer=viewer, inquiry_ids=_new(request, "list", ids))


def _new(request: HttpRequest, kind: str, ids: list[UUID]) -> list[UUID]:
    now = int(clock.now().timestamp())
    kept = {key: at for key, at in request.session.get(_KEY, {}).items() if now - at < _FRESH}
    fresh = [id for id in ids if f"{kind}:{id}" not in kept]
    if fresh:
        kept |= {f"{kind}:{id}": now for id in fresh}
        request.session[_KEY] = dict(list(kept.items())[-_MOST:])
    return fresh
