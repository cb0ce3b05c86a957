"""Before a link of somebody else's is followed: where it leads, in full, on a page of ours. Nothing of it stands in
our own address, and the other side does not learn where the click came from.
"""

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site import looks
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.foundation.lib.errors import NotFound
from madoguchi.foundation.lib.text import drop_unseen
from madoguchi.rooms.inquiries.queries import one
from madoguchi.rooms.organisation.queries import Viewer

_LINK = re.compile(r'href="(https?://[^"]*)"')


def links_in(safe: str) -> list[str]:
    """The addresses in cleaned HTML, in order."""
    return [unescape(each) for each in _LINK.findall(safe)]


def with_our_links(safe: str, url: str) -> str:
    """Each link leads to the page that says where it goes: `url` and its number."""
    numbers = iter(range(len(_LINK.findall(safe))))
    return _LINK.sub(lambda _: f'href="{url}{next(numbers)}/" target="_blank"', safe)


def leaving_page(request: HttpRequest, viewer: Viewer, link: str, back: str) -> HttpResponse:
    context = frame(request, viewer, current="inbox") | {"link": _told(link), "back_url": back}
    return render(request, "desk/leaving.html", context)


def _told(link: str) -> dict[str, Any]:
    """The host by itself, in the letters that a computer sees: раураl.com is no paypal.com."""
    url = drop_unseen(link).strip()
    try:
        host = urlsplit(url).hostname or ""
        ascii_host = host.encode("idna").decode()
    except ValueError:
        host = ascii_host = ""
    if not url.startswith(("http://", "https://")) or not host:
        raise NotFound
    return {"url": url, "host": host, "ascii_host": ascii_host if ascii_host != host else ""}


@desk_view
@require_safe
def website(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """ホームページURL, as the visitor typed it."""
    found = one.find_number(viewer, number)
    link = one.answers_of(found).values.get("website", "")
    looks.open_one(request, viewer, found.id)
    return leaving_page(request, viewer, link, inquiry_url(number, request.GET.get("from", "")))
