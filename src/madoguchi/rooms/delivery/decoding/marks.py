"""How mail programs announce the mail they quote: words between dashes, blocks of header lines, dated lines.

A line alone never decides: quotes.py looks at what follows.
"""

import re
from unicodedata import normalize

LINE = 500  # characters; a longer line announces nothing

# ---- 元のメッセージ between dashes
_WORDS = (
    "original message|original mail|original appointment|original|reply message|reply mail|forwarded message|forwarded by .{1,80}|"
    "forwarded mail|forward(?:ed)? header|元のメッセージ|元のメール|元メッセージ|元メール|オリジナルメッセージ|オリジナル メッセージ|"
    "返信元メッセージ|返信元のメッセージ|返信元メール|返信元|受信メール|引用元|引用|転送されたメッセージ|転送メッセージ|"
    "転送されたメール|転送メール|転送元のメッセージ|転送元メッセージ|転送元|転送|以前のメッセージ|ここから引用|"
    "原始邮件|邮件原件|转发的消息|원본 메시지|ursprüngliche nachricht|message d'origine|mensaje original|"
    r".{1,120} (?:wrote|writes):? ?|.{1,120} ?さん(?:は|が)書きました[::]? ?"
)
_RULES = "-_=*#~＿─━―－＝"
_RULE = f"[{_RULES}]"
_DASHED = re.compile(rf"{_RULE}{{2,60}} ?(?:{_WORDS}) ?[:：]? ?{_RULE}{{2,60}}", re.IGNORECASE)
_BARE = re.compile(
    r"(?:begin forwarded message|転送されたメッセージ|元のメッセージ|original message|forwarded message|転送メッセージ) ?[:：]",
    re.IGNORECASE,
)
FORWARDS = re.compile(r"forward|転送|转发", re.IGNORECASE)
RULE_ALONE = re.compile(r"_{10,200}")  # of Outlook; other rules may close a signature
ANY_RULE = re.compile(r"[-_=*─━―－]{10,200}")

# ---- 差出人: / From: …
_KEYS = {
    "from": "差出人 送信者 発信者 発信元 送信元 from von 发件人 寄件者 발신 보낸사람",
    "sent": "送信日時 送信日 送信済み 送信時刻 日時 日付 受信日時 受信日 sent date gesendet 发送时间 日期 時間",
    "to": "宛先 宛て先 あて先 受信者 to an 收件人",
    "subject": "件名 題名 標題 表題 タイトル subject subj betreff 主题 主旨",
    "more": "cc bcc ｃｃ 返信先 reply-to replyto 添付ファイル 添付 attachments attachment 重要度 importance 優先度 priority "
    "message-id メッセージid 組織 organization 差出人の組織 sender 抄送 分類項目 秘密度",
}
_MEANINGS = {word: meaning for meaning, words in _KEYS.items() for word in words.split()}
_FIELD = re.compile(
    r"[>＞ \t　]{0,20}[*•・■◆●□]{0,2} ?([^\s:：*][^:：*\n]{0,14}?)[ \t　]{0,20}\*{0,2}[:：]\*{0,2}(?:[ \t　]|.|$)"
)


def separator(line: str) -> str:
    """The words of a line that stand between dashes and announce an older mail; empty for any other line."""
    plain = line.strip(" \t　")
    if (
        not 8 <= len(plain) <= LINE
        or plain[0] not in _RULES
        or plain[-1] not in _RULES
        or not _DASHED.fullmatch(plain)
    ):
        return ""
    return plain


def bare_separator(line: str) -> bool:
    """Announces only if header lines or a quotation follow."""
    return len(line) <= LINE and bool(_BARE.fullmatch(line.strip(" \t　*")))


def header_key(line: str) -> str:
    """from, sent, to, subject or more, for a line that reads like a header field; else empty."""
    if ":" not in line and "：" not in line:
        return ""
    found = _FIELD.match(line[:LINE])
    return _MEANINGS.get("".join(normalize("NFKC", found[1]).lower().split()), "") if found else ""


# ---- 2026年11月22日(日) 10:00 山田 <…>:  /  On … wrote:
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DATE = re.compile(
    r"(?:\d{4}|令和\d{1,2}|R\d{1,2})[ ]?[年/.-] ?\d{1,2} ?[月/.-] ?\d{1,2}"
    rf"|\d{{1,2}}\.? {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d{1,2} ?[:：時] ?\d{2}")
_ADDRESS = re.compile(r"[^\s<>\"@:;,]{1,64}@[^\s<>\"@:;,]{2,253}")
_WROTE = re.compile(
    r"(?:\bwrote|\bwrites|\bwrite|\bsaid|写道|schrieb|a écrit|escribió"
    r"|(?:さん|様|氏)?(?:は|が)?(?:次のように|以下のように|こう)?(?:書きました|書かれました|書き込みました|書いています|書きました。)"
    r"|(?:の|からの)(?:メール|メッセージ|お便り)|(?:に|、)?返信|さん(?:は|が) ?)[^\S\n]{0,3}[:：。]",
    re.IGNORECASE,
)
_PERSON = re.compile(r"(?:様|さま|さん|殿|御中|先生|氏)[ 　]?[:：]$")
_BEGINS = re.compile(
    r"(?:on|at|in|le|am|el|quoting|zitat|\(|「|\"|<|>|-{1,5}|\*{1,5})|\d|令和|R\d|(?:mon|tue|wed|thu|fri|sat|sun)",
    re.IGNORECASE,
)
_EN_START = re.compile(r"(?:on|at|le|am|el)\s", re.IGNORECASE)


def attribution(text: str, *, quoted_next: bool, replies: bool = False) -> bool:
    """`text`: one to three lines, joined. With a quotation right below less is asked for, in an answer too."""
    plain = text.strip(" \t　*")
    if not plain or len(plain) > LINE or plain[-1] not in ":：。>":
        return False
    dated, timed = bool(_DATE.search(plain)), bool(_TIME.search(plain))
    wrote = bool(_WROTE.search(plain[-60:])) and plain[-1] in ":：。"
    addressed = bool(_ADDRESS.search(plain))
    if quoted_next:
        return (
            (wrote and len(plain) < 200)
            or (dated and (timed or addressed))
            or (addressed and plain[-1] in ":：")
        )
    if plain[-1] == ">" or not dated:
        return False
    if wrote:
        return timed or addressed or bool(_EN_START.match(plain))
    named = addressed or (replies and bool(_PERSON.search(plain)))
    return plain[-1] in ":：" and timed and _DATE.match(plain) is not None and named


def may_begin_attribution(line: str) -> bool:
    """Whether a line could be the first of an attribution that is wrapped over several."""
    plain = line.strip(" \t　")
    return 0 < len(plain) <= LINE and bool(_BEGINS.match(plain) or _DATE.search(plain))
