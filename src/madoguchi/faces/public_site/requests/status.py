"""How a request stands, by the link in the mail. Opening it changes nothing: mail programs open links by themselves.
The mailbox is proven by pressing the button, and a request is taken back by pressing another."""

import logging
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from madoguchi.faces.public_site import same_origin
from madoguchi.faces.public_site.inquiry.reading import read_post
from madoguchi.faces.public_site.requests.links import request_of
from madoguchi.faces.public_site.requests.offers import offer_of
from madoguchi.faces.public_site.requests.screens import still
from madoguchi.faces.public_site.requests.views import AWAY, RETRY_AFTER
from madoguchi.faces.public_site.site import front_site, site_of
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import VISITOR
from madoguchi.foundation.ui.errors import error_page
from madoguchi.rooms.organisation.queries import operator
from madoguchi.rooms.rights.actions.close import withdraw
from madoguchi.rooms.rights.actions.identify import note_mailbox
from madoguchi.rooms.rights.queries.desk import privacy_desk
from madoguchi.rooms.rights.queries.letter_facts import STATUS
from madoguchi.rooms.rights.queries.progress import Progress, progress_of
from madoguchi.rooms.rights.rules.requests import Outcome, State

if TYPE_CHECKING:
    from madoguchi.rooms.rights.models import RightsRequest

_log = logging.getLogger("madoguchi.public")
_NOW = {
    State.RECEIVED: ("メールの確かめをお待ちしています", "下のボタンを押していただくと、お調べを始める準備に入ります。"),
    State.VERIFYING: ("ご本人であることを確かめています", "確かめるために、窓口からご連絡することがあります。お預かりしている情報に見合うことだけを、お尋ねします。"),
    State.INVESTIGATING: ("お調べしています", "結果が出しだい、お知らせします。"),
    State.DECIDED: ("お答えをまとめています", "まもなく、結果をお知らせします。"),
    State.EXECUTED: ("お答えをまとめています", "まもなく、結果をお知らせします。"),
    State.NOTIFIED: ("結果をお知らせしました", "くわしくは、お送りしたお手紙をご覧ください。"),
    State.CLOSED: ("終わりました", "くわしくは、お送りしたお手紙をご覧ください。"),
    State.WITHDRAWN: ("取り下げられました", "ふたたびご請求になるときは、新しくお送りください。"),
}  # fmt: skip
_OUTCOMES = {
    Outcome.GRANTED: "ご請求のとおりにいたしました。",
    Outcome.PARTIAL: "ご請求の一部に応じました。",
    Outcome.REFUSED: "ご請求に応じられませんでした。理由をお手紙に記しています。",
    Outcome.NOT_FOUND: "該当する情報は、見つかりませんでした。",
    Outcome.ALTERNATIVE: "代わりの措置をとりました。",
}
_PAYING = ("手数料のご入金をお待ちしています", "入金を確かめしだい、お調べを始めます。")
_TOLD = {
    "mailbox": "メールアドレスを確かめました。ありがとうございます。",
    "withdrawn": "ご請求を取り下げました。",
}


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, token: str) -> HttpResponse:
    try:
        if request.method == "POST":
            same_origin.check_same_origin(request)
        asked = request_of(STATUS, token)
        if request.method == "POST":
            return _pressed(request, token, asked)
    except AWAY:
        _log.error("request not opened", exc_info=True)
        return error_page(503, retry_after=RETRY_AFTER)
    except Refusal as refused:
        return error_page(refused.status, site=front_site(), message=refused.message)
    return still(_screen(asked, _TOLD.get(request.GET.get("noted", ""), "")))


def _pressed(request: HttpRequest, token: str, asked: "RightsRequest") -> HttpResponse:
    match read_post(request).get("go"):
        case "mailbox":
            note_mailbox(request_id=asked.id, by=VISITOR)
            noted = "?noted=mailbox"
        case "withdraw":
            withdraw(request_id=asked.id, by=VISITOR)
            noted = "?noted=withdrawn"
        case _:
            noted = ""
    return HttpResponseRedirect(f"/requests/{token}/{noted}", status=303)


def _screen(asked: "RightsRequest", noted: str) -> str:
    progress, offer, desk = progress_of(asked), offer_of(asked.kind), privacy_desk(asked.entity_id)
    paying = progress.state is State.INVESTIGATING and not progress.settled
    title, words = _PAYING if paying else _NOW[progress.state]
    context: dict[str, Any] = {
        "site": site_of(operator(asked.entity_id)),
        "offer": {"title": offer.title, "at_once": offer.kind.at_once},
        "receipt": {"number": progress.number, "received_at": progress.arrived_at},
        "asked": asked,
        "progress": progress,
        "now": {"title": title, "words": words},
        "outcome": _OUTCOMES[Outcome(progress.outcome)] if progress.outcome else "",
        "steps": _steps(progress, at_once=offer.kind.at_once),
        "ask_mailbox": not progress.proven and progress.state in (State.RECEIVED, State.VERIFYING),
        "paying": paying,
        "pay_to": desk.pay_to,
        "noted": noted,
    }
    return render_to_string("public/requests/status.html", context)


def _steps(progress: Progress, *, at_once: bool) -> list[dict[str, Any]]:
    """What was done, with its day, and what comes; the first without a day is the one now."""
    named = [("受け付け", progress.arrived_at), ("メールの確かめ", progress.at.get("checked"))]
    if not at_once:
        named.append(("ご本人の確認", progress.at.get("identified")))
        named += [(f"手数料 {progress.yen:,}円", progress.at.get("fee-settled"))] if progress.yen else []
    named.append(("お調べと決定", progress.at.get("decided")))
    named.append(("お知らせ", progress.at.get("notified")))
    if progress.state is State.WITHDRAWN:
        named = [*((label, at) for label, at in named if at), ("取り下げ", progress.at.get("withdrawn"))]
    first = next((number for number, (_, at) in enumerate(named) if at is None), len(named))
    return [{"label": label, "at": at, "now": number == first} for number, (label, at) in enumerate(named)]
