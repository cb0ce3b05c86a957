"""`madoguchi demo`: a lived-in desk on its own data directory, on this machine only.

The mailbox lies outside the data directory: the mails there are readable, the data are not.
"""

import os
import shutil
import subprocess
import sys
import threading
import time
import webbrowser
from dataclasses import dataclass
from pathlib import Path

import click

from madoguchi import __version__
from madoguchi.config.cli import say
from madoguchi.foundation.lib.net import answers


@dataclass(frozen=True, slots=True)
class Place:
    """Where a trial lives: always below one folder of its own, whatever the environment says about real data.
    `ready` says for which version and profile it was made."""

    base: Path
    data: Path
    keys: Path
    mailbox: Path

    @property
    def ready(self) -> Path:
        return self.base / "ready"

    @property
    def fresh(self) -> Path:
        """Written by the desk's button 「見本を消して始める」."""
        return self.base / "fresh"


def _place(profile: str, folder: Path | None) -> Place:
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    base = folder or home / "madoguchi" / "demo" / Path(profile).stem
    return Place(base, base / "data", base / "keys", base / "mailbox")


@click.command()
@click.option(
    "--profile", default="eclore", show_default=True, help="会社(eclore、demo)か、TOML ファイルの場所。"
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--dir", "folder", type=click.Path(path_type=Path), help="試用のデータを置くフォルダ。")
def demo(profile: str, port: int, folder: Path | None) -> None:
    """見本の入った窓口を、手元だけで試します(外部には送信されません)。"""
    place = _place(profile, folder)
    _refuse_real_data(place)
    _surroundings(place, port)
    if not _is_ready(place, profile):
        say.line("窓口を用意しています…")
        _prepare(place, profile, samples=True)
    while _serve(place, port):
        _clear(place)
        _prepare(place, profile, samples=False)


def _refuse_real_data(place: Place) -> None:
    """A trial may be thrown away, so it never moves into a folder that holds anything else."""
    for path in (place.data, place.keys):
        if path.exists() and any(path.iterdir()) and not place.ready.exists():
            say.fail(f"{path} には、試用ではないデータがあります。--dir で別のフォルダを指定してください。")


def _surroundings(place: Place, port: int) -> None:
    os.environ |= {
        "MADOGUCHI_DATA_DIR": str(place.data),
        "MADOGUCHI_KEY_DIR": str(place.keys),
        "MADOGUCHI_DATABASE_URL": "",
        "MADOGUCHI_BASE_URL": f"http://localhost:{port}",
        "MADOGUCHI_MAIL_URL": f"dir://{place.mailbox.absolute()}",
        "MADOGUCHI_DEMO": "1",
        "MADOGUCHI_DEMO_DIR": str(place.base),
    }


def _mark(profile: str) -> str:
    return f"{__version__} {profile}\n"


def _is_ready(place: Place, profile: str) -> bool:
    return place.ready.exists() and place.ready.read_text(encoding="utf-8") == _mark(profile)


def _prepare(place: Place, profile: str, *, samples: bool) -> None:
    """In a process of its own: it starts Django, and the supervisor stays small. Begun again after a crash."""
    _clear(place)
    place.base.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in (place.data, place.keys, place.mailbox):
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.ready.write_text("", encoding="utf-8")  # from here on the folders are known to be a trial's
    command = [sys.executable, "-c", _PREPARE, profile, "samples" if samples else ""]
    if subprocess.run(command, check=False).returncode:  # noqa: S603  our own program
        raise SystemExit(1)
    place.ready.write_text(_mark(profile), encoding="utf-8")


_PREPARE = "import sys; from madoguchi.config.cli.demo import prepare; prepare(*sys.argv[1:])"


def prepare(profile: str, samples: str) -> None:
    """Install the profile, its sample staff and, if asked, its sample inquiries."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madoguchi.config.settings")
    from madoguchi.config.identity import write_secret_key

    write_secret_key(Path(os.environ["MADOGUCHI_KEY_DIR"]))
    _install(profile, bool(samples))


@say.with_django
def _install(profile: str, samples: bool) -> None:
    from madoguchi.config.install import install
    from madoguchi.config.profile import BadProfile, read_profile
    from madoguchi.config.samples import add_sample_staff, add_samples
    from madoguchi.rooms.organisation.queries import only_entity

    try:
        chosen = read_profile(profile)
        install(chosen)
    except BadProfile as error:
        say.fail(str(error))
    entity = only_entity()
    assert entity is not None
    add_sample_staff(chosen, entity.id)
    if samples:
        add_samples(chosen)


def _clear(place: Place) -> None:
    """Only what a trial made: the mark is blanked first, so that a crash in between begins again."""
    _refuse_real_data(place)
    if place.ready.exists():
        place.ready.write_text("", encoding="utf-8")
    for path in (place.data, place.keys, place.mailbox):
        shutil.rmtree(path, ignore_errors=True)
    place.fresh.unlink(missing_ok=True)


def _serve(place: Place, port: int) -> bool:
    """True when somebody asked for a fresh start."""
    from madoguchi.config.server import Supervisor, serve_children

    address = f"http://localhost:{port}"
    place.fresh.unlink(missing_ok=True)
    threading.Thread(target=_announce, args=(address, place), daemon=True).start()
    code = Supervisor(serve_children("127.0.0.1", port), on_idle=place.fresh.exists).run()
    if code:
        raise SystemExit(code)
    return place.fresh.exists()


def _announce(address: str, place: Place) -> None:
    for _ in range(200):
        if answers("localhost", int(address.rpartition(":")[2])):
            break
        time.sleep(0.1)
    else:
        return
    say.line(
        f"フォーム  {address}/\n窓口      {address}/desk/\nデータ    {place.data}\n止めるには Ctrl+C を押してください。"
    )
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform == "darwin":
        webbrowser.open(address)
