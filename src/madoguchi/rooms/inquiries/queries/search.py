"""Search over everything that inquiries say: the newest first, trays and closed ones included.

The index names candidates; each is opened and looked through before it counts as a hit, since an index of
grams knows no order of letters. What the viewer may not read is not found either.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from madoguchi.rooms.inquiries.errors import NoSuchInquiry
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.asked import Asked
from madoguchi.rooms.inquiries.queries.conditions import page_of
from madoguchi.rooms.inquiries.queries.conditions import where as meeting
from madoguchi.rooms.inquiries.queries.lists import PAGE, Row, of_entity, rows_of
from madoguchi.rooms.inquiries.queries.narrow import narrowed_to
from madoguchi.rooms.inquiries.queries.reading import may_read_text
from madoguchi.rooms.inquiries.queries.snippets import Snippet, quote
from madoguchi.rooms.inquiries.queries.texts import FIELDS, Text, texts_of
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.queries.search import Term, contains, find, is_whole

MOST_ROUNDS = 4  # candidates opened for one page: that many times what it shows
_LONGEST_PLACE = 15  # digits
_SPARE = 10  # candidates beyond a page: a few of them say the letters in another order


@dataclass(frozen=True, slots=True)
class Hit:
    row: Row
    snippet: Snippet | None


@dataclass(frozen=True, slots=True)
class Results:
    """`next_cursor` says that there may be more; without it, this was everything."""

    hits: list[Hit]
    next_cursor: str
    whole: bool  # False while the index is being made: older ones may be missing


def search(
    viewer: Viewer, asked: Asked, *, cursor: str = "", limit: int = PAGE, where: Q | None = None
) -> Results:
    """Inquiries of the viewer's company that say every term. `where` narrows them to a list, and so may what was
    asked; if that is all, they are simply listed."""
    conditions = narrowed_to(viewer, asked)
    if asked.narrow and not asked.terms:
        page = page_of(viewer, conditions, cursor=cursor, limit=limit, also=where)
        return Results([Hit(row, None) for row in page.rows], page.next_cursor, is_whole())
    where = meeting(viewer, conditions) & (where or Q())
    terms = [Term(term.word, term.field if term.field in FIELDS else "") for term in asked.terms]
    hits: list[tuple[int, Inquiry, Snippet | None]] = []
    before = _place(cursor)
    for _ in range(MOST_ROUNDS):
        found = find(terms, before=before, limit=limit + _SPARE)
        hits += _said(viewer, asked.terms, found.groups, where)
        before = found.reached
        if before is None or len(hits) > limit:
            break
    following = hits[limit - 1][0] if len(hits) > limit else before
    rows = rows_of([inquiry for _, inquiry, _ in hits[:limit]])
    shown = [Hit(row, snippet) for row, (_, _, snippet) in zip(rows, hits, strict=False)]
    return Results(shown, "" if following is None else str(following), is_whole())


def _place(cursor: str) -> int | None:
    if not cursor:
        return None
    if not cursor.isdecimal() or len(cursor) > _LONGEST_PLACE:
        raise NoSuchInquiry
    return int(cursor)


def _said(
    viewer: Viewer, terms: Sequence[Term], groups: Sequence[tuple[int, UUID]], where: Q
) -> Iterator[tuple[int, Inquiry, Snippet | None]]:
    """Those that really say it, with the words around."""
    ids = [id for _, id in groups]
    inquiries = {each.id: each for each in of_entity(viewer).filter(where, id__in=ids)}
    texts = texts_of(list(inquiries.values()))
    for place, id in groups:
        if id in texts:
            inquiry = inquiries[id]
            readable = [text for text in texts[id] if not text.delicate or may_read_text(viewer, inquiry)]
            if all(_says(readable, term) for term in terms):
                quotable = [text for text in readable if not (text.delicate and inquiry.special_care_at)]
                yield place, inquiry, quote(quotable, terms)


def _says(texts: Sequence[Text], term: Term) -> bool:
    return any(contains(text.folded, term.word) for text in texts if term.field in ("", text.field))
