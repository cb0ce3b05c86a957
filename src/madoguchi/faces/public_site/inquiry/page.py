"""The 入力 page as bytes, made once for everybody: the same form, wording, policy and facts, the same page.

What it was made of is asked again at most once a second, and only by digest. A page that went stale in
between is harmless: it says itself which wording it shows.
"""

import gzip
import logging
import threading
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from madoguchi.faces.public_site.inquiry.counter import Counter, counter_of
from madoguchi.faces.public_site.inquiry.screens import input_screen
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import sha256
from madoguchi.rooms.consent.queries import digest_in_force as notice_digest
from madoguchi.rooms.forms.queries import digest_in_force as form_digest
from madoguchi.rooms.forms.queries import first_form, form_by_slug
from madoguchi.rooms.inventory.queries.switches import switched_on
from madoguchi.rooms.organisation.queries import operator
from madoguchi.rooms.policy.queries.versions import in_force_number

READ_AGAIN = 1.0  # seconds
_log = logging.getLogger("madoguchi.public")


@dataclass(frozen=True, slots=True)
class Page:
    """`key` is what it was made of; `packed` is the same as `body`, compressed."""

    key: tuple[Any, ...]
    counter: Counter
    body: bytes
    packed: bytes
    etag: str


_pages: dict[tuple[str, str], tuple[float, Page]] = {}
_reading = threading.Lock()


def current(slug: str = "") -> Page | None:
    """The page of a form, or of the front door; None when there is no such form.

    While the database cannot be asked, the last page stands: reading a form needs no database.
    """
    place = (str(settings.DATABASES["default"]["NAME"]), slug)
    known = _pages.get(place)
    if known and (time.monotonic() - known[0] < READ_AGAIN or _reading.locked()):
        return known[1]
    try:
        with _reading:
            page = _read(slug, known[1] if known else None)
    except (DatabaseError, InterfaceError):
        if known is None:
            raise
        _log.warning("page kept while the database is away", exc_info=True)
        page = known[1]
    if page is None:
        _pages.pop(place, None)
    else:
        _pages[place] = (time.monotonic(), page)
    return page


def forget() -> None:
    """For tests, which change databases under a running process."""
    _pages.clear()


def _read(slug: str, known: Page | None) -> Page | None:
    row = form_digest(slug)
    if row is None:
        return None
    form_id, entity_id, digest = row
    owner = operator(entity_id)
    due = None if not known else known.counter.due(clock.now())
    collects = switched_on(entity_id)
    key = (form_id, digest, notice_digest(form_id), in_force_number(entity_id), owner, collects, due)
    if known and key == known.key:
        return known
    return _make(slug, key)


def _make(slug: str, key: tuple[Any, ...]) -> Page | None:
    form = form_by_slug(slug) if slug else first_form()
    if form is None:
        return None
    counter = counter_of(form, operator(form.entity_id))
    body = input_screen(counter).encode()
    made_of = (*key[:-1], counter.due(clock.now()))
    return Page(
        made_of, counter, body, gzip.compress(body, compresslevel=9, mtime=0), f'W/"{sha256(body)[:32]}"'
    )
