"""受付: the number, the days, and what to do next. The same page for everybody, whatever is held (T-C8-2)."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from madoguchi.faces.public_site.requests.links import DONE, request_of
from madoguchi.faces.public_site.requests.offers import offer_of
from madoguchi.faces.public_site.requests.screens import still
from madoguchi.faces.public_site.site import front_site, site_of
from madoguchi.foundation.ui.errors import error_page
from madoguchi.rooms.organisation.queries import operator
from madoguchi.rooms.rights.errors import NoSuchRequest


@require_safe
def done(request: HttpRequest, token: str) -> HttpResponse:
    try:
        asked = request_of(DONE, token)
    except NoSuchRequest as refused:
        return error_page(404, site=front_site(), message=refused.message)
    offer = offer_of(asked.kind)
    context = {
        "site": site_of(operator(asked.entity_id)),
        "offer": {"title": offer.title, "at_once": offer.kind.at_once},
        "receipt": {"number": asked.number, "received_at": asked.arrived_at},
        "due_on": asked.due_on,
        "line_on": asked.line_on,
    }
    return still(render_to_string("public/requests/done.html", context))
