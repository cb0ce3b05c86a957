"""What the house promises, one line each. Clause numbers live in the policy; ids live in code.

Four kinds, told honestly (LAW 4): enforced, software refuses the contrary act · detected, software
notices · attested, a named person states it · outside, promised but beyond this software. A planned one is
said by the policy and not built yet: it has no leg to stand on and counts as nothing.
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
PLANNED = "未着手"


@dataclass(frozen=True, slots=True)
class Promise:
    id: str
    room: str
    says: str
    kind: Kind
    planned: bool = False

    @property
    def label(self) -> str:
        return PLANNED if self.planned else LABELS[self.kind]


_E, _D, _A, _O = Kind


def _planned(id: str, says: str, kind: Kind) -> Promise:
    return Promise(id, id.partition(".")[0], says, kind, planned=True)


def _stated(name: str, says: str, kind: Kind) -> Promise:
    return Promise(f"safeguards.{name}", "safeguards", says, kind)


CATALOGUE: tuple[Promise, ...] = (
    Promise("inquiries.same-draft-same-receipt", "inquiries", "同じ送信は、何度届いても一件として受け付けます。", _E),
    Promise("inquiries.received-is-told", "inquiries", "受け付けたお問い合わせは、必ず担当者に知らせます。", _D),
    Promise("inquiries.one-polite-refusal", "inquiries", "営業へのお断りは、一度だけ丁寧にお送りします。", _E),
    Promise("inquiries.delicate-stays-covered", "inquiries", "身分証などの番号と、配慮が必要な内容は、ふだん伏せておきます。", _E),
    Promise("inquiries.drafter-never-sends", "inquiries", "作成担当者の書いたお返事は、ほかの職員が確かめてから送ります。", _E),
    Promise("consent.bound-as-shown", "consent", "お見せした文面と版だけを、そのお問い合わせに結びます。", _E),
    Promise("consent.shown-with-each", "consent", "どの文面をお見せしたかを、一件ごとに残します。", _D),
    Promise("policy.kept-word-for-word", "policy", "公表した方針は、一字も変えずに残します。", _D),
    Promise("policy.never-before-publication", "policy", "方針の新しい版は、公表するより前には施行しません。", _E),
    Promise("policy.two-people", "policy", "方針は、作った人とは別の人が確かめてから公表します。", _E),
    Promise("policy.served-as-published", "policy", "お見せしている方針が、公表した版と一字も違わないかを見張ります。", _D),
    Promise("consent.only-as-shown-and-agreed", "consent", "お見せした目的のほかに、同意のないまま、お使いしません。", _E),
    Promise("rights.complaints-in-hand", "rights", "個人情報についてのお申し出には、必ず担当者と期日を決めます。", _D),
    Promise("rights.closed-with-outcome", "rights", "個人情報についてのお申し出は、結果を記さずに終えません。", _E),
    Promise("rights.identity-first", "rights", "ご請求には、ご本人であることを確かめてからお応えします。", _E),
    Promise("rights.fee-shown-first", "rights", "手数料は、開示のご請求に限り、先にお示ししてからいただきます。", _E),
    Promise("rights.all-of-theirs", "rights", "開示では、お預かりしているその方の情報を、もれなくお渡しします。", _D),
    Promise("rights.nothing-held-is-told", "rights", "お預かりしている情報がないときは、ないことをお知らせします。", _E),
    Promise("rights.refused-with-reason", "rights", "お応えできないときは、決まった根拠と理由を添えてお知らせします。", _E),
    Promise("rights.answered-in-time", "rights", "ご請求の期日が過ぎないよう、見張ります。", _D),
    Promise("rights.result-is-told", "rights", "訂正や利用の停止の結果は、しないと決めたときも、お知らせします。", _E),
    Promise("inquiries.only-what-is-asked", "inquiries", "フォームでお尋ねした項目のほかは、受け取りません。", _D),
    Promise("inventory.only-what-is-collected", "inventory", "取得していない項目は、どこからも保存しません。", _E),
    Promise("inventory.erased-everywhere", "inventory", "消去した方の情報は、画面にも検索にも送信待ちにも残しません。", _D),
    Promise("inventory.only-what-was-confirmed", "inventory", "確かめていないものは、消しません。", _E),
    Promise("inventory.never-before-its-time", "inventory", "決めた保存期間が終わるまでは、捨てません。", _E),
    Promise("inventory.kept-no-longer-than-said", "inventory", "決めた保存期間より長くは、残しておきません。", _D),
    Promise("gate.stops-hold", "gate", "止めるお申し出のあとは、送信待ちのご案内も送りません。", _E),
    Promise("delivery.no-mail-bombing", "delivery", "同じ宛先に、自動のメールを送り続けません。", _E),
    Promise("delivery.arrives-or-alarms", "delivery", "届かなかったメールは、担当者に知らせます。", _D),
    Promise("delivery.arrived-is-understood", "delivery", "届いたメールは、取り込むか、担当者が確かめるところに、必ず置きます。", _D),
    Promise("screening.never-deletes", "screening", "営業と思われるお問い合わせも、自動では消しません。", _E),
    Promise("screening.requests-get-through", "screening", "営業と分けた方からのものでも、ご請求は必ず窓口に届けます。", _E),
    Promise("inquiries.automatic-mail-unanswered", "inquiries", "自動で送られてきたメールに、自動でお返事しません。", _E),
    Promise("organisation.own-entity-only", "organisation", "ほかの会社の職員には、お問い合わせを見せません。", _E),
    Promise("audit.no-values", "audit", "記録には、どなたの個人情報も書きません。", _E),
    Promise("audit.nothing-removed", "audit", "記録は、書き足すだけで、消したり直したりできません。", _D),
    Promise("vault.sealed-at-rest", "vault", "お書きになった内容は、鍵をかけて保管します。", _D),
    Promise("vault.erased-stays-erased", "vault", "消去した内容は、もう読めません。", _E),
    Promise("vault.old-keys-destroyed", "vault", "使い終えた鍵は、決めた日に廃棄します。", _D),
    Promise("public.pages-untampered", "ui", "公開しているページのファイルが変えられていないかを、見張ります。", _D),

    _stated("basic-policy", "個人情報の取扱いの基本方針を定めます。", _A),
    _stated("handling-rules", "取得から廃棄まで、段階ごとの取扱いを規程に定めます。", _A),
    _stated("responsible-officer", "取扱いの責任者と、扱う人と情報の範囲を決めます。", _A),
    _stated("regular-review", "取扱いの状況を、定期的に点検します。", _A),
    _stated("secrecy-and-training", "秘密を守る義務を定め、研修を定期的に行います。", _A),
    _stated("carrying-out", "機器や書類の持ち出しを制限し、管理します。", _A),
    _stated("premises", "個人情報を扱う場所への出入りを管理します。", _O),

    _planned("people.linked-as-agreed", "外部サービスからは、連携のときにお示しした情報だけを受け取ります。", _E),
    _planned("outreach.location-after-consent", "位置情報は、同意をいただくまで取得しません。", _E),
    _planned("outreach.measured-as-announced", "行動の測定と広告には、公表した情報だけを使います。", _E),
    _planned("third_parties.consent-or-ground", "同意か、決まった根拠がなければ、第三者に提供しません。", _E),
    _planned("third_parties.provision-recorded", "第三者への提供は、相手と日付と内容を記録に残します。", _E),
    _planned("third_parties.entrusted-to-listed", "取扱いを任せる先は、登録した委託先に限ります。", _E),
    _planned("third_parties.shared-within-range", "共同利用は、公表した範囲の会社に限ります。", _E),
    _planned("third_parties.objection-hides", "共同利用から外すお申し出のあとは、ほかの会社に見せません。", _E),
    _planned("third_parties.sharing-made-known", "共同利用について公表した事項を、いつでも読めるようにしておきます。", _D),
    _planned("safeguards.breach-in-time", "漏えいなどのおそれがあるときは、期限までに報告し、ご本人にお知らせします。", _D),
    _planned("safeguards.bulk-noticed", "一度に多くの情報を見たり取り出したりすれば、気づいて知らせます。", _D),
    _planned("audit.verified-outside", "記録が書き換えられていないことを、外からも確かめられるようにします。", _D),
    _planned("rights.carried-through", "訂正や利用の停止は、共同利用先と委託先にも行き渡らせます。", _D),
)  # fmt: skip


def by_id(id: str) -> Promise:
    return next(promise for promise in CATALOGUE if promise.id == id)


@dataclass(frozen=True, slots=True)
class Told:
    """How a promise is told to customers: one number (of what was kept) and its unit, one sentence."""

    id: str
    unit: str
    says: str


# What the public page 「お約束」 says first; the table behind it says everything.
TOLD: tuple[Told, ...] = (
    Told("inquiries.received-is-told", "件", "お受けしたお問い合わせを、すべて担当者に知らせました。"),
    Told("consent.shown-with-each", "件", "お問い合わせのすべてに、お見せした文面の控えがあります。"),
    Told("vault.sealed-at-rest", "件", "お預かりしている内容のすべてに、鍵をかけています。"),
    Told("vault.erased-stays-erased", "件", "消去した内容は、どれも、もう読めません。"),
    Told("gate.stops-hold", "通", "最近お送りしたご案内に、停止のお申し出のあとのものはありません。"),
    Told("rights.complaints-in-hand", "件", "個人情報についてのお申し出のすべてに、担当者と期日を決めています。"),
    Told("policy.served-as-published", "回", "この一日、お見せしている方針が公表した版と一字も違わないことを確かめました。"),
)  # fmt: skip
