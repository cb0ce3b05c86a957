"""A file of ours that grows while it is made: sealed piece by piece, each in a transaction of its own."""

from uuid import UUID

from django.db.models import F

from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.models import CHUNK_BYTES, Attachment, Chunk


@action
def begin_attachment(*, key: FileKey, name: str, media_type: str) -> UUID:
    attachment = Attachment(id=uuid7(), file_id=key.id, media_type=media_type, size=0)
    attachment.name = key.seal(Attachment, "name", attachment.id, name)
    attachment.save(force_insert=True)
    return attachment.id


@action
def append(*, key: FileKey, attachment: UUID, position: int, content: bytes) -> int:
    """Seal what comes next; gives back the position after it. Raises IntegrityError when somebody else appends too."""
    for start in range(0, len(content), CHUNK_BYTES):
        chunk = Chunk(id=uuid7(), attachment_id=attachment, position=position)
        chunk.content = key.seal_bytes(Chunk, "content", chunk.id, content[start : start + CHUNK_BYTES])
        chunk.save(force_insert=True)
        position += 1
    Attachment.objects.filter(id=attachment).update(size=F("size") + len(content))
    return position
