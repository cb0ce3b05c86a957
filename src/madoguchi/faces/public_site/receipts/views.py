"""控え for the person: which notice and which policy were shown, what counted as agreed, what was chosen.

No word of the inquiry, no name and no number: the link may travel by mail.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from madoguchi.faces.public_site.receipts.mailing import offer
from madoguchi.faces.public_site.receipts.record import announced_in, record_of
from madoguchi.faces.public_site.receipts.visit import visit
from madoguchi.faces.public_site.site import front_site, site_of
from madoguchi.foundation.ui.errors import error_page
from madoguchi.rooms.inquiries.errors import NoSuchInquiry
from madoguchi.rooms.organisation.queries import operator


@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    try:
        visited = visit("receipt", token)
    except NoSuchInquiry as refused:
        return error_page(404, site=front_site(), message=refused.message)
    path, record = f"/receipts/{token}/", record_of(visited, token)
    context = {
        "site": site_of(operator(visited.inquiry.entity_id)),
        "form": visited.definition,
        "receipt": {"number": visited.inquiry.receipt_number, "received_at": visited.inquiry.received_at},
        "shown": visited.shown,
        "record": record,
        "announced": announced_in(record),
        "conversation_url": f"{path}conversation/",
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
    return _private(
        JsonResponse(record_of(visited, token), json_dumps_params={"ensure_ascii": False, "indent": 1})
    )


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    return response
