"""Japanese bytes without a label that helps: EUC-JP with the vendor rows, and which charset is the likelier."""

import re

from madoguchi.rooms.delivery.decoding.jis import LOST, decode_pairs

_EUC_PIECE = re.compile(
    rb"[\x00-\x7f]+|(?:[\xa1-\xfe][\xa1-\xfe])+|\x8e[\xa1-\xdf]|\x8f[\xa1-\xfe][\xa1-\xfe]|[\x80-\xff]"
)
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fc]")
_HALF_KANA = re.compile("[\uff61-\uff9f]")
_UNLIKELY = re.compile("[\x80-\xa0\ue000-\uf8ff\u0370-\u052f\u2500-\u257f]")
_KANJI = re.compile("[\u3005\u4e00-\u9fff]")
_LONG_UTF8 = re.compile(
    "[\u0800-\ud7ff\ue000-\ufffc\U00010000-\U0010ffff]"
)  # other charsets seldom give these by chance
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_ENOUGH = 65536  # bytes that are looked at


def decode_euc(raw: bytes) -> tuple[str, int]:
    out, lost = [], 0
    for piece in _EUC_PIECE.findall(raw):
        if piece[0] < 0x80:
            text, missed = piece.decode("ascii"), 0
        elif piece[0] >= 0xA1 and len(piece) > 1:
            text, missed = decode_pairs(bytes(each & 0x7F for each in piece))
        else:
            text = piece.decode("euc_jp", "replace") if len(piece) > 1 else LOST
            missed = int(LOST in text)
        out.append(text)
        lost += missed
    return "".join(out), lost


def guess(raw: bytes) -> tuple[str, bool]:
    """The text, and whether characters were lost."""
    head = raw[:_ENOUGH]
    utf8 = raw.decode("utf-8", "replace")
    if len(_LONG_UTF8.findall(utf8)) >= 2 * max(1, utf8.count(LOST)):
        return utf8, LOST in utf8
    ranked = sorted(_CANDIDATES, key=lambda each: _cost(_read(head, each)))
    text = _read(raw, ranked[0])
    return text, LOST in text


def looks_japanese(raw: bytes) -> bool:
    """Bytes under a Western label that read without a fault as Japanese with plenty of kana."""
    return any(_is_kana_text(_read(raw[:_ENOUGH], name)) for name in ("cp932", "euc"))


def _is_kana_text(text: str) -> bool:
    signs = len(_NOT_ASCII.findall(text))
    return (
        LOST not in text
        and signs >= 4
        and len(_KANA.findall(text)) * 4 >= signs
        and not _HALF_KANA.search(text)
    )


_CANDIDATES = ("utf-8", "cp932", "euc")


def _read(raw: bytes, name: str) -> str:
    if name != "euc":
        return raw.decode(name, "replace")
    try:
        return raw.decode("euc_jp")
    except UnicodeDecodeError:
        return decode_euc(raw)[0]


def _cost(text: str) -> float:
    """Lost characters weigh most, then what nobody writes, then half-width kana; kana and kanji speak for it."""
    signs = len(_NOT_ASCII.findall(text)) or 1
    return (
        20 * text.count(LOST)
        + 8 * len(_UNLIKELY.findall(text))
        + 3 * len(_HALF_KANA.findall(text))
        - 2 * len(_KANA.findall(text))
        - len(_KANJI.findall(text))
    ) / signs
