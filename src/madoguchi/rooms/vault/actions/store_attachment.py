"""Take in a file that somebody sent: sealed chunk by chunk, so that memory stays bounded."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.models import CHUNK_BYTES, Attachment, Chunk


@action
def store_attachment(*, key: FileKey, name: str, media_type: str, content: Iterable[bytes]) -> UUID:
    """Store content (any sizes of pieces) under the file's key; gives back the attachment's id."""
    attachment = Attachment(id=uuid7(), file_id=key.id, media_type=media_type, size=0)
    attachment.name = key.seal(Attachment, "name", attachment.id, name)
    attachment.save(force_insert=True)
    for position, piece in enumerate(_chunks(content)):
        chunk = Chunk(id=uuid7(), attachment=attachment, position=position)
        chunk.content = key.seal_bytes(Chunk, "content", chunk.id, piece)
        chunk.save(force_insert=True)
        attachment.size += len(piece)
    attachment.save(update_fields=["size"])
    return attachment.id


def _chunks(content: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for piece in content:
        for start in range(0, len(piece), CHUNK_BYTES):  # never the whole of a long piece at each step
            waiting += piece[start : start + CHUNK_BYTES]
            while len(waiting) >= CHUNK_BYTES:
                yield bytes(waiting[:CHUNK_BYTES])
                del waiting[:CHUNK_BYTES]
    if waiting:
        yield bytes(waiting)
