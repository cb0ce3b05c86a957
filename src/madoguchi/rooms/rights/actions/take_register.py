"""書き出す: the register, or its figures, as a file for the company's own work. By a permit, and recorded each time."""

from datetime import date
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.gate.actions.mint import use_inside
from madoguchi.rooms.inquiries.queries.exporting import PURPOSES
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.errors import UnknownReason
from madoguchi.rooms.rights.rules import complaints


@action
def take_register(
    *, viewer: Viewer, what: str, format: str, purpose: str, since: date, until: date, count: int
) -> UUID:
    """`what`: register or figures, which name nobody. Whoever may read the one may take it."""
    complaints.check_reader(viewer.role)
    if purpose not in PURPOSES:
        raise UnknownReason("何のために使うかを、お選びください。")
    taking = uuid7()
    about = Ref("register", taking)
    use_inside(about=about, recipient=viewer.ref)
    details: dict[str, str | int | bool] = {
        "what": what, "format": format, "purpose": purpose, "since": since.isoformat(), "until": until.isoformat(),
        "count": count,
    }  # fmt: skip
    record("rights.register-taken", about=about, by=viewer.ref, details=details)
    return taking
