"""A child ends with its parent, so that a killed supervisor leaves nobody on the port (Linux)."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent(ending: signal.Signals) -> None:
    """Ask the kernel to send `ending` to this process when its parent dies; elsewhere than Linux, nothing."""
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, ending, 0, 0, 0)
    if os.getppid() != parent:  # it died in between: the signal will not come any more
        os.kill(os.getpid(), ending)
