"""Write down what happened, in the same transaction as the change."""

import json
from collections.abc import Mapping, Sequence

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.rows import insert
from madoguchi.rooms.audit import rules
from madoguchi.rooms.audit.models import Event


def record(
    kind: str,
    *,
    about: Ref,
    by: Ref,
    details: Mapping[str, str | int | bool] | None = None,
    refs: Sequence[Ref] = (),
) -> None:
    """One event. `refs` lists everything a single look showed (one event a page view)."""
    rules.check_no_values(kind, details or {})
    insert(
        Event,
        id=uuid7(),
        at=clock.now(),
        kind=kind,
        about_kind=about.kind,
        about_id=about.id,
        by_kind=by.kind,
        by_id=by.id,
        details=json.dumps(dict(details or {}), sort_keys=True),
        refs=json.dumps([str(ref) for ref in refs]),
    )
