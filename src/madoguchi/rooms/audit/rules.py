"""What an event may say: codes, numbers, yes and no."""

import re
from collections.abc import Mapping

from madoguchi.rooms.audit.errors import ValueInAudit
from madoguchi.rooms.promises.registry import keeps

_CODE = re.compile(r"[a-z0-9][a-z0-9._:-]{0,63}")


@keeps("audit.no-values")
def check_no_values(kind: str, details: Mapping[str, str | int | bool]) -> None:
    """Refuses anything that could be a name, an address or a sentence."""
    for name, value in details.items():
        if isinstance(value, str) and not _CODE.fullmatch(value):
            raise ValueInAudit(f"{kind}: {name} is not a code")
