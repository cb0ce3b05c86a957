"""Everything that one person and their company asked: by address, by the company's name, by the domain of the mail."""

from dataclasses import dataclass

from madoguchi.foundation.lib.text import search_key
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.asked import Asked
from madoguchi.rooms.inquiries.queries.lists import Row, row_of, same_person
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.inquiries.queries.search import search
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.queries.search import Term, fold

_MOST = 50
# Addresses of these say nothing of where somebody works.
_FREE = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "yahoo.co.jp",
        "ymail.ne.jp",
        "yahoo.com",
        "outlook.jp",
        "outlook.com",
        "hotmail.com",
        "hotmail.co.jp",
        "live.jp",
        "live.com",
        "msn.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "proton.me",
        "protonmail.com",
        "excite.co.jp",
        "infoseek.jp",
        "docomo.ne.jp",
        "ezweb.ne.jp",
        "au.com",
        "softbank.ne.jp",
        "i.softbank.jp",
        "vodafone.ne.jp",
        "ymobile.ne.jp",
        "uqmobile.jp",
        "rakuten.jp",
        "nifty.com",
        "biglobe.ne.jp",
        "so-net.ne.jp",
        "ocn.ne.jp",
        "plala.or.jp",
        "dion.ne.jp",
        "eonet.ne.jp",
        "jcom.home.ne.jp",
        "asahi-net.or.jp",
        "hi-ho.ne.jp",
        "iij4u.or.jp",
        "zaq.ne.jp",
    ]
)


@dataclass(frozen=True, slots=True)
class Around:
    """`company` and `domain` are what was looked for; empty when there is nothing to look for."""

    person: list[Row]
    company: str
    colleagues: list[Row]
    domain: str
    perhaps: list[Row]


def around(viewer: Viewer, inquiry: Inquiry) -> Around:
    """Raises FileErased once the inquiry was ended."""
    values = answers_of(inquiry).values
    person = [row_of(inquiry), *same_person(viewer, inquiry, limit=_MOST)]
    shown = {row.id for row in person}
    company = values.get("company", "").strip()
    colleagues = [row for row in _of_company(viewer, company) if row.id not in shown]
    shown |= {row.id for row in colleagues}
    domain = values.get("email", "").rpartition("@")[2].lower()
    if domain in _FREE:
        domain = ""
    perhaps = [row for row in _of_domain(viewer, domain) if row.id not in shown]
    return Around(person, company, colleagues, domain, perhaps)


def _of_company(viewer: Viewer, company: str) -> list[Row]:
    """㈱, (株) and 株式会社 are the same; 青葉 is not 青葉食堂."""
    name = search_key(company)
    return [row for row in _saying(viewer, Term(fold(company), "company")) if search_key(row.company) == name]


def _of_domain(viewer: Viewer, domain: str) -> list[Row]:
    return _saying(viewer, Term(fold(f"@{domain}"), "email")) if domain else []


def _saying(viewer: Viewer, term: Term) -> list[Row]:
    if not term.word:
        return []
    found = search(viewer, Asked("", (term,)), limit=_MOST)
    return [hit.row for hit in found.hits if not hit.row.erased]
