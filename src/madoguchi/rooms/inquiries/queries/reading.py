"""One inquiry as one page view may read it: numbers masked, special-care text covered, until somebody who may
has asked for them. Screens, API and composers read through here; verbs read `one`, as typed."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from madoguchi.foundation.lib import clock, numbers
from madoguchi.rooms.forms.rules import FieldSpec
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.hints import may_need_special_care
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.one import Answers, Line, answers_of, timeline
from madoguchi.rooms.inquiries.rules import Reader
from madoguchi.rooms.organisation.queries import Viewer

# What tells how to reach somebody is never covered; it is what the other answers say that needs care.
CONTACT = frozenset({"company", "name", "phone", "email", "website"})
FREE = frozenset({"line", "text"})  # kinds of fields in which anything can be typed


@dataclass(frozen=True, slots=True)
class Reading:
    """`covered`: special-care text is left out, and `openable` says whether this viewer may ask for it.
    `masked`: which kinds of numbers are masked; `unmasked`: they were asked for and are shown."""

    answers: Answers | None
    lines: list[Line]
    special_care: bool
    covered: bool
    openable: bool
    removable: bool
    masked: tuple[numbers.Kind, ...]
    unmasked: bool
    hint: bool


def reader_of(viewer: Viewer, inquiry: Inquiry, *, opened: Collection[str] = ()) -> Reader:
    return Reader(viewer.role, inquiry.assignee_id == viewer.ref.id, frozenset(opened))


def may_read_text(viewer: Viewer, inquiry: Inquiry, *, opened: Collection[str] = ()) -> bool:
    """Whether what the inquiry says may be shown, quoted or found: for lists, search and other rooms."""
    return inquiry.special_care_at is None or rules.may_see("text", reader_of(viewer, inquiry, opened=opened))


def read(viewer: Viewer, inquiry: Inquiry, *, erased: bool, opened: Collection[str] = ()) -> Reading:
    reader = reader_of(viewer, inquiry, opened=opened)
    answers, lines = None if erased else answers_of(inquiry), timeline(inquiry)
    covered = not may_read_text(viewer, inquiry, opened=opened)
    hint = not covered and inquiry.special_care_at is None and may_need_special_care(*_said(answers, lines))
    if covered:
        answers, lines = _left_out(answers), [_covered(line) for line in lines]
    kinds = tuple(
        dict.fromkeys(found.kind for text in _typed(answers, lines) for found in numbers.find(text))
    )
    unmasked = bool(kinds) and rules.may_see("numbers", reader)
    if kinds and not unmasked:
        answers, lines = _masked(answers), [_masked_line(line) for line in lines]
    return Reading(
        answers=answers,
        lines=lines,
        special_care=inquiry.special_care_at is not None,
        covered=covered,
        openable=covered and rules.may_open_text(reader),
        removable=_removable(viewer, inquiry),
        masked=() if unmasked else kinds,
        unmasked=unmasked,
        hint=hint,
    )


def _removable(viewer: Viewer, inquiry: Inquiry) -> bool:
    if inquiry.special_care_at is None:
        return False
    own, age = inquiry.special_care_by == viewer.ref.id, clock.now() - inquiry.special_care_at
    return rules.may_unflag(viewer.role, own=own, age=age)


def _left_out(answers: Answers | None) -> Answers | None:
    """Only how to reach them stays."""
    return answers and _with(answers, {key: answers.values.get(key, "") for key in CONTACT})


def _masked(answers: Answers | None) -> Answers | None:
    if answers is None:
        return None
    free = {spec.key for spec in answers.fields if spec.kind in FREE}
    values = answers.values.items()
    return _with(answers, {key: numbers.mask(value) if key in free else value for key, value in values})


def _covered(line: Line) -> Line:
    """Who wrote stays; a subject says what it is about."""
    return replace(line, text="", head={name: line.head[name] for name in line.head if name != "subject"})


def _masked_line(line: Line) -> Line:
    head = {name: numbers.mask(value) if name == "subject" else value for name, value in line.head.items()}
    return replace(line, text=numbers.mask(line.text), head=head)


def _with(answers: Answers, values: Mapping[str, str]) -> Answers:
    return replace(answers, values=values)


def _typed(answers: Answers | None, lines: list[Line]) -> Iterator[str]:
    """Every text in which a number may have been typed."""
    if answers:
        yield from (answers.values.get(spec.key, "") for spec in answers.fields if spec.kind in FREE)
    yield from (line.text for line in lines)


def _said(answers: Answers | None, lines: list[Line]) -> Iterator[str]:
    """Every text that may say something delicate."""
    if answers:
        yield from (answers.values.get(spec.key, "") for spec in answers.fields if _says(spec))
    yield from (line.text for line in lines)


def _says(spec: FieldSpec) -> bool:
    return spec.key not in CONTACT and spec.kind in FREE
