"""消去する: read what goes and what stays, say why, and only then press (clause 9-2; LAW 6.3)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.faces.staff_site import leaving, looks
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.grounds import ground_error, ground_field
from madoguchi.faces.staff_site.people import about
from madoguchi.faces.staff_site.selection import Selection, anchor, read_ids, select
from madoguchi.faces.staff_site.step_up import ask_again
from madoguchi.foundation.lib import clock
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.actions.erase import erase as end
from madoguchi.rooms.inventory.errors import ArrivedMeanwhile, EndedMeanwhile, HeldMeanwhile, NotConfirmed
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.queries.epochs import unreadable_on

_CHANGED = (ArrivedMeanwhile, EndedMeanwhile, HeldMeanwhile, NotConfirmed)
_MEANWHILE = "その間に内容が変わりました。下に、いまの内容を表示しています。もう一度お確かめください。"
_UNTICKED = "消えるものと残るものをお確かめのうえ、印を付けてください。"


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, viewer: Viewer, person_id: UUID) -> HttpResponse:
    """Two steps and a fresh proof of who sits here. Pressed twice, it shows what the first press did."""
    rules.check_officer(viewer.role)
    inquiry = anchor(viewer, person_id, request.GET.get("from", ""))
    again = ask_again(request, f"{reverse('erase', args=[person_id])}?{request.GET.urlencode()}")
    if again is not None:
        return again
    try:
        selection = select(viewer, inquiry, read_ids(request.GET.getlist("include")))
    except FileErased:
        return HttpResponseRedirect(reverse("inquiry", args=[inquiry.receipt_number]))
    if request.method == "POST":
        return _end(request, viewer, selection)
    looks.open_person(request, viewer, person_id, selection.shown)
    return _page(request, viewer, selection)


def _end(request: HttpRequest, viewer: Viewer, selection: Selection) -> HttpResponse:
    """Exactly what was shown: when somebody wrote meanwhile, the page comes back with what there is now."""
    ground = request.POST.get("ground", "")
    errors = {
        "ground": ground_error(ground, rules.GROUNDS),
        "sure": "" if "sure" in request.POST else _UNTICKED,
    }
    if any(errors.values()):
        return _page(request, viewer, selection, ground=ground, errors=errors, status=422)
    try:
        record_id = end(
            person=selection.located.person,
            files=selection.files,
            expected=read_ids(request.POST.get("expected", "").split()),
            ground=ground,
            by=viewer.ref,
        )
    except _CHANGED as refusal:
        return _page(request, viewer, selection, ground=ground, meanwhile=_MEANWHILE, status=refusal.status)
    return HttpResponseRedirect(reverse("deletion", args=[record_id]))


def _page(
    request: HttpRequest,
    viewer: Viewer,
    selection: Selection,
    *,
    ground: str = "",
    errors: dict[str, str] | None = None,
    meanwhile: str = "",
    status: int = 200,
) -> HttpResponse:
    wrong = errors or {"ground": "", "sure": ""}
    labels = {"ground": "消去する理由", "sure": "確かめた印"}
    context = about(request, viewer, selection) | {
        "going": leaving.going(selection),
        "staying": leaving.staying(selection),
        "unreadable_on": unreadable_on(clock.now()),
        "expected": " ".join(str(file) for file in sorted(selection.living)),
        "ground": ground_field(labels["ground"], rules.GROUNDS, ground, wrong["ground"]),
        "unticked": wrong["sure"],
        "meanwhile": meanwhile,
        "errors": [
            {"name": name, "label": labels[name], "message": text} for name, text in wrong.items() if text
        ],
    }
    return render(request, "desk/erase.html", context, status=status)
