"""Say that a part of the program lives."""

from madoguchi.foundation.lib import clock
from madoguchi.rooms.jobs.models import Beat


def beat(name: str) -> None:
    Beat.objects.update_or_create(name=name, defaults={"at": clock.now()})
