"""お知らせ: how one wants to be told of what happens at the desk. Each for themselves."""

from collections.abc import Mapping
from datetime import time
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.rooms.organisation.actions.set_wishes import set_wishes
from madoguchi.rooms.organisation.queries import Viewer, wishes_of
from madoguchi.rooms.organisation.rules import EVENTS, WAYS, Way, Wishes

_HOURS = [time(hour) for hour in range(24)]
_OF_ADMINS = ("mail",)


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    if request.method != "POST":
        return _page(request, viewer, wishes_of([viewer.ref.id])[viewer.ref.id])
    given = _given(request.POST)
    if given is None:
        problem = "選択肢の中からお選びください。静かな時間は、始まりと終わりの両方をお選びください。"
        return _page(request, viewer, wishes_of([viewer.ref.id])[viewer.ref.id], problem=problem)
    set_wishes(staff_id=viewer.ref.id, wishes=given)
    messages.info(request, "お知らせの受け取りかたを保存しました。")
    return HttpResponseRedirect(reverse("wishes"))


def _given(post: Mapping[str, str]) -> Wishes | None:
    """None for what the page does not offer."""
    ways = {event: post.get(event, "now") for event in EVENTS}
    hours = {name: post.get(name, "") for name in ("gathered_at", "quiet_from", "quiet_until")}
    known = {"", *(f"{hour:%H:%M}" for hour in _HOURS)}
    if not set(ways.values()) <= set(WAYS) or not set(hours.values()) <= known or not hours["gathered_at"]:
        return None
    if bool(hours["quiet_from"]) != bool(hours["quiet_until"]):
        return None
    return Wishes(
        ways=cast(dict[str, Way], ways),
        gathered_at=time.fromisoformat(hours["gathered_at"]),
        daily="daily" in post,
        quiet_from=_time(hours["quiet_from"]),
        quiet_until=_time(hours["quiet_until"]),
        quiet_closed="quiet_closed" in post,
    )


def _time(given: str) -> time | None:
    return time.fromisoformat(given) if given else None


def _page(request: HttpRequest, viewer: Viewer, chosen: Wishes, *, problem: str = "") -> HttpResponse:
    context = frame(request, viewer) | {
        "events": [
            {"name": event, "label": label, "way": chosen.way(event)}
            for event, (label, _) in EVENTS.items()
            if event not in _OF_ADMINS or viewer.role == "admin"
        ],
        "ways": WAYS.items(),
        "wishes": chosen,
        "gathered": _options(chosen.gathered_at),
        "starts": _options(chosen.quiet_from),
        "ends": _options(chosen.quiet_until),
        "problem": problem,
    }
    return render(request, "desk/wishes.html", context, status=422 if problem else 200)


def _options(chosen: time | None) -> list[dict[str, Any]]:
    return [{"value": f"{hour:%H:%M}", "label": f"{hour.hour}:00", "on": hour == chosen} for hour in _HOURS]
