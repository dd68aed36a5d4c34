"""Components of an entity, parts of composite ones among them."""

from __future__ import annotations

from itertools import islice
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.definition.devices import listed_devices
from twin_stack.definition.parts import placed_component, placed_components

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack import TwinDefinition

TWIN = "workspaceId: parts-twin\nconnectors: {rows: {kind: dynamodb}}\n"
TYPES = """
com.e.Bearing:
  propertyDefinitions:
    tag: {dataType: STRING, isExternalId: true}
    heat: {dataType: DOUBLE, isTimeSeries: true}
  functions: {dataReader: rows}
com.e.Motor:
  propertyDefinitions: {speed: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: rows}
  compositeComponentTypes: {front: {componentTypeId: com.e.Bearing}, rear: {componentTypeId: com.e.Bearing}}
com.e.Pump:
  compositeComponentTypes: {motor: {componentTypeId: com.e.Motor}}
"""
ENTITIES = """
p-1:
  entityName: P1
  components:
    pump: {componentTypeId: com.e.Pump}
    spare: {componentTypeId: com.e.Motor}
  compositeComponents:
    pump/motor/rear: {properties: {tag: b-7}}
"""


def definition(folder: Path) -> TwinDefinition:
    return load(
        write(folder, {"twin.yaml": TWIN, "component_types/t.yaml": TYPES, "entities/e.yaml": ENTITIES})
    )


def test_each_component_is_followed_by_its_parts(tmp_path: Path) -> None:
    twin = definition(tmp_path)
    placed = list(placed_components(twin.entities["p-1"], twin.resolved_types))
    assert [(item.path, item.type_id) for item in placed] == [
        ("pump", "com.e.Pump"),
        ("pump/motor", "com.e.Motor"),
        ("pump/motor/front", "com.e.Bearing"),
        ("pump/motor/rear", "com.e.Bearing"),
        ("spare", "com.e.Motor"),
        ("spare/front", "com.e.Bearing"),
        ("spare/rear", "com.e.Bearing"),
    ]
    assert [item.path for item in placed if item.properties] == ["pump/motor/rear"]
    assert [item.path for item in placed if not item.is_part] == ["pump", "spare"]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("pump", ("components", "pump")),
        ("pump/motor", ("components", "pump")),
        ("pump/motor/rear", ("compositeComponents", "pump/motor/rear")),
    ],
)
def test_part_is_found_where_it_is_declared(path: str, place: tuple[str, str], tmp_path: Path) -> None:
    twin = definition(tmp_path)
    entity = twin.entities["p-1"]
    placed = placed_component(entity, path, twin.resolved_types)
    assert placed is not None
    assert (placed.path, placed.location(entity)) == (path, place)
    assert placed_component(entity, f"{path}/none", twin.resolved_types) is None


def test_device_of_a_part_is_its_external_id_else_the_entity(tmp_path: Path) -> None:
    twin = definition(tmp_path)
    devices = listed_devices("rows", twin.connectors["rows"], twin.entities, twin.resolved_types)
    assert devices == {"com.e.Bearing": ["b-7", "p-1"], "com.e.Motor": ["p-1"]}


def test_tree_that_doubles_at_each_level_is_not_walked_to_its_end(tmp_path: Path) -> None:
    entity = definition(tmp_path).entities["p-1"]
    types: Any = {"com.e.Pump": SimpleNamespace(parts={"a": "com.e.Pump", "b": "com.e.Pump"})}
    placed = list(islice(placed_components(entity, types), 5_000))
    assert 50 < len(placed) < 5_000
