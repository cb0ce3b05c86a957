"""Asked by every verb that looks for, changes or hands over something: is it known who asks, and is the fee settled?

Read anew from the checks and the fee: no way into a state skips them (LAW 6.2, invariants 1 and 3).
"""

from madoguchi.rooms.rights.models import RightsRequest
from madoguchi.rooms.rights.queries.fee import fee_of, was_shown
from madoguchi.rooms.rights.queries.shown import is_identified
from madoguchi.rooms.rights.rules import requests as rules


def check_work_may_begin(request: RightsRequest) -> None:
    rules.check_identified(is_identified(request))
    fee = fee_of(request)
    if fee is not None:
        shown = fee.how == "waived" or was_shown(fee)
        rules.check_fee(request.kind, yen=fee.yen, shown=shown, settled=fee.settled_at is not None)
