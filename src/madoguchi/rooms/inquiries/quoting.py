"""Quoting what somebody wrote, at the bottom of a reply (DESK §4.5). Pure."""

from datetime import datetime

from madoguchi.foundation.lib.calendar import japanese_date

MOST = 200  # lines


def quoted(text: str, *, who: str, at: datetime) -> str:
    """2026年11月22日(日) 10:00 山田 花子 様: and each line behind a `>`. Quotes within it are left out: each message
    stands in the thread once."""
    lines = [line for line in text.strip().splitlines() if not line.startswith(">")]
    cut = [*lines[:MOST], *(["（以下略）"] if len(lines) > MOST else [])]
    return "\n".join([f"{japanese_date(at)} {who}:", *(f"> {line}".rstrip() for line in cut)])
