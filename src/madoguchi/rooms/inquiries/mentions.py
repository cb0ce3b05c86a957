"""Who is called in a note: @ and the family name, the whole name, or 全員. Pure: names come in as arguments."""

import re
from collections.abc import Iterator, Mapping
from uuid import UUID

EVERYBODY = ("全員", "all")
_SIGN = "@＠"
_BEFORE = re.compile(r"[A-Za-z0-9._+-]")  # of an address: hanako@example.jp calls nobody
_SPACES = re.compile(r"[ \u3000]")


def called(text: str, names: Mapping[UUID, str]) -> set[UUID]:
    """Two of the same family name are both called: better once too often than not at all."""
    found = set[UUID]()
    for name, _, _ in spans(text, names):
        found |= (
            set(names) if name in EVERYBODY else {id for id, each in names.items() if name in _forms(each)}
        )
    return found


def spans(text: str, names: Mapping[UUID, str]) -> Iterator[tuple[str, int, int]]:
    """Each call in the text: what it says after the sign, where it begins and ends. The longest name wins."""
    forms = sorted(
        {*EVERYBODY, *(form for name in names.values() for form in _forms(name))}, key=len, reverse=True
    )
    if not forms:
        return
    pattern = re.compile(f"[{_SIGN}]({'|'.join(map(re.escape, forms))})", re.IGNORECASE)
    for match in pattern.finditer(text):
        if match.start() and _BEFORE.match(text[match.start() - 1]):
            continue
        said = match[1].lower() if match[1].lower() in EVERYBODY else match[1]
        if (
            said == "all"
            and text[match.end() : match.end() + 1].isascii()
            and text[match.end() : match.end() + 1].isalnum()
        ):
            continue
        yield said, match.start(), match.end()


def _forms(name: str) -> set[str]:
    """森 拓真: 森, 森 拓真, 森拓真. The family name first, as everywhere (DESK §5.2)."""
    family = _SPACES.split(name)[0]
    return {family, name, _SPACES.sub("", name)} - {""}
