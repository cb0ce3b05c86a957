"""The left column: lanes, standing views, labels, and the lists that colleagues made."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from madoguchi.faces.staff_site.places import list_url
from madoguchi.rooms.delivery.queries.arrived import aside_count
from madoguchi.rooms.inquiries.queries.conditions import MOST_COUNTED, count_of
from madoguchi.rooms.inquiries.queries.labels import LabelShown
from madoguchi.rooms.inquiries.queries.lists import views
from madoguchi.rooms.inquiries.queries.saved import saved_views
from madoguchi.rooms.organisation.queries import Viewer

_GROUPS = (
    ("仕分け", ("inbox", "sales", "junk")),
    ("見かた", ("mine", "unassigned", "overdue", "pending", "done")),
)
_COUNTED = 6  # own lists of which the number is told: each is one question to the database


def lanes(
    viewer: Viewer, current: str, counted: dict[str, int], labels: Sequence[LabelShown]
) -> list[dict[str, Any]]:
    known = views(viewer)
    standing: list[dict[str, Any]] = [
        {
            "label": label,
            "places": [_standing(name, known[name].label, counted[name], current) for name in group],
        }
        for label, group in _GROUPS
    ]
    if (waiting := aside_count(viewer)) or current == "aside":  # only where mail is taken in
        standing[0]["places"].append(
            _place("要確認のメール", reverse("aside"), current == "aside", str(waiting))
        )
    standing[1]["places"].append(_place("ボード", reverse("board"), current == "board"))
    return [*standing, *_own(viewer, current), *_labels(labels, current)]


def _standing(name: str, label: str, count: int, current: str) -> dict[str, Any]:
    place = _place(label, list_url(name), name == current, str(count))
    return place | {"name": name, "late": name == "overdue" and count > 0}


def _own(viewer: Viewer, current: str) -> list[dict[str, Any]]:
    """Without words they are counted; with words, that would be a search on every page."""
    found, left = [], _COUNTED
    for view in saved_views(viewer):
        count = ""
        if left and not view.worded and view.conditions.status not in ("done", "all"):
            left -= 1
            n = count_of(viewer, view.conditions)
            count = f"{n}" if n < MOST_COUNTED else f"{MOST_COUNTED}+"
        name = f"saved.{view.id}"
        found.append(_place(view.name, list_url(name), name == current, count))
    manage = {"url": reverse("saved_views"), "label": "整える"}
    return [{"label": "自分で作った見かた", "places": found, "manage": manage}] if found else []


def _labels(labels: Sequence[LabelShown], current: str) -> list[dict[str, Any]]:
    found = [
        _place(each.name, list_url(f"label.{each.id}"), f"label.{each.id}" == current)
        | {"colour": each.colour}
        for each in labels
    ]
    manage = {"url": reverse("labels"), "label": "整える" if found else "ラベルを作る"}
    return [{"label": "ラベル", "places": found, "manage": manage}]


def _place(label: str, url: str, current: bool, count: str = "") -> dict[str, Any]:
    return {"url": url, "label": label, "count": count, "current": current}
