"""Cases of another product as rows of a file: charset, delimiter, headings, moments, statuses. Pure.

Headings are matched by words (NFKC, case and signs dropped); what is proposed is confirmed by a person.
"""

import codecs
import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from madoguchi.foundation.lib import clock
from madoguchi.rooms.inquiries.errors import UnfitImport

CHANNEL = "import"
SOURCES: Mapping[str, str] = {
    "mw-wp-form": "MW WP Form", "contact-form-7": "Contact Form 7（Flamingo）", "formrun": "formrun",
    "zendesk": "Zendesk", "freshdesk": "Freshdesk", "maildealer": "メールディーラー", "relation": "Re:lation",
    "generic": "そのほか（CSV）",
}  # fmt: skip
# What a column may be besides an answer to a question of the form.
FACTS: Mapping[str, str] = {
    "received": "受付日時", "key": "元の番号", "status": "状況", "closed": "完了日時", "subject": "件名（本文の前に置く）",
}  # fmt: skip
CHARSETS: Mapping[str, str] = {"utf-8-sig": "UTF-8", "cp932": "Shift_JIS", "utf-16": "UTF-16"}
LONGEST_ROW = 4 * 1024 * 1024  # characters of one cell
_WORDS: Mapping[str, Sequence[str]] = {
    "received": ("受付日時", "受信日時", "投稿日時", "問い合わせ日時", "お問い合わせ日時", "回答日時", "登録日時", "送信日時", "作成日時", "作成日", "登録日", "受信日", "受付日", "日時", "日付", "タイムスタンプ", "createdat", "createdtime", "created", "timestamp", "date", "submittedat", "requestedat"),
    "key": ("問い合わせ番号", "お問い合わせ番号", "受付番号", "管理番号", "案件番号", "登録番号", "チケットid", "チケット番号", "会話id", "メールid", "回答id", "ticketid", "番号", "no", "id", "postid", "serialnumber"),
    "status": ("対応ステータス", "対応状況", "ステータス", "状態", "状況", "status", "ticketstatus"),
    "closed": ("対応完了日時", "完了日時", "完了日", "解決日時", "クローズ日時", "solvedat", "resolvedtime", "resolvedat", "closedtime", "closedat"),
    "subject": ("件名", "タイトル", "題名", "subject", "yoursubject", "title"),
    "body": ("お問い合わせ内容", "お問合せ内容", "問い合わせ内容", "問合せ内容", "ご相談内容", "相談内容", "ご用件", "ご質問", "本文", "内容", "詳細", "メッセージ", "yourmessage", "message", "description", "body", "text", "comment", "inquiry"),
    "name": ("氏名", "お名前", "名前", "お客様名", "顧客名", "差出人名", "差出人", "送信者", "yourname", "fullname", "requestername", "requester", "contactname", "fromname", "name"),
    "company": ("企業名", "会社名", "貴社名", "御社名", "法人名", "組織名", "団体名", "会社", "yourcompany", "companyname", "company", "organization", "organisation"),
    "phone": ("電話番号", "お電話番号", "電話", "tel", "yourtel", "phone", "phonenumber", "mobile", "requesterphone", "workphone"),
    "email": ("メールアドレス", "差出人アドレス", "送信元アドレス", "eメール", "メール", "youremail", "requesteremail", "contactemail", "fromアドレス", "fromaddress", "email", "mail", "from"),
    "website": ("ホームページurl", "ホームページ", "webサイト", "サイトurl", "url", "website", "yoururl"),
    "remarks": ("備考", "補足", "その他", "remarks", "note", "notes"),
}  # fmt: skip
_STATUS: Mapping[str, Sequence[str]] = {
    "done": ("完了", "対応完了", "対応済み", "対応済", "済", "返信済み", "返信済", "解決済み", "解決", "クローズ", "終了", "対応不要", "closed", "solved", "resolved", "done", "completed"),
    "doing": ("対応中", "処理中", "進行中", "作業中", "確認中", "inprogress", "open", "オープン", "未解決"),
    "pending": ("保留", "保留中", "返信待ち", "回答待ち", "お客様待ち", "pending", "onhold", "hold", "waitingoncustomer"),
    "open": ("未対応", "未返信", "未処理", "新規", "新着", "受付", "未着手", "new"),
}  # fmt: skip
_JUNK = ("迷惑", "迷惑メール", "スパム", "spam", "ゴミ箱")
_MOMENT = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?(?:\([日月火水木金土]\))?"
    r"(?:[T ]+(\d{1,2})[:時](\d{1,2})分?(?::?(\d{1,2})(?:\.\d+)?秒?)?)?\s*(Z|UTC|JST|[+-]\d{2}:?\d{2})?"
)


