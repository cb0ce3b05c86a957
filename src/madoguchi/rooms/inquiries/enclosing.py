"""What may be attached, and how a file is made ready before the transaction that keeps it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Protocol

from madoguchi.foundation.lib import files, pictures
from madoguchi.rooms.inquiries.errors import (
    EmptyFile,
    FileSealed,
    FileTooLarge,
    OfficerDeletesFiles,
    TooManyFiles,
    UnreadablePicture,
    WhyDeleted,
)

AS_IT_IS = "application/octet-stream"  # served as nothing in particular: a browser saves it and does no more
MB = 1024 * 1024
REASONS = {
    "asked": "ご本人のご依頼", "mistaken": "誤って送られたもの", "harmful": "ウイルスなどの疑い", "needless": "必要のない個人情報",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """How many, and how many bytes each and together."""

    count: int = 10
    each: int = 10 * MB
    together: int = 20 * MB


@dataclass(frozen=True, slots=True)
class Offered:
    """A file somebody gives. `media_type` is other than AS_IT_IS only for a picture that we drew anew ourselves."""

    name: str
    content: bytes
    media_type: str = AS_IT_IS


class Stored(Protocol):
    @property
    def state(self) -> str: ...


def check_enclosable(offered: Sequence[Offered], limits: Limits) -> None:
    if len(offered) > limits.count:
        raise TooManyFiles(
            f"添付できるファイルは、{limits.count}個までです。ファイルを減らして、もう一度お選びください。"
        )
    for each in offered:
        if not each.content:
            raise EmptyFile(
                f"「{files.fitting_name(each.name)}」は中身のないファイルです。お確かめのうえ、もう一度お選びください。"
            )
        if len(each.content) > limits.each:
            raise FileTooLarge(
                f"「{files.fitting_name(each.name)}」が大きすぎます。1つ{limits.each // MB}MBまでにして、もう一度お選びください。"
            )
    if sum(len(each.content) for each in offered) > limits.together:
        raise FileTooLarge(
            f"添付ファイルは、合わせて{limits.together // MB}MBまでです。ファイルを減らして、もう一度お選びください。"
        )


def check_may_open(file: Stored, role: str) -> None:
    """What a scanner took for a virus stays where it is; the officer may take it out, knowing what it is."""
    if file.state == "infected" and role != "officer":
        raise FileSealed


def check_may_delete(role: str, reason: str) -> None:
    if role != "officer":
        raise OfficerDeletesFiles
    if reason not in REASONS:
        raise WhyDeleted


def made_ready(offered: Iterable[Offered], limits: Limits | None = None) -> list[Offered]:
    """For what visitors and staff attach: within the limits, pictures drawn anew. Outside a transaction: it takes
    its time. What came by mail stays as it was sent, and goes straight to `enclose`."""
    given = list(offered)
    check_enclosable(given, limits or Limits())
    return [_ready(each) for each in given]


def _ready(offered: Offered) -> Offered:
    kind = files.kind_of(offered.content, offered.name)
    if kind not in pictures.KINDS:
        return offered
    try:
        drawn = pictures.redrawn(offered.content, kind)
    except pictures.Undrawable:
        name = files.fitting_name(offered.name)
        raise UnreadablePicture(
            f"「{name}」を画像として読み取れませんでした。保存し直すか、PDFにして、もう一度お選びください。"
        ) from None
    return replace(offered, content=drawn, media_type=f"image/{kind}")


def digest_of(offered: Iterable[Offered]) -> str:
    """Tells the same files from others, sent again under one draft."""
    whole = sha256()
    for each in offered:
        for part in (each.name.encode(errors="surrogatepass"), each.content):
            whole.update(sha256(part).digest())
    return whole.hexdigest()
