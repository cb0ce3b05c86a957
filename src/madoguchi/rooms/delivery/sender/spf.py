"""SPF (RFC 7208): the record read with everything it includes, counted as receivers count it."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from madoguchi.rooms.delivery.resolving import Resolver, Unanswered
from madoguchi.rooms.delivery.sender import relays
from madoguchi.rooms.delivery.sender.findings import Finding, Level, Record, unanswered

MOST_LOOKUPS, MOST_VOID = 10, 2  # RFC 7208 §4.6.4
_FURTHEST = 40  # lookups after which we stop counting
_ALL = {"+": "+all", "-": "-all", "~": "~all", "?": "?all"}
_KNOWN = ("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists")


class Broken(Exception):
    """No receiver can use it. `code` is multiple, syntax, no-record or loop; `where` the name it stands at."""

    def __init__(self, code: str, where: str) -> None:
        self.code, self.where = code, where
        super().__init__(code)


@dataclass
class Read:
    """`ending` is the last word on everybody else; empty when there is none."""

    record: str = ""
    ending: str = ""
    lookups: int = 0
    void: int = 0
    mechanisms: set[str] = field(default_factory=set)
    networks: list[IPv4Network | IPv6Network] = field(default_factory=list)


def record_at(domain: str, dns: Resolver) -> str | None:
    found = [
        each for each in dns.texts(domain) if each.lower() == "v=spf1" or each.lower().startswith("v=spf1 ")
    ]
    if len(found) > 1:
        raise Broken("multiple", domain)
    return found[0] if found else None


def read(domain: str, dns: Resolver) -> Read | None:
    """None without a record. Raises Broken, Unanswered."""
    record = record_at(domain, dns)
    if record is None:
        return None
    found = Read(record)
    _walk(record, domain, dns, found, inside=())
    return found


def _walk(record: str, domain: str, dns: Resolver, found: Read, inside: tuple[str, ...]) -> None:
    if domain in inside or found.lookups > _FURTHEST:
        raise Broken("loop", domain)
    redirect = ""
    for term in record.split()[1:]:
        sign, bare = (term[0], term[1:]) if term[0] in _ALL else ("+", term)
        name, _, value = bare.partition("=") if "=" in bare.split(":")[0] else bare.partition(":")
        kind = name.lower().partition("/")[0]
        if "=" in bare.split(":")[0]:
            redirect = value if kind == "redirect" else redirect
            continue
        if kind not in _KNOWN:
            raise Broken("syntax", domain)
        if kind == "all":
            found.ending = found.ending if inside else _ALL[sign]
            return
        _mechanism(kind, bare, value, domain, dns, found, (*inside, domain), passes=sign == "+")
    if redirect:
        found.lookups += 1
        _into(redirect, dns, found, (*inside, domain), top=not inside)


def _mechanism(
    kind: str,
    bare: str,
    value: str,
    domain: str,
    dns: Resolver,
    found: Read,
    inside: tuple[str, ...],
    *,
    passes: bool,
) -> None:
    if passes:
        found.mechanisms.add(bare.lower())
    if kind in ("ip4", "ip6"):
        try:
            found.networks += [ip_network(value, strict=False)] if passes else []
        except ValueError:
            raise Broken("syntax", domain) from None
        return
    found.lookups += 1
    if "%" in value:  # a macro: what it asks for depends on the mail
        return
    if kind == "include":
        if not value:
            raise Broken("syntax", domain)
        _into(value, dns, found, inside, top=False)
    elif kind in ("a", "mx"):
        _hosts(kind, bare, value, domain, dns, found, passes)


def _into(name: str, dns: Resolver, found: Read, inside: tuple[str, ...], *, top: bool) -> None:
    record = record_at(name, dns)
    if record is None:
        found.void += 1
        raise Broken("no-record", name)
    _walk(record, name, dns, found, () if top else inside)


def _hosts(kind: str, bare: str, value: str, domain: str, dns: Resolver, found: Read, passes: bool) -> None:
    named, _, length = (value or bare.removeprefix(kind)).partition("/")
    target = named or domain
    names = dns.records(target, "MX")[:10] if kind == "mx" else (target,)
    addresses = [address for name in names for address in dns.addresses(name)]
    found.void += not addresses
    if passes:
        found.networks += [_net(address, length) for address in addresses]


def _net(address: str, length: str) -> IPv4Network | IPv6Network:
    return ip_network(
        f"{address}/{length}" if length.isdecimal() and "." in address else address, strict=False
    )


# -- in words -----------------------------------------------------------------------------------------


def look(domain: str, host: str, dns: Resolver) -> list[Finding]:
    """`host` is the relay mail leaves by; empty when nobody knows."""
    try:
        found = read(domain, dns)
        if found is None:
            return [_none(domain, host)]
        return [*_faults(domain, found), *_covers(domain, host, found, dns)] or [_good(found)]
    except Unanswered as nobody:
        return [unanswered("spf", nobody.code)]
    except Broken as broken:
        return [_broken(domain, broken)]


def _none(domain: str, host: str) -> Finding:
    needed = relays.mechanism(host) if host else "a mx"
    return Finding(
        "spf", "none", "wrong", f"{domain} に SPF の記録がありません。迷惑メールと見なされやすくなります。",
        "次の TXT レコードを追加してください。", record=Record(domain, "TXT", f"v=spf1 {needed} ~all"),
    )  # fmt: skip


_BROKEN = {
    "multiple": ("{where} に SPF の記録が二つ以上あります。どれも使われません。", "「v=spf1」で始まる TXT レコードを、一つにまとめてください。"),
    "syntax": ("{where} の SPF の記録に、読み取れない語があります。記録の全体が使われません。", "綴りを確かめて、直してください。"),
    "no-record": ("SPF が参照している {where} に、SPF の記録がありません。記録の全体が使われません。", "その include を取り除くか、正しい名前に直してください。"),
    "loop": ("{where} の SPF が、めぐりめぐって自分を参照しています。", "include を見直してください。"),
}  # fmt: skip


def _broken(domain: str, broken: Broken) -> Finding:
    says, mend = _BROKEN[broken.code]
    return Finding("spf", broken.code, "wrong", says.format(where=broken.where), mend)


def _faults(domain: str, found: Read) -> list[Finding]:
    faults = []
    if found.lookups > MOST_LOOKUPS:
        says = f"SPF を調べるための問い合わせが {found.lookups} 回かかります。受け取る側は {MOST_LOOKUPS} 回までで打ち切り、記録の全体を使いません。"
        faults.append(
            Finding(
                "spf",
                "too-many",
                "wrong",
                says,
                "使っていない include を取り除くか、ip4: に置き換えてください。",
                found.record,
            )
        )
    elif found.void > MOST_VOID:
        says = f"SPF が参照する名前のうち {found.void} 個に、何も登録されていません。"
        faults.append(
            Finding("spf", "void", "wrong", says, "使っていない名前を取り除いてください。", found.record)
        )
    if found.ending in ("+all", "?all", ""):
        faults.append(_ending(domain, found))
    return faults


def _ending(domain: str, found: Read) -> Finding:
    fixed = Record(domain, "TXT", _ended(found.record))
    if found.ending == "+all":
        level: Level = "wrong"
        says = "SPF の終わりが「+all」です。だれでも、この会社を名乗れます。"
    else:
        level, says = "advice", "SPF の終わりに「~all」か「-all」がないため、なりすましを見分けられません。"
    mend = "次のように改めてください。"
    return Finding("spf", f"ending{found.ending}", level, says, mend, found.record, fixed)


def _ended(record: str) -> str:
    kept = [term for term in record.split() if term.lower().lstrip("+-~?") != "all"]
    return " ".join([*kept, "~all"])


def _covers(domain: str, host: str, found: Read, dns: Resolver) -> list[Finding]:
    """Whether the relay is in it: by the name its guide gives, or by its addresses."""
    if not host:
        says = "送り出すサーバーの名前が分からないため、SPF に入っているかは確かめられません。"
        return [
            Finding(
                "spf",
                "no-host",
                "unknown",
                says,
                "下の「確認のメールを送る」で確かめてください。",
                found.record,
            )
        ]
    needed = relays.mechanism(host)
    if needed.lower() in found.mechanisms or _in_networks(host, found, dns):
        return []
    fixed = _with(found.record, needed)
    relay = relays.known(host)
    named = f"{relay.name}（{host}）" if relay else host
    says = f"送り出すサーバー {named} が、SPF に入っていません。"
    guide = (
        "中継サービスの案内と合わせて、次のように改めてください。" if relay else "次のように改めてください。"
    )
    return [Finding("spf", "not-covered", "wrong", says, guide, found.record, Record(domain, "TXT", fixed))]


def _in_networks(host: str, found: Read, dns: Resolver) -> bool:
    addresses = [ip_address(each) for each in _addresses(host, dns)]
    return bool(addresses) and all(any(each in net for net in found.networks) for each in addresses)


def _addresses(host: str, dns: Resolver) -> tuple[str, ...]:
    try:
        return (str(ip_address(host)),)
    except ValueError:
        return dns.addresses(host)


def _with(record: str, needed: str) -> str:
    terms = record.split()
    place = next((n for n, term in enumerate(terms) if term.lower().lstrip("+-~?") == "all"), len(terms))
    ending = [] if place < len(terms) else ["~all"]
    return " ".join([*terms[:place], needed, *terms[place:], *ending])


def _good(found: Read) -> Finding:
    return Finding(
        "spf",
        "good",
        "good",
        f"SPF は整っています（問い合わせ {found.lookups} 回、終わりは {found.ending}）。",
        found=found.record,
    )
