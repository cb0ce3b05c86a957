"""A change of the policy as it is told to people: what was, what comes, and what it means for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from madoguchi.rooms.consent.queries import last_seen
from madoguchi.rooms.outreach.errors import NoChange
from madoguchi.rooms.policy.queries.versions import before, by_id, by_number, in_order, since
from madoguchi.rooms.policy.rules.comparing import Piece, compare_wording
from madoguchi.rooms.policy.rules.publishing import CLASSES, ChangeClass

if TYPE_CHECKING:
    from madoguchi.rooms.policy.models import PolicyVersion

_LABELS = {
    ChangeClass.CONSENT: "同意をお願いする変更",
    ChangeClass.NOTICE: "お知らせする変更",
    ChangeClass.NAME: "会社の名称や所在地などの変更",
    ChangeClass.WORDING: "言い回しの修正",
}
MEANS = {
    ChangeClass.CONSENT: "同意をいただいた方にだけ、この変更のとおりお取り扱いします。同意をいただかなければ、これまでと変わりません。",
    ChangeClass.NOTICE: "施行の日から、これまでにお預かりした情報にも当てはまります。お手続きはいりません。",
    ChangeClass.NAME: "お預かりした情報のお取り扱いは変わりません。",
    ChangeClass.WORDING: "言葉を直すだけで、お預かりした情報のお取り扱いは変わりません。",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause that changes. `old` and `new` are its texts, each with what went or came marked; empty where it
    does not stand. `label` and `means` are empty when nobody classed it (a version taken over)."""

    heading: str
    kind: str
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]
    label: str
    means: str


@dataclass(frozen=True, slots=True)
class ChangeOfPolicy:
    version: "PolicyVersion"
    older: "PolicyVersion"
    clauses: tuple[Clause, ...]


def change_of(entity_id: UUID, number: int, *, person: UUID | None = None) -> ChangeOfPolicy:
    """From the version before it; for a `person`, from the one they were shown last, so that somebody who missed
    two changes reads both. Raises NoChange."""
    version = by_number(entity_id, number) if number < 2**31 else None
    older = before(version) if version else None
    if version is None or older is None:
        raise NoChange
    seen = last_seen(person) if person else None
    if seen is not None and seen not in since(version):
        older = by_id(seen)
    return ChangeOfPolicy(version, older, tuple(_clauses(older, version)))


def _clauses(older: "PolicyVersion", version: "PolicyVersion") -> Iterator[Clause]:
    said = _said(older, version)
    for change in compare_wording(older, version):
        if change.kind != "same":
            clazz = said.get(change.after or change.before or 0)
            yield Clause(
                heading=_text(_side(change.heading, "gone" if change.after is not None else "new")),
                kind=change.kind,
                old=_side(change.text, "new") if change.before is not None else (),
                new=_side(change.text, "gone") if change.after is not None else (),
                label=_LABELS[clazz] if clazz else "",
                means=MEANS[clazz] if clazz else "",
            )


def _side(pieces: tuple[Piece, ...], without: str) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces if piece.kind != without)


def _text(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


def _said(older: "PolicyVersion", version: "PolicyVersion") -> dict[int, ChangeClass]:
    """The class of each changed clause, the weightiest where it changed more than once on the way."""
    order, found = list(CLASSES), dict[int, ChangeClass]()
    past = set(since(older)) - set(since(version)) | {version.id}
    for each in in_order(version.entity_id):
        if each.id in past - {older.id}:
            for number, change in each.changes.items():
                clazz = ChangeClass(change["class"])
                found[int(number)] = min(found.get(int(number), clazz), clazz, key=order.index)
    return found
