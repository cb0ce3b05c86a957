"""返信のきまり: how this company answers."""

from collections.abc import Sequence

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.models import DeskRules
from madoguchi.rooms.organisation.queries import Viewer

MOST_WORDS, LONGEST_WORD = 100, 40


@action
def set_desk_rules(
    *,
    viewer: Viewer,
    approval: bool,
    always_check: bool,
    warning_words: Sequence[str],
    take_back_seconds: int,
) -> None:
    rules.check_may_set_desk_rules(viewer.role)
    rules.check_desk_rules(take_back_seconds)
    words = [word.strip()[:LONGEST_WORD] for word in dict.fromkeys(warning_words) if word.strip()]
    given = {
        "approval": approval, "always_check": always_check, "warning_words": words[:MOST_WORDS],
        "take_back_seconds": take_back_seconds,
    }  # fmt: skip
    DeskRules.objects.update_or_create(entity_id=viewer.entity_id, defaults=given)
    details = {"approval": approval, "always_check": always_check, "seconds": take_back_seconds}
    record("desk-rules.set", about=Ref("entity", viewer.entity_id), by=viewer.ref, details=details)
