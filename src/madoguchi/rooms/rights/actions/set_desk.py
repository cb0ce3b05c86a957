"""How the privacy desk works: its target, where a fee is paid, what becomes of one when nothing is found."""

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.text import clean_text, grapheme_length, unstorable
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.errors import UnfitAccount
from madoguchi.rooms.rights.models import PrivacyDesk
from madoguchi.rooms.rights.rules import complaints
from madoguchi.rooms.rights.rules import requests as rules

LONGEST = 1_000


@action
def set_privacy_desk(*, viewer: Viewer, target_days: int, pay_to: str, refunds: bool) -> None:
    """For requests that arrive from now on; what is promised already keeps its day."""
    complaints.check_reader(viewer.role)
    rules.check_target(target_days)
    if unstorable(pay_to) or grapheme_length(pay_to) > LONGEST:
        raise UnfitAccount
    PrivacyDesk.objects.update_or_create(
        entity_id=viewer.entity_id,
        defaults={
            "target_days": target_days, "pay_to": clean_text(pay_to).strip(), "refunds": refunds,
            "set_at": clock.now(), "set_by": viewer.ref.id,
        },
    )  # fmt: skip
    details: dict[str, str | int | bool] = {"days": target_days, "refunds": refunds}
    record("rights.desk-set", about=Ref("entity", viewer.entity_id), by=viewer.ref, details=details)
