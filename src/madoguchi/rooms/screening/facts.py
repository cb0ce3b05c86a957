"""What comes in with an inquiry: everything that may be looked at, as values. Nothing here asks a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Facts:
    """`fields`: as typed, by the form's keys (name, company, phone, email, website, body, remarks; subject of a mail).
    `known`: somebody of the staff has handled this sender as a customer. `own`: domains and numbers (E.164) of ours,
    which tell nobody apart. `signals`: codes that came with the visit (trap, fast). `fixed`: a complaint or a request
    under the Act stands on it, or a person has decided: then nothing is moved."""

    entity_id: UUID
    about: UUID
    file_id: UUID
    fields: Mapping[str, str]
    channel: str = "form"
    known: bool = False
    own: frozenset[str] = frozenset()
    signals: frozenset[str] = frozenset()
    fixed: bool = False
