"""What tests of requests begin with: somebody who wrote, and what they ask."""

import re
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import VISITOR
from madoguchi.rooms.organisation.queries import Viewer, viewer_of
from madoguchi.rooms.people.queries import person_ref
from madoguchi.rooms.rights.actions.close import close
from madoguchi.rooms.rights.actions.collect import collect
from madoguchi.rooms.rights.actions.decide import decide
from madoguchi.rooms.rights.actions.fee import settle_fee
from madoguchi.rooms.rights.actions.identify import note_check, note_mailbox
from madoguchi.rooms.rights.actions.letters import draft_letter, send_letter
from madoguchi.rooms.rights.actions.open_request import Opened, open_request
from madoguchi.rooms.rights.models import FeeRecord, RightsRequest
from madoguchi.rooms.rights.queries.collected import living_of
from madoguchi.rooms.rights.rules.asking import Asking
from madoguchi.rooms.rights.rules.requests import LETTER_OF, Outcome
from tests.house import House

EMAIL = "hanako@example.jp"
GROUND_OF = {
    "disclosure": "harms-rights", "purpose_notice": "purpose-clear", "provision_record_disclosure": "harms-rights",
    "correction": "not-a-fact", "use_cessation": "still-needed", "erasure": "law-requires",
    "provision_cessation": "contract",
}  # fmt: skip
REASONED = ("refused", "partial", "alternative")
REASON = "発送の記録は請求書の控えとして法律で保存しているため、消去できません。"


def officer_of(house: House) -> Viewer:
    return viewer_of(house.staff["officer"])


def asking(kind: str, **values: str) -> Asking:
    """Of 山田 花子, as the page sends it."""
    more = {"item": "phone", "value": "03-1111-2222"} if kind == "correction" else {}
    more |= {"item": "mailings"} if kind == "collection_stop" else {}
    wish = "electronic" if kind in ("disclosure", "purpose_notice", "provision_record_disclosure") else ""
    given = {"name": "山田 花子", "email": EMAIL, "words": "お願いします。"} | more | values
    return Asking(kind, given, wish=wish, draft=secrets.token_bytes(16))


def opened(house: House, kind: str, *, at: datetime | None = None, **values: Any) -> Opened:
    return open_request(
        entity_id=house.entity_id, asking=asking(kind, **values), channel="web", by=VISITOR, arrived_at=at
    )


def row(id: UUID) -> RightsRequest:
    return RightsRequest.objects.get(id=id)


def identified(house: House, id: UUID) -> None:
    """By the mailbox and a call back to the number we hold."""
    request = row(id)
    note_mailbox(request_id=id, by=person_ref(request.person_id))
    note_check(viewer=officer_of(house), request_id=id, way="call-back", passed=True)


def settled(house: House, id: UUID) -> None:
    if FeeRecord.objects.filter(request_id=id, yen__gt=0, settled_at=None).exists():
        settle_fee(viewer=officer_of(house), request_id=id, how="waived", waived_for="small")


def decided(house: House, id: UUID, outcome: str = "granted", **more: str) -> None:
    """By the officer; a reason goes with what needs one."""
    given = {"ground": GROUND_OF[row(id).kind], "reason": REASON} if outcome in REASONED else {}
    given |= {"instead": "ご案内の送付を止めます。"} if outcome == "alternative" else {}
    decide(viewer=officer_of(house), request_id=id, outcome=outcome, **(given | more))


def collected(house: House, id: UUID) -> None:
    """Identified, settled, and everything of theirs confirmed."""
    identified(house, id)
    settled(house, id)
    living = living_of(row(id).person_id)
    collect(viewer=officer_of(house), request_id=id, files=living, seen=living)


def told(house: House, id: UUID, outcome: str) -> None:
    """The letter of the result, by post: no address is needed for it."""
    request = row(id)
    kind = LETTER_OF[Outcome(outcome)]
    draft = draft_letter(officer_of(house), request, kind)
    body = re.sub(r"｛[^｛｝]*｝", "（記入済み）", draft.body)
    send_letter(
        viewer=officer_of(house), request_id=id, kind=kind, subject=draft.subject, body=body, channel="post",
        sent_on=clock.today(),
    )  # fmt: skip


def ended(house: House, id: UUID, outcome: str) -> None:
    """From collected to closed, with an outcome that changes nothing."""
    decided(house, id, outcome)
    told(house, id, outcome)
    close(viewer=officer_of(house), request_id=id)
