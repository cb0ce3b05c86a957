"""What the receiving side wrote into a test mail of ours (RFC 8601), and who signed it on its way (RFC 6376)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from madoguchi.rooms.delivery.decoding.headers import split_message
from madoguchi.rooms.delivery.sender.dmarc import tags_of

_RESULT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)([^;]*)", re.IGNORECASE)
_DOMAIN = re.compile(r"header\.(?:d|i)=@?([A-Za-z0-9.-]{1,253})")
WORDS = {
    "pass": "合格", "fail": "不合格", "softfail": "不合格（~all）", "none": "記録なし", "neutral": "判断なし",
    "temperror": "調べられませんでした", "permerror": "記録の誤り", "policy": "受け取る側の決まりで不合格",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Results:
    """`verdicts`: spf, dkim and dmarc with their result, of the server that took the mail; empty where it says
    nothing. `signed`: each signing domain with its result. `selectors`: the names of the keys used."""

    verdicts: Mapping[str, str] = field(default_factory=dict)
    signed: Mapping[str, str] = field(default_factory=dict)
    selectors: tuple[str, ...] = ()


def read_results(raw: bytes) -> Results:
    """Only the topmost header counts: those below were there before it reached us, and anybody may have written them."""
    headers, _ = split_message(raw)
    said = headers.plain("authentication-results")
    verdicts, signed = dict[str, str](), dict[str, str]()
    for name, result, rest in _RESULT.findall(said):
        kind, result = name.lower(), result.lower()
        if kind == "dkim":
            domain = _DOMAIN.search(rest)
            if domain:
                signed[domain[1].lower()] = result
            verdicts[kind] = "pass" if "pass" in (result, verdicts.get(kind)) else result
        else:
            verdicts.setdefault(kind, result)
    signatures = [tags_of(each.decode("ascii", "replace")) for each in headers.every("dkim-signature")[:5]]
    for tags in signatures:
        if tags.get("d"):
            signed.setdefault("".join(tags["d"].split()).lower(), "")
    selectors = tuple(dict.fromkeys("".join(tags["s"].split()) for tags in signatures if tags.get("s")))
    return Results(verdicts, signed, selectors)
