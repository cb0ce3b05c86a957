"""Error pages of the desk."""

from django.http import HttpRequest, HttpResponse

from madoguchi.foundation.ui.errors import error_page, home_of


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(403, message="画面を開いてから時間がたったため、操作を確かめられませんでした。", home=home_of(request))
