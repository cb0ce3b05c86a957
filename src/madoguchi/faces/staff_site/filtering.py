"""条件: narrowing a list, what it says of itself, and the rows that meet it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from madoguchi.faces.staff_site import searching
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.searching import Asking
from madoguchi.foundation.lib import calendar
from madoguchi.rooms.forms.queries import open_forms
from madoguchi.rooms.inquiries.queries.asked import read_asked
from madoguchi.rooms.inquiries.queries.conditions import ALL, ME, NOBODY, read_conditions
from madoguchi.rooms.inquiries.queries.labels import LabelShown
from madoguchi.rooms.inquiries.queries.lists import lane_label, status_label
from madoguchi.rooms.inquiries.rules import LANES, OUTGOING, TYPED_IN
from madoguchi.rooms.organisation.queries import Viewer

Option = tuple[str, str]
_STATUSES = ("new", "open", "doing", "pending", "done")
CHANNELS = {"form": "フォーム", "mail": "メール", "api": "API", **TYPED_IN, OUTGOING: "こちらから"}


@desk_view
@require_POST
def narrow(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """By POST, since words are names; the list that shows it is named by the session."""
    words, conditions = request.POST.get("words", "").strip(), read_conditions(request.POST)
    read_asked(words)
    if not words and not conditions.named():
        return HttpResponseRedirect(reverse("inbox"))
    view = searching.remember(request, words, conditions)
    return HttpResponseRedirect(searching.results_url(view, ""))


def form_of(
    viewer: Viewer, staff: Mapping[UUID, str], labels: Sequence[LabelShown], asking: Asking
) -> dict[str, Any]:
    """The form as it stands for the list on the screen."""
    conditions, words = asking.conditions, asking.typed
    people = [(str(id), name) for id, name in staff.items()]
    selects: list[tuple[str, str, list[Option]]] = [
        ("lane", "箱", [("", "すべて"), *((lane, lane_label(lane)) for lane in LANES)]),
        ("status", "状態", [
            ("", "完了のほか"), *((each, status_label(each)) for each in _STATUSES), (ALL, "完了も含めて"),
        ]),
        ("assignee", "担当", [("", "だれでも"), (ME, "自分"), (NOBODY, "担当なし"), *people]),
        ("label", "ラベル", [("", "どれでも"), *((str(each.id), each.name) for each in labels)]),
        ("form", "フォーム", [
            ("", "どれでも"), *((str(each.id), each.definition.title) for each in open_forms(viewer.entity_id)),
        ]),
        ("channel", "届きかた", [("", "どれでも"), *CHANNELS.items()]),
    ]  # fmt: skip
    return {
        "words": words,
        "selects": [
            {
                "name": name, "label": label,
                "options": [{"value": value, "label": said, "chosen": value == getattr(conditions, name)} for value, said in options],
            }
            for name, label, options in selects
        ],
        "overdue": bool(conditions.overdue),
        "since": conditions.since,
        "until": conditions.until,
    }  # fmt: skip


def in_words(asking: Asking, form: Mapping[str, Any], *, searched: bool) -> str:
    """One line that says what the list holds."""
    conditions, words = asking.conditions, asking.typed
    said = [f"「{words}」"] if words else []
    for select in form["selects"]:
        chosen = next((each for each in select["options"] if each["chosen"]), None)
        if chosen and chosen["value"] and not (searched and chosen["value"] == ALL):
            about = select["label"]
            said.append(
                chosen["label"] if chosen["label"].startswith(about) else f"{about} {chosen['label']}"
            )
    if conditions.overdue:
        said.append("期限超過")
    if conditions.since or conditions.until:
        said.append(f"{_day(conditions.since)}〜{_day(conditions.until)}")
    return " ・ ".join(said)


def _day(iso: str) -> str:
    return calendar.plain_day(date.fromisoformat(iso)) if iso else ""
