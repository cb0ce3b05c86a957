"""What would have been sent: the .eml files of the trial's folder, newest first."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site.demo.views import in_trial_only
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.rooms.organisation.queries import Viewer

_SHOWN = 50


@in_trial_only
@desk_view
@require_safe
def mailbox(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    target = settings.ENVIRONMENT.mail_target
    folder = target.folder if target else None
    mails = list(_mails(folder)) if folder else []
    return render(request, "demo/mailbox.html", frame(request, viewer, current="mailbox") | {"mails": mails})


def _mails(folder: Path) -> Iterator[dict[str, Any]]:
    files = sorted(folder.glob("*.eml"), key=lambda file: file.name, reverse=True)[:_SHOWN]
    for file in files:
        yield _read(file.read_bytes())


def _read(raw: bytes) -> dict[str, Any]:
    mail = cast(EmailMessage, message_from_bytes(raw, policy=policy.default))
    body = mail.get_body(("plain",))
    return {
        "sender": str(mail["From"] or ""),
        "recipient": str(mail["To"] or ""),
        "subject": str(mail["Subject"] or ""),
        "at": parsedate_to_datetime(str(mail["Date"])),
        "text": body.get_content() if body else "",
    }
