"""接続を確かめる: sign in to a mailbox as it is typed and look how many mails wait. Nothing is fetched or changed."""

from uuid import UUID

from madoguchi.rooms.delivery import rules
from madoguchi.rooms.delivery.actions.mailbox import Setup
from madoguchi.rooms.delivery.imap import Account, FetchFailed, session
from madoguchi.rooms.delivery.queries.mailboxes import account_of, mailbox
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.queries import Viewer

_PER_STEP = 10.0  # seconds: somebody waits


def try_mailbox(
    *, viewer: Viewer, setup: Setup, stored: UUID | None, ca_file: str | None = None
) -> tuple[str, int]:
    """A code of what is wrong (empty: nothing), and how many mails nobody has read. `stored`: the mailbox whose
    password counts while none is typed."""
    organisation.check_administers(viewer.role)
    rules.check_mailbox(
        address=setup.address, way=setup.way, host=setup.host, port=setup.port, security=setup.security,
        user=setup.user,
    )  # fmt: skip
    password = setup.password
    if password is None and stored is not None:
        mailbox(viewer, stored)
        password = account_of(stored).password
    account = Account(
        setup.host, setup.port, setup.security, setup.user, password or "", setup.folder, ca_file
    )
    try:
        with session(account, per_step=_PER_STEP) as opened:
            return "", len(opened.unseen())
    except FetchFailed as failed:
        return failed.code, 0
