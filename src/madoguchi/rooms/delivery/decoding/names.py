"""The name of an attached file: what the sender meant, and nothing that a disk or an eye could be tricked with."""

import mimetypes
import re

from madoguchi.foundation.lib.text import compose_kana
from madoguchi.rooms.delivery.decoding.charsets import Read
from madoguchi.rooms.delivery.decoding.params import Field
from madoguchi.rooms.delivery.decoding.words import Charset

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_LIMIT = 200  # characters; the ending is kept
_USUAL = {
    "text/calendar": "invite.ics",
    "application/ms-tnef": "winmail.dat",
    "application/vnd.ms-tnef": "winmail.dat",
    "message/rfc822": "message.eml",
    "application/pgp-signature": "signature.asc",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
    "image/jpeg": "image.jpg",
    "text/plain": "attachment.txt",
}


def read_name(disposition: Field, content_type: Field, charset: Charset) -> Read:
    """RFC 2231 before the plain parameter, the disposition before the type; empty if there is none."""
    for field, name in (
        (disposition, "filename*"), (disposition, "filename"), (content_type, "name*"), (content_type, "name"),
        (content_type, "filename*"), (content_type, "filename"), (disposition, "name*"), (disposition, "name"),
    ):  # fmt: skip
        if name in field.sections:
            read = field.text(name, charset)
            cleaned = clean_name(read.text)
            if cleaned:
                return Read(cleaned, read.doubtful)
    return Read("")


def clean_name(name: str) -> str:
    """The last part of a path, without controls and bidi signs, decomposed kana composed."""
    seen = _UNSEEN.sub("", name)
    plain = compose_kana(re.split(r"[/\\]", seen.rstrip("/\\ "))[-1]).strip(" ")
    if plain in (".", ".."):
        return ""
    if len(plain) <= _LIMIT:
        return plain
    stem, dot, ending = plain.rpartition(".")
    return stem[: _LIMIT - len(ending) - 1] + dot + ending if dot and len(ending) <= 10 else plain[:_LIMIT]


def usual_name(media_type: str) -> str:
    """For a file that came without a name."""
    if media_type in _USUAL:
        return _USUAL[media_type]
    kind = media_type.partition("/")[0]
    return (kind if kind in ("image", "audio", "video") else "attachment") + (
        mimetypes.guess_extension(media_type) or ".bin"
    )
