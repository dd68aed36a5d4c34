"""The CDK's own custom resources, deployed to the embedded AWS by their properties."""

from __future__ import annotations

import io
import uuid
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.stacks import Deployed, Json
    from twin_stack.pytest_plugin import LocalTwin

    Deploy = Callable[..., Deployed]

TOKEN = "arn:aws:lambda:us-east-1:000000000000:function:never-called"


@pytest.fixture
def s3(local_twin: LocalTwin) -> Any:
    return local_twin.client("s3")


@pytest.fixture
def buckets(s3: Any) -> tuple[str, str]:
    """A bucket with archives and one to fill."""
    names = (f"assets-{uuid.uuid4().hex[:8]}", f"site-{uuid.uuid4().hex[:8]}")
    for name in names:
        s3.create_bucket(Bucket=name)
    return names


def archive(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as opened:
        for name, data in files.items():
            opened.writestr(name, data)
    return content.getvalue()


def deployment(buckets: tuple[str, str], *keys: str, **more: Any) -> Json:
    properties = {
        "ServiceToken": TOKEN,
        "SourceBucketNames": [buckets[0]] * len(keys),
        "SourceObjectKeys": list(keys),
        "DestinationBucketName": buckets[1],
        **more,
    }
    return {"Files": {"Type": "Custom::CDKBucketDeployment", "Properties": properties}}


def objects(s3: Any, bucket: str) -> dict[str, bytes]:
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def test_files_are_in_the_bucket_when_deployed(deploy: Deploy, s3: Any, buckets: tuple[str, str]) -> None:
    first = {"scene.json": b'{"bucket": "<<m0>>"}', "a/b.glb": b"\0", "secret.txt": b"no"}
    s3.put_object(Bucket=buckets[0], Key="1.zip", Body=archive(first))
    s3.put_object(Bucket=buckets[0], Key="2.zip", Body=archive({"a/b.glb": b"\1"}))
    more: Json = {
        "DestinationBucketKeyPrefix": "scenes/",
        "SourceMarkers": [{"<<m0>>": 'na"me'}, {}],
        "SourceMarkersConfig": [{"jsonEscape": True}, {}],
        "Exclude": ["*.txt"],
        "UserMetadata": {"made": "by-cdk"},
        "Prune": False,
    }

    stack = deploy(deployment(buckets, "1.zip", "2.zip", **more))

    assert stack.status == "CREATE_COMPLETE", stack.reasons
    assert objects(s3, buckets[1]) == {
        "scenes/scene.json": b'{"bucket": "na\\"me"}',
        "scenes/a/b.glb": b"\1",
    }
    head = s3.head_object(Bucket=buckets[1], Key="scenes/scene.json")
    assert (head["ContentType"], head["Metadata"]) == ("application/json", {"made": "by-cdk"})


def test_update_adds_new_files_and_keeps_others(deploy: Deploy, s3: Any, buckets: tuple[str, str]) -> None:
    s3.put_object(Bucket=buckets[0], Key="1.zip", Body=archive({"a": b"1", "b": b"1"}))
    s3.put_object(Bucket=buckets[0], Key="2.zip", Body=archive({"a": b"2"}))
    stack = deploy(deployment(buckets, "1.zip"))
    s3.put_object(Bucket=buckets[1], Key="users.json", Body=b"own")

    updated = deploy(deployment(buckets, "2.zip"), name=stack.name)

    assert updated.status == "UPDATE_COMPLETE", updated.reasons
    assert objects(s3, buckets[1]) == {"a": b"2", "b": b"1", "users.json": b"own"}
    assert updated.physical_ids == stack.physical_ids


@pytest.mark.parametrize(("retain", "left"), [("true", {"a": b"1"}), ("false", {})])
def test_files_are_kept_or_deleted_by_retain_on_delete(
    deploy: Deploy, s3: Any, buckets: tuple[str, str], retain: str, left: dict[str, bytes]
) -> None:
    s3.put_object(Bucket=buckets[0], Key="1.zip", Body=archive({"a": b"1"}))
    stack = deploy(deployment(buckets, "1.zip", RetainOnDelete=retain))

    stack.delete()

    assert objects(s3, buckets[1]) == left


def test_missing_archive_fails_the_deployment_with_its_reason(
    deploy: Deploy, buckets: tuple[str, str]
) -> None:
    stack = deploy(deployment(buckets, "missing.zip"))

    assert stack.status == "ROLLBACK_COMPLETE"
    assert "NoSuchKey" in stack.reasons["Files"]


def test_bucket_is_emptied_when_deleted_with_its_stack(
    deploy: Deploy, s3: Any, buckets: tuple[str, str]
) -> None:
    s3.put_bucket_versioning(Bucket=buckets[1], VersioningConfiguration={"Status": "Enabled"})
    for content in (b"1", b"2"):
        s3.put_object(Bucket=buckets[1], Key="a", Body=content)
    s3.delete_object(Bucket=buckets[1], Key="a")
    properties = {"ServiceToken": TOKEN, "BucketName": buckets[1]}
    stack = deploy({"Empty": {"Type": "Custom::S3AutoDeleteObjects", "Properties": properties}})

    stack.delete()

    assert stack.status == "DELETE_COMPLETE", stack.reasons
    versions = s3.list_object_versions(Bucket=buckets[1])
    assert (versions.get("Versions", []), versions.get("DeleteMarkers", [])) == ([], [])
