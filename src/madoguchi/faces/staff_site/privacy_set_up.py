"""設定: by when the privacy desk means to answer, where a fee is paid, what becomes of it when nothing is found."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.faces.staff_site import fields
from madoguchi.faces.staff_site.fields import Wrong, summary
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.foundation.lib.text import without_unstorable
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.policy.queries.versions import fee_in, in_force_or_none
from madoguchi.rooms.rights.actions.set_desk import set_privacy_desk
from madoguchi.rooms.rights.errors import UnfitAccount, UnfitTarget
from madoguchi.rooms.rights.queries.desk import privacy_desk
from madoguchi.rooms.rights.rules import complaints

_LABELS = {"days": "お返事の目標（日）", "pay-to": "手数料のお支払い先", "refunds": "手数料の返金"}
_REFUNDS = {"yes": "該当する情報がなかったときは、お返しする", "no": "お返ししない"}


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(http: HttpRequest, viewer: Viewer) -> HttpResponse:
    complaints.check_reader(viewer.role)
    if http.method != "POST":
        return _page(http, viewer, {})
    given = http.POST
    if given.get("refunds") not in _REFUNDS:
        return _page(http, viewer, {"refunds": "どちらかをお選びください。"}, status=422)
    try:
        set_privacy_desk(
            viewer=viewer, target_days=_number(given.get("days", "")), pay_to=without_unstorable(given.get("pay-to", "")).replace("\r\n", "\n"),
            refunds=given["refunds"] == "yes",
        )  # fmt: skip
    except UnfitTarget as unfit:
        return _page(http, viewer, {"days": unfit.message}, status=unfit.status)
    except UnfitAccount as unfit_account:
        return _page(http, viewer, {"pay-to": unfit_account.message}, status=unfit_account.status)
    messages.info(http, "設定を保存しました。これから届くご請求に効きます。")
    return HttpResponseRedirect(reverse("privacy_desk"))


def _number(typed: str) -> int:
    if not typed.isdecimal() or len(typed) > 3:
        raise UnfitTarget
    return int(typed)


def _page(http: HttpRequest, viewer: Viewer, wrong: Wrong, *, status: int = 200) -> HttpResponse:
    desk, policy = privacy_desk(viewer.entity_id), in_force_or_none(viewer.entity_id)
    context = frame(http, viewer, current="privacy") | {
        "tab": "desk",
        "days": fields.line(
            http, "days", _LABELS["days"], wrong, value=str(desk.target_days), required=True, size="narrow",
            hint="届いた日から数えます。法律が定める2週間より、短くしておくと安心です。",
        ),
        "pay_to": fields.paragraph(
            http, "pay-to", _LABELS["pay-to"], wrong, value=desk.pay_to, required=False,
            hint="銀行名、支店、口座の種類と番号、名義など。手数料のご案内の手紙に、このまま入ります。",
        ),
        "refunds": fields.radios(
            http, "refunds", _LABELS["refunds"], _REFUNDS, wrong, value="yes" if desk.refunds else "no"
        ),
        "fee": fee_in(policy) if policy else 0,
        "errors": summary(_LABELS, wrong),
    }  # fmt: skip
    return render(http, "desk/privacy_desk.html", context, status=status)
