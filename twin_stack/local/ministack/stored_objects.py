"""Objects of S3 that cannot be written to the disk: ministack answers with success and loses them."""

from __future__ import annotations

from typing import Any


def refuse_unwritten_objects(s3: Any) -> None:
    """Make ministack answer with an error where an object could not be written to its file.

    Args:
        s3: ministack's module of this name.
    """
    write = s3._persist_object

    def persist(bucket: str, key: str, record: Any) -> None:
        write(bucket, key, record)
        # A body that was written is no longer in memory. A key that is no path has no file.
        is_kept = isinstance(record, dict) and record.get("body") is not None
        if is_kept and s3._object_disk_path(bucket, key) is not None:
            raise OSError(f"the object {key} of the bucket {bucket} could not be written; make room")

    s3._persist_object = persist
