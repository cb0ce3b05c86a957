"""One inquiry with everything beside it: what was asked, what was said since, who they are, what to do."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site import attached, complaint, handing_over, looks, screened, undoing, words
from madoguchi.faces.staff_site.besides import besides
from madoguchi.faces.staff_site.composing import Around, Typed, composer
from madoguchi.faces.staff_site.delicate import delicate, opened
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.inbox import beside, knows
from madoguchi.faces.staff_site.panel import panel
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.faces.staff_site.timeline import COVERED, entries
from madoguchi.foundation.lib.text import shown_name
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.queries import lists, matters, one
from madoguchi.rooms.inquiries.queries.labels import labels_on
from madoguchi.rooms.inquiries.queries.lists import Row
from madoguchi.rooms.inquiries.queries.merged import goes_on_in
from madoguchi.rooms.inquiries.queries.reading import Reading, read
from madoguchi.rooms.organisation.queries import Colleague, Viewer, colleagues
from madoguchi.rooms.rights.rules import complaints as rights

if TYPE_CHECKING:
    from madoguchi.rooms.inquiries.models import Inquiry

_MOVES = {"pending": "保留にする", "done": "完了にする"}


@desk_view
@require_safe
def inquiry(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """One that was merged is read where it went."""
    target = goes_on_in(one.find_number(viewer, number))
    if target is not None:
        return HttpResponseRedirect(inquiry_url(target.receipt_number, request.GET.get("from", "")))
    return show(request, viewer, number)


def show(
    request: HttpRequest,
    viewer: Viewer,
    number: str,
    *,
    typed: Typed = Typed(),  # noqa: B008  frozen
    status: int = 200,
) -> HttpResponse:
    """The page; `typed` brings back what could not be sent, and opens the composer. Once the person was erased
    there is no composer: what was being written is shown to be copied elsewhere."""
    found = one.find_number(viewer, number)
    looks.open_one(request, viewer, found.id)
    found = one.find_number(viewer, number)
    row = lists.row_of(found)
    view = _view(request, viewer, row)
    context = beside(request, viewer, view, open_number=number)
    staff = context["staff_names"]
    others = lists.same_person(viewer, found)
    beside_it = besides(viewer, found, row, view)
    looks.show_list(request, viewer, [*others, *beside_it["rows"]])
    reading = read(viewer, found, erased=row.erased, opened=opened(request, number))
    answers, lines, people = reading.answers, reading.lines, colleagues(viewer)
    declined = next((line.at for line in lines if line.code == "declined"), None)
    files = dict(attached.by_entry(viewer, number, [found.id], covered=reading.covered))
    for each in beside_it["sources"]:
        there = attached.by_entry(viewer, each.receipt_number, [each.id], covered=reading.covered)
        files |= {entry or each.id: attachments for entry, attachments in there.items()}
    privacy = complaint.beside(viewer, found.id, readable=not (row.erased or reading.covered))
    asked = handing_over.requests_of(viewer, found.id)
    told = screened.told_one(row, reading)
    context |= {
        "row": row,
        "who": words.who(row),
        "title": words.whole_name(row),
        "status_badge": words.badge(row.status),
        "assignee": words.colleague(staff, row.assignee_id),
        "deadline": words.deadline(row, context["hours"]),
        "counting": not row.erased
        and row.lane == "inbox"
        and row.status not in ("pending", "done")
        and row.answered_at is None,
        "message": message_of(row, reading, found.channel, screened.marker(found, row, told)),
        "entries": list(entries(reading, found.acknowledgement_id, staff, files)),
        "files": files.get(None, []),
        "verbs": _verbs(row, viewer, people, declined=declined, unflag=reading.removable, privacy=privacy),
        "privacy": privacy,
        "why": screened.why(
            viewer, row, told, here=urlencode({"from": view}), bound=privacy is not None or bool(asked)
        ),
        "asked_of_us": asked,
        "delicate": delicate(reading, viewer.role),
        "panel": panel(viewer, found, row, answers, [_related(each, view) for each in others]),
        "besides": beside_it,
        "labels": labels_on([found.id]).get(found.id, []),
        "undo": _undo(request, row, view),
        "erased": _erased(viewer, found) if row.erased else None,
        "unsent": {"text": typed.text, "problem": typed.problem} if row.erased and typed.text else None,
        "here": urlencode({"from": view}),
        "back_url": context["list"]["url"],
    }
    around = Around(
        viewer, found, row, reading, staff, people, may_close=not _bound(privacy),
        has_page=context["panel"]["shown"] is not None,
    )  # fmt: skip
    context |= composer(request, around, typed)
    return render(request, "desk/inquiry.html", context, status=status)


def _view(request: HttpRequest, viewer: Viewer, row: Row) -> str:
    """The list it was opened from; without one, the list where it lies."""
    wanted = request.GET.get("from", "")
    if knows(request, viewer, wanted):
        return wanted
    return "done" if row.status == "done" else row.lane


def message_of(
    row: Row, reading: Reading, channel: str, cut: screened.Cut = screened.uncut
) -> dict[str, Any] | None:
    """The text first, then the other answers in the order of the form, as typed; covered ones are left out. `cut`
    finds the sentences that tell of a pitch."""
    answers = reading.answers
    if answers is None:
        return None
    others = [spec for spec in answers.fields if spec.key != "body"]
    filled = [(spec, answers.values.get(spec.key, "")) for spec in others]
    text = COVERED if reading.covered else answers.values.get("body", "")
    return {
        "who": shown_name(row.name),
        "how": words.channel(channel),
        "at": row.received_at,
        "text": text,
        "pieces": cut("body", text),
        "covered": reading.covered,
        "answers": [
            {"label": spec.label, "value": value, "pieces": cut(spec.key, value)}
            for spec, value in filled
            if value
        ],
        "blank": "" if reading.covered else "、".join(spec.label for spec, value in filled if not value),
    }


def _erased(viewer: Viewer, found: "Inquiry") -> dict[str, Any]:
    """When and why it ended, and the record of it for who may read that."""
    ended = matters.ended(found)
    readable = ended.record is not None and viewer.role in ("officer", "admin")
    return {
        "at": ended.at,
        "by_period": ended.reason == "retention",
        "kept_until": None if ended.at else ended.kept_until,
        "url": reverse("deletion", args=[ended.record]) if readable else "",
    }


def _verbs(
    row: Row,
    viewer: Viewer,
    people: list[Colleague],
    *,
    declined: datetime | None,
    unflag: bool,
    privacy: dict[str, Any] | None,
) -> dict[str, Any]:
    """What can be done now; with an erased one, nothing. An open complaint is closed first."""
    lane, assignable, bound = row.lane, rules.may_assign(row), _bound(privacy)
    if row.erased:
        return {"moves": []}
    return {
        "take": assignable and row.assignee_id != viewer.ref.id,
        "hand_to": [each for each in people if each.id != row.assignee_id] if assignable else [],
        "moves": [
            {"status": status, "label": label}
            for status, label in _MOVES.items()
            if rules.may_move(row, status) and row.status != status and not (bound and status == "done")
        ],
        "reopen": row.status in ("pending", "done"),
        "to_sales": lane == "inbox" and not bound,
        "to_inbox": lane != "inbox",
        "decline": rules.may_decline(lane, declined) and rules.may_send(viewer.role) and not bound,
        "to_privacy": privacy is None,
        "declined": lane == "sales" and declined is not None,
        "flag": not row.special_care,
        "unflag": unflag,
        "me": viewer.ref.id,
    }


def _bound(privacy: dict[str, Any] | None) -> bool:
    return bool(privacy and not rights.may_close(privacy["standing"].outcome))


def _related(row: Row, view: str) -> dict[str, Any]:
    return {
        "url": inquiry_url(row.receipt_number, view),
        "line": words.ERASED if row.erased else words.line(row),
        "status": words.badge(row.status)["label"],
        "at": row.received_at,
    }


def _undo(request: HttpRequest, row: Row, view: str) -> dict[str, Any] | None:
    """Right after something was done that can be taken back, and only then."""
    if request.session.pop("flagged", None) == row.receipt_number and row.special_care:
        back = reverse("unflag", args=[row.receipt_number])
        return {
            "text": "要配慮として伏せました。",
            "url": f"{back}?{urlencode({'from': view})}",
            "label": "取り消す",
        }
    return undoing.offered(request)
