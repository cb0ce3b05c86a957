"""Set the operator's own texts of the mails about inquiries."""

from collections.abc import Mapping
from uuid import UUID

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.inquiries.models import Wording


@action
def set_wording(*, entity_id: UUID, texts: Mapping[str, Mapping[str, str]]) -> None:
    """`texts`: kind (acknowledgement, refusal, staff_notice, signature) → subject and text with merge fields."""
    for kind, text in texts.items():
        Wording.objects.update_or_create(
            entity_id=entity_id,
            kind=kind,
            defaults={"subject": text.get("subject", ""), "text": text["text"]},
        )
