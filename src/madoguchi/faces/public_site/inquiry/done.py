"""完了: the number, what happens next in plain words, and what to do if no mail comes."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from madoguchi.faces.public_site.receipts.mailing import offer
from madoguchi.faces.public_site.receipts.visit import Visit, address_of, masked, visit
from madoguchi.faces.public_site.site import day_and_hour, front_site, site_of
from madoguchi.foundation.lib import clock, links
from madoguchi.foundation.ui.errors import error_page
from madoguchi.rooms.inquiries.errors import NoSuchInquiry
from madoguchi.rooms.organisation.queries import operator
from madoguchi.rooms.rights.rules import complaints as rights

# Long enough to notice a slip in one's own address; afterwards a shared screen or history tells nothing.
ADDRESS_SHOWN = timedelta(minutes=30)


@require_safe
def done(request: HttpRequest, token: str) -> HttpResponse:
    try:
        visited = visit("done", token)
    except NoSuchInquiry as refused:
        return error_page(404, site=front_site(), message=refused.message)
    inquiry, path = visited.inquiry, f"/done/{token}/"
    due = day_and_hour(inquiry.due_at, inquiry.received_at)
    context = {
        "site": site_of(operator(inquiry.entity_id)),
        "confirm": visited.definition.confirm,
        "receipt": {"number": inquiry.receipt_number, "received_at": inquiry.received_at, "due": due},
        "address": _address(visited),
        "receipt_url": f"/receipts/{links.mint('receipt', inquiry.id, inquiry.link_issue)}/",
        "offer": offer(request, visited, path),
        "privacy": inquiry.form.slug == rights.FORM,
    }
    response = HttpResponse(render_to_string("public/done.html", context))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _address(visited: Visit) -> str:
    address, age = address_of(visited.inquiry), clock.now() - visited.inquiry.received_at
    return address if age <= ADDRESS_SHOWN else masked(address)
