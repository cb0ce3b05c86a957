"""data.json: everything, for machines, written record by record."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from madoguchi.rooms.rights.packaging.telling import Record, Section, Telling


def pieces(telling: Telling) -> Iterator[str]:
    """Parts of one JSON text; after each of a record the caller may take its turn."""
    yield '{\n"title": ' + _json(telling.title)
    yield ',\n"head": ' + _json([asdict(each) for each in telling.head])
    yield ',\n"sections": ['
    for number, section in enumerate(telling.sections):
        yield ",\n" if number else "\n"
        yield from _section(section)
    yield '\n],\n"withheld": ' + _json([asdict(each) for each in telling.withheld])
    yield ',\n"files": ' + _json([asdict(each) for each in telling.enclosed]) + "\n}\n"


def _section(section: Section) -> Iterator[str]:
    yield '{"title": ' + _json(section.title) + ', "records": ['
    for number, record in enumerate(section.records()):
        yield (",\n" if number else "\n") + _json(_record(record))
    yield "]}"


def _record(record: Record) -> dict[str, Any]:
    at = record.at.isoformat() if record.at else None
    facts = [{"label": each.label, "value": each.value} for each in record.facts]
    return {"what": record.what, "at": at, "by": record.by, "facts": facts}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
