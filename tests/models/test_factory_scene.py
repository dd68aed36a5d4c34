"""The factory's scene and its 3D model agree with each other and with the twin that they show."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.gltf import GltfModel, added, cross, of_euler_xyz, of_quaternion, turned
from tests.support.scenes import bindings, nodes_with
from twin_stack.definition import TwinDefinition, load

FACTORY = Path(__file__).parents[2] / "models" / "factory"
GLB = FACTORY / "assets" / "factory.glb"
ICON = "iottwinmaker.common.icon:"


@pytest.fixture(scope="module")
def model() -> GltfModel:
    return GltfModel(GLB.read_bytes())


@pytest.fixture(scope="module")
def twin() -> TwinDefinition:
    return load(FACTORY)


@pytest.fixture(scope="module")
def document(twin: TwinDefinition) -> dict[str, Any]:
    return twin.scenes["factory-overview"].document


def test_model_stays_small() -> None:
    assert GLB.stat().st_size < 100_000


def test_model_keeps_the_names_of_its_machines(model: GltfModel) -> None:
    assert list(model.nodes) == ["Floor", "CncMachine", "AssemblyRobot", "HydraulicPress"]
    # The viewer makes names unique in the order of reading: a second one would rename a machine.
    others = [item["name"] for item in [*model.json["scenes"], *model.json["meshes"]]]
    assert not set(others) & set(model.nodes)
    assert len(set(others)) == len(others)


def test_machines_are_on_the_floor(model: GltfModel) -> None:
    floor = model.points("Floor")
    assert max(y for _, y, _ in floor) == pytest.approx(0, abs=0.02)
    for name in ("CncMachine", "AssemblyRobot", "HydraulicPress"):
        points = model.points(name)
        assert min(y for _, y, _ in points) == pytest.approx(0, abs=1e-6)
        for axis in (0, 2):
            edges = [corner[axis] for corner in floor]
            assert all(min(edges) < point[axis] < max(edges) for point in points)


@pytest.mark.parametrize("node", ["Floor", "CncMachine", "AssemblyRobot", "HydraulicPress"])
def test_surfaces_face_outwards(model: GltfModel, node: str) -> None:
    """A viewer leaves out triangles seen from behind and lights by the normals."""
    primitives = list(model.primitives(node))
    assert primitives
    for primitive in primitives:
        corners = model.vectors(primitive["attributes"]["POSITION"])
        normals = model.vectors(primitive["attributes"]["NORMAL"])
        indices = model.indices(primitive["indices"])
        assert all(math.hypot(*normal) == pytest.approx(1, abs=1e-5) for normal in normals)
        bounds = model.json["accessors"][primitive["attributes"]["POSITION"]]
        assert bounds["min"] == [min(axis) for axis in zip(*corners, strict=True)]
        assert bounds["max"] == [max(axis) for axis in zip(*corners, strict=True)]
        volume = 0.0
        for triangle in zip(indices[::3], indices[1::3], indices[2::3], strict=True):
            a, b, c = (corners[index] for index in triangle)
            front = cross(added(b, [-x for x in a]), added(c, [-x for x in a]))
            assert all(sum(map(float.__mul__, front, normals[index])) > 0 for index in triangle)
            volume += sum(map(float.__mul__, a, cross(b, c))) / 6
        assert volume > 0, "the surface is inside out"


def test_model_is_found_when_the_viewer_reads_beside_the_scene(
    twin: TwinDefinition, document: dict[str, Any]
) -> None:
    (node, component), (_, hall) = nodes_with(document, "ModelRef")
    assert [component["uri"], hall["uri"]] == ["factory.glb", "hall.glb"]
    assert (component["modelType"], component["unitOfMeasure"]) == ("GLB", "meters")
    assert twin.assets is not None
    assert (twin.assets / component["uri"]).is_file()
    # Nodes beside the sub-models have the same origin.
    assert node["transform"] == {"position": [0, 0, 0], "rotation": [0, 0, 0], "scale": [1, 1, 1]}


def test_sub_models_keep_the_transforms_of_the_model(model: GltfModel, document: dict[str, Any]) -> None:
    sub_models = nodes_with(document, "SubModelRef")
    assert {component["selector"] for _, component in sub_models} == set(model.nodes)
    for node, component in sub_models:
        gltf, transform = model.nodes[component["selector"]], node["transform"]
        assert transform["position"] == pytest.approx(gltf.get("translation", [0, 0, 0]))
        assert transform["scale"] == pytest.approx(gltf.get("scale", [1, 1, 1]))
        rotation = of_quaternion(gltf.get("rotation", [0, 0, 0, 1]))
        for row, expected in zip(of_euler_xyz(transform["rotation"]), rotation, strict=True):
            assert row == pytest.approx(expected, abs=1e-5)


def test_sub_models_are_found_by_the_viewer(document: dict[str, Any]) -> None:
    """The viewer searches below the parent node, and in the first component only."""
    (parent, _), _ = nodes_with(document, "ModelRef")
    sub_models = nodes_with(document, "SubModelRef")
    assert len(sub_models) == 4
    for node, component in sub_models:
        assert document["nodes"].index(node) in parent["children"]
        assert node["components"][0] is component


def test_machines_are_shaded_by_their_own_temperature(document: dict[str, Any]) -> None:
    shaded = {
        node["components"][0]["selector"]: (
            component["ruleBasedMapId"],
            component["valueDataBinding"]["dataBindingContext"],
        )
        for node, component in nodes_with(document, "ModelShader")
    }
    temperature = {"componentName": "temperatureSensor", "propertyName": "temperature"}
    assert shaded == {
        "CncMachine": ("temperatureColor", {"entityId": "machine-001", **temperature}),
        "AssemblyRobot": ("temperatureColor", {"entityId": "machine-002", **temperature}),
    }


def test_click_on_a_machine_selects_its_entity(document: dict[str, Any]) -> None:
    bound = {
        node["components"][0]["selector"]: component["valueDataBinding"]["dataBindingContext"]["entityId"]
        for node, component in nodes_with(document, "EntityBinding")
    }
    assert bound == {
        "Floor": "zone-a",
        "CncMachine": "machine-001",
        "AssemblyRobot": "machine-002",
        "HydraulicPress": "press-001",
    }


def test_bindings_name_existing_properties(twin: TwinDefinition, document: dict[str, Any]) -> None:
    contexts = bindings(document)
    assert len(contexts) == 12
    for context in contexts:
        entity = twin.entities[context["entityId"]]
        if "componentName" in context:
            component = entity.components[context["componentName"]]
            assert (
                context["propertyName"]
                in twin.component_types[component.component_type_id].property_definitions
            )


def test_rules_name_the_bound_property_alone(document: dict[str, Any]) -> None:
    users = [
        (component["ruleBasedMapId"], component["valueDataBinding"]["dataBindingContext"]["propertyName"])
        for kind in ("Tag", "ModelShader")
        for _, component in nodes_with(document, kind)
    ]
    assert {rule_id for rule_id, _ in users} == set(document["rules"])
    for rule_id, bound in users:
        for statement in document["rules"][rule_id]["statements"]:
            names = set(re.findall(r"[A-Za-z_]\w*", re.sub(r"'[^']*'", "", statement["expression"])))
            assert names <= {bound} or statement["expression"] == "true"


def decide(document: dict[str, Any], rule_id: str, **values: object) -> str:
    """Return the target of the first true statement. The rules' expressions are also valid Python."""
    for statement in document["rules"][rule_id]["statements"]:
        if eval(statement["expression"], {"__builtins__": {}, "true": True}, values):
            return str(statement["target"])
    return "none"


