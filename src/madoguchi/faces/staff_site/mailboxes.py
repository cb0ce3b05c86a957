"""メールの受信: the mailboxes that are read, how reading them goes, and their set-up. For administrators."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.faces.staff_site import mail_words
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.speaking import told
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.text import clean_line, without_unstorable
from madoguchi.rooms.delivery.actions import mailbox as verbs
from madoguchi.rooms.delivery.actions.mailbox import Setup
from madoguchi.rooms.delivery.actions.try_mailbox import try_mailbox
from madoguchi.rooms.delivery.queries.mailboxes import Box, mailbox, mailboxes
from madoguchi.rooms.delivery.rules import SECURITIES, WAYS
from madoguchi.rooms.forms.queries import open_forms
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.queries import Viewer

_LONGEST = 254


@desk_view
@require_safe
def overview(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    organisation.check_administers(viewer.role)
    context = frame(request, viewer, current="set_up") | {
        "tab": "mailboxes",
        "boxes": [_line(each) for each in mailboxes(viewer)],
    }
    return render(request, "desk/mailboxes.html", context)


def _line(box: Box) -> dict[str, Any]:
    return {
        "box": box,
        "url": reverse("mailbox_setup", args=[box.id]),
        "pause_url": reverse("pause_mailbox", args=[box.id]),
        "way": WAYS[box.way],
        "state": _state(box),
        "trouble": mail_words.fetching(box.code) if box.active and box.failing_since else "",
    }


def _state(box: Box) -> str:
    if not box.active:
        return "止めています"
    if box.way == "pipe":
        return "届くのを待っています"
    if box.failing_since:
        return "読めません"
    return "読んでいます" if box.looked_at else "まもなく読みはじめます"


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    organisation.check_administers(viewer.role)
    if request.method != "POST":
        return _page(request, viewer, Setup(name="", address=""), None)
    return _posted(request, viewer, None)


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, viewer: Viewer, box_id: UUID) -> HttpResponse:
    organisation.check_administers(viewer.role)
    box = mailbox(viewer, box_id)
    if request.method != "POST":
        stored = Setup(
            box.name, box.address, box.way, box.host, box.port, box.security, box.user, box.folder, None, box.plus,
            box.form,
        )  # fmt: skip
        return _page(request, viewer, stored, box_id)
    return _posted(request, viewer, box_id)


def _posted(request: HttpRequest, viewer: Viewer, box_id: UUID | None) -> HttpResponse:
    setup = _typed(request, viewer)
    try:
        if request.POST.get("go") == "try":
            return _tried(request, viewer, setup, box_id)
        if box_id is None:
            verbs.add_mailbox(viewer=viewer, setup=setup)
        else:
            verbs.change_mailbox(viewer=viewer, id=box_id, setup=setup)
    except Refusal as refusal:
        problem, status = told(request, viewer, refusal)
        return _page(request, viewer, setup, box_id, problem=problem, status=status)
    messages.info(request, "保存しました。" if box_id else "受信の設定を加えました。まもなく読みはじめます。")
    return HttpResponseRedirect(reverse("mailboxes"))


def _tried(request: HttpRequest, viewer: Viewer, setup: Setup, box_id: UUID | None) -> HttpResponse:
    """What was typed stays but the password, which is never shown again."""
    target = settings.ENVIRONMENT.mail_target
    code, unseen = try_mailbox(
        viewer=viewer, setup=setup, stored=box_id, ca_file=target.ca_file if target else None
    )
    if code:
        problem = mail_words.fetching(code)
        return _page(request, viewer, setup, box_id, problem=problem, status=422)
    return _page(
        request,
        viewer,
        setup,
        box_id,
        tried=f"つながりました。まだ読まれていないメールが {unseen} 通あります。",
    )


def _typed(request: HttpRequest, viewer: Viewer) -> Setup:
    given = {name: clean_line(request.POST.get(name, ""))[:_LONGEST] for name in _LINES}
    port, password = given.pop("port"), without_unstorable(request.POST.get("password", ""))[:1000]
    forms = {str(each.id): each.id for each in open_forms(viewer.entity_id)}
    return Setup(
        **given,
        port=int(port) if port.isdecimal() and len(port) < 6 else 0,
        password=password or None,
        plus=request.POST.get("plus") == "yes",
        form=forms.get(request.POST.get("form", "")),
    )


_LINES = ("name", "address", "way", "host", "port", "security", "user", "folder")


def _page(
    request: HttpRequest,
    viewer: Viewer,
    setup: Setup,
    box_id: UUID | None,
    *,
    problem: str = "",
    tried: str = "",
    status: int = 200,
) -> HttpResponse:
    forms = [{"value": str(each.id), "label": each.definition.title} for each in open_forms(viewer.entity_id)]
    context = frame(request, viewer, current="set_up") | {
        "tab": "mailboxes",
        "setup": replace(setup, password=None),
        "stored": box_id is not None,
        "fields": _fields(setup, stored=box_id is not None),
        "ways": _options(WAYS),
        "securities": _options(SECURITIES),
        "forms": forms,
        "form": str(setup.form or ""),
        "problem": problem,
        "tried": tried,
    }
    return render(request, "desk/mailbox_setup.html", context, status=status)


def _fields(setup: Setup, *, stored: bool) -> dict[str, dict[str, Any]]:
    kept = "保存してあるものを使います。変えるときだけ、お書きください。" if stored else ""
    port = str(setup.port) if setup.port else ""
    return {
        "address": _field("address", "メールアドレス", setup.address, kind="email", required=True),
        "name": _field(
            "name", "呼び名", setup.name, hint="お返事の差出人の名前にも使います。例：エクロール お客様窓口"
        ),
        "host": _field("host", "メールサーバー", setup.host, hint="例：imap.example.co.jp"),
        "port": _field("port", "ポート", port, hint="IMAPS は 993、STARTTLS は 143 です。", size="short"),
        "user": _field("user", "利用者名", setup.user, hint="メールアドレスと同じことが多いものです。"),
        "password": _field("password", "パスワード", "", kind="password", hint=kept)
        | {"autocomplete": "new-password"},
        "folder": _field("folder", "フォルダ", setup.folder, hint="ふつうは INBOX です。", size="short"),
    }


def _field(
    name: str,
    label: str,
    value: str,
    *,
    kind: str = "text",
    required: bool = False,
    hint: str = "",
    size: str = "",
) -> dict[str, Any]:
    return {
        "name": name, "label": label, "value": value, "kind": kind, "required": required, "hint": hint, "size": size,
        "autocomplete": "off",
    }  # fmt: skip


def _options(given: Any) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in given.items()]


@desk_view
@require_POST
def pause(request: HttpRequest, viewer: Viewer, box_id: UUID) -> HttpResponse:
    active = request.POST.get("go") == "resume"
    verbs.pause_mailbox(viewer=viewer, id=box_id, active=active)
    said = (
        "もう一度、読みはじめます。"
        if active
        else "読むのを止めました。届いたメールは、メールサーバーに残ります。"
    )
    messages.info(request, said)
    return HttpResponseRedirect(reverse("mailboxes"))
