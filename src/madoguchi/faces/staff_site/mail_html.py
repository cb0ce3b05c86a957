"""元の見た目で見る: the HTML of a received mail, cleaned, in a frame that runs nothing and fetches nothing."""

import base64
import hashlib
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site import looks
from madoguchi.faces.staff_site.arrived import under
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.leaving_site import leaving_page, links_in, with_our_links
from madoguchi.foundation.lib import numbers
from madoguchi.foundation.lib.errors import NotFound
from madoguchi.foundation.ui.headers import CONTENT_SECURITY
from madoguchi.rooms.delivery.queries.arrived import find_arrived, read_mail
from madoguchi.rooms.delivery.rules import safe_html
from madoguchi.rooms.organisation.queries import Viewer

_STYLE = (
    ":root{color-scheme:light}body{margin:16px;font:16px/1.7 'Hiragino Sans','Noto Sans CJK JP','Yu Gothic UI',"
    "Meiryo,sans-serif;background:#fff;color:#1d1b18;overflow-wrap:anywhere}table{border-collapse:collapse;"
    "max-width:100%}td,th{padding:2px 6px;vertical-align:top}a{color:#1f4e79}blockquote{margin:8px 0 8px 12px}"
    "pre{white-space:pre-wrap}"
)
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
# Popups only, so that a link can open the page that says where it leads; that page is an ordinary one of the desk.
_INSIDE = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    f"style-src 'sha256-{_HASH}'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)


@desk_view
@require_safe
def as_sent(request: HttpRequest, viewer: Viewer, mail_id: UUID) -> HttpResponse:
    """The page around the frame."""
    found = find_arrived(viewer, mail_id)
    under(viewer, found)
    looks.open_mail(request, viewer, found.id)
    context = frame(request, viewer, current="inbox") | {
        "inside": reverse("mail_html_inside", args=[mail_id]),
        "back_url": reverse("arrived", args=[mail_id]),
        "subject": numbers.mask(read_mail(found).subject) or "（件名なし）",
    }
    response = render(request, "desk/mail_html.html", context)
    response.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY['desk']}; frame-src 'self'"
    return response


@desk_view
@require_safe
def inside(request: HttpRequest, viewer: Viewer, mail_id: UUID) -> HttpResponse:
    safe = _safe(viewer, mail_id)
    body = with_our_links(numbers.mask(safe), f"{reverse('mail_html', args=[mail_id])}links/")
    page = f'<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>メール</title><style>{_STYLE}</style></head><body>{body}</body></html>'
    response = HttpResponse(page)
    response.headers["Content-Security-Policy"] = _INSIDE
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@desk_view
@require_safe
def link(request: HttpRequest, viewer: Viewer, mail_id: UUID, position: int) -> HttpResponse:
    """Where the link of this number leads."""
    links = links_in(_safe(viewer, mail_id))
    if position >= len(links):
        raise NotFound
    return leaving_page(request, viewer, links[position], reverse("mail_html", args=[mail_id]))


def _safe(viewer: Viewer, mail_id: UUID) -> str:
    """Cleaned; another company's mail does not exist, and what needs care is covered here too."""
    found = find_arrived(viewer, mail_id)
    under(viewer, found)
    html = read_mail(found).html
    if not html:
        raise NotFound
    return safe_html(html)
