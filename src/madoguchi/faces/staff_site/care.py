"""気をつけること: what did not go as promised, each with what one can do about it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse

from madoguchi.foundation.lib import clock
from madoguchi.rooms.audit.queries import alarms
from madoguchi.rooms.delivery.queries import MailState
from madoguchi.rooms.inquiries.queries import mails_in_trouble, notices_in_trouble
from madoguchi.rooms.jobs.queries import given_up, last_beat
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.promises.catalogue import by_id

_SILENT = timedelta(minutes=2)
_NOUNS = {"acknowledgement": "自動返信", "reply": "お返事", "refusal": "お断りのメール"}


def cares(viewer: Viewer) -> list[dict[str, Any]]:
    return [*_worker(), *_mails(viewer), *_work(), *_promises()]


def _worker() -> Iterator[dict[str, Any]]:
    seen = last_beat("worker")
    if seen is None or clock.now() - seen > _SILENT:
        yield {
            "title": "メールの送信が止まっています",
            "text": "受付は続いています。バックグラウンド処理（worker）が動いているか、管理者にお確かめください。",
        }


def _mails(viewer: Viewer) -> Iterator[dict[str, Any]]:
    for mail, number in mails_in_trouble(viewer):
        yield _mail(mail, number)
    unseen = notices_in_trouble(viewer)
    if unseen:
        yield {
            "title": "職員へのお知らせメールが届いていません",
            "text": "職員のメールアドレスをお確かめください。",
            "verb": {"url": reverse("resend", args=[unseen[0].id]), "label": "もう一度送る"},
        }


def _mail(mail: MailState, number: str) -> dict[str, Any]:
    noun, held = _NOUNS.get(mail.kind, "メール"), mail.state == "held"
    return {
        "title": f"{noun}の送信を控えています" if held else f"{noun}が届いていません",
        "number": number,
        "url": f"{reverse('inquiry', args=[number])}?from=inbox",
        "text": "同じ宛先や短い時間に続いたため、止めています。"
        if held
        else "宛先のサーバーが受け取りませんでした。",
        "verb": {"url": reverse("resend", args=[mail.id]), "label": "送る" if held else "もう一度送る"},
    }


def _work() -> Iterator[dict[str, Any]]:
    stuck = [job for job in given_up() if job.kind != "delivery.send"]
    if stuck:
        yield {
            "title": f"受付後の処理が {len(stuck)} 件、終わっていません",
            "text": "何日も繰り返しましたが、終わりませんでした。管理者にお知らせください。",
        }


def _promises() -> Iterator[dict[str, Any]]:
    for id in alarms():
        said = by_id(id).says.rstrip("。")
        yield {
            "title": "守れていないお約束があるようです",
            "text": f"「{said}」。定期の点検で見つかりました。管理者にお知らせください。",
        }
