"""Style sheets and scripts, built once in memory: joined, slimmed, named by their content, sealed with SRI.

There is no build step and no static directory; a changed source gets a new address, so browsers may keep
each file for ever.
"""

import base64
import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
PREFIX = "/static/"

SOURCES: dict[str, tuple[Path, ...]] = {
    name: tuple(HERE / file for file in files)
    for name, files in {
        "public.css": (
            "css/tokens.css",
            "css/base.css",
            "css/elements.css",
            "css/public.css",
            "css/files.css",
            "css/print.css",
        ),
        "requests.css": ("css/requests.css",),
        "desk.css": (
            "css/tokens.css",
            "css/base.css",
            "css/elements.css",
            "css/desk.css",
            "css/inbox.css",
            "css/reply.css",
            "css/files.css",
            "css/telling.css",
            "css/reports.css",
            "css/privacy.css",
            "css/screening.css",
            "css/print.css",
        ),
        "public.js": ("js/composing.js", "js/sending.js", "js/printing.js"),
        "desk.js": (
            "js/composing.js",
            "js/sending.js",
            "js/printing.js",
            "js/keys.js",
            "js/inbox.js",
            "js/replying.js",
            "js/news.js",
        ),
        "my.css": ("css/my.css",),
        "passkeys.js": ("js/passkeys.js",),
        "mark.svg": ("img/mark.svg",),
    }.items()
}

CONTENT_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}

_NAME = re.compile(r"[a-z0-9-]+\.(?:css|js|svg)")
_CSS_COMMENT_OR_STRING = re.compile(r"""/\*.*?\*/|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent. `integrity` is the SRI value of `body`, `gzip` the same bytes compressed."""

    url: str
    integrity: str
    body: bytes
    gzip: bytes
    content_type: str

    @property
    def filename(self) -> str:
        return self.url.removeprefix(PREFIX)


def register(name: str, path: Path) -> None:
    """Serve another package's file by the same means, byte for byte. Raises ValueError for a name that is taken."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name for an asset: {name!r}")
    if SOURCES.get(name, (path,)) != (path,):
        raise ValueError(f"{name} is already another file")
    SOURCES[name] = (path,)
    by_filename.cache_clear()


@cache
def asset(name: str) -> Asset:
    """The built asset; raises KeyError for a name nobody registered."""
    body = _build(name)
    digest = hashlib.sha384(body).digest()
    stem, extension = name.rsplit(".", 1)
    return Asset(
        url=f"{PREFIX}{stem}.{digest.hex()[:16]}.{extension}",
        integrity="sha384-" + base64.b64encode(digest).decode("ascii"),
        body=body,
        gzip=gzip.compress(body, compresslevel=9, mtime=0),
        content_type=CONTENT_TYPES[extension],
    )


@cache
def by_filename() -> dict[str, Asset]:
    """Every asset by the last part of its address."""
    return {built.filename: built for built in map(asset, SOURCES)}


def _build(name: str) -> bytes:
    files = SOURCES[name]
    if any(HERE not in file.parents for file in files):
        return b"".join(file.read_bytes() for file in files)  # another package's file keeps its own bytes
    slim = {"css": slim_css, "js": slim_js}.get(name.rsplit(".", 1)[1], str)
    return "\n".join(slim(file.read_text(encoding="utf-8")) for file in files).encode("utf-8")


def slim_css(text: str) -> str:
    """Without comments, indentation and blank lines; strings stay as they are."""
    bare = _CSS_COMMENT_OR_STRING.sub(lambda found: found.group(1) or "", text)
    return _joined(bare)


def slim_js(text: str) -> str:
    """Without comment lines, indentation and blank lines. Only whole lines of `//` count as comments, and our
    scripts hold no text over several lines, so nothing inside a string can be touched."""
    return _joined("\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//")))


def _joined(text: str) -> str:
    return "\n".join(line for line in map(str.strip, text.splitlines()) if line)
