"""DKIM keys at the name server (RFC 6376 §3.6.1). Which name a key has, only the relay knows: it is proposed, typed by
a person, or read from a mail that came back."""

import binascii
from base64 import b64decode
from collections.abc import Mapping, Sequence

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from madoguchi.rooms.delivery.resolving import Resolver, Unanswered
from madoguchi.rooms.delivery.sender import relays
from madoguchi.rooms.delivery.sender.findings import Finding, unanswered

_SHORT, _ENOUGH = 1024, 2048  # bits


def look(domain: str, host: str, selectors: Sequence[str], dns: Resolver) -> list[Finding]:
    """`selectors` as typed; without any, those that this relay usually gives."""
    relay = relays.known(host) if host else None
    tried = list(selectors) or list(relay.selectors if relay else ())
    if not tried:
        return [_unknown(relay)]
    try:
        keys = {each: dns.texts(f"{each}._domainkey.{domain}") for each in tried}
    except Unanswered as nobody:
        return [unanswered("dkim", nobody.code)]
    found = {name: texts for name, texts in keys.items() if texts}
    return [_key(name, domain, texts) for name, texts in found.items()] or [_missing(domain, tried, relay)]


def _unknown(relay: relays.Relay | None) -> Finding:
    guide = (
        relay.guide if relay else "中継サーバーの管理画面で DKIM を設定すると、セレクターの名前が分かります。"
    )
    says = "DKIM の鍵の名前（セレクター）が分からないため、確かめられません。"
    return Finding(
        "dkim",
        "no-selector",
        "unknown",
        says,
        f"{guide}分かったら下の欄に入れるか、確認のメールを送ってください。",
    )


def _missing(domain: str, tried: Sequence[str], relay: relays.Relay | None) -> Finding:
    names = "、".join(f"{each}._domainkey.{domain}" for each in tried)
    guide = relay.guide if relay else "中継サーバーの案内にある TXT か CNAME のレコードを登録してください。"
    return Finding("dkim", "none", "wrong", f"DKIM の鍵が見つかりません（{names}）。", guide)


def _key(name: str, domain: str, texts: Sequence[str]) -> Finding:
    where = f"{name}._domainkey.{domain}"
    if len(texts) > 1:
        says = f"{where} に TXT レコードが二つ以上あります。どちらが使われるかは、受け取る側によります。"
        return Finding("dkim", "multiple", "wrong", says, "一つにしてください。")
    tags = _tags(texts[0])
    if tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
        return Finding(
            "dkim",
            "syntax",
            "wrong",
            f"{where} の記録を読み取れません。",
            "中継サーバーの案内にある値を、そのまま登録し直してください。",
            texts[0],
        )
    if not tags["p"]:
        return Finding(
            "dkim",
            "revoked",
            "wrong",
            f"{where} の鍵は、使わないことになっています（p= が空）。",
            "いまの鍵の名前に替えるか、鍵を登録し直してください。",
            texts[0],
        )
    return _strength(where, tags, texts[0])


def _strength(where: str, tags: Mapping[str, str], text: str) -> Finding:
    bits = _bits(tags)
    if bits is None:
        return Finding(
            "dkim",
            "syntax",
            "wrong",
            f"{where} の鍵を読み取れません。途中で切れているようです。",
            "案内にある値を、切らずに登録し直してください。",
            text,
        )
    if bits < _SHORT:
        return Finding(
            "dkim",
            "weak",
            "wrong",
            f"{where} の鍵が {bits} ビットしかなく、多くの受け取る側が認めません。",
            "2048 ビットの鍵に替えてください。",
            text,
        )
    if bits < _ENOUGH:
        return Finding(
            "dkim",
            "short",
            "advice",
            f"{where} の鍵は {bits} ビットです。",
            "次の入れ替えで、2048 ビットの鍵にすることをお勧めします。",
            text,
        )
    if "y" in tags.get("t", "").split(":"):
        return Finding(
            "dkim",
            "testing",
            "advice",
            f"{where} は、試しの印（t=y）が付いたままです。",
            "確かめ終えたら、t=y を取り除いてください。",
            text,
        )
    return Finding("dkim", "good", "good", f"DKIM の鍵があります（{where}）。", found=text)


def _tags(text: str) -> dict[str, str]:
    """No spaces count inside a value: keys are wrapped at will (RFC 6376 §3.2)."""
    pairs = (each.partition("=") for each in text.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, _, value in pairs if name.strip()}


def _bits(tags: Mapping[str, str]) -> int | None:
    """None for what is no key. Ed25519 is as strong as we ask for."""
    try:
        raw = b64decode(tags["p"], validate=True)
        if tags.get("k", "rsa").lower() == "ed25519":
            return _ENOUGH if len(raw) == 32 else None
        key = load_der_public_key(raw)
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return None
    return key.key_size if isinstance(key, RSAPublicKey) else None
