"""The worker: takes leased jobs, beats, keeps the ledger alive, and looks after the promises.

Only this file knows which room does which job. Mail has threads of its own, so that a relay that hangs
holds up nothing else.
"""

import logging
import os
import platform
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import connection

from madoguchi.config.backup.schedule import keep_watch
from madoguchi.config.promises import check_promises, probe
from madoguchi.config.rotation import keep_turning
from madoguchi.rooms.delivery.jobs import deliver, watch_mailboxes
from madoguchi.rooms.inquiries.jobs import (
    end_what_was_lent,
    look_after_figures,
    look_after_index,
    look_after_notices,
    run_acknowledge,
    run_due_anew,
    run_export,
    run_figures,
    run_import,
    run_index,
    run_notify,
    run_place,
    run_rebuild,
    run_scan,
    run_screen,
    run_take_out,
    run_tell,
)
from madoguchi.rooms.inventory.jobs import ask_for_night, complete_what_was_noted, run_end, run_retain
from madoguchi.rooms.jobs.actions.beat import beat
from madoguchi.rooms.jobs.actions.claim import claim, reclaim
from madoguchi.rooms.jobs.actions.settle import postpone
from madoguchi.rooms.jobs.actions.tick import tick
from madoguchi.rooms.jobs.queries import due_kinds
from madoguchi.rooms.jobs.rules import Claimed
from madoguchi.rooms.organisation.queries import entities
from madoguchi.rooms.outreach.jobs import run_announce
from madoguchi.rooms.rights.actions.let_screen import let_screen
from madoguchi.rooms.rights.jobs import (
    finish_what_acts_at_once,
    look_after_requests,
    open_what_was_missed,
    run_package,
)
from madoguchi.rooms.rights.jobs import run_acknowledge as run_acknowledge_request
from madoguchi.rooms.screening.actions.forget import forget_ended
from madoguchi.rooms.vault.actions.write_ledger import write_ledger

log = logging.getLogger("madoguchi.worker")

HANDLERS: Mapping[str, Callable[[Claimed], None]] = {
    "inquiries.acknowledge": run_acknowledge,
    "inquiries.notify": run_notify,
    "inquiries.tell": run_tell,
    "inquiries.index": run_index,
    "inquiries.screen": lambda job: run_screen(job, let_screen),
    "inquiries.place": run_place,
    "inquiries.rebuild": run_rebuild,
    "inquiries.due-anew": run_due_anew,
    "inquiries.figures": run_figures,
    "inquiries.export": run_export,
    "inquiries.import": run_import,
    "inquiries.take-out": run_take_out,
    "inquiries.scan": lambda job: run_scan(job, settings.CLAMD_URL),
    "inventory.end": run_end,
    "inventory.retain": run_retain,
    "outreach.announce": run_announce,
    "rights.acknowledge": run_acknowledge_request,
    "rights.package": run_package,
    "delivery.send": lambda job: deliver(job, settings.ENVIRONMENT.mail_target),
}
OFFICE = ("inquiries.acknowledge", "inquiries.notify", "inquiries.tell", "rights.acknowledge")
# Long work, in a thread of its own so that no acknowledgement waits for it.
BACK_OFFICE = (
    "inventory.end", "inventory.retain", "outreach.announce", "inquiries.index", "inquiries.rebuild",
    "inquiries.due-anew", "inquiries.figures", "inquiries.export", "inquiries.import", "rights.package",
)  # fmt: skip
SORTING = ("inquiries.screen",)  # by itself: neither an acknowledgement nor long work is in its way
POST = ("delivery.send",)
# What arrived, understood one by one: a large mail in one thread's hands holds up no other.
ARRIVED = ("inquiries.place", "inquiries.take-out")
ARRIVED_THREADS = 2
SCANNING = ("inquiries.scan",)  # by itself: a scanner that hangs holds up nothing else
POST_THREADS = 3
_THREADS: dict[tuple[str, ...], int] = {
    OFFICE: 1, BACK_OFFICE: 1, SORTING: 1, POST: POST_THREADS, ARRIVED: ARRIVED_THREADS,
}  # fmt: skip
BATCH = 25
POST_BATCH = 1  # a mail leased by a thread that has a large one in hand would wait for it
LOOK = 0.25  # seconds between looks for what is due: one reading look for all threads, which takes no turn
BEAT = timedelta(seconds=10)
TICK = timedelta(minutes=1)
HEARTBEAT = timedelta(hours=1)
ROUND = timedelta(hours=1)  # between counts of every promise


