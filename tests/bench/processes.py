"""Memory and start of running processes."""

import http.client
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from tests.bench.ground import Ground


def memory(root: int) -> float:
    """Proportional set size of a process and all its descendants, in MB (Linux)."""
    tree = psutil.Process(root)
    return sum(_pss(each.pid) for each in [tree, *tree.children(recursive=True)]) / 1000


def _pss(process: int) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next((int(line.split()[1]) * 1024 // 1000 for line in lines if line.startswith("Pss:")), 0)


def processor_seconds(root: int) -> float:
    """Processor time of the tree so far."""
    tree = psutil.Process(root)
    times = [each.cpu_times() for each in [tree, *tree.children(recursive=True)]]
    return sum(time.user + time.system for time in times)


def cold_start(ground: Ground) -> float:
    """Seconds from `madoguchi serve` to the whole form page."""
    command = [sys.executable, "-m", "madoguchi", "serve", "--bind", f"127.0.0.1:{ground.port}"]
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env=ground.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not _answers(ground.port):
            if process.poll() is not None or time.perf_counter() - start > 60:
                raise RuntimeError("the server did not start")
            time.sleep(0.01)
        return time.perf_counter() - start
    finally:
        process.terminate()
        process.wait(30)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/")
        response = connection.getresponse()
        return response.status == 200 and len(response.read()) > 1000
    except OSError:
        return False
    finally:
        connection.close()


def on_memory_disk(folder: Path) -> bool:
    """A folder on tmpfs makes every fsync free, and every ratio to the limit worthless."""
    device = os.stat(folder).st_dev
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        parts = line.split()
        major, minor = map(int, parts[2].split(":"))
        if os.makedev(major, minor) == device:
            return parts[parts.index("-") + 1] in ("tmpfs", "ramfs")
    return False