def plain(heading: str) -> str:
    """As headings are compared: width, case, spaces and signs do not count."""
    return "".join(c for c in unicodedata.normalize("NFKC", heading).lower() if c.isalnum())


def propose(headings: Sequence[str], questions: Mapping[str, str]) -> dict[str, int]:
    """For each question of the form (key: label) and each fact, the column that its words point to; a column once."""
    known, taken = [plain(each) for each in headings], dict[str, int]()
    for rank in range(max(map(len, _WORDS.values()))):
        for target in (*FACTS, *questions):
            words = [plain(questions.get(target, "")), *map(plain, _WORDS.get(target, ()))]
            if target in taken or rank >= len(words) or not words[rank]:
                continue
            if words[rank] in known and (place := known.index(words[rank])) not in taken.values():
                taken[target] = place
    return taken


def detect(pieces: Iterable[bytes]) -> str:
    """A mark at the beginning tells; then UTF-8 if every byte of the file is, else Shift_JIS."""
    decoder, first = codecs.getincrementaldecoder("utf-8")(), True
    for piece in pieces:
        if first and piece[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        first = False
        try:
            decoder.decode(piece)
        except UnicodeDecodeError:
            return "cp932"
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp932"
    return "utf-8-sig"


def read_rows(pieces: Iterable[bytes], charset: str) -> Iterator[list[str]]:
    """The rows of the file, headings first, without empty ones. Raises UnfitImport for what is no table."""
    csv.field_size_limit(LONGEST_ROW)
    lines = _lines(pieces, charset)
    head = next(lines, "")
    if not head.strip() or "\x00" in head:
        raise UnfitImport
    delimiter = max(",\t;", key=head.count)
    try:
        for row in csv.reader(_chained(head, lines), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                yield row
    except csv.Error as error:
        raise UnfitImport from error


def _chained(head: str, lines: Iterator[str]) -> Iterator[str]:
    yield head
    yield from lines


def _lines(pieces: Iterable[bytes], charset: str) -> Iterator[str]:
    decoder, waiting = codecs.getincrementaldecoder(charset)("replace"), ""
    for piece in pieces:
        waiting += decoder.decode(piece)
        *whole, waiting = waiting.split("\n")
        yield from (f"{line}\n" for line in whole)
    waiting += decoder.decode(b"", final=True)
    if waiting:
        yield from (
            (f"{line}\n" for line in waiting.split("\r")) if "\r" in waiting.rstrip("\r") else [waiting]
        )


def read_moment(said: str) -> datetime | None:
    """2026/11/22 14:05:00, 2026-11-22T14:05:00Z, 2026年11月22日 14:05; Tokyo time where nothing else is said."""
    found = _MOMENT.search(unicodedata.normalize("NFKC", said).strip())
    if found is None:
        return None
    numbers = [int(each or 0) for each in found.groups()[:6]]
    try:
        return datetime(*numbers, tzinfo=_zone(found[7])).astimezone(UTC)  # type: ignore[arg-type, misc]
    except (ValueError, OverflowError):
        return None


def _zone(said: str | None) -> tzinfo:
    if said in ("Z", "UTC"):
        return UTC
    if not said or said == "JST":
        return clock.JST
    minutes = int(said[1:3]) * 60 + int(said[-2:])
    return timezone(timedelta(minutes=-minutes if said[0] == "-" else minutes))


def read_status(said: str) -> str:
    """One of our statuses; without a word that is known, somebody has to look: 未対応."""
    word = plain(said)
    return next((code for code, words in _STATUS.items() if word in map(plain, words)), "open")


def read_lane(said: str) -> str:
    word = plain(said)
    return "junk" if word in map(plain, _JUNK) else "sales" if word == "営業" else "inbox"


@dataclass(frozen=True, slots=True)
class Case:
    """One row, read. `key` tells it from every other row of its source."""

    answers: Mapping[str, str]
    received: datetime | None
    key: str
    status: str
    lane: str
    closed: datetime | None


def read_case(row: Sequence[str], mapping: Mapping[str, int], digest: Callable[[str], str]) -> Case:
    """Without a column of its own, the key is a digest of the whole row."""
    said = {name: row[place].strip() for name, place in mapping.items() if place < len(row)}
    answers = {name: text for name, text in said.items() if name not in FACTS and text}
    if subject := said.get("subject", ""):
        answers["body"] = f"{subject}\n\n{answers.get('body', '')}".strip()
    status = said.get("status", "")
    return Case(
        answers=answers,
        received=read_moment(said.get("received", "")),
        key=said.get("key") or digest("\x1f".join(row)),
        status=read_status(status),
        lane=read_lane(status),
        closed=read_moment(said.get("closed", "")),
    )
