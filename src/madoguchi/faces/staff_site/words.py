"""What the desk says: a status, a deadline, an event, in the words of elements/*.html."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib import calendar, clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.text import shown_name
from madoguchi.rooms.inquiries.queries import Line, Row, lane_label, status_label

LOOKS = {"new": "new", "doing": "doing"}
ERASED = "消去されたお問い合わせ"


def badge(status: str) -> dict[str, str]:
    return {"label": status_label(status), "look": LOOKS.get(status, "")}


def who(row: Row) -> dict[str, str]:
    """Company and person as shown, 様 included."""
    if row.erased:
        return {"company": "", "person": ERASED}
    return {"company": row.company, "person": shown_name(row.name) if row.name else ""}


def whole_name(row: Row) -> str:
    parts = who(row)
    return " ".join(part for part in (parts["company"], parts["person"]) if part)


def deadline(row: Row) -> tuple[str, bool]:
    """How long is left, or why nobody is counting; and whether it is late."""
    if row.status == "done":
        return "完了", False
    if row.lane != "inbox":
        return short(row.received_at), False
    if row.status == "pending":
        return "お返事待ち", False
    if row.answered_at is not None:
        return "返信済み", False
    return calendar.time_left(clock.now(), row.due_at)


def short(moment: datetime) -> str:
    return calendar.short_date(moment, clock.now())


def family(name: str) -> str:
    """How colleagues call each other in a list: the first part of the name."""
    return (name.split() or [name])[0]


def colleague(names: Mapping[UUID, str], id: UUID | None) -> str:
    return family(names.get(id, "退職した職員")) if id else ""


def list_row(row: Row, names: Mapping[UUID, str], url: str, *, selected: bool = False) -> dict[str, Any]:
    due, late = deadline(row)
    return {
        **who(row),
        "url": url,
        "line": row.line or "（内容は残っていません）",
        "number": row.receipt_number,
        "status": badge(row.status),
        "due": due,
        "late": late,
        "assignee": colleague(names, row.assignee_id),
        "unread": row.unread,
        "selected": selected,
        "sample": row.sample,
    }


def by_whom(by: Ref, names: Mapping[UUID, str]) -> str:
    return names.get(by.id, "退職した職員") if by.kind == "staff" else "窓口"


def event(line: Line, names: Mapping[UUID, str]) -> str:
    """An event of the timeline as a sentence."""
    actor = f"{family(by_whom(line.by, names))}さん"
    details = line.details
    if line.code == "assigned":
        return _assigned(actor, line.by, details.get("to", ""), names)
    if line.code == "status":
        return f"{actor}が「{status_label(details['to'])}」にしました"
    if line.code == "lane":
        return f"{actor}が「{lane_label(details['from'])}」から「{lane_label(details['to'])}」へ移しました"
    if line.code == "declined":
        return f"{actor}が丁寧なお断りをお送りしました"
    return f"{actor}が操作しました"


def _assigned(actor: str, by: Ref, to: str, names: Mapping[UUID, str]) -> str:
    if not to:
        return f"{actor}が担当を外しました"
    if to == str(by.id):
        return f"{actor}が担当になりました"
    return f"{actor}から{family(names.get(UUID(to), '退職した職員'))}さんに引き継ぎました"


def minutes(count: int | None) -> str:
    if count is None:
        return "―"
    hours, rest = divmod(count, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}日" + (f"{hours}時間" if hours else "")
    return (f"{hours}時間" if hours else "") + (f"{rest}分" if rest or not hours else "")
