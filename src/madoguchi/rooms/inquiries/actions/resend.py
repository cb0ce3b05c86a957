"""もう一度送る: a mail that is held or was refused, about an inquiry of one's own company."""

from uuid import UUID

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.delivery.actions.release import release
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.errors import NoSuchMail
from madoguchi.rooms.inquiries.queries.mails import is_own_notice, numbers_of_mails
from madoguchi.rooms.organisation.queries import Viewer


@action
def resend(*, viewer: Viewer, mail_id: UUID) -> str:
    """Gives back the receipt number the mail belongs to; empty for a notice to staff (administrators only)."""
    rules.check_may_send(viewer.role)
    number = numbers_of_mails(viewer, [mail_id]).get(mail_id, "")
    if not number and not is_own_notice(viewer, mail_id):
        raise NoSuchMail
    release(mail_id=mail_id, by=viewer.ref)
    return number
