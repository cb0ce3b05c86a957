"""Mail written to a folder instead of sent: `dir:///path`, for trials, tests and the demo's mailbox."""

import os
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

from madoguchi.rooms.delivery import rules
from madoguchi.rooms.delivery.rules import Outcome, RenderedMail, Verdict

_DATE = re.compile(rb"(?m)^Date: ([^\r\n]+)\r\n")


def drop(path: Path, mail: RenderedMail) -> Outcome:
    """`<time of writing>-<hash of the Message-ID>.eml`, whole and on disk or not there at all.

    The name comes from the mail alone, so a repeated delivery is the same file. The envelope stands first,
    as final delivery writes it (RFC 5321 §4.4).
    """
    if fault := rules.unsendable(mail):
        return Outcome(Verdict.REFUSED, fault)
    envelope = f"Return-Path: <{mail.envelope_from}>\r\nDelivered-To: {mail.recipient}\r\n"
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path / file_name(mail), envelope.encode() + mail.content)
    except OSError:
        return Outcome(Verdict.RETRY, "folder-unwritable", loud=True)
    return Outcome(Verdict.SENT, "folder-written")


def file_name(mail: RenderedMail) -> str:
    digest = sha256(mail.message_id.encode()).hexdigest()[:24]
    return f"{_written_at(mail.content):%Y%m%dT%H%M%S}-{digest}.eml"


def _written_at(content: bytes) -> datetime:
    """The Date header, in its own zone (Asia/Tokyo, as we write it)."""
    found = _DATE.search(content)
    if found is None:
        raise ValueError("a rendered mail has a Date")
    return parsedate_to_datetime(found[1].decode("ascii"))


def _write(file: Path, content: bytes) -> None:
    handle, name = mkstemp(prefix=".", suffix=".part", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
