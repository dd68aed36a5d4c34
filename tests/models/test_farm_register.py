"""A farm from a register of one row a turbine: entities at three levels, and their places."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.models import finding_lines, write
from tests.support.farm_register import farm_files
from twin_stack.definition import TwinDefinition, load

if TYPE_CHECKING:
    from collections.abc import Mapping

MODEL = Path(__file__).parents[2] / "models" / "windfarm" / "assets" / "turbine.glb"
FARM = {
    "name": "Ridge Farm",
    "items": [
        {
            "name": "north",
            "model": {"position": {"x": 0, "y": 2, "z": 40}},
            "items": [{"name": f"north-{number}", "device_code": f"0x0{number}"} for number in (1, 2, 3)],
        },
        {"name": "south", "items": [{"name": "south-1", "device_code": "0x04"}]},
    ],
}
SCENE = {
    "specVersion": "1.0",
    "properties": {"environmentPreset": "neutral"},
    "rules": {
        "turbineColorRule": {
            "statements": [{"expression": "speed > 80", "target": "iottwinmaker.common.color:#d13212"}]
        }
    },
}


@pytest.fixture
def twin(tmp_path: Path) -> TwinDefinition:
    folder = write(tmp_path, farm_files(FARM, SCENE, MODEL.read_bytes()))
    assert finding_lines(folder) == []
    return load(folder)


def test_entities_stand_below_each_other(twin: TwinDefinition) -> None:
    assert {entity.entity_name: entity.parent_entity_id for entity in twin.entities.values()} == {
        "Ridge Farm": "$ROOT",
        "north": "urn:ngsi-ld:WindFarm:RidgeFarm",
        "south": "urn:ngsi-ld:WindFarm:RidgeFarm",
        "north-1": "urn:ngsi-ld:TurbineGroup:north",
        "north-2": "urn:ngsi-ld:TurbineGroup:north",
        "north-3": "urn:ngsi-ld:TurbineGroup:north",
        "south-1": "urn:ngsi-ld:TurbineGroup:south",
    }


def test_turbine_has_its_values(twin: TwinDefinition) -> None:
    fan = twin.entities["urn:ngsi-ld:Turbine:north-2"].components["TurbineFan"]
    assert {name: prop.value for name, prop in fan.properties.items()} == {
        "min": {"doubleValue": 50},
        "max": {"doubleValue": 150},
        "deviceCode": {"stringValue": "0x02"},
    }


def test_nodes_stand_in_a_line_below_their_group(twin: TwinDefinition) -> None:
    document: Mapping[str, Any] = twin.scenes["farm"].document
    nodes = document["nodes"]
    assert document["rootNodeIndexes"] == [0]
    assert {
        node["name"]: [nodes[child]["name"] for child in node.get("children", ())] for node in nodes
    } == {
        "Ridge Farm": ["north", "south"],
        "north": ["north-1", "north-2", "north-3"],
        "south": ["south-1"],
        "north-1": [], "north-2": [], "north-3": [], "south-1": [],
    }  # fmt: skip
    places = {node["name"]: node.get("transform", {}).get("position", [0, 0, 0]) for node in nodes}
    assert places == {
        "Ridge Farm": [0, 0, 0], "north": [0, 2, 40], "south": [0, 0, 0],
        "north-1": [0, 0, 0], "north-2": [0, 0, 10], "north-3": [0, 0, 20], "south-1": [0, 0, 0],
    }  # fmt: skip
    shader = next(node for node in nodes if node["name"] == "north-2")["components"][1]
    assert shader["valueDataBinding"]["dataBindingContext"] == {
        "entityId": "urn:ngsi-ld:Turbine:north-2",
        "componentName": "TurbineFan",
        "propertyName": "speed",
    }
