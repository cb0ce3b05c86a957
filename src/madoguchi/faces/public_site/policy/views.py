"""/policy/ in force, every version ever published, and every wording that was ever shown beside a form."""

import re
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from madoguchi.faces.public_site.policy.comparing import place_of, shown
from madoguchi.faces.public_site.site import front_site
from madoguchi.foundation.ui.errors import error_page
from madoguchi.rooms.consent.queries import notice_by_digest
from madoguchi.rooms.inventory.queries.told import account
from madoguchi.rooms.organisation.queries import only_entity
from madoguchi.rooms.policy.queries.versions import (
    ahead,
    announced,
    by_number,
    comparison,
    in_force,
    in_force_or_none,
    list_versions,
)

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
    """One version; the one in force also says which is to follow it."""
    current = in_force_or_none(found.entity_id)
    place = place_of(found, current)
    coming = ahead(found.entity_id) if place == "now" else []
    context = {
        "site": front_site(),
        "policy": found,
        "place": place,
        "current": current,
        "next": coming[0] if coming else None,
        "several": len(list_versions(found.entity_id)) > 1,
    }
    return _readable(HttpResponse(render_to_string("public/policy.html", context)))


@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Every version, the newest first: what is announced, what holds, what held before."""
    entity = only_entity()
    if entity is None:
        return error_page(404)
    current = in_force(entity.id)
    rows = [{"policy": each, "place": place_of(each, current)} for each in list_versions(entity.id)]
    context = {"site": front_site(), "current": current, "rows": rows}
    return _readable(HttpResponse(render_to_string("public/versions.html", context)))


@require_safe
def compare(request: HttpRequest, before: int, after: int) -> HttpResponse:
    """What changed from one version to another, whichever way round they are named."""
    entity = only_entity()
    found = comparison(entity.id, before, after) if entity and max(before, after) < 2**31 else None
    if found is None:
        return error_page(404, site=front_site())
    context = {
        "site": front_site(),
        "comparison": found,
        "place": place_of(found.newer, in_force_or_none(found.newer.entity_id)),
        "changes": shown(found),
        "versions": list_versions(found.newer.entity_id),
    }
    return _readable(HttpResponse(render_to_string("public/compare.html", context)))


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """What is collected here and what is not, from the very declarations that disclosure reads (T-C2-1)."""
    entity = only_entity()
    if entity is None:
        return error_page(404)
    version = in_force(entity.id)
    context = {
        "site": front_site(),
        "policy": version,
        "account": account(entity.id, announced(entity.id)),
    }
    return _readable(HttpResponse(render_to_string("public/data.html", context)))


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
