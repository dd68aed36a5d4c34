"""The wind farm of aws-samples/twinmaker-cdk-automation as a definition, against its own tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.definition.models import finding_lines, write
from tests.support.farm_register import farm_files
from twin_stack.definition import TwinDefinition, load

CASE = Path(__file__).parents[2].parent / "shared" / "cases" / "windfarm_cdk_automation"

pytestmark = pytest.mark.skipif(not CASE.is_dir(), reason="the folder of cases is not here")


def loaded(folder: Path, name: str) -> TwinDefinition:
    farm = yaml.safe_load((CASE / name / "farm.yaml").read_text(encoding="utf-8"))
    scene = json.loads((CASE / name / "base.json").read_text(encoding="utf-8"))
    model = (CASE / "models" / "animated_wind_turbine.glb").read_bytes()
    write(folder, farm_files(farm, scene, model))
    assert [line for line in finding_lines(folder) if "warning:" not in line] == []
    return load(folder)


def nodes(twin: TwinDefinition) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = twin.scenes["farm"].document["nodes"]
    return result


def place(node: dict[str, Any]) -> tuple[list[float], list[float], list[float]]:
    transform = node.get("transform", {})
    return (
        transform.get("position", [0, 0, 0]),
        transform.get("rotation", [0, 0, 0]),
        transform.get("scale", [1, 1, 1]),
    )


def test_entities_are_those_of_its_tests(tmp_path: Path) -> None:
    entities = loaded(tmp_path, "tests").entities
    assert entities["urn:ngsi-ld:WindFarm:ACMEWindFarm"].entity_name == "ACME WindFarm"
    assert entities["urn:ngsi-ld:WindFarm:ACMEWindFarm"].components == {}
    group = entities["urn:ngsi-ld:TurbineGroup:group1"]
    assert (group.entity_name, group.parent_entity_id) == ("group1", "urn:ngsi-ld:WindFarm:ACMEWindFarm")
    turbine = entities["urn:ngsi-ld:Turbine:turbine_rect_1"]
    assert (turbine.entity_name, turbine.parent_entity_id) == (
        "turbine_rect_1",
        "urn:ngsi-ld:TurbineGroup:group1",
    )
    assert len(entities) == 8


def test_positions_are_those_of_its_tests(tmp_path: Path) -> None:
    twin = loaded(tmp_path, "tests")
    listed = nodes(twin)
    assert len(listed) == 8
    assert twin.scenes["farm"].document["rootNodeIndexes"] == [0]
    farm, group, first, second = listed[:4]
    origin = ([0, 0, 0], [0, 0, 0], [1, 1, 1])
    assert (farm["name"], place(farm), farm["children"][0], len(farm["children"])) == (
        "ACME WindFarm",
        origin,
        1,
        2,
    )
    assert (group["name"], place(group), len(group["children"])) == (
        "group1",
        ([0, 0, 15], [0, 0, 0], [1, 1, 1]),
        2,
    )
    assert (first["name"], place(first), len(first["components"])) == ("turbine_rect_1", origin, 2)
    assert (second["name"], place(second)[0]) == ("turbine_rect_2", [0, 0, 10])
    shader = second["components"][1]
    assert (shader["type"], shader["ruleBasedMapId"]) == ("ModelShader", "turbineColorRule")
    assert shader["valueDataBinding"]["dataBindingContext"] == {
        "entityId": "urn:ngsi-ld:Turbine:turbine_rect_2",
        "componentName": "TurbineFan",
        "propertyName": "speed",
    }


def test_farm_of_the_sample_itself_loads(tmp_path: Path) -> None:
    listed = nodes(loaded(tmp_path, "."))
    places = {node["name"]: place(node)[0] for node in listed}
    assert places["group2"] == [10, 0, 0]
    assert [places[f"turbine{number}"] for number in (3, 4, 5)] == [[0, 0, 0], [0, 0, 10], [0, 0, 20]]
