"""送信待ちと不達: mails that have not arrived, why, and what one can do."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site.care import NOUNS
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.mail_reasons import reason
from madoguchi.rooms.delivery.queries import MailState
from madoguchi.rooms.inquiries.queries.mails import mails_in_trouble, mails_waiting, notices_in_trouble
from madoguchi.rooms.organisation.queries import Viewer

SHOWN = 100
_NOTICE = "職員へのお知らせ"


@desk_view
@require_safe
def outbox(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    troubled = [_line(mail, number) for mail, number in mails_in_trouble(viewer, limit=SHOWN)]
    troubled += [_line(mail, "") for mail in notices_in_trouble(viewer, limit=SHOWN)]
    context = frame(request, viewer) | {
        "waiting": [_line(mail, number, at) for mail, number, at in mails_waiting(viewer)],
        "held": [line for line in troubled if line["held"]],
        "failed": [line for line in troubled if not line["held"]],
    }
    return render(request, "desk/outbox.html", context)


def _line(mail: MailState, number: str, due_at: datetime | None = None) -> dict[str, Any]:
    why = reason(mail.state, mail.code)
    return {
        "id": mail.id,
        "number": number,
        "url": reverse("inquiry", args=[number]) if number else "",
        "noun": NOUNS.get(mail.kind, "メール") if number else _NOTICE,
        "at": mail.queued_at,
        "why": why,
        "held": mail.state == "held",
        "due_at": due_at if mail.code else None,
        "resend_url": reverse("resend", args=[mail.id]),
    }
