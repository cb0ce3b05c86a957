"""Addresses of lists and inquiries: a list is named by its lane or view, a label, a saved view, or a search."""

from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from madoguchi.rooms.inquiries.errors import NoSuchInquiry

SEARCH, LABEL, SAVED = "search.", "label.", "saved."


def list_url(view: str, cursor: str = "") -> str:
    if view.startswith(SEARCH):
        query = {"s": view.removeprefix(SEARCH)} | ({"cursor": cursor} if cursor else {})
        return f"{reverse('search')}?{urlencode(query)}"
    query = {"cursor": cursor} if cursor else {}
    return reverse("inbox_view", args=[view]) + (f"?{urlencode(query)}" if query else "")


def inquiry_url(number: str, view: str, cursor: str = "", **more: str) -> str:
    query = {"from": view} | ({"cursor": cursor} if cursor else {}) | more
    return f"{reverse('inquiry', args=[number])}?{urlencode(query)}"


def request_url(number: str) -> str:
    """The page of one request, at the step that is next."""
    return f"{reverse('request', args=[number])}#next"


def id_of(view: str) -> UUID:
    """Of the label or the saved view that it names."""
    try:
        return UUID(view.partition(".")[2])
    except ValueError:
        raise NoSuchInquiry from None
