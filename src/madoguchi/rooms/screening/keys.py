"""What tells a sender apart: address, company domain, number, hosts of links. Never a name.

What many share (free mail, carriers, shorteners, maps, videos, booking pages) tells nobody apart, nor does what is ours.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from madoguchi.foundation.lib.contact import Unreadable, read_email, read_phone
from madoguchi.rooms.screening.facts import Facts

MOST_HOSTS = 10
READ = 8_000
_HOST = re.compile(r"(?:https?://|www\.)([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)")
_TWO_PART = frozenset(
    {"co", "or", "ne", "ac", "go", "gr", "ed", "lg", "ad", "com", "org", "net", "gov", "edu"}
)
_NO_NUMBER = "00000000"  # typed by who gives none
# Nobody's (RFC 2606); what stands before them tells apart.
RESERVED = frozenset(
    {"example.com", "example.net", "example.org", "example.jp", "example.co.jp", "example.ne.jp"}
)
SHARED_MAIL = frozenset({
    "gmail.com", "googlemail.com", "yahoo.co.jp", "yahoo.com", "ymail.ne.jp", "outlook.jp", "outlook.com",
    "hotmail.com", "hotmail.co.jp", "live.jp", "live.com", "msn.com", "icloud.com", "me.com", "mac.com", "aol.com",
    "proton.me", "protonmail.com", "gmx.com", "mail.com", "qq.com", "163.com", "126.com", "naver.com", "excite.co.jp",
    "goo.jp", "docomo.ne.jp", "ezweb.ne.jp", "au.com", "softbank.ne.jp", "vodafone.ne.jp", "ymobile.ne.jp",
    "uqmobile.jp", "rakuten.jp", "nifty.com", "biglobe.ne.jp", "ocn.ne.jp", "so-net.ne.jp", "plala.or.jp", "dion.ne.jp",
    "asahi-net.or.jp", "infoseek.jp", "wakwak.com", "zoho.com", "eonet.ne.jp", "jcom.home.ne.jp", "jcom.zaq.ne.jp",
})  # fmt: skip
SHARED_HOSTS = frozenset({
    "bit.ly", "t.co", "goo.gl", "tinyurl.com", "ow.ly", "is.gd", "buff.ly", "x.gd", "lin.ee", "line.me", "onl.la",
    "youtube.com", "youtu.be", "vimeo.com", "google.com", "google.co.jp", "forms.gle", "goo.ne.jp", "apple.com",
    "facebook.com", "instagram.com", "twitter.com", "x.com", "linkedin.com", "tiktok.com", "note.com", "ameblo.jp",
    "calendly.com", "timerex.net", "spirinc.com", "zoom.us", "jicoo.com", "hubspot.com", "eeasy.jp", "tally.so",
    "typeform.com", "notion.so", "notion.site", "dropbox.com", "box.com", "sharepoint.com", "amazon.co.jp", "amazon.com",
    "rakuten.co.jp", "prtimes.jp", "wixsite.com", "jimdo.com", "jimdofree.com", "wordpress.com", "peraichi.com",
    "studio.site", "fc2.com", "github.com", "github.io", "mapion.co.jp", "wikipedia.org", "microsoft.com", "office.com",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Keys:
    """In one form each; empty for what was not given or tells nobody apart."""

    address: str = ""
    domain: str = ""
    phone: str = ""
    hosts: tuple[str, ...] = ()

    def pairs(self) -> Iterator[tuple[str, str]]:
        yield from (
            (k, v)
            for k, v in (("address", self.address), ("domain", self.domain), ("phone", self.phone))
            if v
        )
        yield from (("host", host) for host in self.hosts)


def keys_of(facts: Facts) -> Keys:
    address = _address(facts.fields.get("email", ""))
    domain = company_domain(address)
    hosts = dict.fromkeys(_hosts(facts))
    return Keys(
        address=address if address not in facts.own else "",
        domain=domain if domain not in facts.own else "",
        phone=_number(facts.fields.get("phone", ""), facts.own),
        hosts=tuple(host for host in hosts if host not in facts.own)[:MOST_HOSTS],
    )


def company_domain(address: str) -> str:
    """The registered domain behind an address; empty for one that many share."""
    domain = registered(address.rpartition("@")[2])
    return "" if domain in SHARED_MAIL | RESERVED or "." not in domain else domain


def registered(host: str) -> str:
    """mail.example.co.jp → example.co.jp, by the shape of the last labels; good enough to group, never to trust."""
    labels = host.strip(".").lower().split(".")
    keep = 3 if len(labels) > 2 and labels[-2] in _TWO_PART and len(labels[-1]) == 2 else 2
    if ".".join(labels[-keep:]) in RESERVED:
        keep += 1
    return ".".join(labels[-keep:])


def _hosts(facts: Facts) -> Iterator[str]:
    text = " ".join(facts.fields.get(name, "")[:READ] for name in ("website", "url", "body", "remarks"))
    for found in _HOST.finditer(unicodedata.normalize("NFKC", text[: 2 * READ]).lower()):
        host = registered(found[1])
        if "." in host and host not in SHARED_HOSTS | SHARED_MAIL | RESERVED:
            yield host


def _address(typed: str) -> str:
    try:
        return read_email(typed).key if typed else ""
    except Unreadable:
        return ""


def _number(typed: str, own: frozenset[str]) -> str:
    try:
        key = read_phone(typed).key if typed else ""
    except Unreadable:
        return ""
    return "" if key in own or key.endswith(_NO_NUMBER) else key
