"""変更のお知らせ: the mail as it will read and who gets it; once it has begun, how far it is and what people said."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.speaking import check_speaks, told
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.text import clean_line, clean_text, without_unstorable
from madoguchi.rooms.inquiries.queries.mails import wording
from madoguchi.rooms.organisation.queries import Viewer, names
from madoguchi.rooms.outreach import rules
from madoguchi.rooms.outreach.actions.announce import announce as begin
from madoguchi.rooms.outreach.actions.announce import preview
from madoguchi.rooms.outreach.queries.changes import ChangeOfPolicy, change_of
from madoguchi.rooms.outreach.queries.telling import announcement_of, foreseen, progress, undelivered

SHOWN = 20  # people whose mail did not arrive


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    check_speaks(viewer)
    change = change_of(viewer.entity_id, number)
    announcement = announcement_of(change.version.id)
    if request.method == "POST":
        return _posted(request, viewer, change)
    if announcement is not None:
        return _under_way(request, viewer, change, announcement)
    rules.check_announceable(change.version, announced=False)
    return _prepared(request, viewer, change, _own_wording(viewer))


def _posted(request: HttpRequest, viewer: Viewer, change: ChangeOfPolicy) -> HttpResponse:
    given = {
        "subject": clean_line(without_unstorable(request.POST.get("subject", ""))),
        "text": clean_text(without_unstorable(request.POST.get("text", ""))),
    }
    try:
        if request.POST.get("go") == "start":
            begin(entity_id=viewer.entity_id, number=change.version.number, by=viewer.ref, **given)
            messages.info(request, "お知らせを始めました。メールは、順にお送りします。")
            return HttpResponseRedirect(reverse("announce_policy", args=[change.version.number]))
        rules.check_text(**given)
        return _prepared(request, viewer, change, given)
    except Refusal as refusal:
        problem, status = told(request, viewer, refusal)
        if announcement_of(change.version.id) is not None:
            messages.info(request, problem)
            return HttpResponseRedirect(reverse("announce_policy", args=[change.version.number]))
        return _prepared(request, viewer, change, given, problem=problem, status=status)


def _own_wording(viewer: Viewer) -> dict[str, str]:
    own = wording(viewer.entity_id, "policy_change")
    return {"subject": own.subject, "text": own.text.strip() + "\n"}


def _prepared(
    request: HttpRequest,
    viewer: Viewer,
    change: ChangeOfPolicy,
    given: dict[str, str],
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Before it begins. What cannot be merged is said beside the text, which stays as typed."""
    shown = None
    if not problem:
        try:
            shown = preview(change, **given)
        except Refusal as refusal:
            problem, status = told(request, viewer, refusal)
    count, reasons = foreseen(change.version)
    context = _about(request, viewer, change) | {
        "given": given,
        "shown": shown,
        "problem": problem,
        "count": count,
        "reasons": reasons,
    }
    return render(request, "desk/policy/announce.html", context, status=status)


def _under_way(
    request: HttpRequest, viewer: Viewer, change: ChangeOfPolicy, announcement: Any
) -> HttpResponse:
    so_far = progress(announcement)
    context = _about(request, viewer, change) | {
        "announcement": announcement,
        "by": names(viewer).get(announcement.started_by, "職員"),
        "progress": so_far,
        "unreached": _people(undelivered(announcement, limit=SHOWN)) if so_far.undelivered else [],
    }
    return render(request, "desk/policy/announced.html", context)


def _about(request: HttpRequest, viewer: Viewer, change: ChangeOfPolicy) -> dict[str, Any]:
    return frame(request, viewer, current="policy") | {
        "change": change,
        "coming": change.version.effective_from > clock.now(),
        "page_url": reverse("policy-change", args=[change.version.number]),
    }


def _people(ids: list[UUID]) -> list[str]:
    return [reverse("person", args=[id]) for id in ids]
