"""What stands above an inquiry of others that may belong to it, and what has gone into it."""

from typing import TYPE_CHECKING, Any

from madoguchi.faces.staff_site import words
from madoguchi.faces.staff_site.places import inquiry_url
from madoguchi.rooms.inquiries.queries.lists import Row
from madoguchi.rooms.inquiries.queries.merged import merged_here, open_besides
from madoguchi.rooms.inquiries.queries.related import related_to
from madoguchi.rooms.organisation.queries import Viewer

if TYPE_CHECKING:
    from madoguchi.rooms.inquiries.models import Inquiry

_KINDS = {"linked": "関連", "split": ("分けた元", "分けたもの"), "continued": ("前のもの", "つづき")}


def besides(viewer: Viewer, inquiry: "Inquiry", row: Row, view: str) -> dict[str, Any]:
    """`rows` is what was shown of others, for the record of the look."""
    if row.erased:
        return {"rows": [], "open": [], "sources": [], "merged": [], "related": []}
    sources = merged_here(inquiry)
    candidates = open_besides(viewer, inquiry, row)
    related = related_to(viewer, inquiry)
    return {
        "rows": [each.row for each in candidates] + [each.row for each in related],
        "open": [
            _other(each.row, view)
            | {"by_phone": each.by_phone, "other_name": each.other_name, "name": words.whole_name(each.row)}
            for each in candidates
        ],
        "sources": sources,
        "merged": [each.receipt_number for each in sources if each.merged_into_id == inquiry.id],
        "related": [
            _other(each.row, view)
            | {"kind": _kind(each.kind, each.from_here), "linked": each.kind == "linked"}
            for each in related
        ],
    }


def _kind(kind: str, from_here: bool) -> str:
    words = _KINDS.get(kind, "関連")
    return words if isinstance(words, str) else words[from_here]


def _other(row: Row, view: str) -> dict[str, Any]:
    return {
        "url": inquiry_url(row.receipt_number, view),
        "number": row.receipt_number,
        "line": words.ERASED if row.erased else words.line(row),
        "status": "統合済み" if row.merged else words.badge(row.status)["label"],
        "at": row.received_at,
    }
