"""Is the policy that a page shows the one that was published? Pure: a page as it came over the wire, and a digest."""

import re
from enum import StrEnum

from madoguchi.foundation.lib.digests import sha256

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# A policy holds no <article> of its own, and one that is not shown does not count.
_ARTICLE = re.compile(
    r"<article\b(?=[^>]*\sid=\"policy-text\")(?![^>]*\s(?:hidden|style)\b)[^>]*>(.*?)</article>", re.DOTALL
)


class Seen(StrEnum):
    """What one look at the public pages found. A page that gave no answer says nothing either way."""

    SAME = "same"
    ALTERED = "altered"
    UNREACHABLE = "unreachable"


def seen_on(page: bytes, digest: str) -> Seen:
    """The one article that carries the policy, byte for byte, against the digest it was published with."""
    articles = _ARTICLE.findall(_COMMENT.sub("", page.decode("utf-8", errors="replace")))
    same = [sha256(article.encode()) == digest for article in articles] == [True]
    return Seen.SAME if same else Seen.ALTERED
