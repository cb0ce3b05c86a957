"""Fetching what is disclosed, once (T-C8-4). Opening the link shows nothing yet: a mail program may have opened it.
The first button shows the words that open the file, the second gives it and spends the link."""

from datetime import date

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from madoguchi.faces.public_site import same_origin
from madoguchi.faces.public_site.inquiry.reading import read_post
from madoguchi.faces.public_site.requests.screens import still
from madoguchi.faces.public_site.site import front_site
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.ui.errors import error_page
from madoguchi.foundation.ui.headers import as_download
from madoguchi.rooms.rights.actions.package import hand_over
from madoguchi.rooms.rights.errors import LinkSpent
from madoguchi.rooms.rights.queries.package import handing
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.queries import read_attachment


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def package(request: HttpRequest, token: str) -> HttpResponseBase:
    try:
        if request.method != "POST":
            return _page(token, opened=False)
        same_origin.check_same_origin(request)
        go = read_post(request).get("go")
        return _file(token) if go == "fetch" else _page(token, opened=go == "open")
    except (LinkSpent, FileErased):
        return still(render_to_string("public/requests/spent.html", {"site": front_site()}), LinkSpent.status)
    except Refusal as refused:
        return error_page(refused.status, site=front_site(), message=refused.message)


def _page(token: str, *, opened: bool) -> HttpResponse:
    found = handing(token)
    context = {
        "site": front_site(),
        "path": f"/requests/{token}/package/",
        "opened": opened,
        "number": found.number,
        "until": date.fromisoformat(found.until),
        "size": found.size,
    } | ({"secret": found.secret, "digest": found.digest} if opened else {})
    return still(render_to_string("public/requests/package.html", context))


def _file(token: str) -> StreamingHttpResponse:
    handed = hand_over(token=token)
    response = StreamingHttpResponse(read_attachment(handed.attachment), content_type=handed.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, handed.name) or "attachment"
    response.headers["Content-Length"] = str(handed.size)
    response.headers["X-Robots-Tag"] = "noindex"
    return as_download(response)
