"""What counts as exactly one address. Contact data was read leniently at the door; here, last before the
header and the envelope, nothing passes that a parser could read as two."""

import re

from madoguchi.foundation.lib.contact import envelope_form
from madoguchi.rooms.delivery.errors import UnsafeHeader

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


def header_form(address: str, header: str) -> str:
    """The address for a header, a legacy local part quoted. Raises UnsafeHeader naming `header`."""
    if not is_address(address):
        raise UnsafeHeader(header)
    return envelope_form(address)


def is_address(address: str) -> bool:
    """One bare ASCII address: no name, comment, quote, space, control character or second @."""
    local, at, domain = address.rpartition("@")
    return bool(
        at
        and len(address) <= 254
        and "=?" not in local  # would be read as an encoded word
        and _LOCAL.fullmatch(local)
        and _DOMAIN.fullmatch(domain)
    )
