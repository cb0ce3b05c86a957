"""A file that was nobody's gets its holder: a mail whose sender is known now."""

from uuid import UUID

from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.vault.models import File


@action
def give_file(file: UUID, holder: UUID) -> None:
    """Who holds a file already keeps it."""
    File.objects.filter(id=file, holder=None).update(holder=holder)
