"""How long this machine has been up: a clock that nobody sets, beside the one that anybody can."""

import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Uptime:
    """`seconds` since the start that `boot` names; they compare only within one boot."""

    boot: str
    seconds: float


def uptime() -> Uptime:
    """On Linux sleep counts too (CLOCK_BOOTTIME). Elsewhere each process is a start of its own."""
    boot = _boot()
    if boot is None:
        return Uptime(_this_process(), time.monotonic())
    return Uptime(boot, time.clock_gettime(time.CLOCK_BOOTTIME))


@lru_cache(maxsize=1)
def _boot() -> str | None:
    """Read once: some sandboxes draw a new id at each reading."""
    if not hasattr(time, "CLOCK_BOOTTIME"):
        return None
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()[:40] or None
    except OSError:
        return None


@lru_cache(maxsize=1)
def _this_process() -> str:
    return str(uuid4())
