"""A checked twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import SENSOR, write
from twin_stack.definition import load

if TYPE_CHECKING:
    from pathlib import Path


def test_every_value_has_the_place_where_it_was_written(tmp_path: Path) -> None:
    entity = "machine-1:\n  entityName: Machine 1\n  components:\n    sensor:\n      componentTypeId: com.example.Sensor\n"
    folder = write(
        tmp_path,
        {"component_types/t.yaml": SENSOR, "entities/e.yaml": entity + "      properties: {model: TMP}\n"},
    )
    definition = load(folder)
    place = definition.location("entities", "machine-1", "components", "sensor", "properties", "model")
    assert str(place) == f"{folder}/entities/e.yaml:6:27"
    place = definition.location("component_types", "com.example.Sensor", "propertyDefinitions", "count")
    assert (place.line, place.column) == (6, 12)


def test_workspace_and_connectors_are_those_of_the_twin_file(tmp_path: Path) -> None:
    definition = load(write(tmp_path, {}))
    assert definition.workspace_id == "my-twin"
    assert {name: connector.kind for name, connector in definition.connectors.items()} == {
        "telemetry": "dynamodb"
    }


def test_value_that_was_not_written_has_the_place_of_its_container(tmp_path: Path) -> None:
    definition = load(write(tmp_path, {"entities/e.yaml": "m-1:\n  entityName: M1\n"}))
    assert definition.location("entities", "m-1", "components", "c")[1:] == (2, 3)
    with pytest.raises(KeyError):
        definition.location("entities", "m-2")


def test_resolved_types_have_what_they_inherit_and_those_of_aws(tmp_path: Path) -> None:
    definition = load(
        write(
            tmp_path, {"component_types/t.yaml": f"{SENSOR}com.e.B: {{extendsFrom: [com.example.Sensor]}}\n"}
        )
    )
    assert "temperature" in definition.resolved_types["com.e.B"].properties
    assert "alarm_status" in definition.resolved_types["com.amazon.iottwinmaker.alarm.basic"].properties
    assert definition.ancestors["com.e.B"] == ("com.example.Sensor",)
