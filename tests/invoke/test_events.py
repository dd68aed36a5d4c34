"""Events that are built from the definition."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from tests.support.invocations import documented, twin
from twin_stack.client import TwinClientError
from twin_stack.invoke import EventRequest
from twin_stack.invoke.events import build_event
from twin_stack.invoke.model import find_model

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 5, 4, 7, 0, 0, 250_000, tzinfo=UTC)


def test_event_of_a_definition_is_as_the_service_sends_it(factory: Path) -> None:
    request = EventRequest(
        properties=("temperature",),
        entity="machine-001",
        component="temperatureSensor",
        last="30m",
        order="DESCENDING",
        limit=1,
        now=NOW,
    )
    event = build_event(request, model=find_model(factory.parent, factory), workspace=None)
    properties = event.pop("properties")
    assert event == {
        "workspaceId": "my-factory-twin",
        "selectedProperties": ["temperature"],
        "startTime": "2026-05-04T06:30:00.250Z",
        "endTime": "2026-05-04T07:00:00.250Z",
        "startDateTime": 1777876200,
        "endDateTime": 1777878000,
        "entityId": "machine-001",
        "componentName": "temperatureSensor",
        "maxResults": 1,
        "orderByTime": "DESCENDING",
    }
    flags = {
        flag: properties["temperature"]["definition"][flag]
        for flag in ("isTimeSeries", "timeSeries", "isStoredExternally", "storedExternally", "isInherited")
    }
    assert flags == {
        "isTimeSeries": True,
        "timeSeries": True,
        "isStoredExternally": True,
        "storedExternally": True,
        "isInherited": False,
    }
    assert properties["temperature"]["definition"]["dataType"]["type"] == "DOUBLE"
    assert properties["sensorModel"]["value"] == {"stringValue": "TMP-117"}


def test_part_of_a_component_is_named_by_its_path(tmp_path: Path) -> None:
    files = {
        "component_types/t.yaml": "com.e.M:\n  propertyDefinitions:\n"
        "    tag: {dataType: STRING, isExternalId: true}\n    speed: {dataType: DOUBLE, isTimeSeries: true}\n"
        "  functions: {dataReader: telemetry}\n"
        "com.e.P: {compositeComponentTypes: {motor: {componentTypeId: com.e.M}}}\n",
        "entities/e.yaml": "p-1:\n  entityName: P 1\n  components: {pump: {componentTypeId: com.e.P}}\n"
        "  compositeComponents: {pump/motor: {properties: {tag: m-1}}}\n",
    }
    model = find_model(tmp_path, write(tmp_path / "model", files))
    request = EventRequest(properties=("speed",), entity="p-1", component="pump/motor", now=NOW)
    event = build_event(request, model=model, workspace=None)
    assert (event["entityId"], event["componentPath"], "componentName" in event) == (
        "p-1",
        "pump/motor",
        False,
    )
    assert event["properties"]["tag"]["value"] == {"stringValue": "m-1"}
    wrong = EventRequest(properties=("speed",), entity="p-1", component="motor", now=NOW)
    with pytest.raises(TwinClientError, match=r'there is no component "motor"; .*pump/motor'):
        build_event(wrong, model=model, workspace=None)


def test_options_make_the_event(factory: Path) -> None:
    event = documented(
        "code/mine.py:right", "--model", str(factory), "--entity", "machine-001",
        "--component", "temperatureSensor", "--property", "temperature", "--property", "humidity",
        "--last", "2h", "--order", "descending", "--max-results", "5", "--workspace", "other",
    )["event"]  # fmt: skip
    assert event["workspaceId"] == "other"
    assert event["selectedProperties"] == ["temperature", "humidity"]
    assert (event["orderByTime"], event["maxResults"]) == ("DESCENDING", 5)
    assert event["endDateTime"] - event["startDateTime"] == 2 * 3600


def test_event_has_what_a_type_inherits(factory: Path) -> None:
    request = EventRequest(properties=("alarm_status",), component_type="com.example.EquipmentAlarm", now=NOW)
    event = build_event(request, model=find_model(factory.parent, factory), workspace="other")
    assert (event["workspaceId"], event["componentTypeId"]) == ("other", "com.example.EquipmentAlarm")
    assert "entityId" not in event
    key = event["properties"]["alarm_key"]["definition"]
    assert (key["isExternalId"], key["isInherited"]) == (True, True)


@pytest.mark.parametrize(
    ("entity", "component", "name", "message"),
    [
        ("machine-001", "tempSensor", "temperature", 'there is no component "tempSensor"; did you mean'),
        ("machine-001", "temperatureSensor", "temp", 'there is no property "temp"; '),
        (
            "machine-9",
            "x",
            "y",
            'the definition does not say all of entity "machine-9", and the deployed twin',
        ),
    ],
)
def test_unknown_name_is_refused_with_the_existing_ones(
    factory: Path, entity: str, component: str, name: str, message: str
) -> None:
    options = ["--entity", entity, "--component", component, "--property", name]
    result = twin("code/mine.py:right", "--model", str(factory), *options)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: {message}")


def test_static_and_time_series_properties_in_one_request_are_refused(factory: Path) -> None:
    options = ["--entity", "machine-001", "--component", "temperatureSensor"]
    both = ["--property", "temperature", "--property", "sensorModel"]
    result = twin("code/mine.py:right", "--model", str(factory), *options, *both)
    assert "ask for properties of one kind" in result.stderr
