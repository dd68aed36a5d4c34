"""Small models in a folder of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition import TwinDefinition, check, load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


TWIN = "workspaceId: my-twin\nconnectors: {telemetry: {kind: dynamodb}}\n"


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write the files of a model, ``twin.yaml`` among them."""
    for name, content in {"twin.yaml": TWIN, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def finding_lines(folder: Path) -> list[str]:
    """The findings of a model, places relative to it; connectors without a user belong to most small models."""
    findings = [finding for finding in check(folder)[1] if finding.code != "TWIN212"]
    return [str(finding).replace(f"{folder}/", "") for finding in findings]


SENSOR = """
com.example.Sensor:
  propertyDefinitions:
    temperature: {dataType: {type: DOUBLE, unitOfMeasure: Celsius}, isTimeSeries: true}
    model: STRING
    count: {dataType: INTEGER}
    isOn: BOOLEAN
    limit: {dataType: DOUBLE, defaultValue: 80}
  functions: {dataReader: {connector: telemetry}}
"""


def values(definition: TwinDefinition, entity_id: str, component: str = "sensor") -> dict[str, object]:
    properties = definition.entities[entity_id].components[component].properties
    return {name: written.value for name, written in properties.items()}


def types_of(folder: Path, text: str) -> dict[str, dict[str, object]]:
    """What is deployed of each property, by type."""
    found_types = load(write(folder, {"component_types/t.yaml": text})).component_types
    return {
        type_id: {
            name: {key: value for key, value in definition if value not in (None, False)}
            for name, definition in component_type.property_definitions.items()
        }
        for type_id, component_type in found_types.items()
    }
