"""What the worker calls: send a mail to where this installation sends, and read the mailboxes that are set up."""

from madoguchi.rooms.delivery import folder, smtp
from madoguchi.rooms.delivery.actions.send import send
from madoguchi.rooms.delivery.rules import Outcome, RenderedMail, Verdict
from madoguchi.rooms.delivery.target import Target
from madoguchi.rooms.delivery.watching import watch_mailboxes
from madoguchi.rooms.jobs.actions.settle import finish, postpone
from madoguchi.rooms.jobs.rules import Claimed

__all__ = ("TIMEOUT", "deliver", "watch_mailboxes")

TIMEOUT = 90.0  # seconds for one whole delivery, well below a lease


def deliver(job: Claimed, target: Target | None) -> None:
    """Finished when settled for good; otherwise the job comes again, and after days raises the alarm."""
    if target is None:
        postpone(job, "no-mail-url")
        return
    outcome = send(job.subject, through=lambda mail: _hand_over(target, mail))
    if outcome.verdict in (Verdict.SENT, Verdict.REFUSED):
        finish(job)
    else:
        postpone(job, outcome.code)


def _hand_over(target: Target, mail: RenderedMail) -> Outcome:
    if target.folder is not None:
        return folder.drop(target.folder, mail)
    return smtp.send(target, mail, timeout=TIMEOUT)
