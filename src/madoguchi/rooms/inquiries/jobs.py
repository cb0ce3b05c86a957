"""What the worker calls for an inquiry: acknowledge it, tell staff."""

from contextlib import suppress
from datetime import timedelta

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.inquiries.actions.acknowledge import acknowledge, acknowledgement_of
from madoguchi.rooms.inquiries.actions.notify import notify
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.jobs.actions.settle import finish
from madoguchi.rooms.jobs.rules import Claimed
from madoguchi.rooms.vault.errors import FileErased


def run_acknowledge(job: Claimed) -> None:
    mail = None
    with suppress(FileErased):  # the person was erased meanwhile: there is nobody to write to
        mail = acknowledgement_of(job.subject)
    with action:  # one commit for the mail and the end of its job
        if mail is not None:
            acknowledge(job.subject, mail)
        finish(job)


def run_notify(job: Claimed) -> None:
    if notify(job.subject):
        add_job("inquiries.notify", job.subject, due_at=clock.now() + timedelta(seconds=1))
    finish(job)
