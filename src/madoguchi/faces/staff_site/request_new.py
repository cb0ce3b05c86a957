"""書面・電話のご請求を登録する: what came by letter, telephone, fax or in person, with the day on which it came."""

import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.faces.staff_site import fields
from madoguchi.faces.staff_site.fields import Wrong, summary
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import request_url
from madoguchi.foundation.lib import clock, hours
from madoguchi.foundation.lib.text import without_unstorable
from madoguchi.rooms.organisation.queries import Viewer, hours_of
from madoguchi.rooms.rights import errors
from madoguchi.rooms.rights.actions.open_request import open_request
from madoguchi.rooms.rights.rules import asking, complaints, identity
from madoguchi.rooms.rights.rules import requests as rules

_OURS = {
    "kind": "ご請求の種類",
    "channel": "受け取りかた",
    "day": "届いた日",
    "wish": "お渡しの方法",
    "agent": "代理の方の立場",
}
LABELS = _OURS | dict(asking.LABELS)
_LONG = ("words", "about", "ground", "value", "postal")
_HINTS = {
    "words": "書かれていたこと、お話しになったことを、できるだけそのままお書きください。",
    "email": "お返事の届け先になります。メール、電話、ご住所の、どれか一つはお書きください。",
    "about": "受付番号や、お問い合わせの時期が分かるときに、お書きください。",
    "value": "訂正のご請求のときに、お書きください。",
}
_KINDS = {"email": "email", "phone": "phone"}


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def new_request(http: HttpRequest, viewer: Viewer) -> HttpResponse:
    complaints.check_reader(viewer.role)
    if http.method != "POST":
        return _page(http, viewer, secrets.token_urlsafe(32))
    wrong, draft = _errors(http, viewer), http.POST.get("draft", "")
    if wrong:
        return _page(http, viewer, draft, wrong=wrong, status=422)
    try:
        opened = open_request(
            entity_id=viewer.entity_id, asking=_asking(http, viewer, draft), channel=http.POST["channel"], by=viewer.ref,
            arrived_at=_arrival(http, viewer),
        )  # fmt: skip
    except errors.UnfitRequest as unfit:
        return _page(http, viewer, draft, wrong=unfit.fields, status=unfit.status)
    except errors.UnfitArrival as unfit_day:
        return _page(http, viewer, draft, wrong={"day": unfit_day.message}, status=unfit_day.status)
    messages.info(http, f"受付番号 {opened.number} で登録しました。")
    return HttpResponseRedirect(request_url(opened.number))


def _asking(http: HttpRequest, viewer: Viewer, draft: str) -> asking.Asking:
    """The same page sent twice is one request."""
    given = {key: http.POST.get(key, "").replace("\r\n", "\n") for key in asking.LABELS}
    token = f"desk {viewer.ref.id} {draft or secrets.token_urlsafe(32)}"
    return asking.Asking(
        http.POST.get("kind", ""), given, http.POST.get("wish", ""), http.POST.get("agent", ""),
        without_unstorable(token).encode(),
    )  # fmt: skip


def _errors(http: HttpRequest, viewer: Viewer) -> dict[str, str]:
    wrong = dict[str, str]()
    if http.POST.get("channel") not in asking.TYPED_IN:
        wrong["channel"] = "受け取りかたをお選びください。"
    if _arrival(http, viewer) is None:
        wrong["day"] = errors.UnfitArrival.default
    if http.POST.get("kind") not in rules.KINDS:
        wrong["kind"] = errors.UnknownRequestKind.default
    return wrong


def _arrival(http: HttpRequest, viewer: Viewer) -> datetime | None:
    """The hour at which the desk opened that day; now, where it has not yet."""
    try:
        day = date.fromisoformat(http.POST.get("day", ""))
        opens: time = clock.local(hours.opens_at(day, hours_of(viewer.entity_id))).time()
        moment = datetime.combine(day, opens, clock.JST).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if day > clock.today():
        return None
    return min(moment, clock.now())


def _page(
    http: HttpRequest,
    viewer: Viewer,
    draft: str,
    *,
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    errors_of, today = wrong or {}, f"{clock.today()}"
    plain = {each.code: f"{each.plain}（{each.label}）" for each in rules.KINDS.values()}
    context = frame(http, viewer, current="privacy") | {
        "kind": fields.choice(http, "kind", LABELS["kind"], plain, errors_of),
        "channel": fields.choice(http, "channel", LABELS["channel"], asking.TYPED_IN, errors_of),
        "day": fields.day(
            http, "day", LABELS["day"], errors_of, value=today, last=today,
            hint="郵便は、会社に着いた日です。お返事の期日は、この日から数えます。",
        ),
        "who": list(_said(http, errors_of, "name", "email", "phone", "postal")),
        "what": list(_said(http, errors_of, "words", "about", "ground")),
        "item": _item(http, errors_of),
        "value": next(_said(http, errors_of, "value")),
        "wish": fields.choice(
            http, "wish", LABELS["wish"], asking.WISHES, errors_of, required=False,
            hint="開示のご請求のときに、お選びください。",
        ),
        "agent": fields.choice(http, "agent", LABELS["agent"], identity.AGENTS, errors_of, required=False),
        "agents": list(_said(http, errors_of, "agent_name", "agent_contact")),
        "agent_open": bool(http.POST.get("agent") or http.POST.get("agent_name") or errors_of.keys() & {"agent", "agent_name"}),
        "draft": draft,
        "errors": summary(LABELS, errors_of),
        "back_url": reverse("privacy"),
    }  # fmt: skip
    return render(http, "desk/request_new.html", context, status=status)


def _said(http: HttpRequest, wrong: Wrong, *keys: str) -> Iterator[dict[str, Any]]:
    for key in keys:
        make = fields.paragraph if key in _LONG else fields.line
        more = {} if key in _LONG else {"kind": _KINDS.get(key, "text")}
        yield make(http, key, LABELS[key], wrong, required=key == "name", hint=_HINTS.get(key, ""), **more)


def _item(http: HttpRequest, wrong: Wrong) -> dict[str, Any]:
    """What is to be corrected, or stopped: one list, since nobody's choice of a kind hides the other without a script."""
    options = {code: f"直す：{label}" for code, label in asking.ITEMS.items()}
    options |= {code: f"止める：{label}" for code, label in asking.STOPPABLE.items()}
    return fields.choice(
        http, "item", "直す項目、または止めるもの", options, wrong, required=False,
        hint="訂正のご請求と、取得・利用の停止のご請求のときに、お選びください。",
    )  # fmt: skip
