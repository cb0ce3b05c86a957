"""What the desk says: a status, a deadline, an event, in the words of elements/*.html."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.faces.staff_site import changes, mail_words
from madoguchi.foundation.lib import calendar, clock
from madoguchi.foundation.lib.hours import Hours
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.text import shown_name
from madoguchi.rooms.inquiries.queries.drafts import Marks
from madoguchi.rooms.inquiries.queries.enclosures import REASONS
from madoguchi.rooms.inquiries.queries.lists import Row, lane_label, status_label
from madoguchi.rooms.inquiries.queries.one import Line
from madoguchi.rooms.inquiries.rules import OUTGOING, TYPED_IN
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.rules import complaints as rights
from madoguchi.rooms.rights.rules import requests

_APPROVAL = {
    "proposed": "お返事の承認を依頼しました", "proposal-withdrawn": "承認の依頼を取り下げました",
    "proposal-approved": "お返事を承認しました", "proposal-returned": "お返事を差し戻しました",
}  # fmt: skip
LOOKS = {"new": "new", "doing": "doing"}
ERASED = "消去されたお問い合わせ"
NAMELESS = "お名前の分からない方"  # a letter or a call may leave it out
COVERED = "配慮が必要な内容のため、本文を伏せています。"


def badge(status: str) -> dict[str, str]:
    return {"label": status_label(status), "look": LOOKS.get(status, "")}


def who(row: Row) -> dict[str, str]:
    """Company and person as shown, 様 included."""
    if row.erased:
        return {"company": "", "person": ERASED}
    nobody = "" if row.company else NAMELESS
    return {"company": row.company, "person": shown_name(row.name) if row.name else nobody}


def whole_name(row: Row) -> str:
    parts = who(row)
    return " ".join(part for part in (parts["company"], parts["person"]) if part)


def deadline(row: Row, hours: Hours | None = None) -> tuple[str, bool]:
    """How long is left of the time in which somebody can answer, or why nobody is counting; and whether it is late."""
    if row.status == "done":
        return "統合済み" if row.merged else "完了", False
    if row.erased:
        return "消去済み", False
    if row.lane != "inbox":
        return short(row.received_at), False
    if row.status == "pending":
        return "お返事待ち", False
    if row.answered_at is not None:
        return "返信済み", False
    return calendar.time_left(clock.now(), row.due_at, hours)


def short(moment: datetime) -> str:
    return calendar.short_date(moment, clock.now())


def family(name: str) -> str:
    """How colleagues call each other in a list: the first part of the name."""
    return (name.split() or [name])[0]


def colleague(names: Mapping[UUID, str], id: UUID | None) -> str:
    return family(names.get(id, "退職した職員")) if id else ""


def list_row(
    row: Row, names: Mapping[UUID, str], url: str, *, selected: bool = False, hours: Hours | None = None
) -> dict[str, Any]:
    due, late = deadline(row, hours)
    return {
        **who(row),
        "url": url,
        "line": line(row),
        "number": row.receipt_number,
        "status": {"label": "統合済み", "look": ""} if row.merged else badge(row.status),
        "due": due,
        "late": late,
        "assignee": colleague(names, row.assignee_id),
        "unread": row.unread,
        "selected": selected,
        "sample": row.sample,
        "special_care": row.special_care,
        "merged": row.merged,
    }


def marks(found: Marks | None, viewer: Viewer, names: Mapping[UUID, str]) -> dict[str, Any]:
    """Who is writing, what lies half written, what waits for a yes."""
    if found is None:
        return {"writing": "", "drafted": "", "proposed": False}
    writer = found.writer if found.writer != viewer.ref.id else None
    return {
        "writing": f"{colleague(names, writer)}さんが返信中" if writer else "",
        "drafted": f"下書きあり（{'、'.join(colleague(names, id) for id in found.drafts)}）"
        if found.drafts
        else "",
        "proposed": found.proposed,
    }


def line(row: Row) -> str:
    """The first words, or why there are none."""
    if row.special_care and not row.erased:
        return COVERED
    return row.line or ("（内容はご覧になれません）" if row.erased else "（内容は残っていません）")


def by_whom(by: Ref, names: Mapping[UUID, str]) -> str:
    return names.get(by.id, "退職した職員") if by.kind == "staff" else "窓口"


def event(line: Line, names: Mapping[UUID, str]) -> str:
    """An event of the timeline as a sentence."""
    actor = f"{family(by_whom(line.by, names))}さん"
    details = line.details
    if told := changes.told(actor, line, names):
        return told
    if line.code == "assigned":
        return _assigned(actor, line.by, details.get("to", ""), names)
    if line.code in mail_words.CODES:
        return mail_words.event(line)
    if line.code == "status" and line.by.kind == "visitor":
        return f"続きが届いたため、「{status_label(details['to'])}」に戻りました"
    if line.code == "status":
        return f"{actor}が「{status_label(details['to'])}」にしました"
    if line.code == "lane" and line.by.kind != "staff":
        return f"仕分けで、「{lane_label(details['from'])}」から「{lane_label(details['to'])}」へ移しました"
    if line.code == "lane-confirmed":
        lane = details["lane"]
        return (
            f"{actor}が{'お客様からのものと' if lane == 'inbox' else f'「{lane_label(lane)}」で'}確かめました"
        )
    if line.code == "lane":
        return f"{actor}が「{lane_label(details['from'])}」から「{lane_label(details['to'])}」へ移しました"
    if line.code == "special-care":
        done = "要配慮として伏せました" if details["set"] else "伏せるのをやめました"
        return f"{actor}が{done}"
    if line.code == "typed-in":
        return f"{actor}が、{TYPED_IN[details['channel']]}で受け取ったものを登録しました"
    if line.code == "file-deleted":
        return f"{actor}が添付ファイルを削除しました（{REASONS.get(details.get('reason', ''), 'その他')}）"
    if line.code == "file-infected":
        return "添付ファイルにウイルスの疑いがあり、開けないようにしました"
    if line.code == "imported":
        return f"{actor}がほかの製品から取り込みました"
    if line.code.startswith("complaint-"):
        return _complaint(actor, line, names)
    if line.code == "request-opened":
        return f"{actor}が個人情報の窓口へ渡しました（{requests.KINDS[details['kind']].label}のご請求）"
    if line.code in _APPROVAL:
        return f"{actor}が{_APPROVAL[line.code]}"
    if line.code == "taken-back":
        return f"{actor}がお返事の送信を取り消しました（お客様には届いていません）"
    if line.code == "declined":
        return f"{actor}が丁寧なお断りをお送りしました"
    return f"{actor}が操作しました"


def _complaint(actor: str, line: Line, names: Mapping[UUID, str]) -> str:
    """What became of it as an opinion, a question or a complaint about personal data."""
    match line.code.removeprefix("complaint-"), line.details:
        case "opened", {"kind": kind}:
            if line.by.kind == "staff":
                return f"{actor}が個人情報の窓口へ渡しました（{rights.KINDS[kind]}）"
            return f"個人情報についてのお申し出として受け付けました（{rights.KINDS[kind]}）"
        case "owner", {"to": to}:
            return f"お申し出の担当が{family(names.get(UUID(to), '退職した職員'))}さんになりました"
        case "due", {"to": to, "reason": reason}:
            day = calendar.japanese_day(date.fromisoformat(to))
            return f"{actor}がお申し出の期日を{day}に変えました（{rights.DUE_REASONS[reason]}）"
        case "closed", {"outcome": outcome}:
            return f"{actor}がお申し出の結果を記しました（{rights.outcome_in_words(outcome)}）"
        case "taken-back", {"reason": reason}:
            return f"{actor}がお申し出を取り消しました（{rights.MISTAKES[reason]}）"
    return f"{actor}が操作しました"


def _assigned(actor: str, by: Ref, to: str, names: Mapping[UUID, str]) -> str:
    if not to:
        return f"{actor}が担当を外しました"
    if to == str(by.id):
        return f"{actor}が担当になりました"
    return f"{actor}から{family(names.get(UUID(to), '退職した職員'))}さんに引き継ぎました"


def channel(code: str) -> str:
    """How it reached us, as a message says it of itself."""
    if code == "mail":
        return "メールで"
    if code == OUTGOING:
        return "こちらからのメールで"
    if code == "import":
        return "取り込みで"
    if code == "web":
        return "控えのページから"
    return f"{TYPED_IN[code]}で" if code in TYPED_IN else "フォームから"


def minutes_ago(moment: datetime) -> str:
    """3分前から, of what still goes on."""
    count = int((clock.now() - moment).total_seconds()) // 60
    return f"{minutes(count)}前から" if count > 0 else "いま"


def clock_time(moment: datetime) -> str:
    local = clock.local(moment)
    return f"{local.hour}:{local.minute:02}"


def business_minutes(count: int | None) -> str:
    """In hours: business days differ in length."""
    if count is None:
        return "―"
    hours, rest = divmod(count, 60)
    return (f"{hours}時間" if hours else "") + (f"{rest}分" if rest or not hours else "")


def minutes(count: int | None) -> str:
    if count is None:
        return "―"
    hours, rest = divmod(count, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}日" + (f"{hours}時間" if hours else "")
    return (f"{hours}時間" if hours else "") + (f"{rest}分" if rest or not hours else "")
