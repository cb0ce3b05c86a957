"""The mail that tells a colleague: numbers, lanes and links; no personal data (DESK §4.10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from madoguchi.foundation.lib import clock
from madoguchi.rooms.delivery.rules import RenderedMail, compose, new_message_id
from madoguchi.rooms.inquiries import mails
from madoguchi.rooms.inquiries.queries.lists import counts, lane_label
from madoguchi.rooms.inquiries.queries.mails import told_about
from madoguchi.rooms.inquiries.queries.trays import overlooked
from madoguchi.rooms.organisation.queries import Colleague, DueNotice, Viewer, entity_facts
from madoguchi.rooms.organisation.rules import DAILY, EVENTS

if TYPE_CHECKING:
    from madoguchi.rooms.inquiries.models import Inquiry

Unread = Mapping[str, Sequence[str]]  # receipt numbers by tray
SHOWN = 500  # lines of one mail, as many as are told at once: every number is told
_OF_CUSTOMERS = ("new", "heard", "deadline", "undelivered")  # silent for what meanwhile lies in a tray
_NO_DATA = "このお知らせには、お問い合わせをくださった方の個人情報を\n載せていません。"


def notice_mail(to: Colleague, viewer: Viewer, due: Sequence[DueNotice]) -> RenderedMail | None:
    """None when nothing of it is worth a mail any more."""
    found = told_about([each.about.id for each in due if each.event != DAILY])
    live = [each for each in due if _is_live(each, found)]
    live.sort(key=lambda each: found[each.about.id].received_at)
    counted = counts(viewer) if any(each.event == DAILY for each in due) else {}
    daily = counted if any(count for name, count in counted.items() if name != "done") else {}
    if not live and not daily:
        return None
    if not daily and {each.event for each in live} == {"new"}:
        arrived = [found[each.about.id] for each in live]
        return mails.staff_notice(viewer.entity_id, arrived[:SHOWN], to, more=len(arrived[SHOWN:]))
    unread = overlooked(viewer.entity_id) if daily else {}
    return _mail(to, viewer, _subject(live, found, unread), _text(live, found, daily, unread))


def _is_live(notice: DueNotice, found: Mapping[UUID, Inquiry]) -> bool:
    inquiry = found.get(notice.about.id)
    if inquiry is None or notice.event not in EVENTS:
        return False
    if notice.event == "deadline" and inquiry.answered_at is not None:
        return False
    return notice.event not in _OF_CUSTOMERS or inquiry.lane == "inbox"


def _subject(live: Sequence[DueNotice], found: Mapping[UUID, Inquiry], unread: Unread) -> str:
    if not live:
        count = sum(map(len, unread.values()))
        return "【窓口】今日のまとめ" + (f"（お客様かもしれない未開封 {count}件）" if count else "")
    first = live[0]
    more = f" ほか{len(live) - 1}件" if len(live) > 1 else ""
    return f"【窓口】{EVENTS[first.event][1]} {found[first.about.id].receipt_number}{more}"


def _text(
    live: Sequence[DueNotice], found: Mapping[UUID, Inquiry], daily: Mapping[str, int], unread: Unread
) -> str:
    parts = [*_listed(live, found)]
    if len(live) > SHOWN:
        parts.append(
            f"ほか {len(live) - SHOWN} 件は、窓口の画面でご覧ください。\n{settings.BASE_URL}/desk/\n"
        )
    if unread:
        parts.append(_overlooked(unread))
    if daily:
        parts.append(_summary(daily))
    parts.append(
        f"{_NO_DATA}\n\nお知らせの受け取りかたは、こちらで変えられます。\n{settings.BASE_URL}/desk/account/notices/"
    )
    return "\n".join(parts) + "\n"


def _listed(live: Sequence[DueNotice], found: Mapping[UUID, Inquiry]) -> Iterator[str]:
    shown = live[:SHOWN]
    for event, (_, label) in EVENTS.items():
        about = [found[each.about.id] for each in shown if each.event == event]
        lines = [
            f"　{each.receipt_number}　{lane_label(each.lane)}\n　{settings.BASE_URL}/desk/inquiries/{each.receipt_number}/"
            for each in dict.fromkeys(about)
        ]
        if lines:
            yield "\n".join([f"■ {label}", *lines, ""])


def _overlooked(unread: Unread) -> str:
    """How many and where; what they say is read at the desk."""
    lines = [
        f"　{lane_label(lane)}　{len(numbers)} 件\n　{settings.BASE_URL}/desk/inbox/{lane}/"
        for lane, numbers in sorted(unread.items(), reverse=True)
    ]
    return "\n".join(["■ お客様かもしれないのに、2営業日開かれていないもの", *lines, ""])


def _summary(counted: Mapping[str, int]) -> str:
    """What waits this morning, the trays included: they are told here and nowhere else."""
    said = {
        "受信箱": counted["inbox"], "期限超過": counted["overdue"], "自分の担当": counted["mine"],
        "担当なし": counted["unassigned"], "保留": counted["pending"], "営業": counted["sales"],
        "迷惑": counted["junk"],
    }  # fmt: skip
    if counted.get("aside"):
        said["届いたメール（要確認）"] = counted["aside"]
    lines = [f"　{label}　{count} 件" for label, count in said.items()]
    return "\n".join(["■ いまの窓口", *lines, f"　{settings.BASE_URL}/desk/", ""])


def _mail(to: Colleague, viewer: Viewer, subject: str, text: str) -> RenderedMail:
    facts = entity_facts(viewer.entity_id)
    return compose(
        kind="staff-notice", sender_name=facts["sender_name"], sender_address=facts["sender_address"],
        recipient_name=to.name, recipient=to.email, subject=subject, text=text,
        message_id=new_message_id(facts["sender_address"].rpartition("@")[2]), date=clock.now(), auto=True,
    )  # fmt: skip
