"""Remember a small fact for a while, so that limits on sign-in hold across processes and restarts."""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import sha256
from madoguchi.rooms.organisation.models import Remembered


def remember(*, key: str, value: Any, seconds: float) -> None:
    """`value` is what JSON can hold; what was there is replaced."""
    fact = Remembered(key=sha256(key.encode()), value=value, until=clock.now() + timedelta(seconds=seconds))
    Remembered.objects.bulk_create(
        [fact], update_conflicts=True, unique_fields=["key"], update_fields=["value", "until"]
    )


def remember_once(*, key: str, value: Any, seconds: float) -> bool:
    """False when it is remembered already; of several at the same moment, one gets True."""
    now = clock.now()
    try:
        with transaction.atomic():
            Remembered.objects.filter(until__lte=now).delete()
            Remembered.objects.create(
                key=sha256(key.encode()), value=value, until=now + timedelta(seconds=seconds)
            )
    except IntegrityError:
        return False
    return True


def forget(*, key: str) -> bool:
    deleted, _ = Remembered.objects.filter(key=sha256(key.encode())).delete()
    return bool(deleted)


def forget_old() -> None:
    """What nobody asks for any more: its time is over."""
    Remembered.objects.filter(until__lte=clock.now()).delete()
