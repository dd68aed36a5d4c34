"""AWS's JavaScript SDK and CLI read the deployed factory, and get the modelled errors."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.local_factory import LocalFactory
    from tests.support.stacks import Json

    Called = Callable[..., list[Any]]

pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).parent / "sdk.mjs"
WORKSPACE = {"workspaceId": "my-factory-twin"}

needs_sdk = pytest.mark.skipif(
    not (ROOT / "node_modules" / "@aws-sdk").is_dir(), reason="needs the JavaScript SDK: npm ci"
)


@pytest.fixture(scope="module")
def called(local_factory: LocalFactory) -> Iterator[Called]:
    """The results of some calls of the JavaScript SDK."""
    with subprocess.Popen(
        ["node", SCRIPT],
        env=local_factory.twin.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        requests, responses = process.stdin, process.stdout

        def call(*calls: tuple[str, Json]) -> list[Any]:
            requests.write(f"{json.dumps(calls)}\n")
            results: list[Any] = json.loads(responses.readline())
            return results

        yield call
        requests.close()


@needs_sdk
def test_entities_and_scene_are_shown_when_read(local_factory: LocalFactory, called: Called) -> None:
    entity, listed, workspace, scene = called(
        ("GetEntity", {**WORKSPACE, "entityId": "machine-001"}),
        ("ListEntities", {**WORKSPACE, "filters": [{"parentEntityId": "zone-a"}]}),
        ("GetWorkspace", WORKSPACE),
        ("GetScene", {**WORKSPACE, "sceneId": "factory-overview"}),
    )

    assert {response["status"] for response in (entity, listed, workspace, scene)} == {200}
    assert entity["answer"]["entityName"] == "CNC Machine 1"
    # A number on the wire, a Date in JavaScript.
    assert entity["answer"]["creationDateTime"]["date"] > "2020"
    sensor = entity["answer"]["components"]["temperatureSensor"]
    assert sensor["properties"]["sensorModel"]["value"] == {"stringValue": "TMP-117"}
    assert [item["entityId"] for item in listed["answer"]["entitySummaries"]] == [
        "machine-001",
        "machine-002",
        "press-001",
    ]
    assert workspace["answer"]["s3Location"] == f"arn:aws:s3:::{local_factory.bucket}"
    key = scene["answer"]["contentLocation"].removeprefix(f"s3://{local_factory.bucket}/")

    (document,) = called(("GetObject", {"Bucket": local_factory.bucket, "Key": key}))

    assert json.loads(document["answer"]["Body"])["nodes"][0]["name"] == "Factory"


@needs_sdk
@pytest.mark.parametrize(
    ("entity", "component", "name", "member"),
    [
        ("machine-001", "temperatureSensor", "temperature", "doubleValue"),
        ("machine-001", "alarm", "alarm_status", "stringValue"),
        ("press-001", "press", "strokes", "integerValue"),
    ],
    ids=["DynamoDB", "alarm", "SiteWise"],
)
def test_pages_of_a_history_have_each_value_once(
    local_factory: LocalFactory, called: Called, entity: str, component: str, name: str, member: str
) -> None:
    request = {
        **WORKSPACE,
        "entityId": entity,
        "componentName": component,
        "selectedProperties": [name],
        "startTime": (local_factory.until - timedelta(hours=3)).isoformat(),
        "endTime": local_factory.until.isoformat(),
        "maxResults": 20,
    }
    points: list[Json] = []
    pages = 0
    token: Json = {}
    while pages == 0 or token:
        (page,) = called(("GetPropertyValueHistory", {**request, **token}))
        (series,) = page["answer"]["propertyValues"]
        assert series["entityPropertyReference"]["propertyName"] == name
        points += series["values"]
        pages += 1
        token = {"nextToken": page["answer"]["nextToken"]} if "nextToken" in page["answer"] else {}

    times = [datetime.fromisoformat(point["time"]) for point in points]
    assert times == [times[0] + timedelta(minutes=5) * index for index in range(len(points))]
    assert len(points) == 36, "a value each five minutes for three hours"
    assert pages == 2
    assert all(set(point["value"]) == {member} for point in points)


@needs_sdk
def test_sdk_raises_the_modelled_error(called: Called) -> None:
    history = {
        **WORKSPACE,
        "entityId": "machine-001",
        "componentName": "temperatureSensor",
        "startTime": "2026-01-01T00:00:00Z",
        "endTime": "2026-01-02T00:00:00Z",
    }

    missing, taken, unknown, wrong = called(
        ("GetEntity", {**WORKSPACE, "entityId": "machine-009"}),
        ("CreateEntity", {**WORKSPACE, "entityId": "zone-a", "entityName": "Again"}),
        ("GetPropertyValueHistory", {**history, "selectedProperties": ["speed"]}),
        ("ListEntities", {"workspaceId": "no blanks"}),
    )

    assert missing == {
        "status": 404,
        "name": "ResourceNotFoundException",
        "message": "entity 'machine-009' does not exist",
        "modelled": True,
    }
    assert (taken["status"], taken["name"], taken["modelled"]) == (409, "ConflictException", True)
    assert (unknown["status"], unknown["name"], unknown["modelled"]) == (400, "ValidationException", True)
    assert "speed" in unknown["message"]
    assert (wrong["status"], wrong["name"], wrong["modelled"]) == (400, "ValidationException", True)
    assert "no blanks" in wrong["message"]


@needs_sdk
def test_failure_of_a_connector_is_returned_to_the_sdk(called: Called) -> None:
    gone = "arn:aws:lambda:us-east-1:000000000000:function:gone"
    series = {"flow": {"dataType": {"type": "DOUBLE"}, "isTimeSeries": True, "isStoredExternally": True}}
    kind = {
        **WORKSPACE,
        "componentTypeId": "com.example.Broken",
        "functions": {"dataReader": {"implementedBy": {"lambda": {"arn": gone}}}},
        "propertyDefinitions": series,
    }
    entity = {
        **WORKSPACE,
        "entityId": "broken",
        "entityName": "Broken",
        "components": {"meter": {"componentTypeId": "com.example.Broken"}},
    }
    history = {
        **WORKSPACE,
        "entityId": "broken",
        "componentName": "meter",
        "selectedProperties": ["flow"],
        "startTime": "2026-01-01T00:00:00Z",
        "endTime": "2026-01-02T00:00:00Z",
    }

    *created, failed, _, _ = called(
        ("CreateComponentType", kind),
        ("CreateEntity", entity),
        ("GetPropertyValueHistory", history),
        ("DeleteEntity", {**WORKSPACE, "entityId": "broken"}),
        ("DeleteComponentType", {**WORKSPACE, "componentTypeId": "com.example.Broken"}),
    )

    assert [response["status"] for response in created] == [200, 200]
    assert (failed["status"], failed["name"], failed["modelled"]) == (424, "ConnectorFailureException", True)


# What the README shows of the AWS CLI is run by tests/docs/test_code_blocks.py.
def test_aws_cli_names_the_error_when_a_call_fails(local_factory: LocalFactory) -> None:
    request = ["get-entity", "--workspace-id", "my-factory-twin", "--entity-id", "machine-009"]

    result = subprocess.run(
        [Path(sys.executable).with_name("aws"), "iottwinmaker", *request],
        env=local_factory.twin.environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode != 0
    assert result.stderr.strip() == (
        "An error occurred (ResourceNotFoundException) when calling the GetEntity operation: "
        "entity 'machine-009' does not exist"
    )
