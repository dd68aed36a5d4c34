"""What a custom resource of many assets has applied: lock, checkpoint and result in one object."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from sitewise_manager.shapes import Json

RECORD_KEY = "record.json.gz"


class ListStore(Protocol):
    """The objects of one prefix in the bucket of the workspace."""

    def read(self, key: str) -> tuple[bytes, str] | None:
        """Return an object and its ETag; None if there is none."""

    def write(self, key: str, body: bytes) -> None:
        """Write an object."""

    def write_if(self, key: str, body: bytes, etag: str | None) -> str:
        """Write an object if it still has the ETag, or if there is none for None; return the new ETag.

        Raises:
            LostLockError: The object has changed.
        """

    def read_asset(self, bucket: str, key: str) -> bytes:
        """Return an object of any bucket."""


class LostLockError(Exception):
    """Another invocation has changed the record in the meantime and goes on with it."""


@dataclass(slots=True)
class AppliedAsset:
    """An asset that the custom resource has, or began to create.

    Attributes:
        item: The asset as the list has it.
        asset_id: Its id; empty until it is known.
        fingerprint: Of what was set last; empty while a change goes on.
        is_new: Whether the present request creates it.
    """

    item: Json
    asset_id: str = ""
    fingerprint: str = ""
    is_new: bool = False


@dataclass(slots=True)
class Record:
    """A request, and the assets.

    Attributes:
        request_id: The last request of CloudFormation.
        physical_id: The physical id of the custom resource.
        phase: ``apply``, ``remove``, ``clean``, ``undo``, ``complete`` or ``failed``.
        error: Why it fails; empty if it does not.
        tags: The tags of all assets, as they were set last.
        assets: The assets by key, also those that are to be deleted.
    """

    request_id: str
    physical_id: str
    phase: str = "apply"
    error: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    assets: dict[str, AppliedAsset] = field(default_factory=dict)

    @property
    def has_ended(self) -> bool:
        """Whether the request does nothing more."""
        return self.phase in {"complete", "failed"}

    @property
    def ids(self) -> dict[str, str]:
        """The ids of assets by key."""
        return {key: applied.asset_id for key, applied in self.assets.items() if applied.asset_id}


class Records:
    """The record in the bucket, changed by conditional writes.

    Args:
        store: The prefix in the bucket.
    """

    def __init__(self, store: ListStore) -> None:
        self._store = store
        self._etag: str | None = None

    def read(self) -> Record | None:
        """Return the record; None if there is none."""
        stored = self._store.read(RECORD_KEY)
        self._etag = stored[1] if stored else None
        if stored is None:
            return None
        members: dict[str, Any] = json.loads(gzip.decompress(stored[0]))
        assets = {key: AppliedAsset(**item) for key, item in members.pop("assets").items()}
        return Record(**members, assets=assets)

    def write(self, record: Record) -> None:
        """Save the record.

        Args:
            record: The record.

        Raises:
            LostLockError: Another invocation has changed it since it was read or written here.
        """
        body = gzip.compress(json.dumps(asdict(record)).encode(), compresslevel=1, mtime=0)
        self._etag = self._store.write_if(RECORD_KEY, body, self._etag)
