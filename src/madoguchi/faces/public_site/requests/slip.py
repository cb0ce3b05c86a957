"""What 確認 seals and 送信 opens: the words, the kind, the fee that was shown, the draft that makes repeats one."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from madoguchi.faces.public_site.inquiry.envelope import LIFETIME, EnvelopeExpired, EnvelopeRefused
from madoguchi.faces.public_site.sealing import sealed, unsealed
from madoguchi.foundation.lib.text import without_unstorable

_PURPOSE = b"madoguchi.request-slip\x00"


@dataclass(frozen=True, slots=True)
class Slip:
    """`answers` as typed; `door` is the address they are for, so that nothing sealed at one is sent at another."""

    door: str
    kind: str
    answers: Mapping[str, str]
    yen: int
    draft: str
    issued: int


def new_slip(door: str, kind: str, answers: Mapping[str, str], yen: int, now: datetime) -> Slip:
    return Slip(door, kind, dict(answers), yen, secrets.token_urlsafe(32), int(now.timestamp()))


def seal(slip: Slip) -> str:
    return sealed(_PURPOSE, asdict(slip))


def open_slip(text: str, door: str, now: datetime) -> Slip:
    """Raises EnvelopeRefused for what we did not write at this door, EnvelopeExpired after a day; with the words."""
    content, ours = unsealed(_PURPOSE, text)
    answers = content.get("answers")
    said = answers if isinstance(answers, dict) else {}
    words = {key: without_unstorable(value) for key, value in said.items() if isinstance(value, str)}
    if not ours or content["door"] != door:
        raise EnvelopeRefused(words)
    slip = Slip(door, content["kind"], words, content["yen"], content["draft"], content["issued"])
    if now.timestamp() - slip.issued > LIFETIME.total_seconds():
        raise EnvelopeExpired(words)
    return slip
