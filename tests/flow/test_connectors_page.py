"""The connector of docs/connectors.md, deployed with its layer, and `twin invoke` on what is deployed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App

from tests.support.connectors_page import load, pairs, write_files
from tests.support.http_store import HttpStore, running
from twin_stack.contract.times import parse_time
from twin_stack.invoke import EventRequest, invoke

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

EVENT, _ = pairs()[0]
MINUTES = [f"2026-05-04T06:{minute:02}:00Z" for minute in range(1, 6)]
ASKED = {
    "workspaceId": "waterworks",
    "entityId": "pump-7",
    "componentName": "meter",
    "selectedProperties": ["flow"],
    "startTime": "2026-05-04T06:00:00Z",
    "endTime": "2026-05-04T07:00:00Z",
}


@pytest.fixture(scope="module")
def store() -> Iterator[HttpStore]:
    points = [(parse_time(text), text, float(number)) for number, text in enumerate(MINUTES)]
    # The page's component type has no external id, so the key of the store is the entity id.
    with running(HttpStore({("pump-7", "flow"): points}, page=2)) as served:
        yield served


@pytest.fixture(scope="module")
def deployed(local_twin: LocalTwin, store: HttpStore, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page's stack; the name of its function."""
    folder: Path = tmp_path_factory.mktemp("page")
    write_files(folder)
    module = load(folder / "plant.py")
    app = App(outdir=str(folder / "cdk.out"))
    module.Plant(app, "Waterworks", store_url=store.url)
    local_twin.deploy(app)
    stack = local_twin.client("cloudformation").describe_stack_resources(StackName="Waterworks")
    (function,) = [
        item["PhysicalResourceId"]
        for item in stack["StackResources"]
        if item["ResourceType"] == "AWS::Lambda::Function"
    ]
    return str(function)


def test_history_of_the_http_store_is_read_through_the_service(local_twin: LocalTwin, deployed: str) -> None:
    client = local_twin.client("iottwinmaker")
    points: list[Any] = []
    token: dict[str, str] = {}
    while True:
        page = client.get_property_value_history(**ASKED, maxResults=2, **token)
        points += [point for item in page["propertyValues"] for point in item["values"]]
        if not page.get("nextToken"):
            break
        token = {"nextToken": page["nextToken"]}
    assert [(point["time"], point["value"]["doubleValue"]) for point in points] == [
        (text, float(number)) for number, text in enumerate(MINUTES)
    ]


def test_store_that_fails_is_a_failure_of_the_connector(
    local_twin: LocalTwin, deployed: str, store: HttpStore
) -> None:
    client = local_twin.client("iottwinmaker")
    store.broken = 503
    try:
        with pytest.raises(client.exceptions.ConnectorFailureException, match="GET pump-7/flow failed"):
            client.get_property_value_history(**ASKED)
    finally:
        store.broken = None


@pytest.fixture
def chosen(local_twin: LocalTwin, monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 is configured for the embedded AWS, as the command line does it."""
    for name, value in local_twin.environment().items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("chosen")
def test_deployed_function_is_invoked_with_the_event_of_the_deployed_twin(
    deployed: str, tmp_path: Path
) -> None:
    request = EventRequest(
        properties=("flow",),
        entity="pump-7",
        component="meter",
        last="1h",
        order="DESCENDING",
        limit=2,
        now=datetime(2026, 5, 4, 7, tzinfo=UTC),
    )
    outcome = invoke(deployed, event=request, workspace="waterworks", folder=tmp_path)
    assert outcome.is_right
    assert outcome.violations == []
    answer: Any = outcome.answer
    assert [point["time"] for point in answer["propertyValues"][0]["values"]] == MINUTES[:-3:-1]
    assert outcome.event["startTime"] == ASKED["startTime"]


@pytest.mark.usefixtures("chosen")
def test_deployed_functions_failure_is_shown_as_the_service_shows_it(deployed: str, tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps(EVENT | {"orderByTime": "SIDEWAYS"}), encoding="utf-8")
    outcome = invoke(deployed, event=str(event), folder=tmp_path)
    assert outcome.failure is not None
    assert outcome.failure.code == "ConnectorFailureException"
    assert "orderByTime must be ASCENDING or DESCENDING" in outcome.failure.message
