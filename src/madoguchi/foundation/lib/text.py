"""Japanese text as people type it: cleaned only of what nobody can see, folded only in keys.

Never NFC or NFKC on a name or a message: NFC alone rewrites U+FA19, NFKC rewrites ㈱ and ①.
Every pattern here runs in linear time, since a stranger chooses the text.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_C0_BUT_TAB_AND_NEWLINE = re.compile("[\x00-\x08\x0b-\x1f]")
# Controls, bidi controls, zero-width spaces, interlinear marks, and tag characters outside a flag emoji.
_UNSEEN = re.compile(
    "(\U0001f3f4[\U000e0020-\U000e007f]+)"
    "|[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]+"
)
_EMOJI = "\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
# Scripts whose letters need joiners (Arabic to Tibetan, Myanmar, Khmer, Mongolian): a name may hold one.
_JOINING = "\u0600-\u0fff\u1000-\u109f\u1780-\u18af\ua800-\uabff"
_STRAY_JOINER = re.compile(
    f"(?<![{_EMOJI}\ufe0e\ufe0f{_JOINING}])[\u200c\u200d]|[\u200c\u200d](?![{_EMOJI}{_JOINING}])"
)
_HALF_WIDTH_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]?[\uff61-\uff9f]+")
_KANA_AND_MARK = re.compile("[\u3041-\u3096\u309d\u30a1-\u30fd][\u3099\u309a]")
_COUNTED_WITH_THE_NEXT = re.compile(
    f"\r\n|[\U0001f1e6-\U0001f1ff]{{2}}|(?<=[{_EMOJI}\ufe0e\ufe0f])\u200d[{_EMOJI}]"
)
# Each of these is one unit by itself: what nearly every text consists of, told at a glance.
_EACH_COUNTS_ONE = re.compile("[\n -~\u3000-\u3029\u3030-\u3096\u309b-\u30ff\u4e00-\u9fff\uff01-\uff9d]*")
_WIDEST_UNIT = 16  # code points: a family with skin tones is 11


def unstorable(text: str) -> bool:
    """True for NUL (SQLite keeps it, PostgreSQL refuses it) and for lone surrogates (no driver takes them)."""
    return _UNSTORABLE.search(text) is not None


def without_unstorable(text: str) -> str:
    return _UNSTORABLE.sub("", text)


def clean_line(text: str) -> str:
    """A one-line value as typed, minus what nobody can see; half-width kana widened, split kana composed."""
    return compose_kana(widen_kana(drop_unseen(_BREAKS.sub(" ", text)))).strip()


def clean_text(text: str) -> str:
    """A message as typed: line ends become LF, control characters go, nothing else changes."""
    return _C0_BUT_TAB_AND_NEWLINE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def drop_unseen(text: str) -> str:
    """Without controls, bidi controls and zero-width characters; joiners stay where they join something."""
    return _STRAY_JOINER.sub("", _UNSEEN.sub(r"\1", text))


def widen_kana(text: str) -> str:
    """ﾊﾞ → バ, also after a full-width kana; a mark that fits no kana stays as a visible ゛ or ゜."""
    return _HALF_WIDTH_KANA.sub(_widened, text)


def _widened(run: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", run[0]).replace("\u3099", "゛").replace("\u309a", "゜")


def compose_kana(text: str) -> str:
    """か + U+3099 → が (as macOS sends it), and nothing else."""
    return _KANA_AND_MARK.sub(lambda pair: unicodedata.normalize("NFC", pair[0]), text)


def grapheme_length(text: str) -> int:
    """Length as a person counts: marks, variation selectors and joined emoji count with their base."""
    if _EACH_COUNTS_ONE.fullmatch(text):
        return len(text)
    starts = sum(count for character, count in Counter(text).items() if not _extends(character))
    return starts - len(_COUNTED_WITH_THE_NEXT.findall(text))


def _extends(character: str) -> bool:
    return (
        unicodedata.category(character) in ("Mn", "Me", "Mc")
        or character in "\u200c\u200d\uff9e\uff9f"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
    )


def shorten(text: str, limit: int) -> str:
    """At most `limit` units as a person counts, the last of them … if something was cut."""
    head = text[: limit * _WIDEST_UNIT]
    if head == text and grapheme_length(text) <= limit:
        return text
    lengths = range(len(head) + 1)
    kept = bisect_right(lengths, limit - 1, key=lambda end: grapheme_length(head[:end])) - 1
    return head[:kept] + "…"


# ---- Keys: for searching and matching only, never shown

_HYPHEN_LIKE = "‐‑‒–—―−－ー"
_VARIANTS = (  # the variant, then the usual letter
    "髙高 﨑崎 嵜崎 濱浜 濵浜 邊辺 邉辺 齋斎 齊斎 斉斎 澤沢 廣広 德徳 𠮷吉 嶋島 嶌島 惠恵 眞真 榮栄 國国 "
    "瀨瀬 淸清 槇槙 遙遥 龍竜 櫻桜 圓円 藏蔵 壽寿 實実 條条 冨富 峯峰 舘館 桒桑 栁柳 靑青 黑黒 橫横"
)
_FOLDS = str.maketrans(
    dict.fromkeys(_HYPHEN_LIKE, "-")
    | {"〜": "~", "∥": "‖", "ゝ": "ヽ", "ゞ": "ヾ"}
    | {chr(code): chr(code + 0x60) for code in range(0x3041, 0x3097)}
    | {pair[0]: pair[1] for pair in _VARIANTS.split(" ")}
)
_COMPANY_FORMS = re.compile(r"\((株|有|同)\)")
_COMPANY_WORDS = {"株": "株式会社", "有": "有限会社", "同": "合同会社"}
_SPACES_AND_SELECTORS = re.compile("[\\s\u200b-\u200d\u2060\ufeff\ufe00-\ufe0f\U000e0100-\U000e01ef]+")


def search_key(text: str) -> str:
    """One form for what people mean as one: width, case, kana type, spaces, 〜～, −－-, ㈱, 髙 and 高."""
    folded = unicodedata.normalize("NFKC", drop_unseen(text)).casefold()
    folded = unicodedata.normalize("NFKC", _SPACES_AND_SELECTORS.sub("", folded)).translate(_FOLDS)
    return _COMPANY_FORMS.sub(lambda found: _COMPANY_WORDS[found[1]], folded)


_HONORIFIC_KEYS = ("様", "サマ", "殿")  # as `search_key` writes them
_LONGEST_NAME = 200


def name_key(name: str) -> str:
    """The same for a name as somebody gives it again: without 様 too. Empty for what is no name."""
    key = search_key(name[:_LONGEST_NAME])
    for honorific in _HONORIFIC_KEYS:
        key = key.removesuffix(honorific)
    return key


# ---- Names, as others read them

_HONORED = ("様", "さま", "殿", "御中", "先生")
_MAIL_LINE_LIMIT = 50
_LINK = re.compile(
    r"[a-z]{2,10}://\S*|www\.\S*"
    r"|(?:[^\s@]{1,64}@)?(?<![a-z0-9])(?!(?:dr|mr|mrs|ms|st|prof)\.)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,3}"
    r"\.(?!(?:ltd|inc|corp|llc|gmbh)(?![a-z0-9-]))[a-z]{2,24}(?![a-z0-9-])"
    r"(?:[/?#:]\S*)?",
    re.IGNORECASE,
)


def mail_line(text: str) -> str:
    """A name or company fit for a line of our mail: no address that a mail program would make a link of."""
    line = clean_line(text[:1000])
    plain = unicodedata.normalize("NFKC", line)
    if _LINK.search(plain):  # only an abused line is folded; an honest name keeps its characters
        line = " ".join(_LINK.sub(" ", plain).split())
    return shorten(line, _MAIL_LINE_LIMIT)


def shown_name(name: str) -> str:
    """山田 太郎 様; what already ends in 様, さま, 殿, 御中 or 先生 is left alone."""
    if not name or name.endswith(_HONORED):
        return name
    return f"{name}\u00a0様"
