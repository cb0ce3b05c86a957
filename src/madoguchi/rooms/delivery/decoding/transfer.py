"""Content-Transfer-Encoding undone, leniently: what is broken gives the bytes that can be had."""

import binascii
import quopri
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_SPACES = re.compile(rb"\s+")
_ADDED_SPACES = re.compile(rb"(?<![ \t])[ \t]+(?=\r?\n|\Z)")  # on the way (RFC 2045 §6.7, rule 3)
_OF_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n"
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]*=*")
_SEGMENT = re.compile(rb"([A-Za-z0-9+/]+)(=*)")


def decode_transfer(body: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return _base64_body(body)
    if encoding == "quoted-printable":
        return quopri.decodestring(_ADDED_SPACES.sub(b"", body))
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _from_uuencode(body)
    return body


def _base64_body(body: bytes) -> bytes:
    """Plain text under a wrong label stays; so does what a mailing list put below the encoded lines."""
    if _is_nothing_else(
        body
    ):  # nearly always; the list of the lines of a large one would weigh several times as much
        return from_base64(body)
    lines = body.splitlines(keepends=True)
    filled = [at for at, line in enumerate(lines) if line.strip()]
    wrong = [at for at in filled if not _BASE64_LINE.fullmatch(lines[at].strip())]
    if not wrong:
        return from_base64(body)
    if wrong[0] == filled[0]:
        return from_base64(body) if _is_base64(body) else body
    if any(len(lines[at].strip()) >= 60 for at in set(filled) - set(wrong) if at > wrong[0]):
        return from_base64(body)
    return from_base64(b"".join(lines[: wrong[0]])) + b"\n" + b"".join(lines[wrong[0] :])


def _is_nothing_else(body: bytes) -> bool:
    """Lines of base64 with the padding at the very end."""
    if body.translate(None, _OF_BASE64):
        return False
    padding = body.find(b"=")
    return padding < 0 or not body[padding:].strip(b"=\r\n")


def from_base64(raw: bytes) -> bytes:
    """Several runs with padding between them are joined; a run cut short gives its whole bytes."""
    plain = raw.translate(None, b" \t\r\n")
    if _NOT_BASE64.search(plain):
        plain = _NOT_BASE64.sub(b"", plain)
    padded = plain.find(b"=")
    if padded < 0 or not plain[padded:].strip(b"="):
        return _run(plain.rstrip(b"="))
    return b"".join(_run(run) for run, _ in _SEGMENT.findall(plain))


def _run(run: bytes) -> bytes:
    usable = run[:-1] if len(run) % 4 == 1 else run
    missing = -len(usable) % 4
    return binascii.a2b_base64(usable + b"=" * missing if missing else usable)


def _is_base64(body: bytes) -> bool:
    """False for plain text under a wrong label."""
    if not body.isascii():
        return False
    dense = _SPACES.sub(b"", body)
    return len(_NOT_BASE64.sub(b"", dense)) * 10 >= len(dense) * 9


def _from_uuencode(body: bytes) -> bytes:
    out = []
    for line in body.splitlines():
        if line.startswith((b"begin ", b"end")) or not line.strip():
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            room = (((line[0] - 32) & 63) * 4 + 5) // 3
            out.append(_cut_line(line[:room]))
    return b"".join(out)


def _cut_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return b""
