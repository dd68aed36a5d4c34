from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin_stack.definition import load
from twin_stack.preview.deployed_entities import deployed_entities

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.client.model import Component, Entity

FILES = {
    "twin.yaml": "workspaceId: plant",
    "component_types/plant.yaml": """
plant.Rotor:
  propertyDefinitions:
    speed: {dataType: {type: DOUBLE}, isTimeSeries: false, defaultValue: 5.0}
plant.Motor:
  propertyDefinitions:
    vendor: {dataType: {type: STRING}, defaultValue: ACME}
    power: {dataType: {type: DOUBLE, unitOfMeasure: Kilowatt}}
  compositeComponentTypes:
    rotor: {componentTypeId: plant.Rotor}
plant.BigMotor:
  extendsFrom: [plant.Motor]
""",
    "entities/plant.yaml": """
hall: {entityName: Hall}
motor:
  entityName: Motor 1
  description: Drives the belt
  parentEntityId: hall
  components:
    drive:
      componentTypeId: plant.BigMotor
      properties: {power: 7.5}
""",
}


@pytest.fixture
def entities(tmp_path: Path) -> list[Entity]:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return deployed_entities(load(tmp_path))


def values_of(component: Component) -> dict[str, object]:
    return {item.name: item.value for item in component.properties}


def test_parents_precede_their_children(entities: list[Entity]) -> None:
    assert [entity.summary.id for entity in entities] == ["hall", "motor"]
    assert entities[1].summary.parent_id == "hall"
    assert entities[1].summary.description == "Drives the belt"
    assert entities[1].summary.state == "ACTIVE"


def test_component_has_inherited_properties_with_their_defaults(entities: list[Entity]) -> None:
    drive = entities[1].components[0]
    assert (drive.path, drive.type_id) == ("drive", "plant.BigMotor")
    assert values_of(drive) == {"vendor": "ACME", "power": 7.5}
    assert drive.properties[1].unit == "Kilowatt"


def test_parts_of_a_composite_component_follow_it(entities: list[Entity]) -> None:
    assert [component.path for component in entities[1].components] == ["drive", "drive/rotor"]
    assert values_of(entities[1].components[1]) == {"speed": 5.0}
