"""What `init` does: folders, keys, tables, the operator's profile. Safe to repeat; nothing is overwritten."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError

from madoguchi.config.identity import make_identity
from madoguchi.config.profile import Profile, apply
from madoguchi.rooms.jobs.actions.tick import tick
from madoguchi.rooms.organisation.queries import only_entity
from madoguchi.rooms.vault.actions.make_keys import make_keys
from madoguchi.rooms.vault.queries import check_keys


def install(profile: Profile, *, rename: bool = False) -> UUID:
    """Gives back the form's id. The tables come first, then the keys that they will name."""
    migrate()
    make_keys()
    make_identity(settings.KEY_DIR)
    check_keys()
    tick()
    return apply(profile, rename=rename)


def migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def is_installed() -> bool:
    """Whether this data directory has tables and an operator."""
    name = settings.DATABASES["default"]["NAME"]
    if isinstance(name, Path) and not name.exists():
        return False
    try:
        return only_entity() is not None
    except DatabaseError:
        return False
