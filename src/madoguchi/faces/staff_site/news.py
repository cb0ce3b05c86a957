"""What an open page of the desk asks for now and then, to show a notice on this very machine: a number, nothing else."""

import json
from datetime import datetime
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.foundation.lib import clock
from madoguchi.rooms.inquiries.queries.news import arrived_since
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.queries import Viewer, hours_of, wishes_of


@desk_view
@require_safe
def news(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """How many came into the inbox after `after`, which is the `latest` of an earlier answer; 304 while none did."""
    found = arrived_since(viewer, _moment(request.GET.get("after", "")))
    wishes, hours = wishes_of([viewer.ref.id])[viewer.ref.id], hours_of(viewer.entity_id)
    silent = wishes.way("new") == "off" or organisation.is_quiet(wishes, clock.now(), hours)
    body = json.dumps({"count": found.count, "latest": found.latest, "quiet": silent}).encode()
    tag = f'"{sha256(body).hexdigest()[:24]}"'
    unchanged = request.headers.get("If-None-Match") == tag
    answer = HttpResponse(status=304) if unchanged else HttpResponse(body, content_type="application/json")
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _moment(given: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
