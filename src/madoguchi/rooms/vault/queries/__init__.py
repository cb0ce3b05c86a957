"""Keys of files, blind look-up values, and what the ledger and the key folder say."""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from madoguchi.foundation.lib import clock
from madoguchi.rooms.vault import ledger, rules
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.keyring import keyring
from madoguchi.rooms.vault.models import Attachment, Chunk, Epoch, File
from madoguchi.rooms.vault.queries.epochs import current_epoch, forget_epochs, numbers
from madoguchi.rooms.vault.wrapping import unwrap

__all__ = ("current_epoch", "forget_epochs")

_AT_ONCE = 500  # files in one question
BLIND_BYTES = 32  # two bytes of epoch, thirty of HMAC-SHA-256


def readable(file: str = "") -> dict[str, Any]:
    """The filter for files that can be read; of another table, for rows whose file can, `file` being the way to it."""
    return {
        f"{file}__{column}".removeprefix("__"): wanted
        for column, wanted in (("destroyed_at", None), ("ending", None), ("kept_for", ""))
    }


def _with_keys() -> QuerySet[File]:
    return File.objects.select_related("key").only(
        "epoch", "destroyed_at", "ending", "kept_for", "key__wrapped"
    )


def file_key(file_id: UUID) -> FileKey:
    """The key of one file; raises FileErased when it was destroyed."""
    return _opened(_with_keys().get(id=file_id))


def hold_file(file_id: UUID) -> FileKey:
    """The same for who writes into the file: inside an action, its deletion waits until that is over."""
    # With the key's row: who waited for a rotation would else get the new epoch and the wrap from before.
    return _opened(_with_keys().select_for_update(of=("self", "key")).get(id=file_id))


def hold_files(files: Iterable[UUID]) -> set[UUID]:
    """The same for many, without their keys: those that can still be read. In one order, so that nobody waits in a ring."""
    living = File.objects.filter(id__in=list(files), **readable())
    return set(living.order_by("id").select_for_update(of=("self",)).values_list("id", flat=True))


def file_keys(file_ids: Iterable[UUID]) -> dict[UUID, FileKey]:
    """Keys of many files in one query; erased and sealed ones are left out."""
    return {file.id: _unwrap(file) for file in _with_keys().filter(id__in=list(file_ids), **readable())}


def keys_of_ending(ending: UUID) -> dict[UUID, FileKey]:
    """Keys that a deletion under way has not destroyed yet, so that what was made from their text can go first."""
    return {file.id: _unwrap(file) for file in _with_keys().filter(ending=ending, destroyed_at=None)}


def files_of(holder: UUID) -> list[UUID]:
    """The person's files that can still be read, oldest first."""
    living = File.objects.filter(holder=holder, **readable())
    return list(living.order_by("opened_at", "id").values_list("id", flat=True))


def files_of_kind(kind: str, *, before: datetime, limit: int) -> list[UUID]:
    """Some of one kind that were opened before then and can still be read, the oldest first."""
    living = File.objects.filter(kind=kind, opened_at__lt=before, **readable())
    return list(living.order_by("id").values_list("id", flat=True)[:limit])


def holders_of(files: Iterable[UUID]) -> dict[UUID, UUID | None]:
    """Whose each of these files is, living or not."""
    return dict(File.objects.filter(id__in=list(files)).values_list("id", "holder"))


def opened_at(files: Iterable[UUID]) -> dict[UUID, datetime]:
    return dict(File.objects.filter(id__in=list(files)).values_list("id", "opened_at"))


def files_ending(ending: UUID) -> list[UUID]:
    """The files of one deletion, whether their keys are gone already or not."""
    return list(File.objects.filter(ending=ending).order_by("id").values_list("id", flat=True))


def ending_of(files: Iterable[UUID]) -> UUID | None:
    """The one deletion that all of these files go with; None when they are not all of the same, or one lives."""
    endings = set(File.objects.filter(id__in=list(files)).values_list("ending", flat=True))
    return endings.pop() if len(endings) == 1 else None


def has_files(holder: UUID) -> bool:
    """Whether the person has or ever had a file."""
    return File.objects.filter(holder=holder).exists()


def sealed_of(holders: Iterable[UUID]) -> list[UUID]:
    """Files of these people that lie sealed for a while."""
    kept = File.objects.filter(holder__in=list(holders), destroyed_at=None, ending=None).exclude(kept_for="")
    return list(kept.order_by("id").values_list("id", flat=True))


def without_files(people: Iterable[UUID]) -> list[UUID]:
    """Those among them who never had one."""
    asked = list(people)
    with_one = set(File.objects.filter(holder__in=asked).values_list("holder", flat=True).distinct())
    return [person for person in asked if person not in with_one]


def file_keys_left(files: Iterable[UUID]) -> int:
    """How many of these files still have a key that lies there, whoever may use it."""
    return File.objects.filter(id__in=list(files), destroyed_at=None).count()


def destroyed_for(reason: str) -> dict[UUID | None, int]:
    """How many keys went for this reason, by the deletion that names them."""
    gone = File.objects.filter(destroyed_for=reason).values_list("ending")
    return dict(gone.annotate(n=Count("id")).order_by("ending"))


