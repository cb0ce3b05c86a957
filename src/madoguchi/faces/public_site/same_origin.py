"""Where a post may come from. Public pages set no cookie, so there is no token to compare: the browser says it.

Programs that send neither header (mail clients for one-click unsubscribe, scripts of the visitor) are let in;
a browser that says "from another site" is not.
"""

from typing import ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from madoguchi.foundation.lib.errors import Refusal

_OURS = ("same-origin", "none")


class FromElsewhere(Refusal):
    code: ClassVar[str] = "cross-site"
    status: ClassVar[int] = 403
    default: ClassVar[str] = "ほかのサイトから送られた内容は、受け付けておりません。"


def check_same_origin(request: HttpRequest) -> None:
    site = request.headers.get("Sec-Fetch-Site", "")
    origin = request.headers.get("Origin", "")
    if site and site not in _OURS:
        raise FromElsewhere
    if origin == "null" and not site:
        raise FromElsewhere
    if origin not in ("", "null") and not _is_ours(origin, request):
        raise FromElsewhere


def _is_ours(origin: str, request: HttpRequest) -> bool:
    """Our public address, or the very host that was asked: a proxy may end TLS or rename the host."""
    return origin == settings.BASE_URL or urlsplit(origin).netloc == request.get_host()
