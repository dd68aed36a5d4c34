"""A checked twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.models import SENSOR, write
from twin_stack.definition import load

if TYPE_CHECKING:
    from pathlib import Path


def test_every_value_knows_where_it_was_written(tmp_path: Path) -> None:
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
