"""Refusals and error pages of the desk."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.ui.errors import error_page, home_of


class ScopeMissing(Refusal):
    code = "scope-missing"
    status = 403
    default = "このトークンでは、この操作はできません。必要な範囲（scope）を付けたトークンをお使いください。"


class NotSearchable(Refusal):
    code = "search-not-available"
    status = 422
    default = "本文での検索(q)には、まだ対応していません。lane、status、assignee で絞り込んでください。"


class WrongValue(Refusal):
    code = "wrong-value"
    status = 422
    default = "指定した値が正しくありません。"


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return error_page(refusal.status, message=refusal.message, home=home_of(request))


def csrf_failure(request: HttpRequest, reason: str = "", **_: Any) -> HttpResponse:
    return error_page(
        403, message="画面を開いてから時間がたったため、操作を確かめられませんでした。", home=home_of(request)
    )
