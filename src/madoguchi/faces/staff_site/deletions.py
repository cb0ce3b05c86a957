"""廃棄記録: what was ended, why, and when old copies become unreadable; an erasure's record is its certificate."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site import words
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.selection import read_ids
from madoguchi.foundation.lib import calendar
from madoguchi.rooms.inquiries.queries.matters import numbers_ended_by
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.errors import NoSuchRecord
from madoguchi.rooms.inventory.queries import records
from madoguchi.rooms.inventory.queries.records import Certificate, Staying
from madoguchi.rooms.inventory.queries.switches import item
from madoguchi.rooms.inventory.queries.until import class_in_words
from madoguchi.rooms.organisation.queries import Viewer, entities_of_staff, names

PAGE = 50
_LEFT = {
    "お問い合わせ": "お問い合わせの受付番号と日時"
}  # what is left of a kind, where its name would say too much
CAUSES = {
    "erasure": "お申し出による消去",
    "retention": "保存期間の終わり",
    "remainder": "封をした保管の終わり",
    "item": "一つの項目の消去",
    "switch-off": "取得をやめた項目の消去",
    "sign-in": "確認コードのメールの終わり",
}


@desk_view
@require_safe
def deletions(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    rules.check_keeper(viewer.role)
    cause = request.GET.get("cause", "")
    cause = cause if cause in CAUSES else ""
    before = next(iter(read_ids([request.GET.get("before", "")])), None)
    found = records.records(before=before, cause=cause, limit=PAGE + 1)
    shown = own(viewer, found[:PAGE])
    staff = names(viewer)
    context = frame(request, viewer, current="privacy") | {
        "tab": "deletions",
        "records": [in_words(each, staff) for each in shown],
        "causes": _causes(cause),
        "pager": _pager(cause, before, found),
    }
    return render(request, "desk/deletions.html", context)


@desk_view
@require_safe
def deletion(request: HttpRequest, viewer: Viewer, record_id: UUID) -> HttpResponse:
    rules.check_keeper(viewer.role)
    record = find(viewer, record_id)
    context = frame(request, viewer, current="privacy") | {
        "record": in_words(record, names(viewer)),
        "numbers": numbers_ended_by(viewer, [record.id]).get(record.id, []),
    }
    return render(request, "desk/deletion.html", context)


def find(viewer: Viewer, record_id: UUID) -> Certificate:
    """Another company's does not exist (T-C5-7)."""
    found = own(viewer, [records.certificate(record_id)])
    if not found:
        raise NoSuchRecord
    return found[0]


def own(viewer: Viewer, found: Iterable[Certificate]) -> list[Certificate]:
    """What staff of another entity ended is theirs; what a command or the house itself ended is everybody's."""
    entities = entities_of_staff()
    return [each for each in found if entities.get(each.by.id, viewer.entity_id) == viewer.entity_id]


def in_words(record: Certificate, staff: Mapping[UUID, str]) -> dict[str, Any]:
    erasure = record.cause == "erasure"
    return {
        "id": record.id,
        "url": reverse("deletion", args=[record.id]),
        "heading": "消去の証明" if erasure else "廃棄の記録",
        "cause": CAUSES.get(record.cause, record.cause),
        "ground": ground_in_words(record),
        "whole": record.whole,
        "begun_at": record.begun_at,
        "finished_at": record.finished_at,
        "by": words.by_whom(record.by, staff) if record.by.kind == "staff" else "窓口の自動処理",
        "files": record.files,
        "rows": record.rows,
        "unreadable_on": record.unreadable_on,
        "copies": record.copies,
        "staying": staying_in_words(record.remainder),
    }


def ground_in_words(record: Certificate) -> str:
    """The ground that was chosen, the class whose period was over, or the item."""
    if record.cause in ("item", "switch-off"):
        return item(record.code).label
    if record.cause == "sign-in":
        return "お送りして1日"
    return class_in_words(record.ground)


def staying_in_words(remainder: Iterable[Staying]) -> list[dict[str, str]]:
    """What stays for the same reason until the same day is told once."""
    reasons: dict[str, list[str]] = {}
    for each in remainder:
        what = _LEFT.get(each.what, each.what)
        until = f"{calendar.japanese_day(each.until)}まで封をして保管します。" if each.until else ""
        reasons.setdefault(f"{each.law}。{until}", []).append(what)
    return [{"label": "、".join(dict.fromkeys(labels)), "text": text} for text, labels in reasons.items()]


def _causes(chosen: str) -> list[dict[str, Any]]:
    every = [("", "すべて"), *CAUSES.items()]
    return [
        {"url": f"?{urlencode({'cause': code})}" if code else "?", "label": label, "current": code == chosen}
        for code, label in every
    ]


def _pager(cause: str, before: UUID | None, found: list[Certificate]) -> dict[str, str]:
    kept = {"cause": cause} if cause else {}
    older = kept | {"before": str(found[PAGE - 1].id)} if len(found) > PAGE else {}
    return {
        "newer_url": f"?{urlencode(kept)}" if before else "",
        "older_url": f"?{urlencode(older)}" if older else "",
    }
