"""What the parts of the uploader exchange: files, stored objects, the ledger and the store's interface."""

import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import IO, Protocol


class UploadError(Exception):
    """Error of an upload, whose message CloudFormation shows."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to copy.

    Attributes:
        key: The key of its object.
        content: The id of its content, see ``content_id``.
        open: Opens it for reading.
    """

    key: str
    content: str
    open: Callable[[], IO[bytes]]


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object of the bucket.

    Attributes:
        content: The id of the content that an uploader wrote; None if something else wrote the object.
        version: The id of its version, if the bucket keeps versions.
    """

    content: str | None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """What one upload wrote to the bucket, and what of it the scenes need.

    Attributes:
        written: The keys of objects that the upload wrote, with the version that the first write replaced
            and that something else had written; None if there was no such version.
        live: The ids of contents by key, of the files that scenes need.
    """

    written: Mapping[str, str | None] = field(default_factory=dict)
    live: Mapping[str, str] = field(default_factory=dict)


class Store(Protocol):
    """The bucket, and the ledger of one upload in it."""

    def read_ledger(self) -> Ledger:
        """Return the ledger; an empty one if there is none."""

    def write_ledger(self, ledger: Ledger) -> None:
        """Save the ledger."""

    def remove_ledger(self) -> None:
        """Remove the ledger."""

    def other_ledgers(self) -> Iterable[Ledger]:
        """Return the ledgers of other uploads to this bucket."""

    def keeps_versions(self) -> bool:
        """Return whether an object that is overwritten can be restored."""

    def look_up(self, keys: Collection[str]) -> Mapping[str, StoredObject]:
        """Return the objects that exist, by key."""

    def write(self, file: SourceFile) -> None:
        """Write an object."""

    def restore(self, key: str, version: str) -> None:
        """Make a former version of an object the present one."""

    def remove(self, key: str) -> None:
        """Remove an object."""


def content_id(crc32: int, size: int) -> str:
    """Return the id of a content.

    Args:
        crc32: The checksum, as archives have it.
        size: The size in bytes.
    """
    return f"{crc32:08x}-{size}"


def content_id_of(content: bytes) -> str:
    """Return the id of a content that is in memory.

    Args:
        content: The content.
    """
    return content_id(zlib.crc32(content), len(content))
