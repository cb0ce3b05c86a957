"""A policy that somebody brings, as one text or as files of clauses, made ready to be a draft."""

from collections.abc import Mapping, Sequence

from madoguchi.rooms.policy.rules import Document
from madoguchi.rooms.policy.rules.binding import propose
from madoguchi.rooms.policy.rules.folder import File, has_front_matter, read_files
from madoguchi.rooms.policy.rules.naming import name_facts
from madoguchi.rooms.policy.rules.reading import read_document


def prepare(text: str, facts: Mapping[str, str]) -> Document:
    """Clauses, what each is bound to, and the operator's facts as merge fields; every word stays."""
    return name_facts(propose(read_document(text)), facts)


def prepare_files(files: Sequence[File], facts: Mapping[str, str]) -> Document:
    """The same for files of clauses; with front matter they may name facts by merge fields themselves."""
    fields = any(has_front_matter(file.text) for file in files)
    return name_facts(propose(read_files(files)), facts, fields=fields)
