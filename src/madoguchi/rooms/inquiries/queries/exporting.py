"""What an export may hold and for what: codes and their words, formats, columns. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from madoguchi.foundation.lib.tables import Cp932Csv, ExcelCsv, Json, PlainCsv, Writer, Xlsx
from madoguchi.rooms.inquiries.errors import NoSuchExport, NotForExport, UnfitExport

KEPT = timedelta(days=7)
PURPOSES: Mapping[str, str] = {
    "analysis": "件数や内容の集計", "answering": "お返事の準備や確認", "handover": "担当の引き継ぎ",
    "inspection": "監査や照会への対応", "moving": "ほかの仕組みへの移行",
}  # fmt: skip
RECIPIENTS: Mapping[str, str] = {
    "self": "自分だけ", "desk": "窓口の担当者", "inside": "社内のほかの部署",
    "entrusted": "取り扱いを任せている会社（契約のある先）",
}  # fmt: skip
STATES: Mapping[str, str] = {"all": "すべて", "open": "完了していないもの", "done": "完了したもの"}
COLUMNS: Mapping[str, str] = {
    "number": "受付番号", "received": "受付日時", "channel": "受け取りかた", "form": "フォーム", "lane": "仕分け",
    "status": "状況", "assignee": "担当", "due": "お返事の期限", "first": "はじめのお返事",
    "first_minutes": "はじめのお返事まで（営業時間・分）", "done": "完了日時", "done_minutes": "完了まで（営業時間・分）",
}  # fmt: skip
ANSWER = "answer."  # before the key of a question


@dataclass(frozen=True, slots=True)
class Format:
    """`plain`: for machines, with times in ISO."""

    label: str
    extension: str
    media_type: str
    plain: bool = False
    mark: str = ""


FORMATS: Mapping[str, Format] = {
    "xlsx": Format(
        "Excel（おすすめ）", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
    "csv": Format("CSV（Excel用、UTF-8）", "csv", "text/csv; charset=utf-8"),
    "cp932": Format(
        "CSV（Shift_JIS。表せない文字は失われます）", "csv", "text/csv; charset=shift_jis", mark="-sjis"
    ),
    "plain": Format(
        "CSV（ほかのプログラム用）", "csv", "text/csv; charset=utf-8", plain=True, mark="-machine"
    ),
    "json": Format("JSON（ほかのプログラム用）", "json", "application/json", plain=True, mark="-machine"),
}
_WRITERS: Mapping[str, Callable[[list[str]], Writer]] = {
    "xlsx": Xlsx,
    "csv": ExcelCsv,
    "cp932": Cp932Csv,
    "plain": PlainCsv,
    "json": Json,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for: received from the first day to the last; 営業 and 迷惑 only when ticked."""

    purpose: str
    recipient: str
    format: str
    first: date
    last: date
    columns: tuple[str, ...]
    state: str = "all"
    sales: bool = False
    junk: bool = False


def check_wanted(wanted: Wanted) -> None:
    known = (
        wanted.purpose in PURPOSES and wanted.recipient in RECIPIENTS and wanted.format in FORMATS
        and wanted.state in STATES and wanted.columns and wanted.first <= wanted.last
    )  # fmt: skip
    if not known:
        raise UnfitExport


def check_may_export(role: str) -> None:
    if role == "drafter":
        raise NotForExport


def may_export(role: str) -> bool:
    return role != "drafter"


def check_may_fetch(*, own: bool, role: str) -> None:
    """Whoever asked for it, and the officer."""
    if not own and role != "officer":
        raise NoSuchExport


def writer(format: str, headings: list[str]) -> Writer:
    return _WRITERS[format](headings)


def filename(format: str, first: date, last: date) -> str:
    kind = FORMATS[format]
    return f"inquiries-{first:%Y%m%d}-{last:%Y%m%d}{kind.mark}.{kind.extension}"
