"""Load by wrk: one thread of C beside the server, so that the measured side is the slower one."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_REPORT = """
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('\\nREPORT {"requests": %d, "seconds": %f, "p95": %f, "p99": %f, "worst": %f, "errors": %d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, e.connect + e.read + e.write + e.timeout + e.status))
end
"""
_GET = "wrk.headers['Accept-Encoding'] = 'gzip'\n" + _REPORT
_POST = (
    """
local posts, at = {}, 0
init = function()
  local headers = {
    ['Content-Type'] = 'application/x-www-form-urlencoded',
    ['Origin'] = os.getenv('BENCH_ORIGIN'), ['Sec-Fetch-Site'] = 'same-origin', ['Host'] = os.getenv('BENCH_HOST') }
  for body in io.lines(os.getenv('BENCH_POSTS')) do posts[#posts + 1] = wrk.format('POST', '/', headers, body) end
end
request = function()
  at = at % #posts + 1
  return posts[at]
end
"""
    + _REPORT
)


class CannotMeasure(Exception):
    """A sentence for the person at the terminal."""


@dataclass(frozen=True)
class Load:
    """What wrk saw. Times in milliseconds."""

    requests: int
    seconds: float
    p95: float
    p99: float
    worst: float
    errors: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def check_wrk() -> None:
    if shutil.which("wrk") is None:
        raise CannotMeasure(
            "wrk が見つかりません。次を実行してから、もう一度お試しください: apt-get install wrk"
        )


def get(url: str, folder: Path, *, seconds: int, connections: int = 16) -> Load:
    return _wrk(_GET, url, folder, seconds, connections, {})


def post(url: str, posts: Path, folder: Path, *, seconds: int, connections: int = 16) -> Load:
    """One line of `posts` a request, each sent once; `url` is also their Origin."""
    around = {"BENCH_POSTS": str(posts), "BENCH_ORIGIN": url, "BENCH_HOST": url.removeprefix("http://")}
    return _wrk(_POST, f"{url}/", folder, seconds, connections, around)


def _wrk(script: str, url: str, folder: Path, seconds: int, connections: int, around: dict[str, str]) -> Load:
    path = folder / "load.lua"
    path.write_text(script, encoding="ascii")
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(path), url]
    done = subprocess.run(
        command, env=os.environ | around, capture_output=True, text=True, timeout=seconds + 60, check=False
    )
    report = next((line for line in done.stdout.splitlines() if line.startswith("REPORT ")), None)
    if report is None:
        raise CannotMeasure(f"wrk が途中で止まりました: {done.stderr.strip() or done.stdout.strip()}")
    load = Load(**json.loads(report.removeprefix("REPORT ")))
    if load.errors:
        raise CannotMeasure(f"{url} への {load.requests} 件のうち {load.errors} 件が失敗しました。")
    return load
