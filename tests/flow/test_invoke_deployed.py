"""`twin invoke` with the events and settings of a deployed twin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.templates import ROOT
from twin_stack.client import TwinClientError
from twin_stack.invoke import EventRequest, invoke
from twin_stack.invoke.events import build_event
from twin_stack.invoke.model import Model, find_model

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.templates import Synthesized
    from twin_stack.pytest_plugin import LocalTwin

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
TEMPERATURE = EventRequest(
    properties=("temperature",), entity="machine-001", component="temperatureSensor", now=NOON
)


@pytest.fixture(scope="module")
def table(local_twin: LocalTwin, factory: Synthesized) -> str:
    """The deployed factory's table, with a temperature a minute before noon and one at noon."""
    outputs = local_twin.deploy(factory.directory)
    (name,) = [
        stack_outputs["TelemetryTableName"]
        for stack_outputs in outputs.values()
        if "TelemetryTableName" in stack_outputs
    ]
    for minutes, value in ((0, "21.5"), (1, "20.25")):
        at = NOON - timedelta(minutes=minutes)
        item = {"timestamp": {"N": str(int(at.timestamp() * 1000))}, "temperature": {"N": value}}
        local_twin.client("dynamodb").put_item(
            TableName=name, Item={"device_id": {"S": "machine-001"}, **item}
        )
    return name


@pytest.fixture(autouse=True)
def chosen(local_twin: LocalTwin, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in local_twin.environment().items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def model() -> Model:
    located = find_model(ROOT, None)
    assert located is not None
    return located


@pytest.mark.parametrize(
    "event_request",
    [
        TEMPERATURE,
        EventRequest(properties=("alarm_status",), entity="machine-001", component="alarm", now=NOON),
        EventRequest(properties=("alarm_status",), component_type="com.example.EquipmentAlarm", now=NOON),
        EventRequest(
            properties=("sensorModel",), entity="machine-002", component="temperatureSensor", now=NOON
        ),
    ],
    ids=lambda event_request: f"{event_request.entity}-{event_request.properties[0]}",
)
def test_event_of_the_definition_is_that_of_the_deployed_twin(
    event_request: EventRequest, model: Model
) -> None:
    defined = build_event(event_request, model=model, workspace=None)
    assert defined == build_event(event_request, model=None, workspace="my-factory-twin")


def test_connector_of_the_definition_runs_here_with_the_deployed_ones_settings() -> None:
    outcome = invoke("telemetry", event=TEMPERATURE, folder=ROOT, quiet=True)
    assert outcome.failure is None
    assert outcome.violations == []
    answer: Any = outcome.answer
    assert answer["propertyValues"][0]["values"] == [
        {"time": "2026-05-04T11:59:00Z", "value": {"doubleValue": 20.25}},
        {"time": "2026-05-04T12:00:00Z", "value": {"doubleValue": 21.5}},
    ]


def test_setting_of_the_command_line_wins() -> None:
    outcome = invoke(
        "telemetry",
        event=TEMPERATURE,
        folder=ROOT,
        environment={"TABLE_NAME": "no-such-table"},
        quiet=True,
    )
    assert outcome.failure is not None
    assert 'on table "no-such-table" failed' in outcome.failure.message


def test_unknown_connector_is_refused_with_the_existing_ones() -> None:
    with pytest.raises(TwinClientError, match=r'no connector "telemetri" .*; did you mean "telemetry"\?'):
        invoke("telemetri", event=TEMPERATURE, folder=ROOT)


def test_unknown_entity_is_refused_by_the_deployed_twin(tmp_path: Path) -> None:
    event_request = EventRequest(properties=("x",), entity="missing", component="c", now=NOON)
    with pytest.raises(TwinClientError, match="ResourceNotFoundException: entity 'missing' does not exist"):
        invoke("some-function", event=event_request, workspace="my-factory-twin", folder=tmp_path)
