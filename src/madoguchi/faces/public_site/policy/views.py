"""/policy/ in force, every version ever published, and every wording that was ever shown beside a form."""

import re
from datetime import date
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from madoguchi.faces.public_site.site import front_site
from madoguchi.foundation.ui.errors import error_page
from madoguchi.rooms.consent.queries import notice_by_digest
from madoguchi.rooms.organisation.queries import only_entity
from madoguchi.rooms.policy.queries import by_number, in_force, list_versions

if TYPE_CHECKING:
    from madoguchi.rooms.policy.models import PolicyVersion

_DIGEST = re.compile(r"[0-9a-f]{64}")


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    entity = only_entity()
    return _policy(in_force(entity.id)) if entity else error_page(404)


@require_safe
def version(request: HttpRequest, number: int) -> HttpResponse:
    entity = only_entity()
    found = by_number(entity.id, number) if entity and number < 2**31 else None
    return _policy(found) if found else error_page(404, site=front_site())


def _policy(found: "PolicyVersion") -> HttpResponse:
    context = {
        "site": front_site(),
        "policy": found,
        "enacted": japanese_day(found.enacted_on),
        "published": japanese_day(found.published_on),
        "clauses": [{"number": each["number"], "title": each["title"]} for each in found.clauses],
        "versions": list_versions(found.entity_id),
    }
    return _readable(HttpResponse(render_to_string("public/policy.html", context)))


@require_safe
def notice(request: HttpRequest, digest: str) -> HttpResponse:
    found = notice_by_digest(digest) if _DIGEST.fullmatch(digest) else None
    if found is None:
        return error_page(404, site=front_site())
    context = {"site": front_site(), "notice": found}
    return _readable(HttpResponse(render_to_string("public/notice.html", context)))


def _readable(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-cache"
    return response


def japanese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
