"""What a visit tells of a machine: a box that nobody sees was filled, or it was sent faster than anybody writes.

Browsers and password managers fill boxes too, and some people are quick: so these are noted as codes, answered like
anything else, and only ever add a reason to another sign (SCREENING §5). What was typed into the box is kept nowhere.
"""

from datetime import datetime

from madoguchi.faces.public_site.inquiry.envelope import Envelope
from madoguchi.faces.public_site.inquiry.reading import Posted

TRAP = "kz-17q"  # no name of a field that a form may ask (they have no hyphen), and none that a browser knows
# Seconds since the page that carries the draft token was made: the form itself, or 確認, which only needs reading.
_FAST, _FAST_AT_CONFIRM = 3, 2


def trapped(posted: Posted) -> bool:
    return bool(posted.get(TRAP))


def signals_of(envelope: Envelope, now: datetime, *, confirm: bool) -> frozenset[str]:
    """`trap` and `fast`, for `Submission.signals`."""
    fast = 0 <= now.timestamp() - envelope.issued < (_FAST_AT_CONFIRM if confirm else _FAST)
    return frozenset(code for code, so in (("trap", envelope.trapped), ("fast", fast)) if so)
