"""DMARC (RFC 7489) and whether the names in a mail belong together."""

from collections.abc import Mapping

from madoguchi.rooms.delivery.resolving import Resolver, Unanswered
from madoguchi.rooms.delivery.sender.findings import Finding, Record, unanswered

_FURTHEST = 5  # steps up from the sender's domain
_POLICIES = {
    "none": "様子を見る（p=none）", "quarantine": "迷惑メールに入れる（p=quarantine）", "reject": "受け取らない（p=reject）",
}  # fmt: skip


def look(domain: str, mailto: str, dns: Resolver) -> list[Finding]:
    """`mailto` is where reports would go, for the proposal."""
    try:
        where, texts = _nearest(domain, dns)
    except Unanswered as nobody:
        return [unanswered("dmarc", nobody.code)]
    if not texts:
        return [_none(domain, mailto)]
    if len(texts) > 1:
        says = f"_dmarc.{where} に DMARC の記録が二つ以上あります。どれも使われません。"
        return [
            Finding(
                "dmarc",
                "multiple",
                "wrong",
                says,
                "「v=DMARC1」で始まる TXT レコードを、一つにしてください。",
            )
        ]
    return [_read(where, texts[0], mailto)]


def _nearest(domain: str, dns: Resolver) -> tuple[str, list[str]]:
    """At the domain itself or above it, down to two labels: without a list of public suffixes that is near enough."""
    labels = domain.split(".")
    for n in range(min(len(labels) - 1, _FURTHEST)):
        name = ".".join(labels[n:])
        texts = [each for each in dns.texts(f"_dmarc.{name}") if each.lower().startswith("v=dmarc1")]
        if texts:
            return name, texts
    return domain, []


def _none(domain: str, mailto: str) -> Finding:
    record = Record(f"_dmarc.{domain}", "TXT", f"v=DMARC1; p=none; rua=mailto:{mailto}")
    says = f"{domain} に DMARC の記録がありません。大手のメールサービスは、あることを求めています。"
    return Finding(
        "dmarc",
        "none",
        "wrong",
        says,
        "まず様子を見る記録を追加し、SPF と DKIM が整ったら p=quarantine に進めてください。",
        record=record,
    )


def _read(where: str, text: str, mailto: str) -> Finding:
    tags = tags_of(text)
    policy = tags.get("p", "").lower()
    if policy not in _POLICIES:
        record = Record(f"_dmarc.{where}", "TXT", f"v=DMARC1; p=none; rua=mailto:{mailto}")
        return Finding(
            "dmarc",
            "syntax",
            "wrong",
            f"_dmarc.{where} の記録を読み取れません。",
            "p= の値は none、quarantine、reject のどれかです。次のように改めてください。",
            text,
            record,
        )
    if policy == "none":
        record = Record(f"_dmarc.{where}", "TXT", text.replace("p=none", "p=quarantine", 1))
        return Finding(
            "dmarc",
            "p-none",
            "advice",
            f"DMARC は「{_POLICIES[policy]}」です。なりすましのメールは、まだ止まりません。",
            "SPF と DKIM が整ったら、次のように進めてください。",
            text,
            record,
        )
    return Finding("dmarc", "good", "good", f"DMARC は「{_POLICIES[policy]}」です。", found=text)


def tags_of(text: str) -> dict[str, str]:
    pairs = (each.partition("=") for each in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}


def aligned(one: str, other: str) -> bool:
    """In the relaxed sense: the same domain, or one above the other."""
    one, other = one.lower().rstrip("."), other.lower().rstrip(".")
    return bool(one and other) and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))


def look_at_names(shown: str, envelope: str, signed: Mapping[str, str] | None = None) -> list[Finding]:
    """`signed`: domains that signed a mail which came back, with what the receiver said of each (pass, fail)."""
    if not aligned(shown, envelope):
        says = f"差出人の {shown} と、届かなかったときの返送先の {envelope} が、別のドメインです。SPF が通っても、DMARC では数えられません。"
        return [
            Finding(
                "alignment",
                "envelope",
                "wrong",
                says,
                "会社の情報で、送信元のアドレスを同じドメインにしてください。",
            )
        ]
    foreign = [each for each in signed or {} if not aligned(shown, each)]
    own = [each for each, result in (signed or {}).items() if aligned(shown, each) and result == "pass"]
    if foreign and not own:
        says = f"メールに付いた DKIM の署名が、差出人の {shown} ではなく {'、'.join(foreign)} のものです。"
        mend = (
            f"中継サービスの管理画面で、{shown} の名前で署名する設定（独自ドメインの DKIM）にしてください。"
        )
        return [Finding("alignment", "signature", "wrong", says, mend)]
    return [Finding("alignment", "good", "good", f"差出人と返送先は、同じドメイン（{shown}）です。")]
