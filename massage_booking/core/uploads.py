"""Files that people send stay in memory, within one bound for a whole request: none lies on a disk in the clear."""

from io import BytesIO
from typing import Any, Final

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

MOST_BYTES: Final = 10 * 1024 * 1024


class BoundedMemory(FileUploadHandler):
    """Keeps one byte more than the bound, so that whoever reads it sees that a file was too large; the rest is let go.

    It reads to the end all the same: a browser shows no answer to a connection that was cut.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.kept = 0
        self.file = BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        room = MOST_BYTES + 1 - self.kept
        if room > 0:
            self.kept += self.file.write(raw_data[:room])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.file.seek(0)
        return InMemoryUploadedFile(
            file=self.file,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
