"""Objects that could not be written, on a stand-in for ministack's module."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from twin_stack.local.ministack.stored_objects import refuse_unwritten_objects


def make(*, is_written: bool, path: str | None = "s3/b/k") -> Any:
    def write(_bucket: str, _key: str, record: Any) -> None:
        if is_written:
            record["body"] = None

    s3 = SimpleNamespace(_persist_object=write, _object_disk_path=lambda _bucket, _key: path)
    refuse_unwritten_objects(s3)
    return s3


def test_object_that_was_written_is_stored() -> None:
    record: dict[str, Any] = {"body": b"x"}
    make(is_written=True)._persist_object("b", "k", record)
    assert record["body"] is None, "it is not in memory any more"


def test_object_that_was_not_written_is_an_error() -> None:
    with pytest.raises(OSError, match="the object k of the bucket b could not be written"):
        make(is_written=False)._persist_object("b", "k", {"body": b"x"})


def test_key_that_is_no_path_stays_in_memory() -> None:
    record = {"body": b"x"}
    make(is_written=False, path=None)._persist_object("b", "../k", record)
    assert record["body"] == b"x"
