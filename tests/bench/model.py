"""A definition of any size, and the same as the JSON a hand-written app would hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TYPES = {
    "com.example.Sensor": {
        "properties": {
            "temperature": {"dataType": {"type": "DOUBLE", "unitOfMeasure": "Celsius"}, "isTimeSeries": True},
            "humidity": {"dataType": {"type": "DOUBLE"}, "isTimeSeries": True},
            "sensorModel": {"dataType": {"type": "STRING"}},
            "installDate": {"dataType": {"type": "STRING"}},
        },
        "reader": True,
    },
    "com.example.Place": {
        "properties": {
            "hall": {"dataType": {"type": "STRING"}},
            "row": {"dataType": {"type": "INTEGER"}},
            "x": {"dataType": {"type": "DOUBLE"}},
            "y": {"dataType": {"type": "DOUBLE"}},
        },
        "reader": False,
    },
}


def entities(count: int) -> list[dict[str, Any]]:
    """Return entities of two components and six values each, ten children to a parent.

    Args:
        count: How many.
    """
    return [
        {
            "entityId": f"machine-{index:04d}",
            "entityName": f"Machine {index}",
            "description": f"Machine number {index} of the hall",
            "parentEntityId": f"machine-{(index - 1) // 10:04d}" if index else "$ROOT",
            "components": {
                "temperatureSensor": {
                    "componentTypeId": "com.example.Sensor",
                    "properties": {
                        "sensorModel": {"value": {"stringValue": "TMP-117"}},
                        "installDate": {"value": {"stringValue": "2025-06-15"}},
                    },
                },
                "place": {
                    "componentTypeId": "com.example.Place",
                    "properties": {
                        "hall": {"value": {"stringValue": "north"}},
                        "row": {"value": {"integerValue": index}},
                        "x": {"value": {"doubleValue": index + 0.5}},
                        "y": {"value": {"doubleValue": 2.5}},
                    },
                },
            },
        }
        for index in range(count)
    ]


IN_A_FILE = 10_000
"""Most entities of one file, which may have 400,000 values."""


def write_definition(folder: Path, count: int, *, engine: str = "cloudformation") -> None:
    """Write the definition files, entities in YAML with bare values as a user writes them.

    Args:
        folder: Where; it is made.
        count: How many entities.
        engine: How entities are deployed; more than 400 are right with ``bulk`` alone.
    """
    for name in ("component_types", "entities"):
        (folder / name).mkdir(parents=True)
    (folder / "twin.yaml").write_text(
        f"workspaceId: bench-twin\nengine: {engine}\nconnectors: {{telemetry: {{kind: dynamodb}}}}\n",
        encoding="utf-8",
    )
    types: dict[str, Any] = {}
    for type_id, component_type in TYPES.items():
        types[type_id] = {"propertyDefinitions": component_type["properties"]}
        if component_type["reader"]:
            types[type_id]["functions"] = {"dataReader": {"connector": "telemetry"}}
    (folder / "component_types" / "types.json").write_text(json.dumps(types), encoding="utf-8")
    things = entities(count)
    for first in range(0, count, IN_A_FILE):
        name = f"machines-{first}.yaml" if first else "machines.yaml"
        lines = [line for entity in things[first : first + IN_A_FILE] for line in _yaml_lines(entity)]
        (folder / "entities" / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _yaml_lines(entity: dict[str, Any]) -> Iterator[str]:
    yield f"{entity['entityId']}:"
    for key in ("entityName", "description", "parentEntityId"):
        yield f"  {key}: {entity[key]}"
    yield "  components:"
    for name, component in entity["components"].items():
        yield f"    {name}:"
        yield f"      componentTypeId: {component['componentTypeId']}"
        yield "      properties:"
        for key, item in component["properties"].items():
            (value,) = item["value"].values()
            yield f"        {key}: {json.dumps(value)}"


def write_json(file: Path, count: int) -> None:
    """Write the same model as one JSON file, values in the service's form.

    Args:
        file: Where.
        count: How many entities.
    """
    file.write_text(json.dumps({"types": TYPES, "entities": entities(count)}), encoding="utf-8")
