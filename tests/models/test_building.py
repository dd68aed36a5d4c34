"""The building: its register, its scene and its 3D models belong together."""

from __future__ import annotations

import math
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.support.gltf import added, of_euler_xyz, turned
from tests.support.scenes import bindings, nodes_with
from twin_stack.definition import TwinDefinition, check, load
from twin_stack.definition.sitewise import sitewise_of
from twin_stack.plan.load import PAGE_SECONDS, data_load

BUILDING = Path(__file__).parents[2] / "models" / "building"
DEVICES = {"com.example.HvacZone": 24, "com.example.Light": 120, "com.example.OccupancySensor": 56}


@pytest.fixture(scope="module")
def twin() -> TwinDefinition:
    return load(BUILDING)


@pytest.fixture(scope="module")
def document(twin: TwinDefinition) -> dict[str, Any]:
    return twin.scenes["building"].document


def test_register_has_two_hundred_devices_on_four_floors(twin: TwinDefinition) -> None:
    devices = [entity for entity in twin.entities.values() if "device" in entity.components]

    assert Counter(entity.components["device"].component_type_id for entity in devices) == DEVICES
    assert Counter(entity.parent_entity_id for entity in devices) == dict.fromkeys(
        ("floor-1", "floor-2", "floor-3", "floor-4"), 50
    )


def test_each_entity_is_an_asset_below_its_parents(twin: TwinDefinition) -> None:
    sitewise = sitewise_of(twin)

    assert len(sitewise.assets) == len(twin.entities)
    parents = Counter(asset.parent for asset in sitewise.assets.values())
    assert parents["floor-3", "floor"] == 50
    assert parents["building", "building"] == 4
    assert sitewise.models["com.example.Floor"].children == tuple(DEVICES)


def test_another_connector_kind_makes_a_function_the_reader(tmp_path: Path) -> None:
    folder = shutil.copytree(BUILDING, tmp_path / "building")
    twin = folder / "twin.yaml"
    native, managed = "{kind: sitewise-native}", "{kind: sitewise, assets: managed}"
    assert native in twin.read_text()
    twin.write_text(twin.read_text().replace(native, managed))

    definition, findings = check(folder)

    assert findings == []
    assert definition is not None
    assert len(sitewise_of(definition).assets) == 205


def test_scene_shows_every_device_on_its_floor(twin: TwinDefinition, document: dict[str, Any]) -> None:
    shown = {
        component["valueDataBinding"]["dataBindingContext"]["entityId"]: node
        for node, component in nodes_with(document, "EntityBinding")
    }

    assert shown.keys() == twin.entities.keys() - {"building"}
    nodes = document["nodes"]
    for floor in range(1, 5):
        node = shown[f"floor-{floor}"]
        assert node["transform"]["position"] == [0, 4 * (floor - 1), 0]
        below = {nodes[child]["name"] for child in node["children"]}
        assert below == {
            entity.entity_name
            for entity in twin.entities.values()
            if entity.parent_entity_id == f"floor-{floor}"
        }
    for entity_id, node in shown.items():
        x, y, z = node["transform"]["position"]
        # Inside of the slab of 40 by 20 metres, below the ceiling.
        assert entity_id.startswith("floor-") or (abs(x) < 20 and abs(z) < 10 and 2.5 < y < 3.2)
    places = Counter(
        (twin.entities[entity_id].parent_entity_id, *node["transform"]["position"])
        for entity_id, node in shown.items()
    )
    assert max(places.values()) == 1


def test_rules_use_the_property_that_is_bound(document: dict[str, Any]) -> None:
    components = [component for kind in ("Tag", "ModelShader") for _, component in nodes_with(document, kind)]
    assert components
    for component in components:
        (context,) = bindings(component)
        expressions = [
            statement["expression"]
            for statement in document["rules"][component["ruleBasedMapId"]]["statements"]
        ]
        assert expressions
        assert [text for text in expressions if context["propertyName"] not in text] == []


def test_booleans_are_compared_as_strings_since_viewers_get_strings(document: dict[str, Any]) -> None:
    expressions = {
        statement["expression"]
        for name in ("lightColor", "occupancyColor")
        for statement in document["rules"][name]["statements"]
    }
    assert expressions == {
        f"{name} == '{value}'" for name in ("isOn", "occupied") for value in ("true", "false")
    }


def test_camera_sees_the_whole_building(document: dict[str, Any]) -> None:
    [(node, component)] = nodes_with(document, "Camera")
    camera = document["cameras"][component["cameraIndex"]]
    position = node["transform"]["position"]
    to_camera: Any = tuple(zip(*of_euler_xyz(node["transform"]["rotation"]), strict=True))
    half = math.tan(math.radians(camera["fov"]) / 2)
    # Corners of the slabs of the lowest floor, and of the ceiling of the highest.
    for corner in [(x, y, z) for x in (-20.5, 20.5) for y in (-0.3, 15.5) for z in (-10.5, 10.5)]:
        x, y, z = turned(to_camera, added((-position[0], -position[1], -position[2]), corner))
        assert camera["near"] < -z < camera["far"]
        assert abs(y / z) < half
        assert abs(x / z) < half * 4 / 3


def test_page_needs_at_most_eight_requests_for_a_refresh_of_200_devices(twin: TwinDefinition) -> None:
    assert 0 < data_load(twin).page * PAGE_SECONDS <= 8
