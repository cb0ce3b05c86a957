"""ISO-2022-JP walked by hand, since no standard codec reads what Japanese mail programs write (DESK §4.9).

Vendor rows (① ㈱ 髙), half-width kana by escape, by SO/SI and by the eighth bit, JIS X 0212 and 0213;
the mark of the edition of 1990 (ESC & @) says nothing.
"""

import re
from collections.abc import Callable
from functools import lru_cache

LOST = "\ufffd"

_ESCAPE = rb"(?:\x1b&@)?\x1b(?:\([BJHI]|\$(?:\(?[@B]|\([CDOPQ]|A))"
HAS_ESCAPES = re.compile(rb"\x1b(?:\([JI]|\$(?:\(?[@B]|\([DOPQ]))")
_PIECE = re.compile(_ESCAPE + rb"|[\x0e\x0f]|[\r\n]+|[^\x1b\x0e\x0f\r\n]+|\x1b")
_PAIRS_OR_NOT = re.compile(rb"[\x21-\x7e]+|[^\x21-\x7e]+")


Reader = Callable[[bytes], tuple[str, int]]


def decode_jis(raw: bytes) -> tuple[str, int]:
    """The text, and how many characters could not be read (each is U+FFFD in it)."""
    out: list[str] = []
    lost = 0
    read: Reader = _one_byte
    for piece in _PIECE.findall(raw):
        if piece[:1] == b"\x1b" and len(piece) > 1:
            read = _READERS[piece.rpartition(b"\x1b")[2]]
        elif piece in (b"\x0e", b"\x0f"):
            read = _kana if piece == b"\x0e" else _one_byte
        elif piece[:1] in b"\r\n":
            read = _one_byte
            out.append(piece.decode("ascii"))
        else:
            text, missed = read(piece)
            out.append(text)
            lost += missed
    return "".join(out), lost


@lru_cache(maxsize=8836)
def _as_cp932(pair: bytes) -> bytes:
    """One JIS X 0208 pair as its Windows bytes."""
    j1, j2 = pair
    row = (j1 + 1) // 2
    lead = row + (0x70 if j1 < 0x5F else 0xB0)
    trail = j2 + 0x1F + (j2 >= 0x60) if j1 % 2 else j2 + 0x7E
    return bytes((lead, trail))


def decode_pairs(run: bytes) -> tuple[str, int]:
    """Seven-bit pairs of JIS X 0208 with the vendor rows; a half pair at the end is lost."""
    return _by_pairs(run, _as_cp932, "cp932")


def _by_pairs(run: bytes, convert: Callable[[bytes], bytes], codec: str) -> tuple[str, int]:
    pairs = [run[at : at + 2] for at in range(0, len(run), 2)]
    odd = pairs.pop() if len(run) % 2 else b""
    try:
        text, lost = b"".join(map(convert, pairs)).decode(codec), 0
    except UnicodeDecodeError:
        read = [_or_lost(convert(pair), codec) for pair in pairs]
        text, lost = "".join(read), read.count(LOST)
    return (text + LOST, lost + 1) if odd else (text, lost)


def _or_lost(pair: bytes, codec: str) -> str:
    try:
        return pair.decode(codec)
    except UnicodeDecodeError:
        return LOST


def _one_byte(piece: bytes) -> tuple[str, int]:
    if piece.isascii():
        return piece.decode("ascii"), 0
    text = piece.decode("cp932", "replace")
    return text, text.count(LOST)


def _kana(piece: bytes) -> tuple[str, int]:
    raised = bytes(each | 0x80 if 0x21 <= each <= 0x5F else each for each in piece)
    text = "".join(chr(each + 0xFEC0) if 0xA1 <= each <= 0xDF else chr(each & 0x7F) for each in raised)
    return text, 0


def _pairs_reader(convert: Callable[[bytes], bytes], codec: str) -> Reader:
    def read(piece: bytes) -> tuple[str, int]:
        """A space or a stray byte of eight bits in between does not shift the pairs that follow."""
        out, lost = [], 0
        for run in _PAIRS_OR_NOT.findall(piece):
            text, missed = _by_pairs(run, convert, codec) if 0x21 <= run[0] <= 0x7E else _one_byte(run)
            out.append(text)
            lost += missed
        return "".join(out), lost

    return read


def _raised(pair: bytes) -> bytes:
    return bytes(each | 0x80 for each in pair)


_X0208 = _pairs_reader(_as_cp932, "cp932")
_READERS: dict[bytes, Reader] = {
    b"(B": _one_byte, b"(J": _one_byte, b"(H": _one_byte, b"(I": _kana,
    b"$@": _X0208, b"$B": _X0208, b"$(@": _X0208, b"$(B": _X0208,
    b"$(D": _pairs_reader(lambda pair: b"\x8f" + _raised(pair), "euc_jp"),
    b"$(O": _pairs_reader(_raised, "euc_jisx0213"),
    b"$(Q": _pairs_reader(_raised, "euc_jis_2004"),
    b"$(P": _pairs_reader(lambda pair: b"\x8f" + _raised(pair), "euc_jis_2004"),
    b"$A": _pairs_reader(_raised, "gb2312"),
    b"$(C": _pairs_reader(_raised, "euc_kr"),
}  # fmt: skip
