"""要確認: mails that found no place by themselves; and any mail as it arrived, with its whole text."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site import looks, mail_words
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.foundation.lib import numbers
from madoguchi.rooms.delivery.queries.arrived import (
    PAGE,
    Arrived,
    Aside,
    aside,
    find_arrived,
    raw_of,
    read_mail,
)
from madoguchi.rooms.delivery.rules import CHARSETS, DecodedMail
from madoguchi.rooms.inquiries.errors import SpecialCareCovered
from madoguchi.rooms.inquiries.queries import one
from madoguchi.rooms.inquiries.queries.evidence import inquiry_of_arrived, named_in
from madoguchi.rooms.inquiries.queries.reading import may_read_text
from madoguchi.rooms.organisation.queries import Viewer


@desk_view
@require_safe
def listed(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    settled = request.GET.get("of") == "settled"
    found = aside(viewer, settled=settled, before=_id(request.GET.get("before", "")))
    shown, more = found[:PAGE], found[PAGE:]
    looks.list_mails(request, viewer, [each.arrived.id for each in shown])
    here = reverse("aside") + ("?of=settled&" if settled else "?")
    context = frame(request, viewer, current="inbox") | {
        "rows": [_row(each) for each in shown],
        "settled": settled,
        "pager": {
            "newer_url": here.rstrip("?&") if request.GET.get("before") else "",
            "older_url": f"{here}before={shown[-1].arrived.id}" if more else "",
            "older_label": f"次の{PAGE}件",
        },
    }
    return render(request, "desk/aside.html", context)


def _row(each: Aside) -> dict[str, Any]:
    head = each.head
    named = {"from_name": head.from_name, "from_address": head.from_address} if head else {}
    return {
        "url": reverse("arrived", args=[each.arrived.id]),
        "subject": numbers.mask(head.subject) if head and head.subject else "（件名なし）",
        "sender": mail_words.sender(named),
        "why": mail_words.aside(each.arrived.code),
        "at": each.arrived.arrived_at,
    }


@desk_view
@require_safe
def mail(request: HttpRequest, viewer: Viewer, mail_id: UUID) -> HttpResponse:
    return show(request, viewer, mail_id)


def show(
    request: HttpRequest,
    viewer: Viewer,
    mail_id: UUID,
    *,
    problem: str = "",
    number: str = "",
    status: int = 200,
) -> HttpResponse:
    """`problem` and `number`: what could not be done, and what was typed."""
    found = find_arrived(viewer, mail_id)
    placed = under(viewer, found)
    read = read_mail(found)
    looks.open_mail(request, viewer, found.id)
    context = frame(request, viewer, current="inbox") | {
        "mail": _shown(found, read),
        "placed": {"number": placed, "url": inquiry_url(placed, "inbox")} if placed else None,
        "why": mail_words.aside(found.code) if not placed and found.code else "",
        "settled": found.settled_at is not None and not placed,
        "hint": number or ("" if placed else named_in(viewer.entity_id, read)),
        "charsets": [{"value": name, "label": label} for name, label in CHARSETS.items()],
        "charset": found.charset,
        "problem": problem,
    }
    return render(request, "desk/mail.html", context, status=status)


def _shown(found: Arrived, read: DecodedMail) -> dict[str, Any]:
    return {
        "id": found.id,
        "subject": numbers.mask(read.subject) or "（件名なし）",
        "sender": mail_words.sender({"from_name": read.from_name, "from_address": read.from_address}),
        "to": "、".join(read.to[:5]),
        "at": found.arrived_at,
        "text": numbers.mask(read.whole_text or read.text),
        "html_url": reverse("mail_html", args=[found.id]) if read.html else "",
        "files": [each.name or "名前のないファイル" for each in read.attachments],
        "doubtful": read.doubtful,
        "waiting": found.state == "waiting",
        "size": found.size,
    }


@desk_view
@require_safe
def eml(request: HttpRequest, viewer: Viewer, mail_id: UUID) -> HttpResponse:
    """The mail as it arrived, to be kept or opened elsewhere: a look, and recorded as one that was taken out."""
    found = find_arrived(viewer, mail_id)
    under(viewer, found)
    raw = raw_of(found)
    looks.take_out_mail(viewer, found.id)
    response = HttpResponse(raw, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="mail-{found.arrived_at:%Y%m%d-%H%M%S}.eml"'
    return response


def under(viewer: Viewer, found: Arrived) -> str:
    """The receipt number it lies under; what needs care there needs it here too."""
    number = inquiry_of_arrived(found.id) if found.state == "placed" else ""
    if number and not may_read_text(viewer, one.find_number(viewer, number)):
        raise SpecialCareCovered
    return number


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
