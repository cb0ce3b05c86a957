"""A policy as a document: clauses in order, each bound to the promises and parameters it names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Clause:
    """`text` is Markdown with the operator's facts as merge fields; bindings name promises, never code."""

    number: int
    title: str
    text: str
    promises: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    preamble: str
    clauses: tuple[Clause, ...]
    closing: str


def policy_facts(document: Document) -> dict[str, str]:
    """What clauses may name besides the operator: the fee, written as people write it."""
    fees = [clause.parameters["fee_yen"] for clause in document.clauses if "fee_yen" in clause.parameters]
    return {"fee": f"{fees[0]:,}円"} if fees else {}
