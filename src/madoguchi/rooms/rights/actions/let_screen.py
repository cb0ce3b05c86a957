"""What the worker hands to the screening: asked in the transaction that would move an inquiry."""

from uuid import UUID

from madoguchi.rooms.rights.errors import StaysInInbox
from madoguchi.rooms.rights.models import Complaint, RightsRequest


def let_screen(inquiry_id: UUID) -> None:
    """Whatever stands as a complaint or as a request under the Act, open or closed, is no machine's to move."""
    if (
        Complaint.objects.filter(inquiry_id=inquiry_id).exists()
        or RightsRequest.objects.filter(inquiry_id=inquiry_id).exists()
    ):
        raise StaysInInbox