@pytest.mark.parametrize(
    ("temperature", "icon", "color"),
    [
        (-40.0, "Info", "#1d8102"),
        (59.9, "Info", "#1d8102"),
        (60.0, "Warning", "#ff9900"),
        (79.9, "Warning", "#ff9900"),
        (80.0, "Error", "#d13212"),
        (150.0, "Error", "#d13212"),
    ],
)
def test_temperature_decides_icon_and_color(
    document: dict[str, Any], temperature: float, icon: str, color: str
) -> None:
    assert decide(document, "temperatureIcon", temperature=temperature) == ICON + icon
    target = f"iottwinmaker.common.color:{color}"
    assert decide(document, "temperatureColor", temperature=temperature) == target


@pytest.mark.parametrize(
    ("pressure", "icon"), [(0.0, "Info"), (249.9, "Info"), (250.0, "Warning"), (280.0, "Error")]
)
def test_pressure_decides_icon(document: dict[str, Any], pressure: float, icon: str) -> None:
    assert decide(document, "pressureIcon", pressure=pressure) == ICON + icon


@pytest.mark.parametrize(
    ("status", "icon"),
    [
        ("NORMAL", "Info"),
        ("WARNING", "Warning"),
        ("CRITICAL", "Error"),
        ("ACKNOWLEDGED", "Warning"),
        ("SOMETHING_NEW", "Custom"),
        (None, "Custom"),
    ],
)
def test_alarm_status_decides_icon(document: dict[str, Any], status: str | None, icon: str) -> None:
    assert decide(document, "alarmIcon", alarmStatus=status) == ICON + icon


