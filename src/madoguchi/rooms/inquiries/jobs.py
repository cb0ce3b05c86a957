"""What the worker calls for an inquiry: acknowledge it, tell staff, keep it findable."""

import logging
import time
from contextlib import suppress
from datetime import timedelta

from django.db import DatabaseError

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import NOBODY
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.inquiries.actions.acknowledge import acknowledge, acknowledgement_of
from madoguchi.rooms.inquiries.actions.export import end_exports, make_export
from madoguchi.rooms.inquiries.actions.figures import has_missing, measure_some
from madoguchi.rooms.inquiries.actions.files import note_scanned
from madoguchi.rooms.inquiries.actions.imports import end_old_imports, run_slice
from madoguchi.rooms.inquiries.actions.index import index_row, index_some_more
from madoguchi.rooms.inquiries.actions.notify import notify
from madoguchi.rooms.inquiries.actions.place_mail import place, put_aside_unread, take_out_more
from madoguchi.rooms.inquiries.actions.screen import Leaving, ask_to_screen, screen
from madoguchi.rooms.inquiries.actions.set_hours import due_anew
from madoguchi.rooms.inquiries.actions.tell import wake
from madoguchi.rooms.inquiries.actions.tell_colleague import tell_colleague
from madoguchi.rooms.inquiries.actions.watch import note_deadlines, note_mornings, note_undelivered
from madoguchi.rooms.inquiries.queries.enclosures import content_to_scan
from madoguchi.rooms.inquiries.scanning import answers as scanner_answers
from madoguchi.rooms.inquiries.scanning import look_through
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.jobs.actions.settle import finish
from madoguchi.rooms.jobs.rules import Claimed
from madoguchi.rooms.organisation.actions.note_notices import forget_told
from madoguchi.rooms.organisation.queries import waiting_to_be_told
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.queries.search import is_current

__all__ = ("scanner_answers",)
log = logging.getLogger("madoguchi.mail-in")
READ_TRIES = 3
REBUILD = "inquiries.rebuild"
FIGURES = "inquiries.figures"
REBUILD_SECONDS = 1.0


def run_acknowledge(job: Claimed) -> None:
    try:
        mail = acknowledgement_of(job.subject)
        with action:  # one commit for the mail and the end of its job
            if mail is not None:
                acknowledge(job.subject, mail)
            finish(job)
    except FileErased:  # the person was erased meanwhile: there is nobody to write to
        finish(job)


def run_notify(job: Claimed) -> None:
    more = notify(job.subject)
    with action:  # finished first: what is asked for anew keeps its own time
        finish(job)
        if more:
            add_job("inquiries.notify", job.subject, due_at=clock.now() + timedelta(seconds=1))


def run_screen(job: Claimed, leaving: Leaving) -> None:
    again = screen(job.subject, leaving)
    with action:
        finish(job)
        if again:
            ask_to_screen(job.subject, later=True)


def run_tell(job: Claimed) -> None:
    tell_colleague(job.subject)
    finish(job)


def look_after_notices() -> None:
    """What nobody does, but time: deadlines come near, mornings begin, mails come back, quiet hours end."""
    note_deadlines()
    note_undelivered()
    note_mornings()
    wake(waiting_to_be_told(clock.now()))
    forget_told()


def run_index(job: Claimed) -> None:
    index_row(job.subject)
    finish(job)


def run_rebuild(job: Claimed) -> None:
    """A second's worth of steps, so that other work gets its turn in between."""
    end = time.monotonic() + REBUILD_SECONDS
    more = index_some_more()
    while more and time.monotonic() < end:
        more = index_some_more()
    if more:
        add_job(REBUILD, job.subject)
    finish(job)


def look_after_index() -> None:
    """Ask for a new index where there is none, or where it is not the one that the keys of today make."""
    if not is_current():
        add_job(REBUILD, NOBODY)


def run_place(job: Claimed) -> None:
    """A mail that our own code cannot read waits for a person after some tries, and holds up no other."""
    try:
        place(job.subject)
    except FileErased:
        if job.attempts < READ_TRIES:  # its person was erased meanwhile: the next look sees that
            raise
        put_aside_unread(job.subject, "erased")
    except DatabaseError:
        raise
    except Exception:
        if job.attempts < READ_TRIES:
            raise
        log.exception("mail-not-read")
        put_aside_unread(job.subject, "could-not-read")
    finish(job)


def run_take_out(job: Claimed) -> None:
    with suppress(FileErased):
        take_out_more(job.subject)
    finish(job)


def run_scan(job: Claimed, clamd: str) -> None:
    """No scanner, or none that answers: the job comes again later, and the file stays as it is, 検査なし."""
    content = content_to_scan(job.subject) if clamd else None
    if content is not None:
        note_scanned(file_id=job.subject, state=look_through(clamd, content))
    finish(job)


def run_due_anew(job: Claimed) -> None:
    due_anew(job.subject)
    finish(job)


def run_figures(job: Claimed) -> None:
    """A second's worth of days, so that other work gets its turn in between."""
    end = time.monotonic() + REBUILD_SECONDS
    more = measure_some()
    while more and time.monotonic() < end:
        more = measure_some()
    if more:
        add_job(FIGURES, job.subject)
    finish(job)


def look_after_figures() -> None:
    if has_missing():
        add_job(FIGURES, NOBODY)


def run_export(job: Claimed) -> None:
    make_export(job.subject)
    finish(job)


def run_import(job: Claimed) -> None:
    if run_slice(job.subject):
        add_job(job.kind, job.subject)
    finish(job)


def end_what_was_lent() -> None:
    """Exports and imports whose time is over."""
    end_exports()
    end_old_imports()
