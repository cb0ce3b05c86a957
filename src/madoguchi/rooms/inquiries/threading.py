"""The token by which a mail finds its inquiry again: in our Message-IDs, and behind the plus of an address.

It names the receipt number and is signed, so that nobody who has only heard a number can write into an inquiry.
It authorises nothing: the sender must be the same as well (rules.place).
"""

import hmac
import re
from typing import Protocol

from django.conf import settings

from madoguchi.foundation.lib.ids import read_receipt_number

_DIGITS = 16
_TOKEN = re.compile(r"(?<![0-9a-z])(m\d{8}-[2-9a-z]{4,8})-([0-9a-f]{16})(?![0-9a-z])")


class Numbered(Protocol):
    @property
    def receipt_number(self) -> str: ...


def token_of(inquiry: Numbered) -> str:
    """Lower case, at most 36 letters: fit for the local part of an address (RFC 5321 §4.5.3.1.1)."""
    number = inquiry.receipt_number
    return f"{number.lower().replace('-', '', 1)}-{_mac(number)}"


def number_in(text: str) -> str | None:
    """The receipt number that a token in this address, Message-ID or token names, if we signed it."""
    for found in _TOKEN.finditer(text.lower()):
        number = read_receipt_number(found[1])
        if number and hmac.compare_digest(found[2], _mac(number)):
            return number
    return None


def reply_address(address: str, inquiry: Numbered) -> str:
    """Where the answer to a mail about this inquiry goes: local+token@domain."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{token_of(inquiry)}@{domain}"


def _mac(number: str) -> str:
    message = b"madoguchi.thread\x00" + number.encode()
    return hmac.digest(settings.SECRET_KEY.encode(), message, "sha256").hex()[:_DIGITS]
