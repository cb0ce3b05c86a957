"""A submission is bound to the wording it was shown, and to no other."""

from datetime import datetime
from typing import Protocol

from madoguchi.foundation.lib.versions import binds
from madoguchi.rooms.consent.errors import UnknownPurpose, WordingOutdated
from madoguchi.rooms.promises.registry import keeps

PURPOSES = frozenset({"event-mail"})


class Dated(Protocol):
    @property
    def superseded_at(self) -> datetime | None: ...


@keeps("consent.bound-as-shown")
def check_wording_binds(shown: Dated | None, now: datetime) -> None:
    """Unknown wording, or one superseded more than 24 hours ago, binds nobody."""
    if shown is None or not binds(shown.superseded_at, now):
        raise WordingOutdated


def check_purpose_known(purpose: str) -> None:
    if purpose not in PURPOSES:
        raise UnknownPurpose
