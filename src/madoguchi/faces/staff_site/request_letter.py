"""お手紙: drafted from the facts, edited by a person, shown as it will leave, then mailed or printed and posted."""

import re
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.faces.staff_site import fields, looks, request_words
from madoguchi.faces.staff_site.fields import Wrong, summary
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import request_url
from madoguchi.faces.staff_site.request_panel import who
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.text import shown_name, without_unstorable
from madoguchi.rooms.organisation.queries import Viewer, entity_facts
from madoguchi.rooms.rights import errors
from madoguchi.rooms.rights.actions.letters import draft_letter, send_letter
from madoguchi.rooms.rights.queries.one import Sent, Whole, whole
from madoguchi.rooms.rights.queries.requests import find
from madoguchi.rooms.rights.rules import complaints, fees
from madoguchi.rooms.rights.rules import letters as rules
from madoguchi.rooms.rights.rules.requests import allows

_LABELS = {
    "kind": "お手紙の種類",
    "subject": "件名",
    "body": "本文",
    "channel": "お届けの方法",
    "sent": "お渡しした日",
}
_WAYS = {"mail": "メールで送る", "post": "印刷して郵送する", "hand": "印刷して窓口でお渡しする"}
_RULE = "―"  # what the wordings draw a line with
_COMPANY = re.compile(r"^【[^】]*】")


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def letter(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """GET drafts it. POST with `do=look` shows it as it will leave, with `do=send` it leaves; every other comes back
    to the text."""
    complaints.check_reader(viewer.role)
    found = find(viewer, number)
    looks.open_request(http, viewer, found.id)
    told = whole(viewer, found)
    complaints.check_handler(viewer.role, own=found.owner_id == viewer.ref.id)
    kind = http.POST.get("kind") or http.GET.get("kind", "")
    if kind not in rules.LABELS:
        raise Http404
    if http.method != "POST":
        worded = draft_letter(viewer, found, kind)
        return _page(http, viewer, told, kind, {"subject": worded.subject, "body": worded.body})
    given = _given(http)
    if http.POST.get("do") == "edit":
        return _page(http, viewer, told, kind, given)
    return (
        _look(http, viewer, told, kind, given)
        if http.POST.get("do") == "look"
        else _send(http, viewer, told, kind, given)
    )


def _given(http: HttpRequest) -> dict[str, str]:
    names = ("subject", "body", "channel", "sent")
    return {name: without_unstorable(http.POST.get(name, "")).replace("\r\n", "\n") for name in names}


def _look(
    http: HttpRequest, viewer: Viewer, told: Whole, kind: str, given: Mapping[str, str]
) -> HttpResponse:
    """What was edited is checked before it is shown: no gap is left to fill, and there is somewhere to send it."""
    try:
        rules.check_written(given["subject"], given["body"])
    except errors.UnfitLetter as unfit:
        return _page(http, viewer, told, kind, given, wrong={"body": unfit.message}, status=unfit.status)
    wrong = _wrong_way(told, given)
    if wrong:
        return _page(http, viewer, told, kind, given, wrong=wrong, status=422)
    return _page(http, viewer, told, kind, given, preview=True)


def _wrong_way(told: Whole, given: Mapping[str, str]) -> dict[str, str]:
    try:
        rules.check_channel(
            given["channel"], _sent_on(given), address=told.asked.get("email", ""), today=clock.today()
        )
    except Refusal as unfit:
        return {"sent" if given["channel"] in ("post", "hand") else "channel": unfit.message}
    return {}


def _sent_on(given: Mapping[str, str]) -> date | None:
    try:
        return date.fromisoformat(given["sent"])
    except ValueError:
        return None


def _kinds(told: Whole) -> list[str]:
    """Those that may leave now."""
    outcome = told.decision.outcome if told.decision else ""
    return [
        kind
        for kind in rules.LABELS
        if allows(partial(rules.check_sendable, kind, told.request.state, outcome))
    ]


def _send(
    http: HttpRequest, viewer: Viewer, told: Whole, kind: str, given: Mapping[str, str]
) -> HttpResponse:
    wrong, number = _wrong_way(told, given), told.request.number
    if wrong:
        return _page(http, viewer, told, kind, given, wrong=wrong, status=422)
    mailed = given["channel"] == "mail"
    try:
        send_letter(
            viewer=viewer, request_id=told.request.id, kind=kind, subject=given["subject"], body=given["body"],
            channel=given["channel"], sent_on=None if mailed else _sent_on(given),
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return _page(http, viewer, told, kind, given, wrong={"body": refusal.message}, status=refusal.status)
    messages.info(
        http,
        "お手紙をメールで送ります。"
        if mailed
        else "お手紙を記しました。「お送りした手紙」から印刷できます。",
    )
    return HttpResponseRedirect(request_url(number))


def _page(
    http: HttpRequest, viewer: Viewer, told: Whole, kind: str, given: Mapping[str, str], *, wrong: Wrong | None = None,
    preview: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    errors_of, found = wrong or {}, told.request
    mailed = bool(told.asked.get("email"))
    by = given.get("channel") or ("mail" if mailed and found.wish != "paper" else "post")
    context = frame(http, viewer, current="privacy") | {
        "number": found.number,
        "who": who(told.row),
        "label": request_words.letter(kind),
        "kind": kind,
        "kinds": [
            {"url": f"{reverse('request_letter', args=[found.number])}?kind={code}", "label": request_words.letter(code), "on": code == kind}
            for code in _kinds(told)
        ],
        "subject": fields.line(http, "subject", _LABELS["subject"], errors_of, value=given["subject"], required=True),
        "body": fields.paragraph(
            http, "body", _LABELS["body"], errors_of, value=given["body"], size="letter-text",
            hint="｛ ｝のところは、書き入れてください。残っていると、送れません。",
        ),
        "channel": fields.radios(http, "channel", _LABELS["channel"], _WAYS, errors_of, value=by),
        "sent": fields.day(
            http, "sent", _LABELS["sent"], errors_of, value=f"{clock.today()}", last=f"{clock.today()}", required=False,
            hint="郵送するとき、窓口でお渡しするときに、お書きください。",
        ),
        "given": given,
        "by_mail": given.get("channel") == "mail",
        "email": told.asked.get("email", ""),
        "preview": preview,
        "errors": summary(_LABELS, errors_of),
        "back_url": request_url(found.number),
    }  # fmt: skip
    return render(http, "desk/letter.html", context, status=status)


# -- on paper -----------------------------------------------------------------------------------------


@desk_view
@require_safe
def on_paper(http: HttpRequest, viewer: Viewer, number: str, letter_id: UUID) -> HttpResponse:
    """One letter as it left, for the printer; the address stands where the window of the envelope is."""
    told = _told(http, viewer, number)
    found = next((each for each in told.letters if each.id == letter_id), None)
    if found is None or not found.body:
        raise errors.NoSuchRequest
    return _paper(http, viewer, told, "desk/letter_paper.html", _letter(found))


@desk_view
@require_safe
def receipt(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """領収書, for a fee that was paid."""
    told = _told(http, viewer, number)
    paid = told.fee
    if paid is None or not paid.yen or paid.settled_at is None or paid.how == "waived":
        raise errors.NoSuchRequest
    more = {"yen": paid.yen, "paid_on": paid.paid_on, "how": fees.HOW[paid.how], "today": clock.today()}
    return _paper(http, viewer, told, "desk/receipt_paper.html", more)


def _told(http: HttpRequest, viewer: Viewer, number: str) -> Whole:
    complaints.check_reader(viewer.role)
    found = find(viewer, number)
    looks.open_request(http, viewer, found.id)
    return whole(viewer, found)


def _letter(found: Sent) -> dict[str, Any]:
    """The name stands in the window already, the company above the text, and what lay between the rules at its foot."""
    body = request_words.without_keys(found.body) if found.channel == "mail" else found.body
    said, _, foot = body.partition(f"\n{_RULE}")
    return {
        "subject": _COMPANY.sub("", found.subject),
        "body": said,
        "foot": foot.strip(_RULE).strip(f"\n{_RULE}"),
        "day": found.sent_on or found.written_at,
    }


def _paper(
    http: HttpRequest, viewer: Viewer, told: Whole, template: str, more: dict[str, Any]
) -> HttpResponse:
    asked = told.asked
    name = (
        asked.get("agent_name") if told.request.agent and asked.get("agent_name") else asked.get("name", "")
    )
    context = {
        "site": {"operator": entity_facts(viewer.entity_id)},
        "number": told.request.number,
        "kind": told.row.label,
        "name": shown_name(name or ""),
        "postal": asked.get("postal", ""),
        "back_url": request_url(told.request.number),
    }
    if "body" in more:
        more["body"] = more["body"].removeprefix(context["name"]).strip()
    return render(http, template, context | more)
