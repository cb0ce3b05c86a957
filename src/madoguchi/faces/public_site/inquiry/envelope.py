"""The signed envelope between 確認 and 送信: nothing waits on the server, and nobody can write one but us.

It holds the visitor's own words, the wording they saw and the draft token that makes repeats one inquiry.
"""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from madoguchi.faces.public_site.inquiry.counter import Wording
from madoguchi.faces.public_site.sealing import sealed, unsealed
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.text import without_unstorable

LIFETIME = timedelta(hours=24)
_PURPOSE = b"madoguchi.envelope\x00"


class EnvelopeRefused(Refusal):
    """`answers` is what could still be read of it, so that nobody has to type again."""

    code: ClassVar[str] = "envelope-refused"
    status: ClassVar[int] = 400
    default = "確認画面の内容を確かめられませんでした。まだ送信されていません。お手数ですが、もう一度ご確認ください。"

    def __init__(self, answers: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.answers = dict(answers or {})


class EnvelopeExpired(EnvelopeRefused):
    code: ClassVar[str] = "envelope-expired"
    status: ClassVar[int] = 409
    default = (
        "確認画面を開いてから時間がたちました。まだ送信されていません。お手数ですが、もう一度ご確認ください。"
    )


@dataclass(frozen=True, slots=True)
class Envelope:
    """`answers` as typed; `draft` is 32 random bytes, `issued` seconds since 1970.

    `came_from` is the page that led here, while that is collected; `mailing`: the box for mailings was ticked.
    `trapped` (0 or 1, so that the page is equally long): the box that nobody sees was filled.
    """

    answers: Mapping[str, str]
    wording: Wording
    draft: str
    issued: int
    came_from: str = ""
    mailing: bool = False
    trapped: int = 0


def new_envelope(
    answers: Mapping[str, str],
    wording: Wording,
    now: datetime,
    came_from: str = "",
    *,
    mailing: bool = False,
    trapped: bool = False,
) -> Envelope:
    draft = secrets.token_urlsafe(32)
    return Envelope(dict(answers), wording, draft, int(now.timestamp()), came_from, mailing, int(trapped))


def seal(envelope: Envelope) -> str:
    return sealed(_PURPOSE, asdict(envelope))


def open_envelope(text: str, now: datetime) -> Envelope:
    """Raises EnvelopeRefused for anything we did not write, EnvelopeExpired after a day."""
    content, ours = unsealed(_PURPOSE, text)
    if not ours:
        raise EnvelopeRefused(_answers(content))
    envelope = Envelope(
        _answers(content),
        Wording(**content["wording"]),
        content["draft"],
        content["issued"],
        content.get("came_from", ""),
        content.get("mailing") is True,
        int(content.get("trapped") == 1),
    )
    if now.timestamp() - envelope.issued > LIFETIME.total_seconds():
        raise EnvelopeExpired(envelope.answers)
    return envelope


def _answers(content: Mapping[str, Any]) -> dict[str, str]:
    answers = content.get("answers")
    if not isinstance(answers, dict):
        return {}
    return {key: without_unstorable(value) for key, value in answers.items() if isinstance(value, str)}
