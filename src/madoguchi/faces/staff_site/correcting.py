"""訂正する: one value, read as the form reads it, put in order everywhere it is held as such (clause 9-1)."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from madoguchi.faces.staff_site import holdings, looks
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.grounds import ground_error, ground_field
from madoguchi.faces.staff_site.people import about, chosen_query
from madoguchi.faces.staff_site.selection import Selection, anchor, read_ids, select
from madoguchi.foundation.lib.errors import NotFound, Refusal
from madoguchi.rooms.forms import rules as forms
from madoguchi.rooms.forms.queries import definition_of
from madoguchi.rooms.forms.rules import Checked, Definition, FieldSpec
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.actions.correct import correct as put_right
from madoguchi.rooms.organisation.queries import Viewer


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, viewer: Viewer, person_id: UUID) -> HttpResponse:
    rules.check_officer(viewer.role)
    inquiry = anchor(viewer, person_id, request.GET.get("from", ""))
    selection = select(viewer, inquiry, read_ids(request.GET.getlist("include")))
    spec = correctable(selection, request.GET.get("key", ""))
    if request.method == "POST":
        return _put_right(request, viewer, selection, spec)
    looks.open_person(request, viewer, person_id, selection.shown)
    return _page(request, viewer, selection, spec, Typed())


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form, with what must be written anew or is asked once."""

    value: str = ""
    ground: str = ""
    wrong: str = ""
    ask: str = ""
    groundless: str = ""


def correctable(selection: Selection, key: str) -> FieldSpec:
    """One of the one-line answers that is held of this person; anything else does not exist."""
    fields = definition_of(selection.inquiry.form_version_id).fields
    held = {each["key"] for each in holdings.contacts(selection, fields)}
    for spec in fields:
        if spec.key == key and key in held:
            return spec
    raise NotFound


def read_value(selection: Selection, spec: FieldSpec, typed: str) -> Checked:
    """As the form itself would read it."""
    whole = definition_of(selection.inquiry.form_version_id)
    return forms.check_answers(_only(whole, spec), {spec.key: typed})


def _only(whole: Definition, spec: FieldSpec) -> Definition:
    return replace(whole, fields=(spec,))


def _put_right(request: HttpRequest, viewer: Viewer, selection: Selection, spec: FieldSpec) -> HttpResponse:
    checked = read_value(selection, spec, request.POST.get("value", ""))
    ground = request.POST.get("ground", "")
    typed = Typed(
        checked.typed[spec.key], ground, checked.errors.get(spec.key, ""), checked.questions.get(spec.key, ""),
        ground_error(ground, rules.CORRECTION_GROUNDS),
    )  # fmt: skip
    if typed.wrong or typed.groundless:
        return _page(request, viewer, selection, spec, typed, status=422)
    try:
        places = put_right(
            files=selection.files, key=spec.key, value=checked.values[spec.key], ground=ground, by=viewer.ref
        )
    except Refusal as refusal:
        told = replace(typed, wrong=refusal.message)
        return _page(request, viewer, selection, spec, told, status=refusal.status)
    request.session["corrected"] = {"label": spec.label, "places": holdings.place_names(places)}
    return HttpResponseRedirect(about(request, viewer, selection)["person_url"])


def _page(
    request: HttpRequest,
    viewer: Viewer,
    selection: Selection,
    spec: FieldSpec,
    typed: Typed,
    *,
    status: int = 200,
) -> HttpResponse:
    value, ground = (
        _value_field(spec, typed),
        ground_field("訂正する理由", rules.CORRECTION_GROUNDS, typed.ground, typed.groundless),
    )
    context = about(request, viewer, selection) | {
        "label": spec.label,
        "present": holdings.places(selection, spec.key),
        "post_query": chosen_query(selection, key=spec.key),
        "fields": [value, ground],
        "errors": [
            {"name": each["name"], "label": each["label"], "message": each["error"]}
            for each in (value, ground)
            if each["error"]
        ],
    }
    return render(request, "desk/correct.html", context, status=status)


def _value_field(spec: FieldSpec, typed: Typed) -> dict[str, Any]:
    return {
        "name": "value",
        "label": f"新しい{spec.label}",
        "kind": spec.kind,
        "required": True,
        "hint": spec.hint,
        "value": typed.value,
        "error": typed.wrong,
        "question": typed.ask,
        "options": [{"value": each, "label": each} for each in spec.choices],
        "autocomplete": "off",
    }
