"""自動返信の文面: the operator's texts of the mails about inquiries, each with its fields and a preview."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.merging import BrokenTemplate, MissingField
from madoguchi.rooms.inquiries.actions.set_wording import write_wording
from madoguchi.rooms.inquiries.errors import NoSuchWording
from madoguchi.rooms.inquiries.queries.mails import wording
from madoguchi.rooms.inquiries.queries.previewing import preview
from madoguchi.rooms.inquiries.queries.wordings import KINDS, variant
from madoguchi.rooms.organisation import rules
from madoguchi.rooms.organisation.queries import Viewer, hours_of


@desk_view
@require_safe
def wordings(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    rules.check_administers(viewer.role)
    kinds = [
        {"code": code, "label": kind.label, "when": kind.when, "inserted": kind.inserted}
        for code, kind in KINDS.items()
    ]
    return render(
        request,
        "desk/wordings.html",
        frame(request, viewer, current="set_up") | {"tab": "wordings", "kinds": kinds},
    )


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, viewer: Viewer, kind: str) -> HttpResponse:
    rules.check_administers(viewer.role)
    if kind not in KINDS:
        raise NoSuchWording
    stored = wording(viewer.entity_id, kind)
    subject, text = (
        request.POST.get(name, getattr(stored, name)).replace("\r\n", "\n") for name in ("subject", "text")
    )
    if request.method != "POST" or request.POST.get("go") == "try":
        return _page(request, viewer, kind, subject, text)
    try:
        write_wording(viewer=viewer, kind=kind, subject=subject, text=text)
    except (MissingField, BrokenTemplate) as refusal:
        return _page(request, viewer, kind, subject, text, status=refusal.status)
    messages.info(request, f"「{KINDS[kind].label}」の文面を変えました。")
    return HttpResponseRedirect(reverse("wording", args=[kind]))


def _page(
    request: HttpRequest, viewer: Viewer, kind: str, subject: str, text: str, *, status: int = 200
) -> HttpResponse:
    at = _moment(request)
    shown, problem = _merged(viewer, kind, subject, text, at)
    local = clock.local(at)
    which = variant(at, hours_of(viewer.entity_id))
    context = frame(request, viewer, current="set_up") | {
        "tab": "wordings",
        "kind": KINDS[kind],
        "subject": subject,
        "text": text.strip(),
        "fields": [{"mark": f"{{{{{name}}}}}", "label": label} for name, label in KINDS[kind].fields.items()],
        "try_day": f"{local:%Y-%m-%d}",
        "try_time": f"{local:%H:%M}",
        "at": at,
        "variant": KINDS[which].label if which else "営業時間内",
        "shown": shown,
        "problem": problem,
    }
    return render(request, "desk/wording.html", context, status=status)


def _merged(
    viewer: Viewer, kind: str, subject: str, text: str, at: datetime
) -> tuple[dict[str, Any] | None, str]:
    try:
        head, body = preview(viewer.entity_id, kind, subject, text, at)
    except (MissingField, BrokenTemplate) as refusal:
        return None, f"{refusal.message}{refusal.next_step}"
    return {"subject": head, "text": body}, ""


def _moment(request: HttpRequest) -> datetime:
    try:
        day, at = (request.POST.get(name, "") for name in ("try-day", "try-time"))
        moment = datetime.combine(
            date.fromisoformat(day), time.fromisoformat(at).replace(tzinfo=None), clock.JST
        )
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return clock.now()
