"""The form of a draft's words, read into a document and written from one; what a clause was bound to goes along."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.http import QueryDict

from madoguchi.faces.staff_site.errors import WrongValue
from madoguchi.foundation.lib.text import clean_line, clean_text, without_unstorable
from madoguchi.rooms.policy.rules import Clause, Document
from madoguchi.rooms.policy.rules.binding import items, propose
from madoguchi.rooms.policy.rules.reading import read_document

_TITLE = 200  # characters, as a version keeps them
_PLACE = re.compile(r"title-([0-9]{1,3})", re.ASCII)
_NUMBER = re.compile(r"[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3}")


def read_form(given: QueryDict, before: Document) -> Document:
    if "whole" in given:
        return _read_whole(_clean(given.get("whole", "")), before)
    title = clean_line(given.get("title", ""))
    if not title or len(title) > _TITLE:
        raise WrongValue(f"題名を、{_TITLE}文字までで書いてください。")
    clauses = tuple(_numbered(_clauses(given, before)))
    if not clauses:
        raise WrongValue("条文を一つ以上残してください。")
    return propose(
        Document(title, _clean(given.get("preamble", "")), clauses, _clean(given.get("closing", "")))
    )


def _clauses(given: QueryDict, before: Document) -> Iterator[Clause]:
    """As they stand in the form, a new one at its place."""
    after, places = given.get("new_after", ""), _places(given)
    for place in places:
        title, words = clean_line(given.get(f"title-{place}", "")), _clean(given.get(f"text-{place}", ""))
        if f"drop-{place}" not in given and (title or words):
            yield _edited(title, words, _number(given, place), before)
        if after == str(place):
            yield from _new(given)
    if after not in map(str, places):
        yield from _new(given)


def _places(given: Mapping[str, Any]) -> list[int]:
    found = (_PLACE.fullmatch(name) for name in given)
    return sorted(int(name[1]) for name in found if name)


def _number(given: Mapping[str, Any], place: int) -> int:
    """The clause's number when the form was made; the form may be older than the draft."""
    was = str(given.get(f"was-{place}", ""))
    return int(was) if was.isdecimal() else place


def _edited(title: str, words: str, number: int, before: Document) -> Clause:
    if not title:
        raise WrongValue(f"第{number}条の見出しを書いてください。")
    old = _old(title, number, before)
    if old is None:
        return Clause(number, title, words)
    return bound_like(replace(old, title=title, text=words, heading=_retitled(old, title)), old)


def _old(title: str, number: int, before: Document) -> Clause | None:
    by_title = {each.title: each for each in before.clauses}
    by_number = {each.number: each for each in before.clauses}
    return by_title.get(title) or by_number.get(number)


def _new(given: QueryDict) -> Iterator[Clause]:
    title, words = clean_line(given.get("new_title", "")), _clean(given.get("new_text", ""))
    if title and words:
        yield Clause(0, title, words)
    elif title or words:
        raise WrongValue("加える条文には、見出しと本文の両方を書いてください。")


def _numbered(clauses: Iterator[Clause]) -> Iterator[Clause]:
    """1, 2, 3 … in order; a heading as the operator wrote it gets its new number too."""
    for number, clause in enumerate(clauses, 1):
        heading = clause.heading
        if heading and number != clause.number:
            heading = _NUMBER.sub(str(number), heading, count=1)
        yield replace(clause, number=number, heading=heading)


def _retitled(old: Clause, title: str) -> str:
    if not old.heading or old.title not in old.heading:
        return ""
    head, _, tail = old.heading.rpartition(old.title)
    return f"{head}{title}{tail}"


def _clean(typed: str) -> str:
    return clean_text(without_unstorable(typed)).strip()


def _read_whole(typed: str, before: Document) -> Document:
    """The closing is told by its words; where they still stand at the end, it is the same."""
    closing = before.closing.strip()
    kept = bool(closing) and typed.endswith(closing)
    read = read_document(typed.removesuffix(closing) if kept else typed)
    if len(read.title) > _TITLE:
        raise WrongValue("はじめの行に、題名を書いてください。")
    clauses = tuple(_as_before(each, before) for each in read.clauses)
    return propose(replace(read, clauses=clauses, closing=closing if kept else read.closing))


def _as_before(read: Clause, before: Document) -> Clause:
    old, plain = _old(read.title, read.number, before), replace(read, heading="")
    read = plain if plain.headed == read.heading else read
    return bound_like(read, old) if old else read


def bound_like(clause: Clause, old: Clause) -> Clause:
    """What the old words were bound to, as far as the new ones still say it; the rest is proposed anew."""
    if clause.text == old.text:
        return replace(clause, promises=old.promises, parameters=old.parameters, announces=old.announces)
    (fresh,) = propose(
        Document("", "", (replace(clause, promises=(), parameters={}, announces={}),), "")
    ).clauses
    said = set(items(clause.text))
    parameters: dict[str, Any] = {**old.parameters, **fresh.parameters}
    if "topic" in old.parameters:
        parameters["topic"] = old.parameters["topic"]
    if "uses" in old.parameters:
        parameters["uses"] = {**fresh.parameters.get("uses", {}), **_still(old.parameters["uses"], said)}
    announces = {
        **fresh.announces,
        **{code: words for code, words in old.announces.items() if words in clause.text},
    }
    return replace(clause, promises=old.promises, parameters=parameters, announces=announces)


def _still(told: Mapping[str, str], said: set[str]) -> dict[str, str]:
    return {code: words for code, words in told.items() if words in said}


# -- from a document to the form ------------------------------------------------------------------


def as_text(document: Document) -> str:
    clauses = (f"{clause.headed}\n\n{clause.text}" for clause in document.clauses)
    return "\n\n".join(
        part for part in (document.title, document.preamble, *clauses, document.closing) if part
    )


def filled(document: Document) -> dict[str, str]:
    typed = {"title": document.title, "preamble": document.preamble, "closing": document.closing}
    typed["whole"] = as_text(document)
    for place, clause in enumerate(document.clauses, 1):
        typed[f"title-{place}"], typed[f"text-{place}"] = clause.title, clause.text
        typed[f"was-{place}"] = str(clause.number)
    return typed


def boxes(typed: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """One for each clause of the form, with what was typed for it."""
    for place in _places(typed):
        yield {
            "place": str(place),
            "number": _number(typed, place),
            "title": typed[f"title-{place}"],
            "text": typed.get(f"text-{place}", ""),
            "drop": f"drop-{place}" in typed,
        }
