"""A small model with managed SiteWise assets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.models import finding_lines, write
from twin_stack.definition import load
from twin_stack.definition.sitewise import SiteWise, sitewise_of

if TYPE_CHECKING:
    from pathlib import Path


TWIN = "workspaceId: my-twin\nconnectors:\n  plant: {kind: sitewise, assets: managed}\n  other: {kind: dynamodb}\n"


NATIVE_TWIN = TWIN.replace("kind: sitewise, assets: managed", "kind: sitewise-native")


TYPES = """
com.e.Light:
  propertyDefinitions:
    brand: STRING
    rated: {dataType: {type: DOUBLE, unitOfMeasure: W}, defaultValue: 40}
    power: {dataType: {type: DOUBLE, unitOfMeasure: W}, isTimeSeries: true}
    isOn: {dataType: BOOLEAN, isTimeSeries: true}
    tags: {dataType: {type: LIST, nestedType: STRING}}
    loadPercent: {expression: power / rated * 100}
    meanPower: {expression: avg(power), window: 5m}
  functions: {dataReader: plant}
com.e.Spot: {extendsFrom: [com.e.Light]}
com.e.Floor:
  propertyDefinitions:
    power:
      expression: sum(lights)
      window: 5m
      variables: {lights: {componentTypeId: com.e.Light, propertyName: meanPower}}
  functions: {dataReader: plant}
com.e.Plain: {propertyDefinitions: {speed: {dataType: DOUBLE, isTimeSeries: true}}, functions: {dataReader: other}}
"""


ENTITIES = """
site:
  entityName: Site
  children:
    floor-1:
      entityName: Floor 1
      components: {floor: {componentTypeId: com.e.Floor}, plain: {componentTypeId: com.e.Plain}}
      children:
        light-1: {entityName: Light 1, components: {light: {componentTypeId: com.e.Light, properties: {brand: A}}}}
        spot-1: {entityName: Spot 1, components: {light: {componentTypeId: com.e.Spot}}}
        group:
          entityName: Group
          children: {light-2: {entityName: Light 2, components: {light: {componentTypeId: com.e.Light}}}}
"""


def model(folder: Path, types: str = TYPES, entities: str = ENTITIES, twin: str = TWIN) -> Path:
    return write(folder, {"twin.yaml": twin, "component_types/t.yaml": types, "entities/e.yaml": entities})


def held(folder: Path) -> SiteWise:
    assert finding_lines(folder) == []
    return sitewise_of(load(folder))


MANAGED = "  functions: {dataReader: plant}\n"


def of(*properties: str) -> str:
    """A type A with these properties, and a type B of what may be below."""
    own = "".join(f"    {property_line}\n" for property_line in properties)
    return (
        f"com.e.A:\n  propertyDefinitions:\n    p: {{dataType: DOUBLE, isTimeSeries: true}}\n{own}{MANAGED}"
        "com.e.B:\n  propertyDefinitions:\n    q: {dataType: DOUBLE, isTimeSeries: true}\n"
        f"    hourly: {{expression: avg(q), window: 1h}}\n{MANAGED}"
    )


def below(type_id: str, name: str) -> str:
    return f"variables: {{b: {{componentTypeId: {type_id}, propertyName: {name}}}}}"
