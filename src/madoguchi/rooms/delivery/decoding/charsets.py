"""Which characters some bytes mean, whatever their label says (DESK §4.9, order).

ISO-2022 escapes, else the declared charset strictly, else UTF-8 strictly, else the likelier of cp932 and EUC-JP.
"""

import codecs
import re
from functools import lru_cache
from typing import NamedTuple

from madoguchi.rooms.delivery.decoding.guessing import decode_euc, guess, looks_japanese
from madoguchi.rooms.delivery.decoding.jis import HAS_ESCAPES, LOST, decode_jis


class Read(NamedTuple):
    text: str
    doubtful: bool = False  # characters were replaced: 文字化けの可能性


_NO_ONE_SENDS = re.compile("[\x80-\x9f\xa0\uf8f0-\uf8f3]")  # what Python's cp932 makes of stray bytes
_KANA_OR_KANJI = re.compile("[\u3000-\u9fff\uff01-\uff9f]")

_JIS, _EUC_VENDOR, _LATIN = "jis", "euc-vendor", "latin"

# The label without punctuation → codecs to try, strictest first.
_ALIASES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("shiftjis", "sjis", "xsjis", "xshiftjis", "mskanji", "windows31j", "windows932", "ms932", "cp932", "932",
         "cp943", "cp943c", "ibm943", "xmscp932", "xms932", "xwindows31j", "csshiftjis", "cswindows31j", "shiftjisms", "sjiswin",
         "cp942", "shijis"),
        ("cp932",),
    ),
    **dict.fromkeys(("shiftjis2004", "shiftjisx0213", "sjis2004"), ("shift_jis_2004",)),
    **dict.fromkeys(
        ("eucjp", "xeucjp", "xeuc", "euc", "ujis", "cseucpkdfmtjapanese", "extendedunixcodepackedformatforjapanese"),
        ("euc_jp", _EUC_VENDOR),
    ),
    **dict.fromkeys(("eucjpms", "eucjpwin", "cp51932", "xeucjpms", "xeucjplinux", "51932"), (_EUC_VENDOR,)),
    **dict.fromkeys(
        ("iso2022jp", "iso2022jpms", "xiso2022jp", "iso2022jp1", "iso2022jp2", "iso2022jp3", "iso2022jp2004", "iso2022jpext",
         "cp50220", "cp50221", "cp50222", "50220", "50221", "50222", "jis", "jis7", "xjis", "csiso2022jp", "csiso2022jp2",
         "xwindows50220", "xwindows50221", "xwindowsiso2022jp", "junet", "csjisencoding", "jisencoding"),
        (_JIS,),
    ),
    **dict.fromkeys(("gb2312", "gbk", "cp936", "xgbk", "csgb2312", "gb231280", "euccn", "windows936", "ms936"), ("gb2312", "gb18030")),
    **dict.fromkeys(("big5", "xbig5", "csbig5", "cp950", "big5hkscs"), ("cp950", "big5hkscs")),
    **dict.fromkeys(("euckr", "ksc5601", "ksc56011987", "ksc56011989", "korean", "windows949", "cp949", "uhc"), ("cp949",)),
    **dict.fromkeys(
        ("iso88591", "latin1", "l1", "iso885915", "windows1252", "cp1252", "xansi", "ansi", "iso8859", "88591"),
        (_LATIN,),
    ),
    **dict.fromkeys(("utf8", "utf8mb4", "xutf8", "utf", "unicode11utf8", "xunicode20utf8", "utf8sig", "65001", "cp65001"), ("utf-8",)),
    "unicode11utf7": ("utf-7",),
    "utf16": ("utf-16",),
}  # fmt: skip
_SAYS_NOTHING = {"usascii", "ascii", "ansix341968", "unknown", "unknown8bit", "xunknown", "8bit", "binary", "default",
                 "none", "charset", "xuserdefined", "macjapanese", "xmacjapanese"}  # fmt: skip


def decode_bytes(raw: bytes, declared: str = "", hint: str = "") -> Read:
    """`hint` is what another part of the same mail declares; it counts after UTF-8 and before guessing."""
    if raw.isascii() and b"\x1b" not in raw and b"\x0e" not in raw and not _is_wide(declared):
        return Read(raw.decode("ascii"))
    best = _by_escapes(raw)
    if best is not None and not best.doubtful:
        return best
    for label in (declared, "utf-8", hint):
        text = _strict(raw, label)
        if text is not None:
            return Read(text)
    return best or Read(*guess(raw))


