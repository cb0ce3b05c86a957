"""/promises/: a few sentences with one number each, and the table behind them. Nothing at all until it is published."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from madoguchi.faces.public_site.site import front_site
from madoguchi.foundation.lib.digests import sha256
from madoguchi.foundation.ui.errors import error_page
from madoguchi.rooms.organisation.queries import only_entity, promises_shown
from madoguchi.rooms.policy.queries.standings import Board, board
from madoguchi.rooms.promises.catalogue import LABELS, PLANNED


@require_safe
def promises(request: HttpRequest) -> HttpResponseBase:
    """Kept by browsers and asked for again each time: hidden, it is gone at once."""
    entity = only_entity()
    if entity is None or not promises_shown(entity.id):
        return error_page(404, site=front_site())
    page = render_to_string("public/promises.html", _context(board())).encode()
    etag = f'W/"{sha256(page)[:32]}"'
    response = HttpResponse(page, headers={"ETag": etag, "Cache-Control": "no-cache"})
    return get_conditional_response(request, etag=etag, response=response) or response


def _context(found: Board) -> dict[str, Any]:
    return {
        "site": front_site(),
        "board": found,
        "told": [{"said": told, "standing": standing} for told, standing in found.told],
        "kinds": zip([*LABELS.values(), PLANNED], _KINDS, strict=True),
    }


_KINDS = (
    "お約束に反する操作を、この窓口の仕組みが断ります。",
    "すべてを防ぐことはできませんが、守れていなければ気づきます。",
    "人が行うことで、担当の者が申告します。",
    "お約束していますが、この窓口の仕組みの外のことです。",
    "お約束していますが、仕組みはまだ備えていません。",
)
