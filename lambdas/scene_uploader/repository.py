"""The bucket and the archives, through S3."""

import json
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import IO, Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from scene_uploader.archive import files_of, open_archive
from scene_uploader.content_types import content_type
from scene_uploader.shapes import Ledger, SourceFile, StoredObject

LEDGERS = ".twin-stack/scene-files/"
"""The prefix of all ledgers."""

_MARK = "twin-stack-content"
"""The name of the metadata with the id of the content that an uploader wrote."""

_ACCESS_SECONDS = 60
"""Seconds for which a refused call is repeated: a policy that was just attached may not be in effect yet."""

_TRANSFER = TransferConfig(multipart_threshold=8 * 1024 * 1024, multipart_chunksize=8 * 1024 * 1024)
_THREADS = 16
_MISSING = frozenset({"404", "NoSuchKey", "NoSuchBucket"})
_REFUSED = frozenset({"403", "AccessDenied"})


class SceneBucket:
    """A bucket, and the ledger of one upload in it.

    Args:
        client: An S3 client.
        bucket: The name of the bucket.
        ledger_name: The name of the ledger.
    """

    def __init__(self, client: Any, bucket: str, ledger_name: str) -> None:
        self._client = client
        self._bucket = bucket
        self._ledger_key = f"{LEDGERS}{ledger_name}.json"

    def read_ledger(self) -> Ledger:
        """See ``shapes.Store``."""
        return self._read_ledger(self._ledger_key)

    def write_ledger(self, ledger: Ledger) -> None:
        """See ``shapes.Store``."""
        self._client.put_object(
            Bucket=self._bucket,
            Key=self._ledger_key,
            Body=json.dumps(asdict(ledger), indent=1).encode(),
            ContentType="application/json",
        )

    def remove_ledger(self) -> None:
        """See ``shapes.Store``."""
        if self.look_up([self._ledger_key]):
            self.remove(self._ledger_key)

    def other_ledgers(self) -> Iterable[Ledger]:
        """See ``shapes.Store``."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=LEDGERS)
        keys = [item["Key"] for page in pages for item in page.get("Contents", ())]
        return [self._read_ledger(key) for key in keys if key != self._ledger_key]

    def keeps_versions(self) -> bool:
        """See ``shapes.Store``."""
        status = self._client.get_bucket_versioning(Bucket=self._bucket).get("Status")
        return bool(status == "Enabled")

    def look_up(self, keys: Collection[str]) -> Mapping[str, StoredObject]:
        """See ``shapes.Store``."""
        with ThreadPoolExecutor(_THREADS) as pool:
            objects = zip(keys, pool.map(self._head, keys), strict=True)
        return {key: stored for key, stored in objects if stored is not None}

    def write(self, file: SourceFile) -> None:
        """See ``shapes.Store``."""
        with file.open() as opened:
            self._client.upload_fileobj(
                _Stream(opened),
                self._bucket,
                file.key,
                ExtraArgs={"ContentType": content_type(file.key), "Metadata": {_MARK: file.content}},
                Config=_TRANSFER,
            )

    def restore(self, key: str, version: str) -> None:
        """See ``shapes.Store``."""
        source = {"Bucket": self._bucket, "Key": key, "VersionId": version}
        # Reading the tags of a version would need another permission.
        self._client.copy(source, self._bucket, key, ExtraArgs={"TaggingDirective": "REPLACE"})

    def remove(self, key: str) -> None:
        """See ``shapes.Store``."""
        self._client.delete_object(Bucket=self._bucket, Key=key)

    def _head(self, key: str) -> StoredObject | None:
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _MISSING:
                return None
            if code in _REFUSED:
                # Of a prefix that the upload had before: nothing that may be changed.
                return StoredObject(None)
            raise
        return StoredObject(head["Metadata"].get(_MARK), head.get("VersionId"))

    def _read_ledger(self, key: str) -> Ledger:
        try:
            body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return Ledger()
            raise
        return Ledger(**json.loads(body))


class _Stream:
    """A file that is read once, from its start to its end.

    The SDK would move in a file that allows it, to learn its size: an archive is unpacked for that.
    """

    def __init__(self, opened: IO[bytes]) -> None:
        self._opened = opened

    def read(self, size: int = -1) -> bytes:
        """Read bytes."""
        return self._opened.read(size)


def source_files(client: Any, sources: Iterable[Mapping[str, Any]]) -> Iterator[SourceFile]:
    """Yield the files of archives.

    Args:
        client: An S3 client.
        sources: For each archive ``Bucket`` and ``Key``, the ``Prefix`` of its files, and ``Values`` that
            are put in place of markers.
    """
    for source in sources:
        place = {"Bucket": source["Bucket"], "Key": source["Key"]}

        def read_range(first: int, last: int, place: Mapping[str, str] = place) -> bytes:
            content: bytes = client.get_object(**place, Range=f"bytes={first}-{last}")["Body"].read()
            return content

        archive = open_archive(client.head_object(**place)["ContentLength"], read_range)
        yield from files_of(archive, source["Prefix"], source.get("Values"))


def create_client() -> Any:
    """Create an S3 client that repeats refused calls for a minute."""
    client = boto3.client("s3")
    until = time.monotonic() + _ACCESS_SECONDS

    def repeat_refused(response: Any, **_: Any) -> float | None:
        is_refused = response is not None and response[0].status_code == 403
        return 2.0 if is_refused and time.monotonic() < until else None

    client.meta.events.register("needs-retry.s3", repeat_refused)
    return client
