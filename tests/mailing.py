"""Raw mails as others send them, for tests."""

from email.utils import format_datetime

from madoguchi.foundation.lib import clock
from madoguchi.rooms.delivery.actions.keep_mail import Kept, Origin, keep_mail

_numbers = iter(range(1, 10**9))


def raw_mail(
    text: str = "お世話になっております。見積りの件、承知しました。",
    *,
    sender: str = "山田 花子 <hanako@example.jp>",
    to: str = "desk@eclore.example",
    subject: str = "見積りについて",
    message_id: str = "",
    **headers: str,
) -> bytes:
    """UTF-8 as it stands; header names are written with _ for -."""
    message_id = message_id or f"<m{next(_numbers)}@example.jp>"
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Message-ID: {message_id}"]
    lines += [f"Date: {format_datetime(clock.now())}", "MIME-Version: 1.0"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if not any(name.lower() == "content_type" for name in headers):
        lines += ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    return "\r\n".join([*lines, "", text.replace("\n", "\r\n"), ""]).encode()


def arrive(house: object, raw: bytes, origin: Origin | None = None) -> Kept:
    """Kept, and not yet understood: `house.work()` does that."""
    return keep_mail(raw=raw, entity_id=house.entity_id, origin=origin)  # type: ignore[attr-defined]
