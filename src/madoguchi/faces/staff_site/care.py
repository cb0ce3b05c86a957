"""気をつけること: what did not go as promised, each with what one can do about it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse

from madoguchi.faces.staff_site import mail_words
from madoguchi.faces.staff_site.mail_reasons import reason
from madoguchi.faces.staff_site.privacy import complaints_that_press, requests_that_press
from madoguchi.faces.staff_site.retention import holds_near_their_end
from madoguchi.foundation.lib import calendar, clock
from madoguchi.rooms.audit.queries import alarms, newest
from madoguchi.rooms.delivery.queries import MailState
from madoguchi.rooms.delivery.queries.arrived import aside_count
from madoguchi.rooms.delivery.queries.mailboxes import failing_of
from madoguchi.rooms.inquiries.queries.mails import mails_in_trouble, notices_in_trouble
from madoguchi.rooms.inventory.queries.retention import restored_unseen
from madoguchi.rooms.jobs.queries import NEVER, clocks, given_up, last_beat
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.outreach.queries.telling import begun
from madoguchi.rooms.policy.queries.looks import unseen
from madoguchi.rooms.policy.queries.versions import ahead, in_force_or_none
from madoguchi.rooms.promises.catalogue import by_id
from madoguchi.rooms.screening.queries.state import standing

_SILENT = timedelta(minutes=2)
NOUNS = {"acknowledgement": "自動返信", "reply": "お返事", "refusal": "お断りのメール"}


def cares(viewer: Viewer) -> list[dict[str, Any]]:
    officers = [*_clock(), *_restored(), *_holds(viewer)] if viewer.role == "officer" else []
    pressing = [*_pressing(viewer)] if viewer.role in ("officer", "admin") else []
    backup = _backup() if viewer.role in ("officer", "admin") else ()
    return [
        *_worker(),
        *_mails(viewer),
        *_mail_in(viewer),
        *_work(),
        *pressing,
        *officers,
        *backup,
        *_screening(viewer),
        *_untold(viewer),
        *_promises(viewer),
    ]


def _pressing(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """What is asked of us about personal data, and what is said about it."""
    yield from requests_that_press(viewer)
    yield from complaints_that_press(viewer)


def _screening(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """To who can switch it on again: the screening stopped moving by itself."""
    if organisation.may_administer(viewer.role) and standing(viewer.entity_id).blown:
        yield {
            "title": "営業の仕分けを「バッジのみ」に戻しました",
            "text": "お客様からのものが、続けて受信箱へ戻されたためです。",
            "link": {"url": reverse("screening"), "label": "どれが戻されたかを見る"},
        }


def _worker() -> Iterator[dict[str, Any]]:
    seen = last_beat("worker")
    if seen is None or clock.now() - seen > _SILENT:
        yield {
            "title": "メールの送信が止まっています",
            "text": "受付は続いています。管理者に、メールを送る処理が動いているかを確かめてもらってください。",
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
    noun, held = NOUNS.get(mail.kind, "メール"), mail.state == "held"
    return {
        "title": f"{noun}の送信を控えています" if held else f"{noun}が届いていません",
        "number": number,
        "url": f"{reverse('inquiry', args=[number])}?from=inbox",
        "text": _why(mail),
        "verb": {"url": reverse("resend", args=[mail.id]), "label": "送る" if held else "もう一度送る"},
    }


def _mail_in(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """Mailboxes that cannot be read, and mails whose place a person decides."""
    for box in failing_of(viewer):
        told = mail_words.fetching(box.code)
        yield {"title": f"「{box.name}」のメールを読めていません", "text": told} | (
            {"link": {"url": reverse("mailbox_setup", args=[box.id]), "label": "設定を確かめる"}}
            if viewer.role == "admin"
            else {}
        )
    if count := aside_count(viewer):
        yield {
            "title": f"要確認のメールが {count} 通あります",
            "text": "どこに取り込むかを、お決めください。",
            "link": {"url": reverse("aside"), "label": "確かめる"},
        }


def _why(mail: MailState) -> str:
    why = reason(mail.state, mail.code)
    return why.says + why.mend


def _work() -> Iterator[dict[str, Any]]:
    stuck = [job for job in given_up() if job.kind != "delivery.send"]
    if stuck:
        yield {
            "title": f"受付後の処理が {len(stuck)} 件、終わっていません",
            "text": "何日も繰り返しましたが、終わりませんでした。管理者にお知らせください。",
        }


def _backup() -> Iterator[dict[str, Any]]:
    last = newest(("backup.made", "backup.failed"), limit=1)
    if last and last[0].kind == "backup.failed":
        yield {
            "title": "毎日のバックアップが取れませんでした",
            "text": "1時間後にもう一度取ります。続くときは、管理者に理由を調べてもらってください（madoguchi check で分かります）。",
        }


def _untold(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """A change that needs consent binds nobody who was not asked."""
    if not organisation.may_speak_for_operator(viewer.role):
        return
    versions = [in_force_or_none(viewer.entity_id), *ahead(viewer.entity_id)]
    asking = [version for version in versions if version is not None and version.needs_consent]
    told = begun([version.id for version in asking]) if asking else set()
    for version in asking:
        if version.id not in told:
            yield {
                "title": f"プライバシーポリシー 第{version.number}版の変更を、まだお知らせしていません",
                "text": "すでにお問い合わせをくださった方には、お知らせして同意をいただくまで、これまでの版が当てはまります。",
                "link": {
                    "url": reverse("announce_policy", args=[version.number]),
                    "label": "お知らせを用意する",
                },
            }


def _promises(viewer: Viewer) -> Iterator[dict[str, Any]]:
    speaks = organisation.may_speak_for_operator(viewer.role)
    link = {"link": {"url": reverse("desk_promises"), "label": "次にすることを見る"}} if speaks else {}
    told = "定期の点検で見つかりました。" + ("" if speaks else "管理者にお知らせください。")
    for id in alarms():
        said = by_id(id).says.rstrip("。")
        yield {"title": "守れていないお約束があるようです", "text": f"「{said}」。{told}"} | link
    if speaks and unseen():
        yield {
            "title": "公開しているポリシーを、外から確かめられていません",
            "text": "お客様から見えているかをお確かめください。",
        } | link


def _clock() -> Iterator[dict[str, Any]]:
    now = clocks()
    if now.trusted > NEVER and not now.agree:
        wall, trusted = (calendar.japanese_date(each) for each in (now.wall, now.trusted))
        yield {
            "title": "この機器の時計をお確かめください",
            "text": f"時計は {wall}、動いていた時間から数えると {trusted} です。廃棄を止めています。",
            "link": {"url": reverse("retention"), "label": "確かめる"},
        }


def _restored() -> Iterator[dict[str, Any]]:
    if restored_unseen():
        yield {
            "title": "期間と保留をお確かめください",
            "text": "バックアップを戻しました。そのあとに決めた期間と保留は戻っていないため、廃棄を止めています。",
            "link": {"url": reverse("retention"), "label": "確かめる"},
        }


def _holds(viewer: Viewer) -> Iterator[dict[str, Any]]:
    for each in holds_near_their_end(viewer):
        until = calendar.japanese_day(each["until"])
        let_go = calendar.japanese_day(each["let_go"])
        yield {
            "title": "廃棄の保留の期限が過ぎました" if each["over"] else "廃棄の保留の期限が近づいています",
            "number": each["number"],
            "url": each["url"],
            "text": f"期限は{until}でした。{let_go}を過ぎると、保存期間に従って廃棄します。"
            if each["over"]
            else f"期限は{until}です。延ばすか、そのままにするかをお決めください。",
            "link": {
                "url": f"{reverse('hold', args=[each['number']])}?from=retention",
                "label": "延ばす、または解く",
            },
        }
