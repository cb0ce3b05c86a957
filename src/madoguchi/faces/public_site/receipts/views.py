"""控え for the person: which notice and which policy were shown, what counted as agreed, what was chosen.

No word of the inquiry, no name and no number: the link may travel by mail.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from madoguchi.faces.public_site.receipts.mailing import offer
from madoguchi.faces.public_site.receipts.visit import Visit, visit
from madoguchi.faces.public_site.site import front_site, site_of
from madoguchi.foundation.lib import clock
from madoguchi.foundation.ui.errors import error_page
from madoguchi.rooms.inquiries.errors import NoSuchInquiry
from madoguchi.rooms.organisation.queries import operator


@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    try:
        visited = visit("receipt", token)
    except NoSuchInquiry as refused:
        return error_page(404, site=front_site(), message=refused.message)
    path = f"/receipts/{token}/"
    context = {
        "site": site_of(operator(visited.inquiry.entity_id)),
        "form": visited.definition,
        "receipt": {"number": visited.inquiry.receipt_number, "received_at": visited.inquiry.received_at},
        "shown": visited.shown,
        "json_url": f"/receipts/{token}.json",
        "offer": offer(request, visited, path),
    }
    return _private(HttpResponse(render_to_string("public/receipt.html", context)))


@require_safe
def receipt_json(request: HttpRequest, token: str) -> HttpResponse:
    try:
        visited = visit("receipt", token)
    except NoSuchInquiry as refused:
        return _private(
            JsonResponse({"error": refused.message}, status=404, json_dumps_params={"ensure_ascii": False})
        )
    return _private(JsonResponse(as_json(visited), json_dumps_params={"ensure_ascii": False, "indent": 1}))


def as_json(visited: Visit) -> dict[str, Any]:
    """Three facts apart: what was shown, what submission was deemed to acknowledge, what was chosen (LAW N1)."""
    inquiry, shown, base = visited.inquiry, visited.shown, settings.BASE_URL
    facts = operator(inquiry.entity_id).facts
    return {
        "receipt_number": inquiry.receipt_number,
        "received_at": clock.local(inquiry.received_at).isoformat(timespec="seconds"),
        "operator": {
            name: facts[name]
            for name in ("name", "address", "representative_title", "representative", "desk")
        },
        "form": visited.definition.title,
        "notice": {
            "number": shown.notice.number,
            "digest": shown.notice.digest,
            "url": f"{base}/notices/{shown.notice.digest}/",
        },
        "policy": {
            "title": shown.policy_title,
            "number": shown.policy_number,
            "digest": shown.policy_digest,
            "url": f"{base}/policy/versions/{shown.policy_number}/",
        },
        "acknowledgement": {"deemed": shown.deemed, "by": "submission", "shown_at": _time(shown.shown_at)},
        "choices": [
            {
                "purpose": each.purpose,
                "given_at": _time(each.given_at),
                "withdrawn_at": _time(each.withdrawn_at),
            }
            for each in shown.choices
        ],
    }


def _time(moment: Any) -> str | None:
    return clock.local(moment).isoformat(timespec="seconds") if moment else None


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    return response
