"""What a person may ask for, in their own words: what happens then, what it costs, how long it takes."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.forms.queries import first_form
from madoguchi.rooms.inventory.queries.switches import ever_on
from madoguchi.rooms.organisation.queries import Operator, only_entity, operator
from madoguchi.rooms.policy.queries.versions import fee_in, in_force
from madoguchi.rooms.rights.queries.desk import privacy_desk
from madoguchi.rooms.rights.rules import fees
from madoguchi.rooms.rights.rules import requests as rules


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of request as the page says it. `happens`: what we do then."""

    code: str
    title: str
    happens: str
    more: str = ""

    @property
    def kind(self) -> rules.Kind:
        return rules.KINDS[self.code]


_log = logging.getLogger("madoguchi.public")
_OFFERS = (
    Offer(
        "disclosure", "見せてほしい",
        "お預かりしている内容の写しを、電子ファイルか書面でお渡しします。",
        "お問い合わせとお返事のほか、担当者のメモ、ご同意の記録、だれがいつ見たかの記録も入ります。ほかの方の情報は、その旨を記して伏せます。",
    ),
    Offer(
        "correction", "直してほしい",
        "事実と違うところを調べて、直します。",
        "直した内容をお知らせします。直せないときは、その理由をお知らせします。",
    ),
    Offer(
        "use_cessation", "使うのを止めてほしい",
        "お預かりしている情報を、消さずに残したまま、使うのを止めます。",
        "お返事、ご案内、書き出しなどに使わなくなります。止められないときは、その理由をお知らせします。",
    ),
    Offer(
        "erasure", "消してほしい",
        "お問い合わせごとに確かめてから、消します。",
        "法律により残すものがあれば、何をいつまで残すかをお知らせします。控えから読めなくなる日も、あわせてお知らせします。",
    ),
    Offer(
        "mail_opt_out", "ご案内のメールを止めたい",
        "ご案内のメールを、この先お送りしません。",
        "お問い合わせへのお返事は、これまでどおりお届けします。",
    ),
    Offer(
        "consent_withdrawal", "前にした同意を取り消したい",
        "いただいた同意を取り消し、その使いみちには使わなくなります。",
    ),
    Offer(
        "collection_stop", "一部の情報だけ止めたい",
        "項目を選んで、取得や利用を止めます。",
    ),
    Offer(
        "joint_use_exclusion", "グループ会社との共同利用から外してほしい",
        "グループ会社からは、見えないようにします。",
    ),
    Offer(
        "provision_cessation", "ほかの会社に渡すのを止めてほしい",
        "お預かりしている情報を、ほかの会社に渡すのを止めます。",
        "止められないときは、その理由をお知らせします。",
    ),
    Offer(
        "purpose_notice", "何のために使っているか知りたい",
        "お預かりしている情報を何のために使っているかを、お知らせします。",
        "公表している使いみちは、プライバシーポリシーでもご覧になれます。",
    ),
    Offer(
        "provision_record_disclosure", "どこに渡したかの記録を見せてほしい",
        "いつ、どの会社に、何をお渡ししたかの記録の写しを、電子ファイルか書面でお渡しします。",
    ),
)  # fmt: skip
OFFERS: Mapping[str, Offer] = MappingProxyType({each.code: each for each in _OFFERS})
FIRST = ("disclosure", "correction", "use_cessation", "erasure")  # what nearly everybody comes for


class NothingHere(Refusal):
    code = "not-found"
    status = 404
    default = "お探しのページは見つかりませんでした。"


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for whoever asks now: the fee of the policy in force, our own target in days, where one pays.
    `collects` are the items that are or were collected by a switch, `essentials` what the form cannot do without."""

    entity_id: UUID
    operator: Operator
    fee: int
    target_days: int
    pay_to: str
    refunds: bool
    collects: frozenset[str]
    essentials: tuple[str, ...]

    def yen(self, kind: str) -> int:
        return fees.fee_of(kind, self.fee)

    @property
    def line_days(self) -> int:
        return rules.LINE.days


_last: dict[str, Terms] = {}


def terms() -> Terms:
    """Raises NothingHere before an operator is set, NoPolicy before one is in force. While the database cannot be
    asked the last ones stand, so that nobody loses what they typed."""
    place = str(settings.DATABASES["default"]["NAME"])
    try:
        now = _read()
    except (DatabaseError, InterfaceError):
        if place not in _last:
            raise
        _log.warning("terms kept while the database is away", exc_info=True)
        return _last[place]
    _last[place] = now
    return now


def _read() -> Terms:
    entity, form = only_entity(), first_form()
    if entity is None:
        raise NothingHere
    desk = privacy_desk(entity.id)
    asked = form.definition.fields if form else ()
    return Terms(
        entity.id, operator(entity.id), fee_in(in_force(entity.id)), desk.target_days, desk.pay_to, desk.refunds,
        ever_on(entity.id), tuple(spec.label for spec in asked if spec.required),
    )  # fmt: skip


def offer_of(kind: str) -> Offer:
    if kind not in OFFERS:
        raise NothingHere
    return OFFERS[kind]


def in_days(kind: str, now: Terms) -> str:
    """How long it takes, in words."""
    if rules.KINDS[kind].at_once:
        return "メールのリンクで確かめた、その場で止まります"
    if rules.KINDS[kind].suit and now.target_days < now.line_days:
        return f"{now.target_days}日をめどに。{now.line_days // 7}週間のうちに、結果か見通しをお知らせします"
    return f"{now.target_days}日をめどに"


def proof(kind: str) -> str:
    """What shows who one is, in proportion to what happens then (GL 3-8-7)."""
    return "メールで届くリンクだけ" if rules.KINDS[kind].at_once else "メールで届くリンクと、もう一つ"


def said_of(offer: Offer, now: Terms) -> dict[str, object]:
    """One offer as templates show it."""
    return {
        "code": offer.code,
        "title": offer.title,
        "happens": offer.happens,
        "more": offer.more,
        "yen": now.yen(offer.code),
        "time": in_days(offer.code, now),
        "proof": proof(offer.code),
        "at_once": offer.kind.at_once,
    }
