"""What is done with one request: each verb comes back to its page, which shows the next step."""

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from madoguchi.faces.staff_site import request_matters
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import request_url
from madoguchi.faces.staff_site.request_page import show
from madoguchi.faces.staff_site.selection import read_ids
from madoguchi.faces.staff_site.step_up import ask_again
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.text import without_unstorable
from madoguchi.rooms.inventory.errors import ArrivedMeanwhile, EndedMeanwhile, HeldMeanwhile, NotConfirmed
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights import errors
from madoguchi.rooms.rights.actions import close as closing
from madoguchi.rooms.rights.actions import decide as deciding
from madoguchi.rooms.rights.actions import fee as paying
from madoguchi.rooms.rights.actions.collect import collect
from madoguchi.rooms.rights.actions.execute import execute
from madoguchi.rooms.rights.actions.identify import note_check
from madoguchi.rooms.rights.queries.requests import find
from madoguchi.rooms.rights.rules import complaints

_SLIPS = (409, 422)
_CHANGED = (ArrivedMeanwhile, EndedMeanwhile, HeldMeanwhile, NotConfirmed)
_MEANWHILE = (
    "その間に、この方の情報が変わりました。下に、いまの内容を表示しています。もう一度お確かめください。"
)
_CHANGED_SINCE = "対象を確かめたあとに、この方の情報が変わりました。「決めたことを取りやめて、調べ直す」から、対象をもう一度お確かめください。"


def _done(number: str) -> HttpResponse:
    return HttpResponseRedirect(request_url(number))


def attempt(
    http: HttpRequest, viewer: Viewer, number: str, act: Callable[[], None], told: str, field: Callable[[Refusal], str]
) -> HttpResponse:  # fmt: skip
    """A slip comes back with the page and beside its field; what stands in the way is told on top of it."""
    try:
        act()
    except Refusal as refusal:
        return wrong(http, viewer, number, refusal, field(refusal))
    if told:
        messages.info(http, told)
    return _done(number)


def wrong(http: HttpRequest, viewer: Viewer, number: str, refusal: Refusal, field: str = "") -> HttpResponse:
    if refusal.status not in _SLIPS:
        raise refusal
    if field:
        return show(http, viewer, number, wrong={field: refusal.message}, status=refusal.status)
    problem = f"{refusal.message}{refusal.next_step}"
    return show(http, viewer, number, problem=problem, status=refusal.status)


def by_kind(fields: Mapping[type[Refusal], str]) -> Callable[[Refusal], str]:
    return lambda refusal: next((name for kind, name in fields.items() if isinstance(refusal, kind)), "")


def id_of(http: HttpRequest, viewer: Viewer, number: str) -> UUID:
    complaints.check_reader(viewer.role)
    return find(viewer, number).id


