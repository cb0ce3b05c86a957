"""新しいメールを書く: to somebody who has a matter with us; who gets it is looked at before it goes."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.faces.staff_site import looks, words
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.foundation.lib.contact import Unreadable
from madoguchi.foundation.lib.errors import NotFound, Refusal
from madoguchi.foundation.lib.text import clean_line, clean_text, shown_name, without_unstorable
from madoguchi.rooms.forms.queries import first_form
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.enclose import Offered
from madoguchi.rooms.inquiries.actions.write_to import NewMail, recipient_of, write_to
from madoguchi.rooms.inquiries.errors import NoSuchInquiry
from madoguchi.rooms.inquiries.queries import lists, one
from madoguchi.rooms.organisation.queries import Viewer

_ANSWER = "これまでのお問い合わせへのお返事としてなら、お送りできます。"
_INSTEAD = {"purpose-not-shown": _ANSWER, "suppressed": _ANSWER}
_FIELDS = ("to", "subject", "text", "draft", "checked")


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def new_mail(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    rules.check_may_send(viewer.role)
    if request.method != "POST":
        given = {"to": _address_of(request, viewer), "draft": secrets.token_urlsafe(32)}
        return _page(request, viewer, given)
    given = {name: without_unstorable(request.POST.get(name, "")) for name in _FIELDS}
    given |= {
        "subject": clean_line(given["subject"]),
        "text": clean_text(given["text"]),
        "to": given["to"].strip(),
    }
    try:
        return _sent(request, viewer, given)
    except Unreadable as wrong:
        return _page(request, viewer, given, problem=str(wrong), field="to", status=422)
    except Refusal as refusal:
        if refusal.status == NotFound.status:
            raise
        said = f"{refusal.message}{_INSTEAD.get(refusal.code, refusal.next_step)}"
        return _page(request, viewer, given, problem=said, status=refusal.status)


def _sent(request: HttpRequest, viewer: Viewer, given: Mapping[str, str]) -> HttpResponse:
    rules.check_subject(given["subject"])
    rules.check_written(given["text"])
    person, found = recipient_of(viewer=viewer, to=given["to"])
    if given["checked"] != str(person):
        looks.open_one(request, viewer, found.inquiry_id)
        return _page(
            request, viewer, given, check={"person": person, **_who(viewer, found.inquiry_id, found)}
        )
    form = first_form()
    if form is None:
        raise NoSuchInquiry
    files = [Offered(each.name or "", each.read()) for each in request.FILES.getlist("files")]
    draft = f"mail {viewer.ref.id} {given['draft'] or secrets.token_urlsafe(32)}"
    receipt = write_to(
        viewer=viewer, mail=NewMail(form, found.email, given["subject"], given["text"], draft, files)
    )
    messages.info(request, "メールを送信待ちに入れました。お返事が届くと、このお問い合わせに続きます。")
    return HttpResponseRedirect(inquiry_url(receipt.receipt_number, "mine"))


def _who(viewer: Viewer, inquiry_id: Any, found: Any) -> dict[str, Any]:
    inquiry = one.find(viewer, inquiry_id)
    row = lists.row_of(inquiry)
    return {
        "name": shown_name(found.name), "company": found.company, "email": found.email,
        "number": row.receipt_number, "line": words.line(row), "at": row.received_at,
        "url": inquiry_url(row.receipt_number, row.lane),
        "others": len(lists.same_person(viewer, inquiry)),
    }  # fmt: skip


def _address_of(request: HttpRequest, viewer: Viewer) -> str:
    """Of the inquiry it is written from; looking at it is recorded."""
    number = request.GET.get("about", "")
    if not number:
        return ""
    inquiry = one.find_number(viewer, number)
    looks.open_one(request, viewer, inquiry.id)
    return one.answers_of(inquiry).values.get("email", "")


def _page(
    request: HttpRequest,
    viewer: Viewer,
    given: Mapping[str, str],
    *,
    problem: str = "",
    field: str = "",
    check: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = frame(request, viewer, current="inbox") | {
        "given": given, "problem": problem, "field": field, "check": check, "back_url": reverse("inbox"),
        "longest": rules.LONGEST_SUBJECT,
    }  # fmt: skip
    return render(request, "desk/new_mail.html", context, status=status)
