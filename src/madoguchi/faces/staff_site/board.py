"""ボード: the inbox as columns; a card is moved by its buttons, or by hand where there is a script."""

from datetime import UTC, datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from madoguchi.faces.staff_site import looks, undoing, words
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import NotFound, Refusal
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.actions.restore import standings
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.errors import WrongMove
from madoguchi.rooms.inquiries.queries import one
from madoguchi.rooms.inquiries.queries.board import Column, board
from madoguchi.rooms.inquiries.queries.drafts import marks_on
from madoguchi.rooms.inquiries.queries.labels import labels_on
from madoguchi.rooms.inquiries.queries.lists import Row, status_label
from madoguchi.rooms.organisation.queries import Viewer, names
from madoguchi.rooms.rights.actions.let_close import let_close

_TO = ("open", "doing", "pending", "done")


@desk_view
@require_safe
def show(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    mine = request.GET.get("of") != "team"
    midnight = datetime.combine(clock.today(), time.min, clock.JST).astimezone(UTC)
    columns = board(viewer, since=midnight, mine=mine)
    shown = [row for column in columns for row in column.rows]
    looks.show_list(request, viewer, shown)
    ids = [row.id for row in shown]
    staff, marked, labelled = names(viewer), marks_on(ids), labels_on(ids)
    framed = frame(request, viewer, current="inbox")

    def card(row: Row) -> dict[str, Any]:
        more = words.marks(marked.get(row.id), viewer, staff) | {"labels": labelled.get(row.id, [])}
        moves = (
            [] if row.erased else [each for each in _TO if rules.may_move(row, each) and each != row.status]
        )
        return (
            words.list_row(row, staff, inquiry_url(row.receipt_number, "inbox"), hours=framed["hours"])
            | more
            | {"moves": [{"status": each, "label": status_label(each)} for each in moves]}
        )

    context = framed | {
        "mine": mine,
        "undo": undoing.offered(request),
        "columns": [_column(column, [card(row) for row in column.rows]) for column in columns],
    }
    return render(request, "desk/board.html", context)


def _column(column: Column, cards: list[dict[str, Any]]) -> dict[str, Any]:
    done = column.status == "done"
    return {
        "status": column.status,
        "label": "完了（今日）" if done else status_label(column.status),
        "count": column.count,
        "more": max(0, column.count - len(cards)),
        "cards": cards,
        "takes": column.status in _TO,
    }


@desk_view
@require_POST
def move(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    number, status = request.POST.get("n", ""), request.POST.get("status", "")
    back = reverse("board") + ("?of=team" if request.POST.get("of") == "team" else "")
    found = one.find_number(viewer, number)
    before = standings(viewer, [found.id])
    try:
        if status not in _TO:
            raise WrongMove
        set_status(viewer=viewer, inquiry_id=found.id, status=status, closing=let_close)
    except Refusal as refusal:
        if refusal.status == NotFound.status:
            raise
        messages.error(request, f"{number} {refusal.message}")
        return HttpResponseRedirect(back)
    text = f"{number} を「{status_label(status)}」にしました。"
    undoing.remember(request, text, undoing.changes(viewer, before), back)
    return HttpResponseRedirect(f"{back}#c-{number}")
