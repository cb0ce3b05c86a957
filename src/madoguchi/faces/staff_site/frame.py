"""What stands around every page of the desk: the operator, where one can go, who one is."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from madoguchi.rooms.inquiries.queries.lists import counts
from madoguchi.rooms.organisation import rules
from madoguchi.rooms.organisation.queries import Viewer, only_entity, operator, role_label


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
    owner = operator(viewer.entity_id)
    return {
        "site": {"operator": owner.facts},
        "hours": owner.hours,
        "nav": [] if bare else _places(viewer, current, counted),
        "search": None if bare else {"url": reverse("search"), "q": ""},
        "me": {
            "name": viewer.name,
            "role": role_label(viewer.role),
            "links": [
                *([] if bare else [{"url": reverse("wishes"), "label": "お知らせ"}]),
                *([] if bare else [{"url": reverse("reply_templates"), "label": "返信のひな形"}]),
                *([] if bare else [{"url": reverse("outbox"), "label": "送信待ちと不達"}]),
                {"url": reverse("mfa_index"), "label": "サインインの設定"},
            ],
            "sign_out_url": reverse("account_logout"),
        },
        "trial": _trial(),
    }


def door() -> dict[str, Any]:
    """Context of door.html, before anybody is known."""
    entity = only_entity()
    return {"site": {"operator": {"name": entity.name if entity else ""}}, "trial": _trial()}


def _places(viewer: Viewer, current: str, counted: dict[str, int]) -> list[dict[str, Any]]:
    places = [
        ("home", reverse("home"), "ホーム", None),
        ("inbox", reverse("inbox"), "受信箱", counted["inbox"]),
    ]
    places.append(("reports", reverse("reports"), "集計", None))
    if viewer.role in ("officer", "admin"):
        places.append(("privacy", reverse("privacy"), "個人情報", None))
        places.append(("policy", reverse("desk_policy"), "公表する文面", None))
    if rules.may_administer(viewer.role):
        places.append(("set_up", reverse("opening_hours"), "窓口の設定", None))
    if settings.DEMO:
        places.append(("mailbox", reverse("mailbox"), "送ったメール（見本）", None))
    return [
        {"name": name, "url": url, "label": label, "count": count, "current": name == current}
        for name, url, label, count in places
    ]


def _trial() -> dict[str, str] | None:
    if not settings.DEMO:
        return None
    return {"url": reverse("trial"), "label": "見本を消して始める"}
