"""An encrypted ZIP (WinZip AES-256), written to a sink that only grows. The names in it say nothing: they are not
encrypted, so what an attachment is called stands inside (ADR 0023)."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import RawIOBase
from typing import IO, Any

import pyzipper

from madoguchi.foundation.lib import clock

KEY_BITS = 256


class Sink(RawIOBase):
    """Bytes that wait to be taken."""

    def __init__(self) -> None:
        self._ready = bytearray()

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def write(self, data: Any) -> int:
        self._ready += data
        return len(data)

    def size(self) -> int:
        return len(self._ready)

    def take(self) -> bytes:
        ready, self._ready = bytes(self._ready), bytearray()
        return ready


class Archive:
    """One entry after the other; `end` writes the directory."""

    def __init__(self, sink: Sink, secret: str, at: datetime) -> None:
        self._zip = pyzipper.AESZipFile(sink, "w", encryption=pyzipper.WZ_AES, allowZip64=True)
        self._zip.setpassword(secret.encode())
        self._zip.setencryption(pyzipper.WZ_AES, nbits=KEY_BITS)
        self._at = clock.local(at).timetuple()[:6]

    @contextmanager
    def entry(self, name: str, *, pressed: bool) -> Iterator[IO[bytes]]:
        """`pressed`: texts; what people send along mostly is already."""
        info = self._zip.zipinfo_cls(name, self._at)
        info.compress_type = pyzipper.ZIP_DEFLATED if pressed else pyzipper.ZIP_STORED
        with self._zip.open(info, "w", force_zip64=True) as file:
            yield file

    def put(self, name: str, content: Iterable[bytes]) -> Iterator[None]:
        """A piece at a time, with the caller's turn after each."""
        with self.entry(name, pressed=False) as file:
            for piece in content:
                file.write(piece)
                yield

    def end(self) -> None:
        self._zip.close()
