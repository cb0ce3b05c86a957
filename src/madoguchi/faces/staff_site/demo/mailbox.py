"""What would have been sent: the .eml files of the trial's folder, newest first."""

from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

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
    """By the second in the file's name, and by when it was written within one second."""
    files = sorted(
        folder.glob("*.eml"), key=lambda file: (file.name[:15], file.stat().st_mtime_ns), reverse=True
    )
    for file in files[:_SHOWN]:
        yield _read(file.read_bytes())


def _read(raw: bytes) -> dict[str, Any]:
    mail = message_from_bytes(raw)
    body = mail.get_payload(decode=True)
    return {
        "sender": _words(mail["From"]),
        "recipient": _words(mail["To"]),
        "subject": _words(mail["Subject"]),
        "at": parsedate_to_datetime(mail["Date"]),
        "text": body.decode("utf-8") if isinstance(body, bytes) else "",
    }


def _words(header: str) -> str:
    return str(make_header(decode_header(header)))