def decode_as(raw: bytes, charset: str) -> Read:
    """As a person chose to see it (文字コードを変えて再表示): no guessing."""
    names = codecs_of(charset)
    for name in names:
        text = _strict_by(raw, name)
        if text is not None:
            return Read(text)
    if not names:
        return decode_bytes(raw)
    text = _replacing(raw, names[-1])
    return Read(text, LOST in text)


@lru_cache(maxsize=256)
def codecs_of(label: str) -> tuple[str, ...]:
    """Names of codecs for a label; none for a label that is unknown or says nothing."""
    plain = re.sub("[^a-z0-9]", "", label[:100].lower())
    if not plain or plain in _SAYS_NOTHING:
        return ()
    if plain in _ALIASES:
        return _ALIASES[plain]
    for name in (label.strip(), "".join(re.findall("[A-Za-z0-9_.-]", label))):
        try:
            info = codecs.lookup(name)
        except (LookupError, ValueError):
            continue
        if getattr(info, "_is_text_encoding", True) and info.name not in _NOT_TEXT:
            return (info.name,)
    return ()


_NOT_TEXT = {
    "unicode_escape",
    "raw_unicode_escape",
    "idna",
    "punycode",
    "undefined",
    "mbcs",
    "oem",
    "charmap",
    "palmos",
}


def _is_wide(label: str) -> bool:
    """Charsets whose ASCII bytes are no ASCII."""
    return any(
        name.startswith(("utf-16", "utf-32", "utf-7", "hz", "cp037", "cp500")) for name in codecs_of(label)
    )


def _by_escapes(raw: bytes) -> Read | None:
    if not (HAS_ESCAPES.search(raw) or (b"\x0e" in raw and b"\x0f" in raw)):
        return None
    if not raw.isascii() and _strict_by(raw, "utf-8") is not None:
        return None
    text, lost = decode_jis(raw)
    return Read(text, bool(lost))


def _strict(raw: bytes, label: str) -> str | None:
    for name in codecs_of(label):
        text = _strict_by(raw, name)
        if text is not None and not _rather_utf8(raw, text, name):
            return text
    return None


def _rather_utf8(raw: bytes, text: str, name: str) -> bool:
    """Japanese in UTF-8 under the label of another charset that happens to allow the bytes."""
    if name == "utf-8" or text.isascii() or raw.isascii():
        return False
    as_utf8 = _strict_by(raw, "utf-8")
    if as_utf8 is not None and (name == _LATIN or _KANA_OR_KANJI.search(as_utf8)):
        return True
    return name == _LATIN and looks_japanese(raw)


def _strict_by(raw: bytes, name: str) -> str | None:
    if name == _JIS:
        text, lost = decode_jis(raw)
        return None if lost or not raw.isascii() else text
    if name == _EUC_VENDOR:
        text, lost = decode_euc(raw)
        return None if lost else text
    if name == _LATIN:
        return _replacing(raw, _LATIN)
    try:
        text = raw.decode(name)
    except (UnicodeError, ValueError):
        return _surrogates_joined(raw) if name == "utf-8" else None
    if name == "cp932" and _NO_ONE_SENDS.search(text):
        return None
    return text


def _replacing(raw: bytes, name: str) -> str:
    if name == _JIS:
        return decode_jis(raw)[0]
    if name == _EUC_VENDOR:
        return decode_euc(raw)[0]
    if name == _LATIN:
        return (
            "".join(_latin(each) for each in raw)
            if re.search(rb"[\x80-\x9f]", raw)
            else raw.decode("latin-1")
        )
    try:
        return raw.decode(name, "replace")
    except (UnicodeError, ValueError):
        return raw.decode("ascii", "replace")


@lru_cache(maxsize=256)
def _latin(byte: int) -> str:
    """Windows reads its own signs where ISO 8859-1 has control characters."""
    try:
        return bytes((byte,)).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


def _surrogates_joined(raw: bytes) -> str | None:
    """Emoji that an old phone wrote as two halves (CESU-8)."""
    if b"\xed" not in raw:
        return None
    try:
        return raw.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeError:
        return None