def kept_sealed(files: Iterable[UUID]) -> dict[UUID, tuple[str, date | None]]:
    """Which of these lie sealed for a while: the law and the last day."""
    kept = File.objects.filter(id__in=list(files), destroyed_at=None, ending=None).exclude(kept_for="")
    return {id: (law, until) for id, law, until in kept.values_list("id", "kept_for", "kept_until")}


def ended_since(moment: datetime) -> bool:
    """Whether anything of a person has ended since then, or is ending now: copies made before may hold it."""
    ended = File.objects.filter(ending__isnull=False).exclude(
        kind__in=("export", "import", "staff-mail", "sign-in", "package")
    )
    return ended.filter(Q(destroyed_at=None) | Q(destroyed_at__gte=moment)).exists()


def kept_over(on: date) -> list[UUID]:
    """Files that lay sealed for a law and whose last day came before this one, the oldest first."""
    over = File.objects.filter(kept_until__lt=on, destroyed_at=None, ending=None)
    return list(over.order_by("kept_until", "id").values_list("id", flat=True))


def kept_beyond(ending: UUID, day: date) -> int:
    """How many files of a deletion should have lain sealed on that day still."""
    return File.objects.filter(ending=ending, kept_until__gte=day).count()


def _opened(file: File) -> FileKey:
    rules.check_not_erased(file)
    return _unwrap(file)


def _unwrap(file: File) -> FileKey:
    return unwrap(file.id, file.key.wrapped, keyring().wrapper(file.epoch))


def blind(kind: str, canonical: str) -> bytes:
    """The look-up value of an address or number under the epoch in use: opaque without its key."""
    return _blind(kind, canonical, current_epoch("index"))


def blinds(kind: str, canonical: str) -> list[bytes]:
    """The same under every epoch whose values may still lie somewhere; the one in use comes first."""
    return [_blind(kind, canonical, number) for number in numbers("index").open]


def blind_like(kind: str, canonical: str, stored: bytes) -> bytes:
    """The same under the epoch of a stored look-up value, to see whether it is of this address."""
    return _blind(kind, canonical, int.from_bytes(stored[:2]))


def _blind(kind: str, canonical: str, epoch: int) -> bytes:
    secret = keyring().key("index", epoch).secret
    mac = hmac.digest(secret, kind.encode() + b"\x00" + canonical.encode(), "sha256")
    return epoch.to_bytes(2) + mac[: BLIND_BYTES - 2]


def suppression_mark(kind: str, canonical: str) -> bytes:
    """Under the permanent key: "never mail this address" must outlive every epoch (LAW 6.4)."""
    secret = keyring().key("suppression").secret
    return hmac.digest(secret, kind.encode() + b"\x00" + canonical.encode(), "sha256")


def check_keys() -> None:
    """Raises KeysUnusable, with the mend, unless the key folder fits this database."""
    rules.check_keys_fit(Epoch.objects.all(), keyring(), today=clock.today())


def read_attachment(attachment_id: UUID) -> Iterator[bytes]:
    """The content of an attachment, one opened chunk at a time."""
    attachment = Attachment.objects.get(id=attachment_id)
    key = file_key(attachment.file_id)
    for chunk_id in attachment.chunks.order_by("position").values_list("id", flat=True):
        yield key.open_bytes(
            Chunk, "content", chunk_id, Chunk.objects.values_list("content", flat=True).get(id=chunk_id)
        )


@dataclass(frozen=True, slots=True)
class Attached:
    """One attachment without its bytes."""

    id: UUID
    file: UUID
    name: str
    media_type: str
    size: int


def attachments_in(files: Iterable[UUID]) -> list[Attached]:
    """What lies in these files and may be read, in the order of its coming."""
    keys, found = file_keys(files), list[Attached]()
    asked = sorted(keys)
    for start in range(0, len(asked), _AT_ONCE):
        for each in Attachment.objects.filter(file_id__in=asked[start : start + _AT_ONCE]).order_by("id"):
            name = each.opened(keys[each.file_id], "name")
            found.append(Attached(each.id, each.file_id, name, each.media_type, each.size))
    return sorted(found, key=lambda each: each.id)


def chunks_of(attachment_id: UUID) -> int:
    """Of how many pieces it is made so far."""
    return Chunk.objects.filter(attachment_id=attachment_id).count()


def starts_of(attachments: Iterable[UUID]) -> dict[UUID, bytes]:
    """The first chunk of each, opened, in two questions; what may not be read is left out."""
    asked = Chunk.objects.filter(attachment_id__in=list(attachments), position=0)
    rows = list(asked.values_list("id", "attachment_id", "attachment__file_id", "content"))
    keys = file_keys({file for _, _, file, _ in rows})
    return {
        attachment: keys[file].open_bytes(Chunk, "content", id, content)
        for id, attachment, file, content in rows
        if file in keys
    }


def read_ledger(folder: Path) -> Iterator[ledger.Line]:
    """The lines of a ledger folder, proven one by one (see `ledger.read`)."""
    return ledger.read(folder)
