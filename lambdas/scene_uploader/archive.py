"""Files of an archive, read as they are needed: neither memory nor disk ever holds the archive."""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from scene_uploader.shapes import SourceFile, content_id, content_id_of

_BUFFER_BYTES = 8 * 1024 * 1024
"""Bytes of one read of the archive."""


class RangeReader(io.RawIOBase):
    """A file whose bytes are read in ranges.

    Args:
        size: The size in bytes.
        read_range: Returns the bytes from a first to a last position, both included.
    """

    def __init__(self, size: int, read_range: Callable[[int, int], bytes]) -> None:
        super().__init__()
        self._size = size
        self._read_range = read_range
        self._position = 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that it can be read from any position."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position and return it."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = start + offset
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read bytes into a buffer and return their number."""
        last = min(self._position + len(buffer), self._size) - 1
        if last < self._position:
            return 0
        content = self._read_range(self._position, last)
        buffer[: len(content)] = content
        self._position += len(content)
        return len(content)


def open_archive(size: int, read_range: Callable[[int, int], bytes]) -> zipfile.ZipFile:
    """Open an archive.

    Args:
        size: The size in bytes.
        read_range: Returns the bytes from a first to a last position, both included.
    """
    return zipfile.ZipFile(io.BufferedReader(RangeReader(size, read_range), _BUFFER_BYTES))


BUCKET_TOP = "."
"""The prefix of files at the top of the bucket, whose keys have none."""


def files_of(
    archive: zipfile.ZipFile, prefix: str, values: Mapping[str, str] | None = None
) -> Iterator[SourceFile]:
    """Yield the files of an archive.

    Args:
        archive: The archive.
        prefix: The prefix of their keys; ``.`` for none.
        values: Texts to put in place of others, in every file. Such files are held in memory.
    """
    for member in archive.infolist():
        if member.is_dir():
            continue
        key = member.filename if prefix == BUCKET_TOP else f"{prefix}/{member.filename}"
        if values:
            filled = fill(archive.read(member), values)
            yield SourceFile(key, content_id_of(filled), _reopen_bytes(filled))
        else:
            yield SourceFile(key, content_id(member.CRC, member.file_size), _reopen(archive, member))


def fill(content: bytes, values: Mapping[str, str]) -> bytes:
    """Return a content with values in place of their markers.

    Args:
        content: The content.
        values: The values by marker.
    """
    for marker, value in values.items():
        content = content.replace(marker.encode(), value.encode())
    return content


def _reopen(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(member)


def _reopen_bytes(content: bytes) -> Callable[[], IO[bytes]]:
    return lambda: io.BytesIO(content)
