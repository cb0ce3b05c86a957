"""What the machine thought of an inquiry, said outright: screens are tested without asking the engine."""

from typing import Any
from uuid import UUID

from madoguchi.foundation.lib.ids import COMMAND, WORKER
from madoguchi.rooms.inquiries.actions.move_lane import change_lane
from madoguchi.rooms.inquiries.actions.receive import Receipt
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.screened import facts_of
from madoguchi.rooms.screening.actions.judge import Weighed, note
from madoguchi.rooms.screening.actions.set_state import put_state
from madoguchi.rooms.screening.deciding import Opinion
from tests.house import House

PITCH = (
    "突然のご連絡失礼いたします。\n株式会社ネクストリンクの三浦と申します。\n"
    "成果報酬型のSEO対策を、初期費用無料でご提案しております。\n来週30分ほど、お打ち合わせの機会をいただけませんでしょうか。"
)
TELLING = "成果報酬型のSEO対策を、初期費用無料でご提案しております。"


def switch_on(house: House) -> None:
    put_state(house.entity_id, state="on", by=COMMAND)


def judged(
    house: House,
    receipt: Receipt,
    *,
    lane: str = "sales",
    badge: bool = True,
    score: float | None = 2.0,
    guarded: bool = False,
    rights: bool = False,
    moved: bool = True,
    group: UUID | None = None,
    earlier: str = "",
    undecided: bool = False,
) -> Inquiry:
    """The decision, and the move that follows from it."""
    inquiry = Inquiry.objects.get(id=receipt.id)
    facts = facts_of(inquiry)
    stage = "repeat" if earlier else "spam" if lane == "junk" else "model"
    opinion = Opinion(
        lane, stage, "high", badge, score, guarded, _why(facts.fields, guarded, rights, earlier)
    )
    note(facts, Weighed(None if undecided else opinion, group=group, moves=moved))
    if moved and not undecided:
        change_lane(inquiry, lane, by=WORKER)
    inquiry.refresh_from_db()
    return inquiry


def _why(fields: Any, guarded: bool, rights: bool, earlier: str) -> dict[str, Any]:
    at = fields["body"].find(TELLING)
    spans = [["body", at, at + len(TELLING)]] if at >= 0 else []
    return {
        "reasons": [{"code": "offers-free", "spans": spans, "number": earlier, "on": ""}],
        "against": [{"code": "asks", "spans": [], "number": "", "on": ""}] if guarded else [],
        "guards": ["rights" if rights else "asks"] if guarded or rights else [],
        "rights": rights,
        "earlier": earlier,
        "sentences": spans,
        "versions": {"rules": "1"},
    }
