"""What the house promises, one line each. Clause numbers live in the policy; ids live in code.

Four kinds, told honestly (LAW 4): enforced, software refuses the contrary act · detected, software
notices · attested, a named person states it · outside, promised but beyond this software.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    ENFORCED = "enforced"
    DETECTED = "detected"
    ATTESTED = "attested"
    OUTSIDE = "outside"


LABELS = {
    Kind.ENFORCED: "仕組みで防止",
    Kind.DETECTED: "監視中",
    Kind.ATTESTED: "申告",
    Kind.OUTSIDE: "対象外",
}


@dataclass(frozen=True, slots=True)
class Promise:
    id: str
    room: str
    says: str
    kind: Kind


_E, _D = Kind.ENFORCED, Kind.DETECTED

CATALOGUE: tuple[Promise, ...] = (
    Promise("inquiries.same-draft-same-receipt", "inquiries", "同じ送信は、何度届いても一件として受け付けます。", _E),
    Promise("inquiries.received-is-told", "inquiries", "受け付けたお問い合わせは、必ず担当者に知らせます。", _D),
    Promise("inquiries.one-polite-refusal", "inquiries", "営業へのお断りは、一度だけ丁寧にお送りします。", _E),
    Promise("consent.bound-as-shown", "consent", "お見せした文面と版だけを、そのお問い合わせに結びます。", _E),
    Promise("consent.shown-with-each", "consent", "どの文面をお見せしたかを、一件ごとに残します。", _D),
    Promise("policy.kept-word-for-word", "policy", "公表した方針は、一字も変えずに残します。", _D),
    Promise("inquiries.only-what-is-asked", "inquiries", "フォームでお尋ねした項目のほかは、受け取りません。", _D),
    Promise("gate.stops-hold", "gate", "止めるお申し出のあとは、送信待ちのご案内も送りません。", _E),
    Promise("delivery.no-mail-bombing", "delivery", "同じ宛先に、自動のメールを送り続けません。", _E),
    Promise("delivery.arrives-or-alarms", "delivery", "届かなかったメールは、担当者に知らせます。", _D),
    Promise("organisation.own-entity-only", "organisation", "ほかの会社の職員には、お問い合わせを見せません。", _E),
    Promise("audit.no-values", "audit", "記録には、どなたの個人情報も書きません。", _E),
    Promise("audit.nothing-removed", "audit", "記録は、書き足すだけで、消したり直したりできません。", _D),
    Promise("vault.sealed-at-rest", "vault", "お書きになった内容は、鍵をかけて保管します。", _D),
    Promise("vault.erased-stays-erased", "vault", "消去した内容は、もう読めません。", _E),
    Promise("public.pages-untampered", "ui", "公開しているページのファイルが変えられていないかを、見張ります。", _D),
)  # fmt: skip


def by_id(id: str) -> Promise:
    return next(promise for promise in CATALOGUE if promise.id == id)
