"""What was said and done since, line by line: notes, replies and events, with what became of each mail."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from madoguchi.faces.staff_site import mail_words, words
from madoguchi.faces.staff_site.mail_reasons import reason
from madoguchi.foundation.lib.text import shown_name
from madoguchi.rooms.delivery.queries import MailState, mail_states
from madoguchi.rooms.inquiries.queries.one import Line
from madoguchi.rooms.inquiries.queries.reading import Reading

COVERED = "（伏せています）"
_NO_FILES: Mapping[UUID | None, list[dict[str, Any]]] = {}
_REPLY = ("お返事", "お返事（本文は控えのページ）")
_TROUBLE = {"refused": "届きませんでした。", "held": ""}  # what is held says so by its state


def entries(
    reading: Reading,
    acknowledgement: UUID | None,
    staff: Mapping[UUID, str],
    files: Mapping[UUID | None, list[dict[str, Any]]] = _NO_FILES,
) -> Iterator[dict[str, Any]]:
    """Notes, replies and events in the order they happened; the acknowledgement stands where it was sent."""
    lines = reading.lines
    ids = [line.mail_id for line in lines if line.mail_id] + ([acknowledgement] if acknowledgement else [])
    mails = mail_states(ids)
    gone = COVERED if reading.covered else "（消去されました）"
    found = [_entry(line, mails, staff, gone) | {"files": files.get(line.id, [])} for line in lines]
    if acknowledgement in mails:
        mail = mails[acknowledgement]
        found.append({"kind": "event", "at": mail.queued_at, "text": _acknowledged(mail), **_trouble(mail)})
    yield from sorted(found, key=lambda entry: entry["at"])


def _entry(
    line: Line, mails: Mapping[UUID, MailState], staff: Mapping[UUID, str], gone: str
) -> dict[str, Any]:
    mail = mails.get(line.mail_id) if line.mail_id else None
    if line.kind == "event":
        text = words.event(line, staff) + (f" ― {mail.label}" if mail and line.code != "taken-back" else "")
        return {"kind": "event", "at": line.at, "text": text, "mail": _mail_links(line), **_trouble(mail)}
    if line.kind == "message":
        return _message(line, gone)
    kind, how = ("memo", "") if line.kind == "note" else ("reply", _REPLY[bool(line.details.get("on_page"))])
    return {
        "kind": kind,
        "how": how,
        "who": words.by_whom(line.by, staff),
        "at": line.at,
        "text": line.text or gone,
        "called": "、".join(f"{words.colleague(staff, UUID(id))}さん" for id in line.details.get("to", ())),
        "delivery": mail.label if mail else "",
        **_trouble(mail),
    }


def _message(line: Line, gone: str) -> dict[str, Any]:
    """What the person said later, or under the number of an inquiry that was merged into this one."""
    return {
        "kind": "message",
        "how": _by_what(line),
        "who": _speaker(line),
        "other": bool(line.details.get("other_sender")),
        "subject": line.head.get("subject", ""),
        "mail": _mail_links(line),
        "at": line.at,
        "text": line.text or gone,
        "split": None if line.of else {"id": line.id, "changed": bool(line.details.get("subject_changed"))},
    }


def _by_what(line: Line) -> str:
    channel = line.details.get("channel", "")
    if line.of and channel:
        return f"{line.of} への{words.channel(channel)}"
    return words.channel(channel) if channel == "web" else ""


def _speaker(line: Line) -> str:
    """As they call themselves; another sender is shown with the address."""
    if line.details.get("other_sender"):
        return mail_words.sender(line.head)
    return shown_name(line.head.get("from_name", "")) or "お客様"


def _mail_links(line: Line) -> dict[str, str] | None:
    """To the mail as it arrived."""
    return {"url": reverse("arrived", args=[line.arrived_id])} if line.arrived_id else None


def _acknowledged(mail: MailState) -> str:
    return "自動返信未達" if mail.state == "refused" else f"自動返信 ― {mail.label}"


def _trouble(mail: MailState | None) -> dict[str, Any]:
    if mail is None or mail.state not in _TROUBLE:
        return {}
    label = "送る" if mail.state == "held" else "もう一度送る"
    return {
        "trouble": f"{_TROUBLE[mail.state]}{reason(mail.state, mail.code).says}",
        "resend": {"url": reverse("resend", args=[mail.id]), "label": label},
    }
