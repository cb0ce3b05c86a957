"""What changed while a list lies open: asked every few seconds, so nothing is opened, rendered or recorded here."""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site import words
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.rooms.inquiries.queries.board import fresh_in, states_of
from madoguchi.rooms.inquiries.queries.drafts import marks_on
from madoguchi.rooms.inquiries.queries.lists import counts
from madoguchi.rooms.organisation.queries import Viewer, names

_MOST = 60  # rows of one page, and some


@desk_view
@require_safe
def pulse(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Counts, how many came since, and how the rows on the screen stand; 304 while nothing changed."""
    numbers = request.GET.get("n", "").split(",")[:_MOST]
    told = {
        "counts": counts(viewer),
        "fresh": _fresh(request, viewer),
        "rows": _rows(viewer, [number for number in numbers if number]),
    }
    body = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    tag = f'"{sha256(body).hexdigest()[:24]}"'
    answer = HttpResponse(body, content_type="application/json; charset=utf-8")
    if request.headers.get("If-None-Match") == tag:
        answer = HttpResponse(status=304)
    answer["ETag"] = tag
    return answer


def _fresh(request: HttpRequest, viewer: Viewer) -> int:
    try:
        since = datetime.fromisoformat(request.GET.get("since", ""))
    except ValueError:
        return 0
    return fresh_in(viewer, request.GET.get("view", ""), since) if since.tzinfo else 0


def _rows(viewer: Viewer, numbers: list[str]) -> dict[str, Any]:
    states = states_of(viewer, numbers)
    staff, marked = names(viewer), marks_on([each.id for each in states.values()])
    return {
        number: {
            "status": "統合済み" if state.merged else words.badge(state.status)["label"],
            "assignee": words.colleague(staff, state.assignee_id) or "担当なし",
            **words.marks(marked.get(state.id), viewer, staff),
        }
        for number, state in states.items()
    }
