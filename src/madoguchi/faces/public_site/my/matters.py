"""The matters of whoever is here: how each stands; its content once its name was named."""

import secrets
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.faces.public_site.conversation.screens import FILES, spoken_of
from madoguchi.faces.public_site.inquiry.reading import read_post
from madoguchi.faces.public_site.my.here import HOME, Here, back, own, page, posted
from madoguchi.foundation.lib import clock, links
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.text import name_key, without_unstorable
from madoguchi.foundation.ui.headers import as_download
from madoguchi.rooms.inquiries.actions.enclose import AS_IT_IS, Limits
from madoguchi.rooms.inquiries.actions.say import Said, say
from madoguchi.rooms.inquiries.errors import FileTooLarge, NoSuchInquiry
from madoguchi.rooms.inquiries.queries import mine
from madoguchi.rooms.inquiries.queries.conversation import conversation, file_of, goes_on_in, is_over
from madoguchi.rooms.inquiries.queries.enclosures import content_of
from madoguchi.rooms.people.actions.confirm import confirm
from madoguchi.rooms.people.errors import NotNamed, SignedOut
from madoguchi.rooms.rights.queries.requests import of_person
from madoguchi.rooms.vault.errors import FileErased

if TYPE_CHECKING:
    from madoguchi.rooms.inquiries.models import Inquiry

_LIMITS = Limits()
_LONGEST = 200  # characters of a name


def rows(here: Here) -> list[dict[str, Any]]:
    """For the page: an open one says its first line, a closed one how it stands and no more. Answers come first, then
    what waits for us, then what is settled."""
    found = mine.matters_of(here.entity_id, here.person)
    said = mine.said_in([each.id for each in found if each.id in here.confirmed])
    told = [_row(each, here, said.get(each.id, "")) for each in found]
    return sorted(told, key=lambda row: (row["matter"].over, not row["new"]))


def open_in(found: list[dict[str, Any]]) -> list[mine.Mine]:
    """Those that they showed to be theirs."""
    return [row["matter"] for row in found if row["open"]]


def _row(each: mine.Mine, here: Here, line: str) -> dict[str, Any]:
    answered = each.answered_at is not None
    label = "完了" if each.over else "お返事をお送りしました" if answered else "お調べしています"
    return {
        "number": each.number,
        "url": f"{HOME}matters/{each.number}/",
        "open": each.id in here.confirmed,
        "line": line,
        "label": label,
        "new": answered and not each.over,
        "matter": each,
    }


@own
@require_http_methods(["GET", "HEAD", "POST"])
def matter(request: HttpRequest, here: Here, number: str) -> HttpResponseBase:
    inquiry = _theirs(here, number)
    if inquiry.id not in here.confirmed:
        if request.method == "POST":
            raise NoSuchInquiry
        return name_page(here, number=number)
    try:
        if request.method == "POST":
            return _say(request, here, inquiry)
        return HttpResponse(_content(here, inquiry, said="said" in request.GET))
    except FileErased:
        raise NoSuchInquiry from None


def _theirs(here: Here, number: str) -> "Inquiry":
    return mine.matter(here.entity_id, here.person, number[:40])


def _content(here: Here, inquiry: "Inquiry", **more: Any) -> bytes:
    path = f"{HOME}matters/{inquiry.receipt_number}/"
    name = here.site["operator"]["name"]
    context = {
        "site": here.site,
        "number": inquiry.receipt_number,
        "path": path,
        "spoken": spoken_of(conversation(inquiry, here.confirmed), name, f"{path}files/"),
        "over": is_over(inquiry),
        "elsewhere": goes_on_in(inquiry),
        "receipt_url": f"/receipts/{links.mint('receipt', inquiry.id, inquiry.link_issue)}/",
        "draft": secrets.token_urlsafe(32),
        "files": FILES,
    }
    return page("matter", context | {"text": "", "problem": ""} | more).content


def _say(request: HttpRequest, here: Here, inquiry: "Inquiry") -> HttpResponse:
    given = read_post(request, _LIMITS)
    text = without_unstorable(given.get("text")).replace("\r\n", "\n")
    draft = given.get("draft") or secrets.token_urlsafe(32)
    try:
        if given.over:
            raise FileTooLarge
        say(inquiry_id=inquiry.id, said=Said(text, draft, given.files))
    except FileErased:
        raise
    except Refusal as refused:
        return HttpResponse(
            _content(here, inquiry, text=text, problem=refused.message), status=refused.status
        )
    return back(f"{HOME}matters/{inquiry.receipt_number}/?said=1#latest")


@own
@require_safe
def attached(request: HttpRequest, here: Here, number: str, file_id: UUID) -> HttpResponseBase:
    """A file of either side, to be saved and never shown in place."""
    inquiry = _theirs(here, number)
    if inquiry.id not in here.confirmed:
        raise NoSuchInquiry
    try:
        file = file_of(inquiry, file_id, here.confirmed)
    except FileErased:
        raise NoSuchInquiry from None
    response = StreamingHttpResponse(content_of(file, role="person"), content_type=AS_IT_IS)
    response.headers["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response.headers["Content-Length"] = str(file.size)
    return as_download(response)


# -- the name of a matter -----------------------------------------------------------------------------


@own
@require_POST
def confirmed(request: HttpRequest, here: Here) -> HttpResponseBase:
    """A name opens every matter and request of theirs that carries it; another one is counted."""
    given = posted(request)
    name, number = without_unstorable(given.get("name"))[:_LONGEST], given.get("number")[:40]
    if not name_key(name):
        return name_page(here, number=number, name=name, problem="お名前をお書きください。", status=422)
    named = mine.carrying(here.entity_id, here.person, name) | _requests(here, name)
    try:
        confirm(token=here.token, named=named)
    except NotNamed as refused:
        return name_page(here, number=number, name=name, problem=refused.message, status=refused.status)
    except SignedOut:
        raise SignedOut(_OVER) from None
    return back(f"{HOME}matters/{number}/" if _is_one(here, number) else f"{HOME}#matters")


_OVER = "お名前が5回合わなかったため、いったん閉じました。内容をご覧になれないときは、窓口にお尋ねください。"


def _requests(here: Here, name: str) -> set[UUID]:
    return {each.id for each in of_person(here.person) if each.name and name_key(each.name) == name_key(name)}


def _is_one(here: Here, number: str) -> bool:
    try:
        return bool(number) and _theirs(here, number) is not None
    except NoSuchInquiry:
        return False


def name_page(
    here: Here, *, number: str, name: str = "", problem: str = "", status: int = 200
) -> HttpResponse:
    """What may be told without a name, and the box for it."""
    found = next((each for each in rows(here) if each["number"] == number), None)
    context = {"site": here.site, "number": number, "row": found, "name": name, "problem": problem}
    return page("confirm", context | {"now": clock.now()}, status=status)
