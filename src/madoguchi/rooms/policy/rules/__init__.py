"""A policy as a document: clauses in order, each bound to the promises and parameters it names."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Clause:
    """`text` is Markdown with the operator's facts as merge fields; bindings name promises, never code.

    `heading` is the line as the operator wrote it (「1. 定義」); without one it reads 第1条 定義.
    `announces` gives the words of this clause for each row of what is collected (LAW C2), by its code.
    """

    number: int
    title: str
    text: str
    promises: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    heading: str = ""
    announces: Mapping[str, str] = field(default_factory=dict)

    @property
    def headed(self) -> str:
        return self.heading or f"第{self.number}条 {self.title}"


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    preamble: str
    clauses: tuple[Clause, ...]
    closing: str

    def to_json(self) -> dict[str, Any]:
        """As the database gives it back: lists, no tuples."""
        stored = asdict(self)
        clauses = [clause | {"promises": list(clause["promises"])} for clause in stored["clauses"]]
        return stored | {"clauses": clauses}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        clauses = tuple(
            Clause(**(clause | {"promises": tuple(clause["promises"])})) for clause in stored["clauses"]
        )
        return cls(stored["title"], stored["preamble"], clauses, stored["closing"])


def policy_facts(document: Document) -> dict[str, str]:
    """What clauses may name besides the operator: the fee, written as people write it."""
    # A brace of the text's own: two of them would begin a merge field.
    fees = [clause.parameters["fee_yen"] for clause in document.clauses if "fee_yen" in clause.parameters]
    return {"brace": "{"} | ({"fee": f"{fees[0]:,}円"} if fees else {})


def in_words(value: Any, say: Callable[[str], str]) -> Any:
    """Every text in a parameter, however deep it stands, said anew by `say`."""
    if isinstance(value, str):
        return say(value)
    if isinstance(value, list | tuple):
        return [in_words(each, say) for each in value]
    if isinstance(value, Mapping):
        return {key: in_words(each, say) for key, each in value.items()}
    return value
