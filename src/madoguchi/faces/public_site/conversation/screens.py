"""The pages of the conversation as text."""

import secrets
from collections.abc import Iterable
from typing import Any

from django.template.loader import render_to_string

from madoguchi.faces.public_site.receipts.visit import Visit
from madoguchi.faces.public_site.site import site_of
from madoguchi.foundation.lib.text import shown_name
from madoguchi.rooms.inquiries.queries.conversation import Spoken, conversation, is_over
from madoguchi.rooms.inquiries.queries.enclosures import Enclosed
from madoguchi.rooms.organisation.queries import operator

FILES = {"label": "添付ファイル", "limits": "10個まで、1つ10MB、合わせて20MBまで。", "many": True}


def start_screen(token: str, visited: Visit) -> str:
    return render_to_string("public/conversation_start.html", _frame(token, visited))


def code_screen(token: str, visited: Visit, *, problem: str = "") -> str:
    return render_to_string("public/code.html", _frame(token, visited) | {"problem": problem})


def conversation_screen(
    token: str, visited: Visit, *, text: str = "", problem: str = "", said: bool = False
) -> str:
    """`text` and `problem` bring back what could not be sent; `said`: it was just sent."""
    frame, spoken = _frame(token, visited), conversation(visited.inquiry)
    context = frame | {
        "spoken": spoken_of(spoken, frame["site"]["operator"]["name"], f"{frame['path']}files/"),
        "over": is_over(visited.inquiry),
        "draft": secrets.token_urlsafe(32),
        "text": text,
        "problem": problem,
        "said": said,
        "files": FILES,
    }
    return render_to_string("public/conversation.html", context)


def _frame(token: str, visited: Visit) -> dict[str, Any]:
    return {
        "site": site_of(operator(visited.inquiry.entity_id)),
        "number": visited.inquiry.receipt_number,
        "path": f"/receipts/{token}/conversation/",
        "receipt_url": f"/receipts/{token}/",
    }


def spoken_of(spoken: Iterable[Spoken], operator_name: str, files: str) -> list[dict[str, Any]]:
    """As a page shows it; `files` is the address under which each file lies."""
    return [_shown(each, operator_name, files) for each in spoken]


def _shown(spoken: Spoken, operator_name: str, files: str) -> dict[str, Any]:
    return {
        "ours": spoken.ours,
        "who": operator_name if spoken.ours else "あなた",
        "number": spoken.number,
        "at": spoken.at,
        "text": spoken.text,
        "asked": [{"label": spec.label, "value": _value(spec.key, value)} for spec, value in spoken.asked],
        "files": [_file(each, files) for each in spoken.files if not each.gone],
    }


def _value(key: str, value: str) -> str:
    return shown_name(value) if key == "name" else value


def _file(file: Enclosed, files: str) -> dict[str, Any]:
    return {
        "name": file.name,
        "said": file.said,
        "size": file.size,
        "url": f"{files}{file.id}/",
        "infected": file.state == "infected",
    }
