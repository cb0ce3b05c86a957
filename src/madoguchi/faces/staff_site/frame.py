"""What stands around every page of the desk: the operator, where one can go, who one is."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from madoguchi.rooms.inquiries.queries import counts
from madoguchi.rooms.organisation.queries import Viewer, entity_facts, only_entity, role_label


def frame(
    request: HttpRequest,
    viewer: Viewer,
    *,
    current: str = "",
    counted: dict[str, int] | None = None,
    bare: bool = False,
) -> dict[str, Any]:
    """Context of desk.html. `current` names the place; `bare` leaves out what one may not open yet."""
    if counted is None:
        counted = {} if bare else counts(viewer)
    return {
        "site": {"operator": entity_facts(viewer.entity_id)},
        "nav": [] if bare else _places(current, counted),
        "me": {
            "name": viewer.name,
            "role": role_label(viewer.role),
            "links": [{"url": reverse("mfa_index"), "label": "サインインの設定"}],
            "sign_out_url": reverse("account_logout"),
        },
        "trial": _trial(),
    }


def door() -> dict[str, Any]:
    """Context of door.html, before anybody is known."""
    entity = only_entity()
    return {"site": {"operator": {"name": entity.name if entity else ""}}, "trial": _trial()}


def _places(current: str, counted: dict[str, int]) -> list[dict[str, Any]]:
    places = [
        ("home", reverse("home"), "ホーム", None),
        ("inbox", reverse("inbox"), "受信箱", counted["inbox"]),
    ]
    if settings.DEMO:
        places.append(("mailbox", reverse("mailbox"), "送ったメール（見本）", None))
    return [
        {"url": url, "label": label, "count": count, "current": name == current}
        for name, url, label, count in places
    ]


def _trial() -> dict[str, str] | None:
    if not settings.DEMO:
        return None
    return {"url": reverse("trial"), "label": "見本を消して始める"}
