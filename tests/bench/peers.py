"""nginx beside us, serving the very same bytes from a file: one worker, as we are one process."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.servers import free_port

_CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port}; root {folder}/www;
    location / {{ default_type "text/html; charset=utf-8"; add_header Content-Encoding gzip; }}
  }}
}}
"""


def has_nginx() -> bool:
    return _nginx() is not None


def _nginx() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def nginx(folder: Path, packed: bytes) -> Iterator[str]:
    """The address of the file."""
    (folder / "www").mkdir(parents=True)
    folder.chmod(0o755)
    for above in folder.parents[:1]:
        above.chmod(0o755)  # started by root, nginx reads as another user
    (folder / "www" / "page").write_bytes(packed)
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, port=port), encoding="ascii")
    process = subprocess.Popen([str(_nginx()), "-c", str(configuration)], stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/page")
        yield f"http://127.0.0.1:{port}/page"
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str) -> None:
    for _ in range(100):
        try:
            with urlopen(url, timeout=2) as response:  # noqa: S310  our own loopback address
                response.read()
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError("nginx did not answer")
