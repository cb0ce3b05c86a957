"""Who has a request, and by when we mean to answer."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.request_page import show
from madoguchi.faces.staff_site.request_verbs import attempt, by_kind, day_of, id_of
from madoguchi.faces.staff_site.selection import read_ids
from madoguchi.foundation.lib import calendar
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights import errors
from madoguchi.rooms.rights.actions import manage


@desk_view
@require_POST
def owner(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    id, to = id_of(http, viewer, number), next(iter(read_ids([http.POST.get("owner", "")])), None)
    if to is None:
        return show(http, viewer, number, wrong={"owner": errors.UnfitOwner.default}, status=422)
    return attempt(
        http, viewer, number, lambda: manage.change_owner(viewer=viewer, request_id=id, to=to), "担当者を変えました。",
        by_kind({errors.UnfitOwner: "owner"}),
    )  # fmt: skip


@desk_view
@require_POST
def due(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    id, on = id_of(http, viewer, number), day_of(http, "due")
    if on is None:
        return show(http, viewer, number, wrong={"due": errors.UnfitDay.default}, status=422)
    return attempt(
        http, viewer, number,
        lambda: manage.change_due(viewer=viewer, request_id=id, on=on, reason=http.POST.get("due-reason", "")),
        f"期日を、{calendar.japanese_day(on)}に変えました。",
        by_kind({errors.UnfitDay: "due", errors.UnknownReason: "due-reason"}),
    )  # fmt: skip
