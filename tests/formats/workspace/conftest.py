"""Stand-ins for the services beside TwinMaker that an import reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError

from twin_stack.formats.kinds import ImportOptions


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "Operation")


@dataclass
class Bucket:
    """A stand-in for S3: objects by key, in whatever bucket is asked for."""

    content: dict[str, bytes] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)

    def _object(self, key: str) -> bytes:
        if key not in self.content:
            raise refusal("NoSuchKey")
        return self.content[key]

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803, ARG002
        self.read.append(Key)
        return {"Body": BytesIO(self._object(Key))}

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803, ARG002
        return {"ContentLength": len(self._object(Key))}


@dataclass
class Stacks:
    """A stand-in for CloudFormation, with no stack."""

    def describe_stack_resources(self, **_: str) -> dict[str, Any]:
        raise refusal("ValidationError")


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


@pytest.fixture
def options(twinmaker: Any, bucket: Bucket) -> ImportOptions:
    clients = {"iottwinmaker": twinmaker, "s3": bucket, "cloudformation": Stacks()}
    return ImportOptions(workspace_id="unused", client=clients.__getitem__, progress=lambda _: None)
