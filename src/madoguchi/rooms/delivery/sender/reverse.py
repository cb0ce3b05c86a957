"""The name of an address, and back (RFC 1912 §2.1): receivers distrust a server without one."""

from ipaddress import ip_address

from madoguchi.rooms.delivery.resolving import Resolver, Unanswered
from madoguchi.rooms.delivery.sender import relays
from madoguchi.rooms.delivery.sender.findings import Finding, unanswered


def look(host: str, dns: Resolver) -> list[Finding]:
    if not host:
        says = "送り出すサーバーのアドレスが分からないため、逆引きの名前は確かめられません。"
        return [Finding("reverse", "no-host", "unknown", says, "確認のメールの結果をご覧ください。")]
    if relay := relays.known(host):
        return [Finding("reverse", "relay", "good", f"逆引きの名前は、{relay.name} が整えています。")]
    try:
        return [_of(host, dns)]
    except Unanswered as nobody:
        return [unanswered("reverse", nobody.code)]


def _of(host: str, dns: Resolver) -> Finding:
    addresses = _addresses(host, dns)
    if not addresses:
        return Finding(
            "reverse",
            "no-address",
            "wrong",
            f"{host} にアドレスが登録されていません。",
            "MADOGUCHI_MAIL_URL のホスト名を確かめてください。",
        )
    for address in addresses:
        names = dns.names_of(address)
        if not names:
            says = f"{address}（{host}）に、逆引きの名前がありません。"
            return Finding(
                "reverse",
                "none",
                "wrong",
                says,
                f"回線やサーバーの事業者に、{address} の逆引きを {host} にするよう頼んでください。",
            )
        if not any(address in _addresses(name, dns) for name in names):
            says = f"{address} の逆引きの名前 {names[0]} から、同じアドレスに戻れません。"
            return Finding(
                "reverse",
                "one-way",
                "wrong",
                says,
                f"{names[0]} の A レコードに {address} を登録してください。",
            )
    return Finding("reverse", "good", "good", f"逆引きの名前が整っています（{host}）。")


def _addresses(host: str, dns: Resolver) -> tuple[str, ...]:
    try:
        return (str(ip_address(host)),)
    except ValueError:
        return dns.addresses(host)
