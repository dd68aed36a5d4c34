"""The CDK's custom resources for buckets: bucket deployments, and deletion of all objects.

On AWS, Lambda functions of the CDK implement them, one with the AWS CLI in a layer. Here the same calls of
the S3 API are made from the same properties.
"""

from __future__ import annotations

import fnmatch
import io
import json
import mimetypes
import uuid
import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

BUCKET_DEPLOYMENT = "Custom::CDKBucketDeployment"
AUTO_DELETE_OBJECTS = "Custom::S3AutoDeleteObjects"


class BucketDeployment:
    """Custom::CDKBucketDeployment: extracts archives of the assets bucket into another bucket.

    An update never prunes existing objects, even if ``Prune`` is set: a workspace's bucket also holds objects
    of the service and of users.
    """

    def create(self, s3: Any, properties: Json) -> tuple[str, Json]:
        """Copy the files; return a physical id and the attributes."""
        return f"aws.cdk.s3deployment.{uuid.uuid4()}", self.deploy(s3, properties)

    def deploy(self, s3: Any, properties: Json) -> Json:
        """Copy the files of all sources, later ones over earlier ones; return the attributes."""
        bucket = properties["DestinationBucketName"]
        keys = properties["SourceObjectKeys"]
        sources = zip(
            properties["SourceBucketNames"],
            keys,
            properties.get("SourceMarkers") or [{}] * len(keys),
            properties.get("SourceMarkersConfig") or [{}] * len(keys),
            strict=True,
        )
        for source_bucket, key, markers, config in sources:
            archive = s3.get_object(Bucket=source_bucket, Key=key)["Body"].read()
            if not _is_true(properties.get("Extract", True)):
                self._put(s3, properties, bucket, key, archive)
                continue
            for name, content in _files(archive):
                if _is_selected(name, properties):
                    filled = _fill(content, markers, json_escape=_is_true(config.get("jsonEscape", False)))
                    self._put(s3, properties, bucket, name, filled)
        return {"DestinationBucketArn": f"arn:aws:s3:::{bucket}", "SourceObjectKeys": keys}

    def delete(self, s3: Any, properties: Json) -> None:
        """Delete the files, unless they are to be retained (the CDK's default)."""
        if not _is_true(properties.get("RetainOnDelete", True)):
            _empty(s3, properties["DestinationBucketName"], _prefix(properties))

    @staticmethod
    def _put(s3: Any, properties: Json, bucket: str, name: str, content: bytes) -> None:
        system = {
            "".join(word.title() for word in key.split("-")): value
            for key, value in (properties.get("SystemMetadata") or {}).items()
        }
        guessed = mimetypes.guess_type(name)[0] or "binary/octet-stream"
        known_fields = (
            "ContentType",
            "CacheControl",
            "ContentDisposition",
            "ContentEncoding",
            "ContentLanguage",
        )
        fields = {name: value for name, value in system.items() if name in known_fields}
        s3.put_object(
            Bucket=bucket,
            Key=_prefix(properties) + name,
            Body=content,
            Metadata=properties.get("UserMetadata") or {},
            **{"ContentType": guessed, **fields},
        )


class AutoDeleteObjects:
    """Custom::S3AutoDeleteObjects: empties a bucket before it is deleted with its stack."""

    def delete(self, s3: Any, properties: Json) -> None:
        """Delete every version of every object."""
        _empty(s3, properties["BucketName"], "")


def _files(archive: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for item in opened.infolist():
            if not item.is_dir():
                yield item.filename, opened.read(item)


def _is_selected(name: str, properties: Json) -> bool:
    """Return whether the AWS CLI's filters select a file; an excluded file may be included again."""
    excluded = any(fnmatch.fnmatchcase(name, pattern) for pattern in properties.get("Exclude") or [])
    return not excluded or any(fnmatch.fnmatchcase(name, item) for item in properties.get("Include") or [])


def _fill(content: bytes, markers: Json, *, json_escape: bool) -> bytes:
    """Replace markers by values that are known only at deployment."""
    for marker, value in markers.items():
        text = json.dumps(str(value))[1:-1] if json_escape else str(value)
        content = content.replace(marker.encode(), text.encode())
    return content


def _prefix(properties: Json) -> str:
    prefix = str(properties.get("DestinationBucketKeyPrefix") or "").strip("/")
    return f"{prefix}/" if prefix else ""


def _empty(s3: Any, bucket: str, prefix: str) -> None:
    try:
        pages = list(s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix))
    except s3.exceptions.NoSuchBucket:
        return
    for page in pages:
        for item in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            s3.delete_object(Bucket=bucket, Key=item["Key"], VersionId=item["VersionId"])


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"