def day_of(http: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(http.POST.get(name, ""))
    except ValueError:
        return None


def _text(http: HttpRequest, name: str) -> str:
    return without_unstorable(http.POST.get(name, "")).replace("\r\n", "\n")


@desk_view
@require_POST
def check(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    id, given = id_of(http, viewer, number), http.POST
    if given.get("passed") not in ("yes", "no"):
        return show(http, viewer, number, wrong={"passed": "結果をお選びください。"}, status=422)
    destroyed = day_of(http, "destroyed")
    if given.get("destroyed") and destroyed is None:
        return show(http, viewer, number, wrong={"destroyed": "日付をお確かめください。"}, status=422)
    field = by_kind({errors.UnfitWay: "way", errors.UnfitDocument: "document"})
    return attempt(
        http, viewer, number,
        lambda: note_check(
            viewer=viewer, request_id=id, way=given.get("way", ""), passed=given["passed"] == "yes",
            document=given.get("document", ""), destroyed_on=destroyed,
        ),
        "確かめたことを記しました。", field,
    )  # fmt: skip


@desk_view
@require_POST
def fee(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    id, how = id_of(http, viewer, number), http.POST.get("how", "")
    told = "手数料をいただかないことにしました。" if how == "waived" else "入金を確かめたことを記しました。"
    unfit = "paid" if how in ("transfer", "cash") else "how"
    return attempt(
        http, viewer, number,
        lambda: paying.settle_fee(
            viewer=viewer, request_id=id, how=how, paid_on=None if how == "waived" else day_of(http, "paid"),
            waived_for=http.POST.get("waived", "") if how == "waived" else "",
        ),
        told, by_kind({errors.UnfitPayment: unfit, errors.NoWaiver: "waived"}),
    )  # fmt: skip


@desk_view
@require_POST
def refund(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    id, on = id_of(http, viewer, number), day_of(http, "refunded")
    if on is None:
        return show(http, viewer, number, wrong={"refunded": "お返しした日をお選びください。"}, status=422)
    return attempt(
        http, viewer, number, lambda: paying.refund_fee(viewer=viewer, request_id=id, on=on),
        "手数料をお返ししたことを記しました。", by_kind({errors.NothingToRefund: "refunded"}),
    )  # fmt: skip


@desk_view
@require_POST
def collect_view(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Exactly what was shown: when somebody wrote meanwhile, the page comes back with what there is now."""
    complaints.check_reader(viewer.role)
    request = find(viewer, number)
    found = request_matters.offered(viewer, request)
    files = found.files(read_ids(http.POST.getlist("matter")))
    try:
        collect(
            viewer=viewer,
            request_id=request.id,
            files=files,
            seen=read_ids(http.POST.get("seen", "").split()),
        )
    except _CHANGED as changed:
        return show(http, viewer, number, problem=_MEANWHILE, again=True, status=changed.status)
    except Refusal as refusal:
        return wrong(http, viewer, number, refusal)
    messages.info(http, "対象を記しました。" if files else "対象の情報がないことを記しました。")
    return _done(number)


@desk_view
@require_POST
def decide(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """A ground and a reason are asked for wherever not everything is done (T-C8-9); the rule is the action's."""
    id, given = id_of(http, viewer, number), http.POST
    fields: dict[type[Refusal], str] = {
        errors.UnknownDecision: "outcome", errors.NoGround: "ground", errors.NoReason: "reason",
        errors.NothingInstead: "instead", errors.UnfitReason: "reason", errors.SomethingFound: "outcome",
    }  # fmt: skip
    return attempt(
        http, viewer, number,
        lambda: deciding.decide(
            viewer=viewer, request_id=id, outcome=given.get("outcome", ""), ground=given.get("ground", ""),
            reason=_text(http, "reason"), instead=_text(http, "instead"),
        ),
        "決めたことを記しました。", by_kind(fields),
    )  # fmt: skip


@desk_view
@require_POST
def approve(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    id, alone = id_of(http, viewer, number), http.POST.get("alone", "")
    return attempt(
        http, viewer, number, lambda: deciding.approve(viewer=viewer, request_id=id, alone_for=alone),
        "確かめたことを記しました。", by_kind({errors.SamePerson: "alone"} if "alone" in http.POST else {}),
    )  # fmt: skip


@desk_view
@require_POST
def reopen(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Back to what it is about: that may have changed since."""
    id = id_of(http, viewer, number)
    try:
        deciding.reopen(viewer=viewer, request_id=id)
    except Refusal as refusal:
        return wrong(http, viewer, number, refusal)
    messages.info(http, "決めたことを取りやめました。もう一度お調べください。")
    return HttpResponseRedirect(f"{reverse('request', args=[number])}?step=collect#next")


@desk_view
@require_POST
def execute_view(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """What cannot be undone asks once more who sits here."""
    complaints.check_reader(viewer.role)
    request = find(viewer, number)
    if (
        request.kind == "erasure"
        and (again := ask_again(http, reverse("request", args=[number]))) is not None
    ):
        return again
    try:
        execute(viewer=viewer, request_id=request.id)
    except _CHANGED as changed:
        return show(http, viewer, number, problem=_CHANGED_SINCE, status=changed.status)
    except Refusal as refusal:
        return wrong(http, viewer, number, refusal)
    messages.info(http, "決めたとおりに行いました。次に、結果をお知らせください。")
    return _done(number)


@desk_view
@require_POST
def close(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    id = id_of(http, viewer, number)
    return attempt(
        http,
        viewer,
        number,
        lambda: closing.close(viewer=viewer, request_id=id),
        "このご請求を終えました。",
        by_kind({}),
    )


@desk_view
@require_POST
def withdraw(http: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    id = id_of(http, viewer, number)
    return attempt(
        http,
        viewer,
        number,
        lambda: closing.withdraw(request_id=id, by=viewer.ref),
        "取り下げを記しました。",
        by_kind({}),
    )
