"""What a colleague does with a mail in 要確認: take it in, add it to an inquiry, have it read anew, or leave it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from madoguchi.faces.staff_site.arrived import show
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.faces.staff_site.speaking import told
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.delivery.actions import settle_arrived
from madoguchi.rooms.delivery.queries.arrived import find_arrived
from madoguchi.rooms.inquiries.actions import take_in_mail
from madoguchi.rooms.inquiries.errors import NoSuchInquiry
from madoguchi.rooms.organisation.queries import Viewer


@desk_view
@require_POST
def anew(request: HttpRequest, viewer: Viewer, mail_id: UUID) -> HttpResponse:
    number = take_in_mail.take_in_anew(viewer=viewer, arrived_id=mail_id)
    messages.info(request, "新しいお問い合わせとして取り込みました。")
    return HttpResponseRedirect(inquiry_url(number, "inbox"))


@desk_view
@require_POST
def under(request: HttpRequest, viewer: Viewer, mail_id: UUID) -> HttpResponse:
    typed = request.POST.get("number", "")
    try:
        number = take_in_mail.take_in_under(viewer=viewer, arrived_id=mail_id, number=typed)
    except NoSuchInquiry:
        problem = "その受付番号のお問い合わせは見つかりませんでした。番号をお確かめください。"
        return show(request, viewer, mail_id, problem=problem, number=typed[:40], status=422)
    except Refusal as refusal:
        problem, status = told(request, viewer, refusal)
        return show(request, viewer, mail_id, problem=problem, number=typed[:40], status=status)
    messages.info(request, f"{number} に加えました。")
    return HttpResponseRedirect(inquiry_url(number, "inbox"))


@desk_view
@require_POST
def again(request: HttpRequest, viewer: Viewer, mail_id: UUID) -> HttpResponse:
    take_in_mail.try_again(viewer=viewer, arrived_id=mail_id)
    messages.info(request, "もう一度、取り込みを試みます。少し待ってから、受信箱をお確かめください。")
    return HttpResponseRedirect(reverse("aside"))


@desk_view
@require_POST
def leave(request: HttpRequest, viewer: Viewer, mail_id: UUID) -> HttpResponse:
    settle_arrived.dismiss(find_arrived(viewer, mail_id).id, by=viewer.ref)
    messages.info(request, "取り込まずに片づけました。「片づけたもの」から、また開けます。")
    return HttpResponseRedirect(reverse("aside"))


@desk_view
@require_POST
def read_with(request: HttpRequest, viewer: Viewer, mail_id: UUID) -> HttpResponse:
    found = find_arrived(viewer, mail_id)
    settle_arrived.read_with(found.id, charset=request.POST.get("charset", ""), by=viewer.ref)
    return HttpResponseRedirect(reverse("arrived", args=[found.id]))
