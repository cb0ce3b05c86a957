"""Reads a posted form by itself, strictly: one content type (two where files may come along), one character set,
bounded in size and number.

Bytes that are no UTF-8 come out as lone surrogates; the form's own rules then name the field, take them out
and keep the rest, exactly as they do with NUL.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError

from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.ui.uploads import Measured
from madoguchi.rooms.inquiries.actions.enclose import Limits, Offered

_FILES = "multipart/form-data"
_MOST = (
    64 * 1024 * 1024
)  # bytes that are read at all; what is over the limits within them is refused with the words kept
_FORM = "application/x-www-form-urlencoded"
_UTF8 = frozenset({"", "utf-8", "utf8"})


class WrongKind(Refusal):
    code: ClassVar[str] = "unsupported-media-type"
    status: ClassVar[int] = 415
    default: ClassVar[str] = "この形式の送信は、お受けできません。フォームの画面からお送りください。"


class TooLarge(Refusal):
    code: ClassVar[str] = "too-large"
    status: ClassVar[int] = 413
    default: ClassVar[str] = "内容が大きすぎて、受け取れませんでした。文章を短くしてお送りください。"


class TooManyFields(Refusal):
    code: ClassVar[str] = "too-many-fields"
    status: ClassVar[int] = 400
    default: ClassVar[str] = (
        "項目の数が多すぎて、内容を読み取れませんでした。フォームの画面からお送りください。"
    )


class CutShort(Refusal):
    code: ClassVar[str] = "cut-short"
    status: ClassVar[int] = 400
    default: ClassVar[str] = "通信が途中で切れました。まだ送信されていません。"


@dataclass(frozen=True, slots=True)
class Posted:
    """The first value of each name; `repeated` are the names that came more than once. `files` came along, in order;
    `over`: some were too large, and nothing is left of those."""

    values: Mapping[str, str]
    repeated: frozenset[str]
    files: tuple[Offered, ...] = field(default=())
    over: bool = False

    def get(self, name: str) -> str:
        return self.values.get(name, "")


def read_post(request: HttpRequest, files: Limits | None = None) -> Posted:
    """Raises WrongKind, TooLarge, TooManyFields or CutShort, each with a sentence for the visitor. With `files`, these
    may come along."""
    if files is not None and request.content_type == _FILES:
        return _with_files(request, files)
    charset = (request.content_params or {}).get("charset", "").strip("\"'").lower()
    if request.content_type != _FORM or charset not in _UTF8:
        raise WrongKind
    try:
        return parse(request.body)
    except RequestDataTooBig:
        raise TooLarge from None
    except UnreadablePostError:
        raise CutShort from None


def _with_files(request: HttpRequest, limits: Limits) -> Posted:
    """In memory throughout: neither Django nor we put a byte of it on a disk."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > _MOST:
        raise TooLarge
    request.upload_handlers = [Measured(each=limits.each, together=limits.together)]
    try:
        values, sent = request.POST, request.FILES.getlist("files")
    except RequestDataTooBig:
        raise TooLarge from None
    except UnreadablePostError:
        raise CutShort from None
    except (SuspiciousOperation, MultiPartParserError):
        raise TooManyFields from None
    repeated = frozenset(name for name, given in values.lists() if len(given) > 1)
    first = {name: str(given[0]) for name, given in values.lists()}
    kept = tuple(Offered(each.name or "", each.read()) for each in sent if not getattr(each, "over", False))
    return Posted(first, repeated, kept, over=len(kept) < len(sent))


def parse(body: bytes) -> Posted:
    if body.count(b"&") >= (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS or 200):
        raise TooManyFields
    values: dict[str, str] = {}
    repeated = set()
    for pair in filter(None, body.split(b"&")):
        name, _, value = (_decoded(part) for part in pair.partition(b"="))
        if name in values:
            repeated.add(name)
        values.setdefault(name, value)
    return Posted(values, frozenset(repeated))


def _decoded(part: bytes) -> str:
    return unquote_to_bytes(part.replace(b"+", b" ")).decode("utf-8", "surrogateescape")
