"""What an erasure takes and what it leaves, in the words of templates/desk/erase.html."""

from typing import Any
from uuid import UUID

from madoguchi.faces.staff_site import holdings
from madoguchi.faces.staff_site.selection import Selection
from madoguchi.foundation.lib import calendar
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.queries.matters import Matter

_NOUNS = {holdings.MAIL: "お送りしたメール"}


def kept(selection: Selection) -> list[dict[str, str]]:
    """What stays after an erasure and why, in plain words, once for each reason."""
    reasons: dict[str, list[str]] = {}
    for each in selection.located.kept:
        reasons.setdefault(each.because, []).append(each.label)
    return [
        {"label": "、".join(dict.fromkeys(labels)), "text": f"{rules.BECAUSE[reason]}。"}
        for reason, labels in reasons.items()
    ]


def staying(selection: Selection) -> list[dict[str, str]]:
    """The same, with what a hold keeps and what nobody named as theirs."""
    held = [
        {
            "label": told["title"],
            "number": told["number"],
            "text": holdings.hold_in_words(each.held),
        }
        for each in selection.theirs
        if each.held and (told := holdings.heading(selection.rows.get(each.id), each))
    ]
    return [*held, *kept(selection), *_left(len(selection.perhaps) - len(selection.named))]


def _left(count: int) -> list[dict[str, str]]:
    if not count:
        return []
    text = f"{count} 件。印を付けていないため、そのまま残ります。"
    return [{"label": "この方のものかもしれないもの", "text": text}]


def going(selection: Selection) -> list[dict[str, Any]]:
    """What an erasure takes: the matters by number and date, what was filled in, then how many of everything else."""
    ending = [each for each in selection.theirs if not each.held]
    values = [each for matter in ending for each in matter.found if each.value and not each.sign]
    answers = dict.fromkeys(each.label for each in values if each.key)
    rows: dict[str, set[UUID]] = {}
    for each in values:
        if not each.key and each.column not in holdings.MADE:
            rows.setdefault(_NOUNS.get(each.table, each.label), set()).add(each.row)
    lines = [
        ("お問い合わせなど", [_named(each, selection) for each in ending]),
        ("ご記入の内容と記録", ["、".join(answers)] if answers else []),
        *((label, [f"{len(ids)} 件"]) for label, ids in rows.items()),
    ]
    return [{"label": label, "lines": texts} for label, texts in lines if texts]


def _named(matter: Matter, selection: Selection) -> str:
    at = holdings.heading(selection.rows.get(matter.id), matter)["at"]
    return f"{holdings.matter_name(matter, selection)}（{calendar.japanese_date(at)}）"
