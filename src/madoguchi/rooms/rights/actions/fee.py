"""The fee: paid, waived, given back (Art 38; clause 8). Its amount was fixed by the day the request arrived."""

from datetime import date
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions.hold import hold_for
from madoguchi.rooms.rights.actions.steps import write_step
from madoguchi.rooms.rights.errors import FeeNotShown, MovedMeanwhile, NoFeeForThis, NothingToRefund
from madoguchi.rooms.rights.models import FeeRecord, RightsRequest
from madoguchi.rooms.rights.queries.fee import fee_of, was_shown
from madoguchi.rooms.rights.rules import fees
from madoguchi.rooms.rights.rules import requests as rules


@action
def settle_fee(
    *, viewer: Viewer, request_id: UUID, how: str, paid_on: date | None = None, waived_for: str = ""
) -> None:
    """Money that came in, matched by a colleague; or none is taken, for a listed reason."""
    request = hold_for(viewer, request_id)
    fee = _fee(request)
    rules.check_stands(request.state, *rules.OPEN)
    if fee.settled_at is not None:
        raise MovedMeanwhile
    fees.check_settling(how, waived_for, paid_on, clock.today())
    waived = how == "waived"
    if not waived and not was_shown(fee):
        raise FeeNotShown
    FeeRecord.objects.filter(id=fee.id).update(
        settled_at=clock.now(), settled_by=viewer.ref.id, how=how, paid_on=None if waived else paid_on,
        waived_for=waived_for if waived else "",
    )  # fmt: skip
    more = {"reason": waived_for} if waived else {"on": paid_on.isoformat() if paid_on else ""}
    write_step(request.id, "fee-settled", viewer.ref, how=how, **more)


@action
def refund_fee(*, viewer: Viewer, request_id: UUID, on: date) -> None:
    request = hold_for(viewer, request_id)
    fee = _fee(request)
    settled = fee.settled_at is not None
    fees.check_refundable(settled=settled, how=fee.how, refunded=fee.refunded_on is not None)
    if on > clock.today() or (fee.paid_on is not None and on < fee.paid_on):
        raise NothingToRefund("お返しした日は、入金の日から今日までの日をお選びください。")
    FeeRecord.objects.filter(id=fee.id).update(refunded_on=on, refunded_by=viewer.ref.id)
    write_step(request.id, "fee-refunded", viewer.ref, on=on.isoformat())


def _fee(request: RightsRequest) -> FeeRecord:
    fee = fee_of(request)
    if fee is None or not fee.yen:
        raise NoFeeForThis
    return fee
