"""One inquiry with everything beside it: what was asked, what was said since, who they are, what to do."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site import looks, words
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.inbox import beside, inquiry_url
from madoguchi.faces.staff_site.panel import panel
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.text import shown_name
from madoguchi.rooms.delivery.queries import MailState, mail_states
from madoguchi.rooms.inquiries import queries, rules
from madoguchi.rooms.inquiries.queries import Answers, Line, Row
from madoguchi.rooms.organisation.queries import Colleague, Viewer, colleagues

_TROUBLE = {"refused": "届きませんでした", "held": "送信を控えています"}
_MOVES = {"pending": "保留にする", "done": "完了にする"}


@desk_view
@require_safe
def inquiry(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    return show(request, viewer, number)


def show(
    request: HttpRequest,
    viewer: Viewer,
    number: str,
    *,
    text: str = "",
    problem: str = "",
    write: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page; `text` and `problem` bring back what could not be sent, `write` opens the composer."""
    found = queries.find_number(viewer, number)
    looks.open_one(request, viewer, found.id)
    found = queries.find_number(viewer, number)
    row = queries.row_of(found)
    view = _view(request, row)
    context = beside(request, viewer, view, open_number=number)
    staff = context["staff_names"]
    others = queries.same_person(viewer, found)
    looks.show_list(request, viewer, others)
    answers = None if row.erased else queries.answers_of(found)
    lines, people = queries.timeline(found), colleagues(viewer)
    declined = next((line.at for line in lines if line.code == "declined"), None)
    context |= {
        "row": row,
        "who": words.who(row),
        "title": words.whole_name(row),
        "status_badge": words.badge(row.status),
        "assignee": words.colleague(staff, row.assignee_id),
        "deadline": words.deadline(row),
        "counting": row.lane == "inbox" and row.status not in ("pending", "done") and row.answered_at is None,
        "message": _message(row, answers) if answers else None,
        "entries": list(_entries(lines, found.acknowledgement_id, row, staff)),
        "verbs": _verbs(row, viewer, people, declined=declined),
        "panel": panel(viewer, found, row, answers, [_related(each, view) for each in others]),
        "undo": _undo(request, row, view, context["pager"]),
        "composer": _composer(request, row, answers, lines, text=text, problem=problem, write=write),
        "here": urlencode({"from": view}),
        "back_url": context["list"]["url"],
    }
    return render(request, "desk/inquiry.html", context, status=status)


def _view(request: HttpRequest, row: Row) -> str:
    """The list it was opened from; without one, the list where it lies."""
    wanted = request.GET.get("from", "")
    known = (*rules.LANES, "mine", "unassigned", "overdue", "pending", "done")
    return wanted if wanted in known else "done" if row.status == "done" else row.lane


def _message(row: Row, answers: Answers) -> dict[str, Any]:
    """The text first, then the other answers in the order of the form, as typed."""
    others = [spec for spec in answers.fields if spec.key != "body"]
    filled = [(spec.label, answers.values.get(spec.key, "")) for spec in others]
    return {
        "who": shown_name(row.name),
        "at": row.received_at,
        "text": answers.values.get("body", ""),
        "answers": [{"label": label, "value": value} for label, value in filled if value],
        "blank": "、".join(label for label, value in filled if not value),
    }


def _entries(
    lines: list[Line], acknowledgement: UUID | None, row: Row, staff: Mapping[UUID, str]
) -> Iterator[dict[str, Any]]:
    """Notes, replies and events in the order they happened; the acknowledgement stands where it was sent."""
    ids = [line.mail_id for line in lines if line.mail_id] + ([acknowledgement] if acknowledgement else [])
    mails = mail_states(ids)
    entries = [_entry(line, mails, staff) for line in lines]
    if acknowledgement in mails:
        mail = mails[acknowledgement]
        entries.append(
            {"kind": "event", "at": mail.queued_at, "text": f"自動返信 ― {mail.label}", **_trouble(mail)}
        )
    yield from sorted(entries, key=lambda entry: entry["at"])


def _entry(line: Line, mails: Mapping[UUID, MailState], staff: Mapping[UUID, str]) -> dict[str, Any]:
    mail = mails.get(line.mail_id) if line.mail_id else None
    if line.kind == "event":
        text = words.event(line, staff) + (f" ― {mail.label}" if mail else "")
        return {"kind": "event", "at": line.at, "text": text, **_trouble(mail)}
    kind, how = ("memo", "") if line.kind == "note" else ("reply", "お返事")
    return {
        "kind": kind,
        "how": how,
        "who": words.by_whom(line.by, staff),
        "at": line.at,
        "text": line.text or "（消去されました）",
        "delivery": mail.label if mail else "",
        **_trouble(mail),
    }


def _trouble(mail: MailState | None) -> dict[str, Any]:
    if mail is None or mail.state not in _TROUBLE:
        return {}
    label = "送る" if mail.state == "held" else "もう一度送る"
    return {
        "trouble": _TROUBLE[mail.state],
        "resend": {"url": reverse("resend", args=[mail.id]), "label": label},
    }


def _verbs(row: Row, viewer: Viewer, people: list[Colleague], *, declined: datetime | None) -> dict[str, Any]:
    lane, assignable = row.lane, rules.may_assign(row)
    return {
        "take": assignable and row.assignee_id != viewer.ref.id,
        "hand_to": [each for each in people if each.id != row.assignee_id] if assignable else [],
        "moves": [
            {"status": status, "label": label}
            for status, label in _MOVES.items()
            if rules.may_move(row, status) and row.status != status
        ],
        "reopen": row.status in ("pending", "done"),
        "to_sales": lane == "inbox",
        "to_inbox": lane != "inbox",
        "decline": rules.may_decline(lane, declined) and not row.erased,
        "declined": lane == "sales" and declined is not None,
        "me": viewer.ref.id,
    }


def _related(row: Row, view: str) -> dict[str, Any]:
    return {
        "url": inquiry_url(row.receipt_number, view),
        "line": row.line or words.ERASED,
        "status": words.badge(row.status)["label"],
        "at": row.received_at,
    }


def _undo(request: HttpRequest, row: Row, view: str, pager: Any) -> dict[str, Any] | None:
    """Right after a move between lanes, and only then."""
    moved = request.session.pop("moved", None)
    if not moved or moved["number"] != row.receipt_number:
        return None
    back = reverse("move", args=[row.receipt_number, moved["from"]])
    return {
        "text": f"「{queries.lane_label(row.lane)}」に移しました。",
        "url": f"{back}?{urlencode({'from': view, 'undo': 1})}",
        "label": "取り消す",
    }


def _composer(
    request: HttpRequest,
    row: Row,
    answers: Answers | None,
    lines: list[Line],
    *,
    text: str,
    problem: str,
    write: str,
) -> dict[str, Any] | None:
    if answers is None:
        return None
    asked = write or request.GET.get("write", "")
    address = answers.values.get("email", "")
    mode = "note" if asked == "note" or not address else "reply"
    return {
        "mode": mode,
        "open": bool(asked),
        "address": address,
        "name": shown_name(row.name),
        "text": text,
        "problem": problem,
        "seen_until": clock.now().isoformat(),
        "is_done": row.status == "done",
    }
