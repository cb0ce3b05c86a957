"""How this operator's privacy desk works."""

from uuid import UUID

from madoguchi.rooms.rights.models import PrivacyDesk


def privacy_desk(entity_id: UUID) -> PrivacyDesk:
    """As it was set; the proposed way, not stored, until somebody sets it."""
    return PrivacyDesk.objects.filter(entity_id=entity_id).first() or PrivacyDesk(entity_id=entity_id)
