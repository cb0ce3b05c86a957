"""What came with a visit: the page before and the network address. Read only while these are collected."""

from collections.abc import Collection
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

_LONGEST = 500  # characters of an address that we keep


def came_from(request: HttpRequest) -> str:
    """The page of another site that led here: its place without query and fragment, which may name a person."""
    return place_of(request.headers.get("Referer", ""))


def place_of(address: str) -> str:
    """Empty for our own pages and for whatever is no address of a page."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or address.startswith(settings.BASE_URL + "/"):
        return ""
    place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return place[:_LONGEST] if place.isprintable() else ""


def network_address(request: HttpRequest) -> str:
    """As our own proxies saw it (settings: TRUSTED_PROXIES); what a visitor writes before theirs counts nothing."""
    proxies: int = settings.TRUSTED_PROXIES
    seen = request.META.get("REMOTE_ADDR", "")
    if proxies:
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        seen = hops[-proxies] if len(hops) >= proxies else ""
    try:
        address = ip_address(seen.strip())
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def visit(request: HttpRequest, collects: Collection[str], referrer: str) -> dict[str, str]:
    """For `Submission.visit`. `referrer` travelled with the page, since the sending itself comes from our own."""
    found = {}
    if "referrer" in collects and referrer:
        found["referrer"] = referrer
    if "ip_address" in collects and (address := network_address(request)):
        found["ip_address"] = address
    return found
