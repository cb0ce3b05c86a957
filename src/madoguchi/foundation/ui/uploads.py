"""What is uploaded stays in memory, never in a temporary file; what is too large is refused before it is read."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, MemoryFileUploadHandler


class InMemory(MemoryFileUploadHandler):
    """The only upload handler (settings): no plain text of an attachment ever lies on a disk."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  as the overridden one calls it
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("more than this installation takes at once")
        super().handle_raw_input(input_data, META, content_length, boundary, encoding)


class Measured(FileUploadHandler):
    """For one request of a visitor: files within these bounds, in memory. Of what is larger nothing is kept but the
    fact (`over`), so that the words that came along can be given back with a sentence instead of being lost."""

    def __init__(self, *, each: int, together: int) -> None:
        super().__init__()
        self.each, self.left = each, together
        self._piece: BytesIO | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._piece = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._piece is None:
            return
        self.left -= len(raw_data)
        if start + len(raw_data) > self.each or self.left < 0:
            self._piece = None
        else:
            self._piece.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        file = UploadedFile(self._piece or BytesIO(), self.file_name, self.content_type, file_size)
        file.over = self._piece is None  # type: ignore[attr-defined]  # ours
        file.seek(0)
        return file
