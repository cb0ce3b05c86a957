"""なぜ、ここにありますか: what the machine thought of an inquiry, in the words of lists, trays and its own page."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse

from madoguchi.faces.staff_site import words
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.foundation.lib import calendar, numbers
from madoguchi.foundation.lib.errors import NotFound
from madoguchi.rooms.inquiries.queries import one
from madoguchi.rooms.inquiries.queries.lists import Row, lane_label
from madoguchi.rooms.inquiries.queries.reading import Reading
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.screening.queries import verdicts
from madoguchi.rooms.screening.queries.verdicts import Told

if TYPE_CHECKING:
    from madoguchi.rooms.inquiries.models import Inquiry

TRAYS = ("sales", "junk")
CONFIRM = {"sales": "営業で確定", "junk": "迷惑で確定"}
_LEAD = {
    "sales": "営業のご連絡と見て、「営業」に分けました。",
    "junk": "迷惑なものと見て、「迷惑」に分けました。",
}
_STAGES = {
    "spam": "迷惑の型", "repeat": "以前の営業との一致", "burst": "同じ文面の集まり", "model": "文面の見分け", "none": "手がかりなし",
}  # fmt: skip
_VERSIONS = {
    "rules": "きまりの版", "weights": "重みの版", "digest": "重みの照合値", "tray": "移すしきい値", "badge": "バッジのしきい値",
}  # fmt: skip


# -- in lists -------------------------------------------------------------------------------------


def told_of(rows: Collection[Row]) -> dict[UUID, Told]:
    return verdicts.of_many([row.id for row in rows if not row.erased])


def marks(row: Row, told: Told | None) -> dict[str, str]:
    """What a row says of it: in the inbox 営業かもしれません with the first reason, in a tray the reason."""
    if told is None or row.erased or row.merged:
        return {}
    if row.lane in TRAYS:
        return {"tray_why": reason(row, told)}
    if not told.badge or told.settled:
        return {}
    return {"perhaps_sales": reason(row, told) or "文面が、営業のご連絡に似ています。"}


def reason(row: Row, told: Told | None) -> str:
    """The first one. Reasons quote words, so of what needs special care none is shown to whoever passes."""
    if told is None or row.special_care:
        return ""
    return next(iter((*told.reasons, *told.counter)), "")


def is_doubtful(told: Told | None) -> bool:
    """Something speaks for a customer, or it was never sure enough to move, and nobody has decided."""
    if told is None or told.settled:
        return False
    return told.guarded or told.rights or (told.badge and not told.moved)


# -- on the page of one -----------------------------------------------------------------------------


def told_one(row: Row, reading: Reading) -> Told | None:
    """Reasons quote words: whoever may not read the text reads none of them."""
    return None if row.erased or row.merged or reading.covered else verdicts.of(row.id)


def why(viewer: Viewer, row: Row, told: Told | None, *, here: str, bound: bool) -> dict[str, Any] | None:
    """The panel; nothing where there is nothing to tell. `bound`: a complaint or a request stands on it."""
    if told is None:
        return None
    verbs = _verbs(row, told, bound=bound)
    rights = told.rights and not bound and not told.settled
    if not (verbs or rights or (told.undecided and not told.settled and row.lane == "inbox")):
        return None
    shown = row.lane in TRAYS or told.badge
    return {
        "heading": "なぜ、ここにありますか",
        "lead": _lead(row, told),
        "band": told.band if shown and told.band not in ("", "–") and row.lane != "junk" else "",
        "reasons": told.reasons[:3] if shown else [],
        "earlier": list(_earlier(viewer, told)) if shown else [],
        "counter": told.counter if shown else [],
        "telling": shown and bool(told.sentences),
        "details": list(_details(told)) if shown else [],
        "rights_url": f"{reverse('complaint', args=[row.receipt_number])}?{here}" if rights else "",
        "verbs": verbs,
        "back": f"{reverse('inquiry', args=[row.receipt_number])}?{here}",
    }


def _verbs(row: Row, told: Told, *, bound: bool) -> dict[str, Any]:
    if row.lane in TRAYS:
        confirm = CONFIRM[row.lane] if told.settled != row.lane else ""
        return {"genuine": True, "confirm": confirm}
    if row.lane == "inbox" and told.badge and not told.settled and not bound:
        return {"stays": True}
    return {}


def _lead(row: Row, told: Told) -> str:
    if row.lane in TRAYS:
        if told.moved and told.settled == row.lane:
            return f"{_LEAD[row.lane][:-1]}、職員が確かめました。"
        return _LEAD[row.lane] if told.moved else f"職員が「{lane_label(row.lane)}」に移しました。"
    if told.undecided:
        return "時間のうちに読みきれなかったため、未判定のまま受信箱に残しました。あとで、もう一度読みます。"
    if not told.badge:
        return (
            "個人情報についてのご請求らしい言葉があります。届いた日時のまま、ご請求として受け付けられます。"
        )
    if told.guarded:
        return "営業のご連絡に似たところがありますが、受信箱に残しました。"
    return "営業かもしれません。確かとは言えないため、受信箱に残しました。"


def _earlier(viewer: Viewer, told: Told) -> Iterator[dict[str, str]]:
    if not told.earlier:
        return
    try:
        found = one.find_number(viewer, told.earlier)
    except NotFound:
        return
    yield {
        "number": told.earlier,
        "url": inquiry_url(told.earlier, found.lane if found.closed_at is None else "done"),
        "on": words.short(found.received_at),
    }


def _details(told: Told) -> Iterator[tuple[str, str]]:
    if told.stage:
        yield "見分けた段", _STAGES.get(told.stage, told.stage)
    if told.decided_at:
        yield "見分けた日時", calendar.japanese_date(told.decided_at)
    if told.change:
        yield "変わる条件", told.change
    for name, label in _VERSIONS.items():
        if value := told.versions.get(name):
            yield label, _short(value)


def _short(value: object) -> str:
    """A digest by its first letters, a threshold to two places."""
    return f"{value:.2f}" if isinstance(value, float) else str(value)[:16]


# -- the telling sentence ---------------------------------------------------------------------------


Cut = Callable[[str, str], list[dict[str, Any]]]


def uncut(field: str, shown: str) -> list[dict[str, Any]]:
    return []


def marker(inquiry: "Inquiry", row: Row, told: Told | None) -> Cut:
    """Cuts a shown text at its telling sentences. Numbers may be covered in it, so the sentences are looked for as
    they would be shown."""
    if told is None or not told.sentences or not (row.lane in TRAYS or (told.badge and not told.settled)):
        return uncut
    typed = one.answers_of(inquiry).values
    said: dict[str, list[str]] = {}
    for field, start, end in told.sentences:
        said.setdefault(field, []).append(typed.get(field, "")[start:end].strip())

    def cut(field: str, shown: str) -> list[dict[str, Any]]:
        wanted = [each if each in shown else numbers.mask(each) for each in said.get(field, ())]
        found = sorted(_places(shown, wanted))
        return list(_cut(shown, found)) if found else []

    return cut


def _places(text: str, sentences: Collection[str]) -> Iterator[tuple[int, int]]:
    for each in sentences:
        start = text.find(each) if each else -1
        if start >= 0:
            yield start, start + len(each)


def _cut(text: str, places: Collection[tuple[int, int]]) -> Iterator[dict[str, Any]]:
    at = 0
    for start, end in places:
        if start < at:
            continue
        yield {"text": text[at:start], "marked": False}
        yield {"text": text[start:end], "marked": True}
        at = end
    yield {"text": text[at:], "marked": False}


def row_of(row: Row, told: Told | None, names: Mapping[UUID, str], view: str) -> dict[str, Any]:
    """A line of a tray, or of what would have been moved."""
    band = told.band if told and told.band not in ("", "–") else ""
    return words.list_row(row, names, inquiry_url(row.receipt_number, view)) | {
        "received_at": row.received_at,
        "why": _why_in_tray(row, told),
        "band": band if row.lane != "junk" else "",
        "settled": row.lane in TRAYS and (told is None or told.settled == row.lane),
    }


def _why_in_tray(row: Row, told: Told | None) -> str:
    said = reason(row, told)
    if told is None or (not told.moved and told.lane == "inbox" and not told.badge):
        return "職員が移しました。"
    return said or ("内容を伏せているため、理由も伏せています。" if row.special_care else "")
