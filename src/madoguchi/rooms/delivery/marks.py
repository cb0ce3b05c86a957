"""The mark on every mail that we send: what comes back with it goes round in a circle, and is put aside.

Replies do not carry it, and nobody else can make it; whoever copies it from a mail of ours silences only themselves.
"""

import hmac

from django.conf import settings

LOOP_HEADER = "X-Madoguchi-Loop"
_DIGITS = 32


def loop_mark() -> str:
    return hmac.digest(settings.SECRET_KEY.encode(), b"madoguchi.mail-loop", "sha256").hex()[:_DIGITS]


def is_own_mark(value: str) -> bool:
    return hmac.compare_digest(value.strip().lower().encode(), loop_mark().encode())
