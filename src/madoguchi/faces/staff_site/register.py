"""請求台帳: every request by the day it arrived, the figures that may be published, and both as files."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from madoguchi.faces.staff_site import fields, looks, words
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.privacy import inquiry_page
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.tables import ExcelCsv, Writer, Xlsx
from madoguchi.foundation.ui.headers import as_download
from madoguchi.rooms.inquiries.queries.exporting import FORMATS, PURPOSES
from madoguchi.rooms.inquiries.queries.matters import rows_by_id
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions.take_register import take_register
from madoguchi.rooms.rights.errors import UnknownReason
from madoguchi.rooms.rights.queries.complaints import closed_ones
from madoguchi.rooms.rights.queries.register import Entry, Statistics, counted, register
from madoguchi.rooms.rights.rules import asking, complaints, fees

_FORMATS = {"xlsx": "Excel", "csv": "CSV（Excel用、UTF-8）"}
_WHAT = {"register": "台帳（一件ごと）", "figures": "統計（公表に使えるもの）"}
_HEADINGS = [
    "受付番号", "種類", "受け取りかた", "届いた日", "ご本人の確認", "状況", "決定", "根拠", "決めた日", "手数料（円）", "手数料の扱い",
    "お知らせした日", "終えた日", "2週間の日", "期日", "2週間以内", "お渡ししたファイルの符号", "担当",
]  # fmt: skip
CLOSED = 50


@desk_view
@require_safe
def register_page(http: HttpRequest, viewer: Viewer) -> HttpResponse:
    complaints.check_reader(viewer.role)
    return _page(http, viewer, *_span(http.GET))


@desk_view
@require_POST
def register_file(http: HttpRequest, viewer: Viewer) -> HttpResponse:
    complaints.check_reader(viewer.role)
    first, last = _span(http.POST)
    format, what = http.POST.get("format", ""), http.POST.get("what", "")
    wrong = {
        "format": "" if format in _FORMATS else "形式をお選びください。",
        "what": "" if what in _WHAT else "書き出すものをお選びください。",
    }
    if any(wrong.values()):
        return _page(http, viewer, first, last, wrong=wrong, status=422)
    entries = register(viewer, since=first, until=last)
    try:
        take_register(
            viewer=viewer, what=what, format=format, purpose=http.POST.get("purpose", ""), since=first, until=last,
            count=len(entries),
        )  # fmt: skip
    except UnknownReason as refusal:
        return _page(http, viewer, first, last, wrong={"purpose": refusal.message}, status=refusal.status)
    table = _register_table(entries) if what == "register" else _figures_table(counted(entries, first, last))
    return _file(format, what, first, last, table)


def _span(given: Mapping[str, Any]) -> tuple[date, date]:
    """This year, unless two days are named in their order."""
    today = clock.today()
    try:
        first, last = (date.fromisoformat(given[name]) for name in ("first", "last"))
    except (KeyError, ValueError):
        return date(today.year, 1, 1), today
    return (first, last) if first <= last else (last, first)


def _page(
    http: HttpRequest, viewer: Viewer, first: date, last: date, *, wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    errors, entries = wrong or {}, register(viewer, since=first, until=last)
    over = closed_ones(viewer, limit=CLOSED)
    rows = rows_by_id(viewer, [each.inquiry_id for each in over])
    looks.show_list(http, viewer, rows.values())
    context = frame(http, viewer, current="privacy") | {
        "tab": "register",
        "first": f"{first}",
        "last": f"{last}",
        "entries": [_shown(each) for each in entries],
        "figures": counted(entries, first, last),
        "purpose": fields.choice(http, "purpose", "何のために使いますか", PURPOSES, errors),
        "what": fields.radios(http, "what", "書き出すもの", _WHAT, errors, value="register"),
        "format": fields.radios(http, "format", "形式", _FORMATS, errors, value="xlsx"),
        "open": any(errors.values()),
        "closed": [
            {
                "complaint": each, "who": words.who(row), "number": row.receipt_number,
                "url": inquiry_page(row.receipt_number),
            }
            for each in over
            if (row := rows.get(each.inquiry_id))
        ],
        "most": CLOSED,
    }  # fmt: skip
    return render(http, "desk/register.html", context, status=status)


def _shown(each: Entry) -> dict[str, Any]:
    return {
        "entry": each,
        "url": reverse("request", args=[each.number]),
        "how": asking.CHANNELS.get(each.channel, ""),
        "ways": "、".join(each.identified_by),
        "fee": fees.HOW.get(each.fee_how, ""),
        "within": {True: "以内", False: "過ぎた"}.get(each.within_line, "")
        if each.within_line is not None
        else "",
    }


# -- files --------------------------------------------------------------------------------------------


def _register_table(entries: Sequence[Entry]) -> tuple[list[str], list[list[str]]]:
    return _HEADINGS, [_cells(each) for each in entries]


def _cells(each: Entry) -> list[str]:
    shown = _shown(each)
    return [
        each.number, each.label, shown["how"], _day(each.arrived_at), shown["ways"], each.state_label, each.ended,
        each.ground_label, _day(each.decided_at), str(each.fee_yen) if each.fee_yen else "", shown["fee"],
        _day(each.notified_at), _day(each.closed_at), f"{each.line_on or ''}", f"{each.due_on}", shown["within"],
        each.package_digest, each.owner,
    ]  # fmt: skip


def _day(moment: datetime | None) -> str:
    return f"{clock.local(moment).date()}" if moment else ""


def _figures_table(found: Statistics) -> tuple[list[str], list[list[str]]]:
    return ["区分", "項目", "件数"], [list(line) for line in figures_lines(found)]


def figures_lines(found: Statistics) -> Iterator[tuple[str, str, str]]:
    yield "全体", "お受けしたご請求", str(found.total)
    yield "全体", "進めているもの", str(found.open)
    yield "全体", "取り下げられたもの", str(found.withdrawn)
    yield from (("種類", label, str(count)) for label, count in found.kinds)
    yield from (("決定", label, str(count)) for label, count in found.outcomes)
    yield "期間", "2週間以内にお知らせしたもの", str(found.within)
    yield "期間", "2週間を過ぎたもの", str(found.over)
    if found.days is not None:
        yield "期間", "お知らせまでの日数（中央値）", f"{found.days:g}"
    yield "理由", "応じなかったもの", str(found.refused)
    yield "理由", "そのうち根拠を示したもの", str(found.with_ground)


def _file(
    format: str, what: str, first: date, last: date, table: tuple[list[str], list[list[str]]]
) -> HttpResponse:
    headings, rows = table
    writer: Writer = Xlsx(headings, sheet="請求台帳") if format == "xlsx" else ExcelCsv(headings)
    for row in rows:
        writer.row(row)
    writer.end()
    response = HttpResponse(writer.take(), content_type=FORMATS[format].media_type)
    name = f"requests-{what}-{first:%Y%m%d}-{last:%Y%m%d}.{FORMATS[format].extension}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return as_download(response)
