"""Look at the policy as a stranger sees it: over the network, at the public address, against what was published.

A page that gives no answer, or another one than asked for, was not seen: that is neither kept nor broken.
"""

import time

from django.conf import settings

from madoguchi.foundation.lib import net
from madoguchi.rooms.organisation.queries import only_entity
from madoguchi.rooms.policy.actions.note_look import note_look
from madoguchi.rooms.policy.queries.looks import published_digest
from madoguchi.rooms.policy.queries.versions import in_force_or_none
from madoguchi.rooms.policy.rules.serving import Seen, seen_on

PAGES = ("/policy/", "/")  # the policy itself, and the form that shows it below the notices
TIMEOUT = 10.0  # seconds for each page
MOST = 4 * 1024 * 1024  # bytes
AGAIN = 3.0  # seconds: a server that starts, and a page that is older than a version by a second


def look_at_pages() -> Seen:
    """What was seen, written down; before anything is published there is nothing to see."""
    seen = _look()
    if seen is not Seen.SAME:
        time.sleep(AGAIN)
        seen = _look()
    entity = only_entity()
    version = in_force_or_none(entity.id) if entity else None
    if version is not None:
        note_look(version_id=version.id, number=version.number, seen=seen)
    return seen


def _look() -> Seen:
    entity = only_entity()
    version = in_force_or_none(entity.id) if entity else None
    if version is None:
        return Seen.UNREACHABLE
    digest = published_digest(version)
    found = {_seen(path, digest) for path in PAGES}
    return next(each for each in (Seen.ALTERED, Seen.UNREACHABLE, Seen.SAME) if each in found)


def _seen(path: str, digest: str) -> Seen:
    try:
        answer = net.get(
            settings.BASE_URL + path,
            timeout=TIMEOUT,
            most=MOST,
            through=settings.ENVIRONMENT.probe_url or None,
        )
    except OSError:
        return Seen.UNREACHABLE
    return seen_on(answer.body, digest) if answer.status == 200 else Seen.UNREACHABLE