class Worker:
    """Runs until asked to stop; a job under way is finished first, and a killed one is leased again."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.due = {kinds: threading.Event() for kinds in (*_THREADS, SCANNING)}
        self.host = platform.node()[:29]
        self.name = f"{self.host}:{os.getpid()}"

    def run(self) -> None:
        reclaim(host=self.host, alive=_alive)
        hands = _THREADS | ({SCANNING: 1} if settings.CLAMD_URL else {})
        threads = [
            threading.Thread(target=self._take, args=(kinds,), name=f"{kinds[0]}-{n}")
            for kinds, count in hands.items()
            for n in range(count)
        ]
        threads.append(threading.Thread(target=self._look_for_work, name="look"))
        threads.append(threading.Thread(target=self._read_mail, name="mail-in"))
        threads += [
            threading.Thread(target=self._look_after, args=steps, name=name)
            for name, steps in (("clock", _SHORT), ("rounds", _LONG))
        ]
        threads.append(threading.Thread(target=keep_turning, args=(self.stopping,), name="keys"))
        if settings.ENVIRONMENT.backup_dir is not None:
            threads.append(threading.Thread(target=keep_watch, args=(self.stopping,), name="backup"))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def stop(self, *_: object) -> None:
        self.stopping.set()

    def _read_mail(self) -> None:
        target = settings.ENVIRONMENT.mail_target
        watch_mailboxes(self.stopping, target.ca_file if target else None)

    def _look_for_work(self) -> None:
        """What is still due a look later is told again: nothing waits for a call that was missed. A look through a
        long backlog takes its time, and is taken less often."""
        pause = LOOK
        while not self.stopping.wait(pause):
            begun = time.monotonic()
            try:
                found = due_kinds()
            except Exception:
                log.exception("look-failed")
                connection.close()
                pause = 1.0
                continue
            for kinds, due in self.due.items():
                if found.intersection(kinds):
                    due.set()
            pause = max(LOOK, 4 * (time.monotonic() - begun))
        for due in self.due.values():
            due.set()
        connection.close()

    def _take(self, kinds: tuple[str, ...]) -> None:
        due, newest_first = self.due[kinds], False
        while due.wait() and not self.stopping.is_set():
            due.clear()
            taken = 1
            while taken and not self.stopping.is_set():
                newest_first = not newest_first
                taken = self.work_off(kinds, newest_first=newest_first)
        connection.close()

    def work_off(self, kinds: Sequence[str], *, newest_first: bool = False) -> int:
        """One batch; gives back how many jobs were taken."""
        try:
            limit = POST_BATCH if kinds in (POST, ARRIVED, SCANNING) else BATCH
            jobs = claim(kinds=kinds, limit=limit, by=self.name, newest_first=newest_first)
        except Exception:
            log.exception(
                "claim-failed"
            )  # whatever it was: a worker without this thread would only seem alive
            connection.close()
            self.stopping.wait(1)
            return 0
        for job in jobs:
            _run(job)
        return len(jobs)

    def _look_after(self, *steps: Callable[[], timedelta]) -> None:
        # By the machine's own running: a wall clock set back a year must not silence the beat for a year.
        due = dict.fromkeys(steps, time.monotonic())
        while not self.stopping.wait(0.5):
            for step, at in due.items():
                if time.monotonic() >= at:
                    due[step] = _guarded(step)
        connection.close()


def _run(job: Claimed) -> None:
    """A job that fails comes again later; what failed is logged as a type and a place, never as a value."""
    try:
        HANDLERS[job.kind](job)
    except Exception as error:
        log.exception("job-failed", extra={"job": job.kind, "attempt": job.attempts})
        _try_later(job, type(error).__name__)


def _try_later(job: Claimed, code: str) -> None:
    try:
        postpone(job, code[:60])
    except Exception:
        log.exception("postpone-failed")  # its lease runs out, then it is due again
        connection.close()


def _guarded(step: Callable[[], timedelta]) -> float:
    """When the step is due again, by the monotonic clock."""
    try:
        wait = step()
    except Exception:
        log.exception("look-failed")
        connection.close()
        wait = timedelta(seconds=30)
    return time.monotonic() + wait.total_seconds()


def _beat() -> timedelta:
    beat("worker")
    return BEAT


def _tick() -> timedelta:
    tick()
    return TICK


def _night() -> timedelta:
    ask_for_night()
    return TICK


def _search() -> timedelta:
    look_after_index()
    return TICK


def _notices() -> timedelta:
    look_after_notices()
    return TICK


def _figures() -> timedelta:
    look_after_figures()
    end_what_was_lent()
    return TICK


def _complaints() -> timedelta:
    open_what_was_missed()
    finish_what_acts_at_once()
    look_after_requests()
    return ROUND


def _repeats() -> timedelta:
    for entity in entities():
        forget_ended(entity)
    return ROUND


def _noted() -> timedelta:
    complete_what_was_noted()
    return HEARTBEAT


def _heartbeat() -> timedelta:
    """Shows up to when the ledger is complete: `restore` accepts a gap after it only from a named person."""
    write_ledger("heartbeat", {})
    return HEARTBEAT


def _probe() -> timedelta:
    wait = timedelta(seconds=settings.ENVIRONMENT.probe_seconds)
    return wait if probe() else min(wait, TICK)


def _promises() -> timedelta:
    check_promises()
    return ROUND


_SHORT = (_beat, _tick, _night, _search, _figures, _heartbeat, _notices)
_LONG = (
    _noted,
    _complaints,
    _repeats,
    _probe,
    _promises,
)  # proving a ledger of years takes minutes: the beat does not wait for it


def _alive(process: int) -> bool:
    """Another process: one with our own number held it before a restart (containers begin at 1 again)."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def run_worker() -> None:
    worker = Worker()
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    worker.run()
