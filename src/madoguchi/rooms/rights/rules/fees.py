"""What a request costs: by the policy in force at its arrival, for three kinds only (Art 38; clause 8)."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from madoguchi.rooms.rights import errors
from madoguchi.rooms.rights.rules.requests import KINDS

HOW: Mapping[str, str] = MappingProxyType(
    {"transfer": "銀行振込", "cash": "窓口で現金", "waived": "いただかない"}
)
WAIVED: Mapping[str, str] = MappingProxyType(
    {
        "small": "費用がわずかで、いただくほどではない",
        "our-mistake": "当社の側に原因がある",
        "hardship": "ご負担をお願いするのが難しい事情がある",
        "repeated": "同じ内容を前にお渡ししている",
        "nothing-held": "該当する情報がなかった",
    }
)


def fee_of(kind: str, in_policy: int) -> int:
    """Yen; nothing for every kind that the Act lets nobody charge for."""
    return in_policy if KINDS[kind].fee else 0


def check_settling(how: str, waived_for: str, paid_on: date | None, today: date) -> None:
    if how not in HOW:
        raise errors.UnfitPayment
    if how == "waived" and waived_for not in WAIVED:
        raise errors.NoWaiver
    if how != "waived" and (paid_on is None or paid_on > today):
        raise errors.UnfitPayment


def check_refundable(*, settled: bool, how: str, refunded: bool) -> None:
    if not settled or how == "waived" or refunded:
        raise errors.NothingToRefund
