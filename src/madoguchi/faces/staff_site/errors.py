"""Refusals and error pages of the desk."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.ui.errors import error_page, home_of


class ScopeMissing(Refusal):
    code = "scope-missing"
    status = 403
    default = "このトークンでは、この操作はできません。必要な範囲（scope）を付けたトークンをお使いください。"


class WrongValue(Refusal):
    code = "wrong-value"
    status = 422
    default = "指定した値が正しくありません。"


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return error_page(refusal.status, message=refusal.message, home=home_of(request))


def csrf_failure(request: HttpRequest, reason: str = "", **_: Any) -> HttpResponse:
    return error_page(
        403,
        message="画面を開いてから時間がたったため、操作を確かめられませんでした。"
        "前のページへ戻って再読み込みし、もう一度お試しください。",
        home=home_of(request),
    )
