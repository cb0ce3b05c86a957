"""What a request costs, and whether it was shown before."""

from madoguchi.rooms.rights.models import FeeRecord, Letter, RightsRequest

# Letters that name the fee to whoever did not ask on a page.
NAMING = ("acknowledgement", "fee")


def fee_of(request: RightsRequest) -> FeeRecord | None:
    """None for a kind that costs nothing by law."""
    return FeeRecord.objects.filter(request_id=request.id).first()


def was_shown(fee: FeeRecord) -> bool:
    """On the page where they asked, or in our first letter."""
    return (
        fee.shown_at is not None or Letter.objects.filter(request_id=fee.request_id, kind__in=NAMING).exists()
    )
