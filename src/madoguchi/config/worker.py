"""The worker: takes leased jobs, beats, keeps the ledger alive, and looks after the promises.

Only this file knows which room does which job. Mail has threads of its own, so that a relay that hangs
holds up nothing else.
"""

import logging
import os
import platform
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from madoguchi.config.promises import check_promises, probe
from madoguchi.foundation.lib import clock
from madoguchi.rooms.delivery.jobs import deliver
from madoguchi.rooms.inquiries.jobs import run_acknowledge, run_notify
from madoguchi.rooms.jobs.actions.beat import beat
from madoguchi.rooms.jobs.actions.claim import claim, reclaim
from madoguchi.rooms.jobs.actions.settle import postpone
from madoguchi.rooms.jobs.rules import Claimed
from madoguchi.rooms.vault.actions.write_ledger import write_ledger

log = logging.getLogger("madoguchi.worker")

HANDLERS: Mapping[str, Callable[[Claimed], None]] = {
    "inquiries.acknowledge": run_acknowledge,
    "inquiries.notify": run_notify,
    "delivery.send": lambda job: deliver(job, settings.ENVIRONMENT.mail_target),
}
OFFICE = ("inquiries.acknowledge", "inquiries.notify")
POST = ("delivery.send",)
POST_THREADS = 3
BATCH = 25
POST_BATCH = 3  # what one thread can deliver within a lease even if the relay hangs at each (3 x 90 s)
IDLE = 0.25  # seconds between looks when nothing is due
BEAT = timedelta(seconds=10)
HEARTBEAT = timedelta(hours=1)
ROUND = timedelta(hours=1)  # between counts of every promise


class Worker:
    """Runs until asked to stop; a job under way is finished first, and a killed one is leased again."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.host = platform.node()[:29]
        self.name = f"{self.host}:{os.getpid()}"

    def run(self) -> None:
        reclaim(host=self.host, alive=_alive)
        threads = [threading.Thread(target=self._take, args=(OFFICE,), name="office")]
        threads += [
            threading.Thread(target=self._take, args=(POST,), name=f"post-{n}") for n in range(POST_THREADS)
        ]
        threads.append(threading.Thread(target=self._look_after, name="clock"))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def stop(self, *_: object) -> None:
        self.stopping.set()

    def _take(self, kinds: Sequence[str]) -> None:
        newest_first = False
        while not self.stopping.is_set():
            newest_first = not newest_first
            if not self.work_off(kinds, newest_first=newest_first):
                self.stopping.wait(IDLE)
        connection.close()

    def work_off(self, kinds: Sequence[str], *, newest_first: bool = False) -> int:
        """One batch; gives back how many jobs were taken."""
        try:
            limit = POST_BATCH if kinds == POST else BATCH
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

    def _look_after(self) -> None:
        due = {step: clock.now() for step in (_beat, _heartbeat, _probe, _promises)}
        while not self.stopping.wait(0.5):
            for step, at in due.items():
                if clock.now() >= at:
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


def _guarded(step: Callable[[], timedelta]) -> datetime:
    try:
        return clock.now() + step()
    except Exception:
        log.exception("look-failed")
        connection.close()
        return clock.now() + timedelta(seconds=30)


def _beat() -> timedelta:
    beat("worker")
    return BEAT


def _heartbeat() -> timedelta:
    """Shows up to when the ledger is complete: `restore` accepts a gap after it only from a named person."""
    write_ledger("heartbeat", {})
    return HEARTBEAT


def _probe() -> timedelta:
    probe()
    return timedelta(seconds=settings.ENVIRONMENT.probe_seconds)


def _promises() -> timedelta:
    check_promises()
    return ROUND


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
