"""Tell people of a change of the policy: decided once by whoever speaks for the operator; a job does the rest."""

from uuid import UUID

from django.db import IntegrityError

from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.queries import role_of
from madoguchi.rooms.outreach import mails, rules
from madoguchi.rooms.outreach.errors import AnnouncedAlready
from madoguchi.rooms.outreach.mails import Wording
from madoguchi.rooms.outreach.models import Announcement
from madoguchi.rooms.outreach.queries.changes import ChangeOfPolicy, change_of
from madoguchi.rooms.outreach.queries.telling import announcement_of

JOB = "outreach.announce"


def announce(*, entity_id: UUID, number: int, subject: str, text: str, by: Ref) -> Announcement:
    """`subject` and `text` have merge fields; raises MissingField or BrokenTemplate for what cannot be merged."""
    organisation.check_speaks_for_operator(role_of(by))
    change = change_of(entity_id, number)
    announced = announcement_of(change.version.id) is not None
    rules.check_announceable(change.version, announced=announced)
    rules.check_text(subject, text)
    preview(change, subject=subject, text=text)
    try:
        return _begin(Announcement(
            entity_id=entity_id, policy_id=change.version.id, subject=subject, text=text, started_by=by.id
        ), number, by)  # fmt: skip
    except IntegrityError:  # somebody else pressed at this very moment
        raise AnnouncedAlready from None


def preview(change: ChangeOfPolicy, *, subject: str, text: str) -> Wording:
    """As it would read; refuses what cannot be merged, as `announce` would."""
    return mails.preview(change, Wording(subject, text))


@action
def _begin(announcement: Announcement, number: int, by: Ref) -> Announcement:
    announcement.save(force_insert=True)
    add_job(JOB, announcement.id)
    record(
        "outreach.announced", about=Ref("announcement", announcement.id), by=by, details={"number": number}
    )
    return announcement
