"""「個人情報の窓口へ」: what an inquiry asks of us, in the words of who wrote it, and what was asked in it already."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from madoguchi.faces.staff_site import fields
from madoguchi.faces.staff_site.fields import Wrong
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions.open_request import take_over
from madoguchi.rooms.rights.queries.requests import of_inquiry
from madoguchi.rooms.rights.rules import asking, complaints
from madoguchi.rooms.rights.rules import requests as rules

UNSAID = "どのようなご用件かをお選びください。"
TOLD = "個人情報の窓口へ渡しました。"
LABELS = {
    "kind": "どのようなご用件ですか", "item": "止めるもの", "name": "お名前", "postal": "お返事の届け先（ご住所）",
}  # fmt: skip
_STOPPING = "collection_stop"
_REACHED = ("name", "postal")  # asked only where the inquiry does not say it


def is_request(kind: str) -> bool:
    return kind in rules.KINDS


def ask(request: HttpRequest, viewer: Viewer, inquiry_id: UUID, kind: str) -> str:
    """What they wrote is a request under the Act, and came when it came; its number. Raises UnfitRequest."""
    values = {name: request.POST[name] for name in _REACHED if request.POST.get(name)}
    if kind == _STOPPING and request.POST.get("item"):
        values["item"] = request.POST["item"]
    return take_over(viewer=viewer, inquiry_id=inquiry_id, kind=kind, values=values).number


def shown_as(unfit: Mapping[str, str]) -> dict[str, str]:
    """By the field of this page in which it is mended: somebody is reached by post where nothing else is known."""
    return {name if name in LABELS else "postal": sentence for name, sentence in unfit.items()}


def offered(request: HttpRequest, wrong: Wrong, *, too: bool) -> dict[str, Any]:
    """For desk/privacy_kinds.html. `too`: what is said about us is offered beside what is asked of us."""
    asks = bool(wrong.keys() & set(_REACHED)) or any(request.POST.get(name) for name in _REACHED)
    return {
        "kinds": _kinds(request, wrong, too=too),
        "item": fields.choice(request, "item", LABELS["item"], asking.STOPPABLE, wrong, required=False),
        "reached": [
            fields.line(request, "name", LABELS["name"], wrong, required=True),
            fields.paragraph(request, "postal", LABELS["postal"], wrong),
        ]
        if asks
        else [],
    }


def _kinds(request: HttpRequest, wrong: Wrong, *, too: bool) -> dict[str, Any]:
    chosen = request.POST.get("kind", "")
    groups: list[tuple[str, Mapping[str, str]]] = [
        ("ご請求", {each.code: each.plain for each in rules.KINDS.values()})
    ]
    if too:
        groups.append(("ご意見やお尋ね", complaints.KINDS))
    return {
        "label": LABELS["kind"],
        "error": wrong.get("kind", ""),
        "groups": [
            {"label": label, "options": [_option(*each, chosen) for each in some.items()]}
            for label, some in groups
        ],
    }


def _option(code: str, label: str, chosen: str) -> dict[str, Any]:
    return {"value": code, "label": label, "on": code == chosen}


def requests_of(viewer: Viewer, inquiry_id: UUID) -> list[dict[str, Any]]:
    """What was asked in this inquiry; the way to it for who may read it."""
    full = viewer.role in complaints.HANDLERS
    return [
        {
            "label": each.label, "number": each.number, "state": each.state_label, "open": each.open,
            "late": each.late, "due_on": each.due_on, "url": reverse("request", args=[each.number]) if full else "",
        }
        for each in of_inquiry(inquiry_id)
    ]  # fmt: skip
