"""送信の設定: whether the world believes that our mail is ours, in words, with the record that mends it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.mail_reasons import reason
from madoguchi.foundation.lib import clock
from madoguchi.rooms.delivery.actions.note_sender import note_sender
from madoguchi.rooms.delivery.actions.try_sender import try_sender
from madoguchi.rooms.delivery.queries import sender as asking
from madoguchi.rooms.delivery.queries.sender import Finding, Trial
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.queries import Viewer, entity_facts

TOPICS = {
    "spf": ("SPF", "この会社のドメインから送ってよいサーバーの一覧です。"),
    "dkim": ("DKIM", "メールが途中で書き換えられていないことを示す署名です。"),
    "dmarc": ("DMARC", "なりすましのメールを、受け取る側にどう扱ってほしいかの表明です。"),
    "alignment": ("差出人の名前のそろい", "差出人、返送先、署名が同じドメインかどうかです。"),
    "reverse": ("逆引きの名前", "送り出すサーバーのアドレスに付いた名前です。"),
}
_LEVELS = {
    "good": ("整っています", ""), "wrong": ("直してください", "late"), "advice": ("お勧め", "new"),
    "unknown": ("確かめられません", ""),
}  # fmt: skip
_UNKNOWN = "このサーバー（その先は分かりません）"
_TO = {"staff": "あなたのアドレス", "mailbox": "窓口のメールボックス"}


@desk_view
@require_safe
def sender(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    organisation.check_administers(viewer.role)
    selector = request.GET.get("selector", "").strip().lower()[:63]
    target = settings.ENVIRONMENT.mail_target
    found = asking.look(
        viewer.entity_id, target, dns_setting=settings.ENVIRONMENT.dns,
        selectors=[selector] if selector and asking.is_selector(selector) else (),
    )  # fmt: skip
    note_sender(entity_id=viewer.entity_id, wrong=sum(each.level == "wrong" for each in found))
    facts = entity_facts(viewer.entity_id)
    context = frame(request, viewer, current="set_up") | {
        "tab": "sender",
        "address": facts["sender_address"],
        "host": asking.relay_host(target) or _UNKNOWN,
        "topics": [_topic(code, found) for code in TOPICS],
        "wrong": sum(each.level == "wrong" for each in found),
        "selector": selector,
        "trials": [_trial(each) for each in asking.trials(viewer.entity_id)],
        "mailbox": asking.own_mailbox(viewer.entity_id),
        "now": clock.now(),
    }
    return render(request, "desk/sender.html", context)


@desk_view
@require_POST
def try_out(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    try_sender(viewer=viewer)
    messages.info(request, "確認のメールを送信待ちに入れました。少し待って、この画面を開き直してください。")
    return HttpResponseRedirect(reverse("sender"))


def _topic(code: str, found: list[Finding]) -> dict[str, Any]:
    name, what = TOPICS[code]
    return {
        "code": code, "name": name, "what": what,
        "findings": [
            {"finding": each, "label": _LEVELS[each.level][0], "look": _LEVELS[each.level][1]}
            for each in found
            if each.topic == code
        ],
    }  # fmt: skip


def _trial(trial: Trial) -> dict[str, Any]:
    verdicts = trial.results.verdicts if trial.results else {}
    return {
        "to": _TO[trial.to], "at": trial.queued_at, "sent_at": trial.sent_at, "back_at": trial.back_at,
        "why": reason(trial.state, trial.code) if trial.state != "sent" else None,
        "to_mailbox": trial.to == "mailbox",
        "verdicts": [
            {"name": name.upper(), "result": asking.WORDS.get(result, result), "bad": result not in ("pass", "none", "neutral")}
            for name, result in verdicts.items()
        ],
        "signed": "、".join(trial.results.signed) if trial.results else "",
    }  # fmt: skip