def test_alarm_rule_covers_every_status_of_the_alarm(twin: TwinDefinition, document: dict[str, Any]) -> None:
    data_type = (
        twin.component_types["com.example.EquipmentAlarm"].property_definitions["alarmStatus"].data_type
    )
    assert data_type is not None
    assert data_type.allowed_values is not None
    statuses = [value["stringValue"] for value in data_type.allowed_values]
    text = [statement["expression"] for statement in document["rules"]["alarmIcon"]["statements"]]
    assert sorted(text) == sorted([*(f"alarmStatus == '{status}'" for status in statuses), "true"])
    assert text[-1] == "true"


@pytest.mark.parametrize(
    ("tag", "machine"),
    [
        ("CNC Machine 1 temperature", "CncMachine"),
        ("CNC Machine 1 alarm", "CncMachine"),
        ("Assembly Robot 1 temperature", "AssemblyRobot"),
        ("Hydraulic Press 1 pressure", "HydraulicPress"),
    ],
)
def test_tag_is_above_its_machine(model: GltfModel, document: dict[str, Any], tag: str, machine: str) -> None:
    [node] = [node for node, component in nodes_with(document, "Tag") if node["name"] == tag]
    xs, ys, zs = zip(*model.points(machine), strict=True)
    x, y, z = node["transform"]["position"]
    assert min(xs) < x < max(xs)
    assert max(ys) + 0.25 < y < max(ys) + 1  # half a tag is 0.25 m
    assert min(zs) < z < max(zs)


def test_every_tag_starts_as_info_until_a_value_comes(document: dict[str, Any]) -> None:
    tags = nodes_with(document, "Tag")
    assert len(tags) == 4
    assert {component["icon"] for _, component in tags} == {f"{ICON}Info"}


def test_overlay_shows_only_values_that_are_bound(document: dict[str, Any]) -> None:
    [(_, overlay)] = nodes_with(document, "DataOverlay")
    assert overlay["subType"] == "OverlayPanel"
    text = "".join(row["content"] for row in overlay["dataRows"])
    bound = {item["bindingName"]: item["valueDataBinding"] for item in overlay["valueDataBindings"]}
    assert set(re.findall(r"\$\{(.+?)\}", text)) == set(bound) == {"temperature", "sensorModel"}
    # Static values are read from the entity; time series are not.
    assert bound["sensorModel"]["isStaticData"] is True
    assert "isStaticData" not in bound["temperature"]


def test_camera_sees_the_machines_and_their_tags(model: GltfModel, document: dict[str, Any]) -> None:
    [(node, component)] = nodes_with(document, "Camera")
    camera = document["cameras"][component["cameraIndex"]]
    position = node["transform"]["position"]
    to_camera: Any = tuple(zip(*of_euler_xyz(node["transform"]["rotation"]), strict=True))
    half = math.tan(math.radians(camera["fov"]) / 2)
    seen = [tag["transform"]["position"] for tag, _ in nodes_with(document, "Tag")]
    seen += [point for name in model.nodes if name != "Floor" for point in model.points(name)]
    assert len(seen) > 100
    for point in seen:
        x, y, z = turned(to_camera, added((-position[0], -position[1], -position[2]), point))
        assert camera["near"] < -z < camera["far"]
        assert abs(y / z) < half
        assert abs(x / z) < half * 4 / 3


def test_scene_is_lit(document: dict[str, Any]) -> None:
    """Without a preset and lights the viewer shows black."""
    assert document["properties"]["environmentPreset"] in {"neutral", "directional", "chromatic"}
    assert [light["lightType"] for _, light in nodes_with(document, "Light")] == ["Ambient", "Directional"]
