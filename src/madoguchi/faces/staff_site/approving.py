"""承認する, 差し戻す, 取り下げる: the buttons beside a reply that waits, and the list of them on the home page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.replying import back, seen_until
from madoguchi.faces.staff_site.verbs import verb
from madoguchi.rooms.inquiries.actions.decide import approve, send_back
from madoguchi.rooms.inquiries.actions.propose import withdraw
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.errors import WrongMove
from madoguchi.rooms.inquiries.queries import one
from madoguchi.rooms.inquiries.queries.proposals import approved_text
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions.let_close import let_close


@desk_view
@require_POST
@verb
def approve_reply(request: HttpRequest, viewer: Viewer, number: str, proposal_id: UUID) -> HttpResponse:
    """承認する, and at once or later 送る: then word for word what was approved."""
    found, go = one.find_number(viewer, number), request.POST.get("go", "approve")
    if go in ("approve", "approve-send"):
        approve(viewer=viewer, inquiry_id=found.id, proposal_id=proposal_id)
    if go == "approve":
        messages.info(request, "承認しました。書いた方にも、ほかの方にも、送れるようになりました。")
        return back(request, number)
    if go not in ("approve-send", "send", "send-done"):
        raise WrongMove
    text, on_page = approved_text(viewer, found, proposal_id)
    seen = request.POST.get("seen", "")
    reply(
        viewer=viewer, inquiry_id=found.id, text=text, on_page=on_page, seen_until=seen_until(request),
        seen=int(seen) if seen.isdecimal() and len(seen) < 6 else None, closing=let_close,
        then="done" if go == "send-done" else "doing",
    )  # fmt: skip
    messages.info(request, "お返事を送信待ちに入れました。")
    return back(request, number)


@desk_view
@require_POST
@verb
def return_reply(request: HttpRequest, viewer: Viewer, number: str, proposal_id: UUID) -> HttpResponse:
    found = one.find_number(viewer, number)
    reason = request.POST.get("reason", "").replace("\r\n", "\n")
    send_back(viewer=viewer, inquiry_id=found.id, proposal_id=proposal_id, reason=reason)
    messages.info(request, "差し戻しました。理由は、書いた方に伝わります。")
    return back(request, number)


@desk_view
@require_POST
@verb
def withdraw_reply(request: HttpRequest, viewer: Viewer, number: str, proposal_id: UUID) -> HttpResponse:
    found = one.find_number(viewer, number)
    withdraw(viewer=viewer, inquiry_id=found.id, proposal_id=proposal_id)
    messages.info(request, "承認の依頼を取り下げました。文面は、下書きに戻しました。")
    return back(request, number, write="reply")
