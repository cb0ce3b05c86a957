"""API v1: the public face's and the staff face's routes in one document (OpenAPI 3.1), one way to say no.

The faces do not know each other; here they are put together. Problems are RFC 9457 in Japanese.
"""

import json
from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser

from madoguchi import __version__
from madoguchi.faces.public_site.api import router as public
from madoguchi.faces.public_site.policy.api import router as policy
from madoguchi.faces.staff_site.api import router as staff
from madoguchi.faces.staff_site.approval_api import router as approval
from madoguchi.faces.staff_site.complaints_api import router as complaints
from madoguchi.faces.staff_site.items_api import router as items
from madoguchi.faces.staff_site.people_api import router as people
from madoguchi.faces.staff_site.promises_api import router as promises
from madoguchi.faces.staff_site.requests_api import router as requests
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.rooms.forms.errors import AnswersRefused
from madoguchi.rooms.rights.errors import UnfitRequest

MAX_BYTES = 256 * 1024
WITH_FILES = "/submissions"  # files come along in base64: as much as a request may hold at all (settings)
_RETRY_AFTER = "30"  # seconds
_PROBLEM = "application/problem+json"


class BadBody(Refusal):
    code: ClassVar[str] = "bad-body"
    status: ClassVar[int] = 400
    default: ClassVar[str] = "本文を JSON として読み取れませんでした。"


class WrongKind(Refusal):
    code: ClassVar[str] = "unsupported-media-type"
    status: ClassVar[int] = 415
    default: ClassVar[str] = "本文は application/json でお送りください。"


class TooLarge(Refusal):
    code: ClassVar[str] = "too-large"
    status: ClassVar[int] = 413
    default: ClassVar[str] = "本文は 256 kB までにしてください。"


class StrictJson(Parser):
    """UTF-8 JSON objects only; a key said twice could mean two things, so it is refused (CWE-235)."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if request.content_type != "application/json":
            raise WrongKind
        if len(request.body) > MAX_BYTES and not request.path.endswith(WITH_FILES):
            raise TooLarge
        try:
            content = json.loads(
                request.body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant
            )
        except (ValueError, RecursionError):
            raise BadBody from None
        if not isinstance(content, dict):
            raise BadBody("本文は JSON のオブジェクトにしてください。")
        return content


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise BadBody("同じ名前が二度書かれています。")
    return content


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def problem(
    status: int, code: str, detail: str, *, errors: Mapping[str, str] | None = None, next_step: str = ""
) -> HttpResponse:
    """RFC 9457. `errors`: one sentence per field, in the order of the form."""
    content: dict[str, Any] = {
        "type": f"urn:madoguchi:problem:{code}",
        "title": detail,
        "status": status,
        "code": code,
    }
    if next_step:
        content["detail"] = next_step
    if errors:
        content["errors"] = [{"field": name, "message": message} for name, message in errors.items()]
    return HttpResponse(json.dumps(content, ensure_ascii=False), status=status, content_type=_PROBLEM)


class Api(NinjaAPI):
    """Says in the document what the handlers below do: every problem travels as application/problem+json."""

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    if int(status) >= 400 and "application/json" in response.get("content", {}):
                        response["content"] = {_PROBLEM: response["content"].pop("application/json")}
        return schema


api = Api(
    title="窓口 API",
    version="1",
    description=f"フォームの取得と送信、窓口のお問い合わせの一覧と表示。madoguchi {__version__}",
    docs_url=None,
    openapi_url="openapi.json",
    parser=StrictJson(),
    urls_namespace="api-v1",
)
api.add_router("", public)
api.add_router("", staff)
api.add_router("", approval)
api.add_router("", people)
api.add_router("", items)
api.add_router("", complaints)
api.add_router("", requests)
api.add_router("", policy)
api.add_router("", promises)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    errors = refusal.fields if isinstance(refusal, AnswersRefused | UnfitRequest) else None
    return problem(refusal.status, refusal.code, refusal.message, errors=errors, next_step=refusal.next_step)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Where it is wrong and what is wanted; never what was sent."""
    places = {
        ".".join(map(str, each["loc"][2:] or each["loc"][1:])): _sentence(each) for each in error.errors
    }
    return problem(422, "invalid", "送られた内容の形が正しくありません。", errors=places)


def _sentence(error: Mapping[str, Any]) -> str:
    if error["type"] == "missing":
        return "この値が必要です。"
    return {"string": "文字列で書いてください。", "bool": "true か false で書いてください。"}.get(
        str(error["type"]).partition("_")[0], "値の形が正しくありません。"
    )


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    cause = error.__cause__
    if isinstance(cause, Refusal):  # raised by the parser, wrapped by the framework
        return refused(request, cause)
    return problem(error.status_code, "refused", BadBody.default if error.status_code == 400 else str(error))


@api.exception_handler(AuthenticationError)
def nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem(401, "unauthenticated", "APIトークンが必要です。")
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(RequestDataTooBig)
def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return refused(request, TooLarge())


@api.exception_handler(DatabaseError)
@api.exception_handler(InterfaceError)
@api.exception_handler(OSError)
def away(request: HttpRequest, error: Exception) -> HttpResponse:
    response = problem(
        503,
        "unavailable",
        "ただいま受け付けられません。まだ届いていません。少し待って、同じ内容をもう一度お送りください。",
    )
    response.headers["Retry-After"] = _RETRY_AFTER
    return response
