"""Sealed columns and the key of a file: AES-256-GCM, bound to a permanent field id and the row.

Bound by its additional data, a sealed value moved to another row or column cannot be opened there.
"""

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from madoguchi.rooms.vault.errors import FileErased

NONCE_BYTES = 12


if TYPE_CHECKING:
    _Binary = models.BinaryField[bytes, bytes | memoryview]
else:
    _Binary = models.BinaryField  # generic only in the eyes of the type checker


class SealedField(_Binary):
    """A column of sealed bytes. `permanent_id` is part of what is sealed: never rename it."""

    def __init__(self, permanent_id: str = "", **kwargs: Any) -> None:
        self.permanent_id = permanent_id
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"permanent_id": self.permanent_id}


@dataclass(frozen=True, slots=True, repr=False)
class FileKey:
    """The data key of one file, opened. It seals and opens; it is never stored or shown."""

    id: UUID
    secret: bytes
    _cipher: AESGCM = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_cipher", AESGCM(self.secret))

    def seal(self, model: type[models.Model], name: str, row: UUID, value: str) -> bytes:
        return self.seal_bytes(model, name, row, value.encode())

    def seal_bytes(self, model: type[models.Model], name: str, row: UUID, value: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, value, _bound(model, name, row))

    def open(self, model: type[models.Model], name: str, row: UUID, sealed: bytes | memoryview) -> str:
        return self.open_bytes(model, name, row, sealed).decode()

    def open_bytes(
        self, model: type[models.Model], name: str, row: UUID, sealed: bytes | memoryview
    ) -> bytes:
        raw = bytes(sealed)
        try:
            return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(model, name, row))
        except InvalidTag:
            raise FileErased("この内容は、いまの鍵では開けません。") from None


def _bound(model: type[models.Model], name: str, row: UUID) -> bytes:
    column = model._meta.get_field(name)
    if not isinstance(column, SealedField):
        raise TypeError(f"{model._meta.label}.{name} is not sealed")
    return column.permanent_id.encode() + b"\x00" + row.bytes


class Sealed(models.Model):
    """For a table whose rows lie in a file: `opened` reads a sealed column with that file's key."""

    class Meta:
        abstract = True

    def opened(self, key: FileKey, name: str) -> str:
        sealed = getattr(self, name)
        return key.open(type(self), name, self.pk, sealed) if sealed else ""
