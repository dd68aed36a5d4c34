"""The calls to S3 for objects, ledgers and archives."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import ANY, Stubber
from scene_uploader import repository
from scene_uploader.repository import SceneBucket, create_client
from scene_uploader.shapes import Ledger, SourceFile, StoredObject, content_id_of

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = ".twin-stack/scene-files/plant/Files.json"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    return boto3.client("s3")


@pytest.fixture
def stubber(s3: Any) -> Iterator[Stubber]:
    with Stubber(s3) as opened:
        yield opened
        opened.assert_no_pending_responses()


@pytest.fixture
def bucket(s3: Any) -> SceneBucket:
    return SceneBucket(s3, "hall", "plant/Files")


def test_ledger_is_read_as_it_was_written(bucket: SceneBucket, stubber: Stubber) -> None:
    ledger = Ledger({"a": None, "b": "7"}, {"a": "1-1"})
    saved = {"written": {"a": None, "b": "7"}, "live": {"a": "1-1"}}
    stubber.add_response(
        "put_object",
        {},
        {
            "Bucket": "hall",
            "Key": KEY,
            "Body": json.dumps(saved, indent=1).encode(),
            "ContentType": "application/json",
        },
    )
    body = {"Body": io.BytesIO(json.dumps(saved).encode())}
    stubber.add_response("get_object", body, {"Bucket": "hall", "Key": KEY})

    bucket.write_ledger(ledger)

    assert bucket.read_ledger() == ledger


@pytest.mark.parametrize("code", ["NoSuchKey", "NoSuchBucket"])
def test_missing_ledger_is_empty(bucket: SceneBucket, stubber: Stubber, code: str) -> None:
    stubber.add_client_error("get_object", code)

    assert bucket.read_ledger() == Ledger()


def test_other_failure_of_the_ledger_is_raised(bucket: SceneBucket, s3: Any, stubber: Stubber) -> None:
    stubber.add_client_error("get_object", "InternalError")

    with pytest.raises(s3.exceptions.ClientError, match="InternalError"):
        bucket.read_ledger()


def test_other_ledgers_are_those_of_other_uploads(bucket: SceneBucket, stubber: Stubber) -> None:
    other = ".twin-stack/scene-files/mill/Files.json"
    stubber.add_response(
        "list_objects_v2",
        {"Contents": [{"Key": KEY}, {"Key": other}]},
        {"Bucket": "hall", "Prefix": ".twin-stack/scene-files/"},
    )
    body = {"Body": io.BytesIO(b'{"written": {}, "live": {"a": "1-1"}}')}
    stubber.add_response("get_object", body, {"Bucket": "hall", "Key": other})

    assert list(bucket.other_ledgers()) == [Ledger({}, {"a": "1-1"})]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ({"Metadata": {"twin-stack-content": "1-1"}, "VersionId": "7"}, StoredObject("1-1", "7")),
        ({"Metadata": {}}, StoredObject(None)),
    ],
)
def test_object_has_the_mark_of_who_wrote_it(
    bucket: SceneBucket, stubber: Stubber, head: dict[str, Any], expected: StoredObject
) -> None:
    stubber.add_response("head_object", head, {"Bucket": "hall", "Key": "a"})

    assert bucket.look_up(["a"]) == {"a": expected}


def test_missing_object_is_left_out_and_refused_one_is_of_others(
    bucket: SceneBucket, stubber: Stubber
) -> None:
    stubber.add_client_error("head_object", "404", http_status_code=404)
    assert bucket.look_up(["a"]) == {}

    stubber.add_client_error("head_object", "403", http_status_code=403)
    assert bucket.look_up(["a"]) == {"a": StoredObject(None)}


def test_file_is_written_with_type_and_mark(bucket: SceneBucket, stubber: Stubber) -> None:
    stubber.add_response(
        "put_object",
        {},
        {
            "Bucket": "hall",
            "Key": "a.glb",
            "Body": ANY,
            "ContentType": "model/gltf-binary",
            "Metadata": {"twin-stack-content": content_id_of(b"glb")},
            "ChecksumAlgorithm": ANY,
        },
    )

    bucket.write(SourceFile("a.glb", content_id_of(b"glb"), lambda: io.BytesIO(b"glb")))


@pytest.mark.parametrize(("status", "expected"), [("Enabled", True), ("Suspended", False), (None, False)])
def test_versions_are_kept_when_they_are_enabled(
    bucket: SceneBucket, stubber: Stubber, status: str | None, expected: bool
) -> None:
    stubber.add_response("get_bucket_versioning", {"Status": status} if status else {}, {"Bucket": "hall"})

    assert bucket.keeps_versions() is expected


def test_refused_call_is_repeated_while_a_policy_may_not_be_in_effect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    now = [0.0]
    monkeypatch.setattr(repository.time, "monotonic", lambda: now[0])  # type: ignore[attr-defined]
    events = create_client().meta.events

    def delays(status: int) -> list[float]:
        response = type("Response", (), {"status_code": status})()
        results = events.emit(
            "needs-retry.s3.GetObject",
            response=(response, {}),
            attempts=1,
            caught_exception=None,
            operation=type("Operation", (), {"name": "GetObject"})(),
            request_dict={"context": {}},
        )
        return [delay for _, delay in results if delay is not None]

    assert delays(403) == [2.0]
    assert delays(200) == []
    now[0] = 61
    assert delays(403) == []
