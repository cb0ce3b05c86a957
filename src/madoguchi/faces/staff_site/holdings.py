"""What is held of a person, in the words of templates/desk/matter.html and perhaps.html."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from madoguchi.faces.staff_site import words
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.faces.staff_site.selection import INQUIRY, Selection
from madoguchi.foundation.lib import calendar, numbers
from madoguchi.foundation.lib.declarations import Source
from madoguchi.rooms.delivery.queries import MailState, mail_states
from madoguchi.rooms.forms.rules import FieldSpec
from madoguchi.rooms.inquiries.queries.lists import Row
from madoguchi.rooms.inquiries.queries.matters import Written, written_under
from madoguchi.rooms.inventory.queries.matters import Found, Matter

if TYPE_CHECKING:
    from madoguchi.rooms.inventory.actions.correct import Place
    from madoguchi.rooms.inventory.models import Hold

MAIL = "delivery.Mail"
WHY = {
    "address": "同じアドレスで別のお名前", "phone": "同じ電話番号", "name": "同じお名前",
    "mention": "この方の名前などが入った、職員の検索",
}  # fmt: skip
MADE = ("headline",)  # of the answers, for lists
_CONTACT = frozenset({"company", "name", "phone", "email", "website"})
MAILS = {"acknowledgement": "自動返信", "reply": "お返事", "refusal": "お断り"}


def theirs(selection: Selection, staff: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """The matters as the page lists them; the one it was reached from lies open."""
    inquiries = [each.id for each in selection.theirs if each.table == INQUIRY]
    written, mails = written_under(inquiries), mail_states(_mails(selection.theirs))
    return [_matter(each, selection, written, mails, staff) for each in selection.theirs]


def _matter(
    matter: Matter,
    selection: Selection,
    written: Mapping[UUID, Written],
    mails: Mapping[UUID, MailState],
    staff: Mapping[UUID, str],
) -> dict[str, Any]:
    row, covered = selection.rows.get(matter.id), matter.id in selection.covered
    read = [each for each in readable(matter, selection) if each.row not in mails]
    facts = [each for each in read if each.row not in written]
    return {
        "id": matter.id,
        **heading(row, matter),
        "why": WHY.get(matter.why, ""),
        "held": hold_in_words(matter.held) if matter.held else "",
        "covered": words.COVERED if covered else "",
        "open": matter.id == selection.inquiry.id or len(selection.theirs) == 1,
        "values": [_fact(each) for each in facts if _is_theirs(each, matter)],
        "more": [_fact(each) for each in facts if not _is_theirs(each, matter)],
        "written": [_entry(each, written[each.row], staff) for each in read if each.row in written],
        "mails": [_mail(mails[id]) for id in dict.fromkeys(each.row for each in matter.found) if id in mails],
    }


def readable(matter: Matter, selection: Selection) -> list[Found]:
    """Values in words, numbers of papers and cards masked; of covered matters only how to reach the person."""
    values = [each for each in matter.found if each.value and not each.sign and each.column not in MADE]
    if matter.id in selection.covered:
        values = [each for each in values if each.key in _CONTACT]
    return [replace(each, value=numbers.mask(each.value)) for each in values]


def heading(row: Row | None, matter: Matter) -> dict[str, Any]:
    if row is None:
        title = next((each.label for each in matter.found if not each.sign), "記録")
        return {"title": title, "number": "", "url": "", "status": None, "at": matter.at}
    number = row.receipt_number
    return {
        "title": "お問い合わせ",
        "number": number,
        "url": inquiry_url(number, row.lane),
        "status": words.badge(row.status),
        "at": row.received_at,
    }


def _is_theirs(found: Found, matter: Matter) -> bool:
    """What the person told us in this matter itself; the rest are records around it."""
    return found.table == matter.table and found.source == Source.PERSON


def _fact(found: Found) -> dict[str, str]:
    return {"label": found.label, "value": found.value}


def _entry(found: Found, written: Written, staff: Mapping[UUID, str]) -> dict[str, Any]:
    kind, how = ("memo", "") if written.kind == "note" else ("reply", "お返事")
    who = words.by_whom(written.by, staff)
    return {"kind": kind, "how": how, "who": who, "at": written.at, "text": found.value}


def _mail(mail: MailState) -> dict[str, Any]:
    return {"noun": MAILS.get(mail.kind, "メール"), "state": mail.label, "at": mail.sent_at or mail.queued_at}


def _mails(matters: Iterable[Matter]) -> list[UUID]:
    rows = (each.row for matter in matters for each in matter.found if each.table == MAIL)
    return list(dict.fromkeys(rows))


def doubtful(selection: Selection) -> list[dict[str, Any]]:
    """Who and when only: a colleague's text is shown once somebody names it as this person's."""
    return [_doubtful(each, selection) for each in selection.perhaps]


def _doubtful(matter: Matter, selection: Selection) -> dict[str, Any]:
    row = selection.rows.get(matter.id)
    return {
        "id": matter.id,
        **heading(row, matter),
        "why": WHY[matter.why],
        "who": words.whole_name(row) if row else "",
        "chosen": matter.id in selection.named,
    }


def contacts(selection: Selection, fields: Iterable[FieldSpec]) -> Iterator[dict[str, Any]]:
    """The one-line answers, each with every value that is held of it, the newest first; free text is no such value."""
    for spec in fields:
        values = [each["value"] for each in places(selection, spec.key)]
        if spec.kind != "text" and values:
            yield {"key": spec.key, "label": spec.label, "values": values}


def held_as(selection: Selection, key: str) -> Iterator[tuple[Matter, Found]]:
    """Where a value of this name is held among what is theirs."""
    for matter in selection.theirs:
        yield from ((matter, each) for each in matter.found if each.key == key and each.value)


def hold_in_words(hold: "Hold") -> str:
    return (
        f"保留のため、{calendar.japanese_day(hold.until)}まで封をして保管します。ふだんの仕事では開けません。"
    )


def places(selection: Selection, key: str) -> list[dict[str, Any]]:
    """Each present value of this name with where it is held, as the correction will find it."""
    found: dict[str, list[str]] = {}
    for matter, each in held_as(selection, key):
        found.setdefault(numbers.mask(each.value), []).append(matter_name(matter, selection))
    return [{"value": value, "where": list(dict.fromkeys(where))} for value, where in found.items()]


def place_names(places: Iterable["Place"]) -> list[str]:
    """Where a correction arrived, and what was stopped because of it."""
    return [f"{each.label} {each.count} 件" for each in places]


def matter_name(matter: Matter, selection: Selection) -> str:
    told = heading(selection.rows.get(matter.id), matter)
    return " ".join(part for part in (told["title"], told["number"]) if part)
