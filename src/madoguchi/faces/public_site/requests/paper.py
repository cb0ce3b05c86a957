"""Blank forms to print: 開示等請求書 and 委任状, filled with the operator's facts."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from madoguchi.faces.public_site.requests.offers import NothingHere, terms
from madoguchi.faces.public_site.requests.screens import still
from madoguchi.faces.public_site.site import front_site, site_of
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.ui.errors import error_page
from madoguchi.rooms.rights.rules import requests as rules
from madoguchi.rooms.rights.rules.asking import WISHES

FORMS = {"request": "public/requests/paper_request.html", "mandate": "public/requests/paper_mandate.html"}


@require_safe
def paper(request: HttpRequest, form: str) -> HttpResponse:
    try:
        if form not in FORMS:
            raise NothingHere
        now = terms()
    except Refusal as refused:
        return error_page(refused.status, site=front_site(), message=refused.message)
    kinds = [{"label": each.label, "yen": now.yen(each.code)} for each in rules.KINDS.values()]
    wishes = list(WISHES.values())
    context = {"site": site_of(now.operator), "kinds": kinds, "wishes": wishes, "fee": now.fee}
    return still(render_to_string(FORMS[form], context))
