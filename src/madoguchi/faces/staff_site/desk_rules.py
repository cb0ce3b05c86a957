"""返信のきまり: the administrator's choices of how this company answers."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.foundation.lib.text import clean_line, without_unstorable
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.set_desk_rules import set_desk_rules
from madoguchi.rooms.inquiries.errors import UnfitDeskRules
from madoguchi.rooms.inquiries.queries.desk_rules import manner_of
from madoguchi.rooms.organisation.queries import Viewer


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def desk_rules(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    rules.check_may_set_desk_rules(viewer.role)
    if request.method != "POST":
        manner = manner_of(viewer.entity_id)
        return _page(request, viewer, {
            "approval": manner.approval, "always_check": manner.always_check,
            "words": "\n".join(manner.warning_words), "seconds": str(manner.take_back_seconds),
        })  # fmt: skip
    given = _given(request)
    try:
        set_desk_rules(
            viewer=viewer, approval=given["approval"], always_check=given["always_check"],
            warning_words=[clean_line(word) for word in given["words"].splitlines()],
            take_back_seconds=_number(given["seconds"]),
        )  # fmt: skip
    except UnfitDeskRules as refusal:
        return _page(request, viewer, given, problem=refusal.message, status=refusal.status)
    messages.info(request, "返信のきまりを保存しました。")
    return HttpResponseRedirect(reverse("desk_rules"))


def _given(request: HttpRequest) -> dict[str, Any]:
    return {
        "approval": "approval" in request.POST,
        "always_check": "always_check" in request.POST,
        "words": without_unstorable(request.POST.get("words", "").replace("\r\n", "\n")),
        "seconds": request.POST.get("seconds", "").strip(),
    }


def _number(typed: str) -> int:
    if not typed.isdecimal() or len(typed) > 4:
        raise UnfitDeskRules
    return int(typed)


def _page(
    request: HttpRequest, viewer: Viewer, given: Mapping[str, Any], *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = frame(request, viewer) | {
        "given": given, "problem": problem, "most": rules.LONGEST_TAKE_BACK,
        "back_url": reverse("reply_templates"),
    }  # fmt: skip
    return render(request, "desk/desk_rules.html", context, status=status)
