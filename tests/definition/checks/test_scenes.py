"""What the viewer would not draw, or would hang on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.models import finding_lines, write
from tests.definition.scene_models import ENTITIES, TYPES, bound, scene, with_component
from tests.support.model_files import glb_bytes
from twin_stack.definition import load

if TYPE_CHECKING:
    from pathlib import Path


FAULTS: dict[str, tuple[str, str]] = {
    "no version": (scene(specVersion=...), 'TWIN040 "specVersion" is nothing; write "1.0", in quotes'),
    "version as a number": (scene(specVersion=1.0), 'TWIN040 "specVersion" is 1.0; write "1.0", in quotes'),
    "later version": (
        scene(specVersion="1.5"),
        'TWIN040 warning: "specVersion" is "1.5"; write "1.0", in quotes',
    ),
    "unknown unit": (scene(unit="meter"), 'TWIN040 "unit" is "meter"; did you mean "meters"?'),
    "no nodes": (scene(nodes=...), 'TWIN040 "nodes" is missing; write a list of nodes'),
    "nodes as text": (scene(nodes="x"), 'TWIN040 "nodes" is "x"; write a list of nodes'),
    "root out of range": (
        scene(rootNodeIndexes=[2]),
        "TWIN042 node index 2 is not one of the 2 nodes; write an index of a node",
    ),
    "root as text": (
        scene(rootNodeIndexes=["0"]),
        'TWIN042 warning: node index "0" is not one of the 2 nodes; write an index of a node',
    ),
    "roots as a number": (
        scene(rootNodeIndexes=0),
        'TWIN040 "rootNodeIndexes" is 0; write the indexes of the nodes at the top',
    ),
    "child out of range": (
        scene(nodes=[{"transform": {}, "children": [99]}], cameras=[]),
        "TWIN042 node index 99 is not one of the 1 nodes; write an index of a node",
    ),
    "children in a circle": (
        scene(
            nodes=[
                {"name": "a", "transform": {}, "children": [1]},
                {"name": "b", "transform": {}, "children": [0]},
            ]
        ),
        "TWIN042 nodes are their own ancestors: a -> b -> a; remove one of these children",
    ),
    "children as a number": (
        scene(nodes=[{"transform": {}, "children": 1}]),
        'TWIN040 "children" is 1; write a list',
    ),
    "components as a number": (
        scene(nodes=[{"transform": {}, "components": 1}]),
        'TWIN040 "components" is 1; write a list',
    ),
    "node as text": (scene(nodes=["x"]), 'TWIN040 node 0 is "x"; write a mapping'),
    "no transform": (
        scene(nodes=[{"name": "a"}]),
        'TWIN040 node "a" has no transform; add one, even if it is empty',
    ),
    "unknown component": (
        with_component({"type": "Tags"}),
        'TWIN040 component type "Tags" is not known; did you mean "Tag"?',
    ),
    "model type in lower case": (
        with_component({"type": "ModelRef", "modelType": "glb", "uri": "s3://b/a.glb"}),
        'TWIN040 "modelType" is "glb"; did you mean "GLB"?',
    ),
    "motion without bindings": (
        with_component({"type": "MotionIndicator", "shape": "LinearPlane", "config": {}}),
        'TWIN040 a MotionIndicator without "valueDataBindings" stops the viewer; add "valueDataBindings"',
    ),
    "rule without statements": (
        scene(rules={"r": {}}),
        'TWIN040 rule "r" has no statements; add a list of statements',
    ),
    "rules as a list": (scene(rules=[]), 'TWIN040 "rules" is a list; write a mapping of rules by name'),
    "unknown rule": (
        with_component({"type": "Tag", "ruleBasedMapId": "R1"}),
        'TWIN041 rule "R1" is not defined in this scene; use one of: r',
    ),
    "unknown rule of a motion": (
        with_component(
            {
                "type": "MotionIndicator",
                "shape": "LinearPlane",
                "config": {},
                "valueDataBindings": {"speed": {"ruleBasedMapId": "x"}},
            }
        ),
        'TWIN041 rule "x" is not defined in this scene; use one of: r',
    ),
    "camera out of range": (
        with_component({"type": "Camera", "cameraIndex": 1}),
        "TWIN045 camera index 1 is not one of the 1 cameras; write an index into cameras",
    ),
    "camera that is false": (
        with_component({"type": "Camera", "cameraIndex": False}),
        "TWIN045 camera index false is not one of the 1 cameras; write an index into cameras",
    ),
    "cameras as a number": (
        scene(cameras=5, nodes=[], rootNodeIndexes=[]),
        'TWIN040 "cameras" is 5; write a list of cameras',
    ),
    "missing model": (
        with_component({"type": "ModelRef", "modelType": "GLB", "uri": "pump.glb"}),
        'TWIN043 file "pump.glb" is not in the folder assets; none is defined',
    ),
    "unknown entity": (
        with_component(bound(entityId="m-2")),
        'TWIN044 entity "m-2" is not defined; did you mean "m-1"?',
    ),
    "unknown component of an entity": (
        with_component(bound(entityId="m-1", componentName="d")),
        'TWIN044 entity "m-1" has no component "d"; use one of: c',
    ),
    "unknown property": (
        with_component(bound(entityId="m-1", componentName="c", propertyName="M")),
        'TWIN044 component "c" of "m-1" has no property "M"; use one of: m',
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_reported_alone(name: str, tmp_path: Path) -> None:
    text, expected = FAULTS[name]
    files: dict[str, str | bytes] = {"component_types/t.yaml": TYPES, "entities/e.yaml": ENTITIES}
    findings = finding_lines(write(tmp_path, {**files, "scenes/hall.json": text}))
    assert [finding.split(" ", 1)[1] for finding in findings] == [expected]
    assert findings[0].startswith("scenes/hall.json:1:")


@pytest.mark.parametrize(
    "component",
    [
        bound(entityId="m-1", componentName="c", propertyName="m"),
        bound(entityId="${sel_entity}", componentName="${sel_comp}", propertyName="m"),
        bound(),
        {"type": "Tag"},
        {"type": "ModelRef", "modelType": "GLB", "uri": "s3://bucket/pump.glb"},
        {"type": "ModelRef", "modelType": "Tiles3D", "uri": "https://example.com/tileset.json"},
        {"type": "ModelShader", "ruleBasedMapId": "r"},
    ],
)
def test_component_is_taken_when_the_viewer_takes_it(component: Any, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"component_types/t.yaml": TYPES, "entities/e.yaml": ENTITIES}
    assert finding_lines(write(tmp_path, {**files, "scenes/hall.json": with_component(component)})) == []


def test_model_is_found_in_a_folder_of_the_assets(tmp_path: Path) -> None:
    component = {"type": "ModelRef", "modelType": "GLB", "uri": "halls/pump.glb"}
    folder = write(
        tmp_path, {"assets/halls/pump.glb": glb_bytes(), "scenes/hall.json": with_component(component)}
    )
    assert finding_lines(folder) == []
    assert load(folder).assets == folder / "assets"


def test_every_fault_of_a_scene_is_reported_at_its_place(tmp_path: Path) -> None:
    text = (
        "unit: metre\nrules: {r: {}}\nnodes:\n"
        "  - components: [{type: Tag, ruleBasedMapId: q}, {type: Hologram}]\n"
        "    children: [{components: [{type: ModelRef, modelType: GLB, uri: a.glb}, {type: Camera, cameraIndex: 3}]}]\n"
        "properties: {environmentPreset: neutral}\n"
    )
    findings = [line.split(";")[0] for line in finding_lines(write(tmp_path, {"scenes/hall.yaml": text}))]
    assert findings == [
        'scenes/hall.yaml:1:7 TWIN040 "unit" is "metre"',
        'scenes/hall.yaml:2:12 TWIN040 rule "r" has no statements',
        'scenes/hall.yaml:4:46 TWIN041 rule "q" is not defined in this scene',
        'scenes/hall.yaml:4:50 TWIN040 component type "Hologram" is not known',
        'scenes/hall.yaml:5:68 TWIN043 file "a.glb" is not in the folder assets',
        "scenes/hall.yaml:5:104 TWIN045 camera index 3 is not one of the 0 cameras",
    ]


def test_model_that_is_missing_in_two_scenes_is_one_mistake(tmp_path: Path) -> None:
    text = with_component({"type": "ModelRef", "modelType": "GLB", "uri": "a.glb"})
    files = {"scenes/hall.json": text, "scenes/yard.json": text}
    (line,) = finding_lines(write(tmp_path, files))
    assert line.startswith("scenes/hall.json:")
    assert '"a.glb" is not in the folder assets (and in 1 other place); ' in line
