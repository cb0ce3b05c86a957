"""受け取った手紙・電話を登録する: what came by post, telephone, fax or in person, with the moment it arrived."""

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.foundation.lib import clock, hours
from madoguchi.rooms.forms import rules as forms
from madoguchi.rooms.forms.queries import OpenForm, first_form
from madoguchi.rooms.forms.rules import FieldSpec
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.type_in import Typed, type_in
from madoguchi.rooms.inquiries.errors import DraftChanged, NoSuchInquiry, UnfitArrival, UnknownChannel
from madoguchi.rooms.organisation.queries import Viewer, hours_of
from madoguchi.rooms.rights.actions.open_complaint import opening
from madoguchi.rooms.rights.rules import complaints as rights

# No key of a form has a hyphen, so these never meet one.
CHANNEL, DAY, HOUR, PRIVACY, TELL, DRAFT = (
    "as-channel", "as-day", "as-time", "as-privacy", "as-tell", "as-draft",
)  # fmt: skip
_HINTS = {
    "body": "書かれていたこと、お話しになったことを、できるだけそのままお書きください。",
    "email": "お分かりのときだけ。ないときは、同じお名前の方がいても、別の方として登録します。",
}
_NO_ADDRESS = "住所の欄はありません。お返事を郵便で送るために要るときは、ここに書き写してください。"
_ABOUT_PRIVACY = (
    "個人情報の取り扱いについてのご意見、ご質問、苦情などのときに、種類をお選びください。"
    "開示や訂正、消去などのご請求は、登録したあとに「個人情報の窓口へ」からお進みください。"
)
_KINDS = {"line": "text", "text": "paragraph"}


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def type_one(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    form = first_form()
    if form is None:
        raise NoSuchInquiry
    if request.method != "POST":
        return _page(request, viewer, form, {DRAFT: secrets.token_urlsafe(32), DAY: f"{clock.today()}"})
    given = {name: str(value).replace("\r\n", "\n") for name, value in request.POST.items()}
    errors = _errors(viewer, form, given)
    if errors:
        return _page(request, viewer, form, given, errors=errors, status=422)
    try:
        receipt = type_in(
            viewer=viewer,
            typed=_typed(viewer, form, given),
            then=opening(given.get(PRIVACY, ""), by=viewer.ref),
        )
    except DraftChanged as changed:
        given |= {DRAFT: secrets.token_urlsafe(32)}
        return _page(request, viewer, form, given, problem=changed.message, status=changed.status)
    messages.info(request, f"受付番号 {receipt.receipt_number} で登録しました。")
    return HttpResponseRedirect(inquiry_url(receipt.receipt_number, "inbox"))


def _typed(viewer: Viewer, form: OpenForm, given: Mapping[str, str]) -> Typed:
    answers = {spec.key: given.get(spec.key, "") for spec in form.definition.fields}
    return Typed(
        form=form, channel=given.get(CHANNEL, ""), at=_arrival(viewer, given),
        draft=f"desk {viewer.ref.id} {given.get(DRAFT) or secrets.token_urlsafe(32)}", answers=answers, acknowledge=given.get(TELL) == "yes",
    )  # fmt: skip


def _arrival(viewer: Viewer, given: Mapping[str, str]) -> datetime:
    """Without an hour, when the desk opened that day, or now if it has not opened yet."""
    try:
        day, hour = date.fromisoformat(given.get(DAY, "")), given.get(HOUR, "")
        at = time.fromisoformat(hour) if hour else _opening(viewer, day)
        moment = datetime.combine(day, at.replace(tzinfo=None), clock.JST).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UnfitArrival from None
    return min(moment, clock.now()) if not hour and day == clock.today() else moment


def _opening(viewer: Viewer, day: date) -> time:
    return clock.local(hours.opens_at(day, hours_of(viewer.entity_id))).time()


def _errors(viewer: Viewer, form: OpenForm, given: Mapping[str, str]) -> dict[str, str]:
    """One sentence a field, in the order of the page."""
    errors = {}
    try:
        rules.check_channel(given.get(CHANNEL, ""))
    except UnknownChannel as refusal:
        errors[CHANNEL] = refusal.message
    try:
        rules.check_arrival(_arrival(viewer, given), clock.now())
    except UnfitArrival as refusal:
        errors[DAY] = refusal.message
    errors |= forms.check_answers(forms.as_typed_in(form.definition), given).errors
    if given.get(PRIVACY) and given[PRIVACY] not in rights.KINDS:
        errors[PRIVACY] = "種類を選択肢の中からお選びください。"
    return errors


def _page(
    request: HttpRequest,
    viewer: Viewer,
    form: OpenForm,
    given: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    wrong = errors or {}
    asked = _asked(form)
    labels = {CHANNEL: "受け取りかた", DAY: "届いた日", PRIVACY: "個人情報についてのお申し出"}
    labels |= {spec.key: spec.label for spec in asked}
    context = frame(request, viewer, current="inbox") | {
        "channel": _choice(CHANNEL, labels[CHANNEL], rules.TYPED_IN, given, wrong, required=True),
        "day": given.get(DAY, ""),
        "hour": given.get(HOUR, ""),
        "unfit_day": wrong.get(DAY, ""),
        "today": clock.today(),
        "fields": [_field(spec, given, wrong, asked) for spec in asked],
        "privacy": _choice(PRIVACY, labels[PRIVACY], rights.KINDS, given, wrong, required=False)
        | {"hint": _ABOUT_PRIVACY},
        "tell": given.get(TELL) == "yes",
        "draft": given.get(DRAFT, ""),
        "problem": problem,
        "errors": [
            {"name": name, "label": labels.get(name, ""), "message": text} for name, text in wrong.items()
        ],
        "back_url": reverse("inbox"),
    }
    return render(request, "desk/type_in.html", context, status=status)


def _asked(form: OpenForm) -> list[FieldSpec]:
    """The form's questions; nobody writes their home page into a letter, but what a form asks may be there."""
    return list(forms.as_typed_in(form.definition).fields)


def _field(
    spec: FieldSpec, given: Mapping[str, str], wrong: Mapping[str, str], asked: list[FieldSpec]
) -> dict[str, Any]:
    hint = _HINTS.get(spec.key, "")
    if spec.key == "body" and all(each.key != "postal_address" for each in asked):
        hint += _NO_ADDRESS
    return {
        "name": spec.key,
        "label": spec.label,
        "kind": _KINDS.get(spec.kind, spec.kind),
        "required": spec.required,
        "hint": hint,
        "value": given.get(spec.key, ""),
        "error": wrong.get(spec.key, ""),
        "autocomplete": "off",
        "size": "short" if spec.kind == "text" and not spec.required else "",
        "options": [{"value": each, "label": each} for each in spec.choices],
    }


def _choice(
    name: str,
    label: str,
    options: Mapping[str, str],
    given: Mapping[str, str],
    wrong: Mapping[str, str],
    *,
    required: bool,
) -> dict[str, Any]:
    return {
        "name": name, "label": label, "kind": "choice", "required": required,
        "options": [{"value": code, "label": text} for code, text in options.items()],
        "value": given.get(name, ""), "error": wrong.get(name, ""),
    }  # fmt: skip
