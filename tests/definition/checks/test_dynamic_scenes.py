"""Rules of dynamic scenes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.model_files import glb_bytes
from twin_stack.definition import check

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = {
    "specVersion": "1.0",
    "version": "1",
    "nodes": [],
    "rootNodeIndexes": [],
    "capabilities": ["DYNAMIC_SCENE"],
}
YARD = "SCENE_yard: {entityName: SCENE_yard}\n"
DOOR = """\
door-1:
  entityName: Door 1
  parentEntityId: SCENE_yard
  components:
    Node:
      componentTypeId: com.amazon.iottwinmaker.3d.node
      properties:
        name: Door 1
        transform_position: [2, 0, 17]
    ModelRef:
      componentTypeId: com.amazon.iottwinmaker.3d.component.modelref
      properties: {uri: "s3://yard-models/door.glb", modelType: GLB}
    Light:
      componentTypeId: com.amazon.iottwinmaker.3d.component.light
      properties: {lightType: Point, lightSettings_castShadow: true}
"""


def findings(folder: Path, entities: str, **members: object) -> list[str]:
    for name in ("scenes", "entities"):
        (folder / name).mkdir(parents=True)
    (folder / "twin.yaml").write_text("workspaceId: yard\n")
    (folder / "entities" / "e.yaml").write_text(entities)
    (folder / "scenes" / "yard.json").write_text(json.dumps(DOCUMENT | members))
    return [str(finding).replace(f"{folder}/", "") for finding in check(folder)[1]]


def test_a_dynamic_scene_of_known_types_has_no_findings(tmp_path: Path) -> None:
    root = {"properties": {"sceneRootEntityId": "SCENE_yard"}}
    assert findings(tmp_path, YARD + DOOR, **root, sceneMetadata={"SCENE_ROOT_ENTITY_ID": "SCENE_yard"}) == []


@pytest.mark.parametrize(
    "members",
    [
        {"properties": {"sceneRootEntityId": "SCENE_yrad"}},
        {"sceneMetadata": {"SCENE_ROOT_ENTITY_ID": "SCENE_yrad"}},
        {"sceneMetadata": {"sceneRootEntityId": "SCENE_yrad"}},
    ],
)
def test_a_missing_root_entity_is_reported_at_its_place(tmp_path: Path, members: dict[str, object]) -> None:
    (finding,) = findings(tmp_path, YARD, **members)
    column = json.dumps(DOCUMENT | members).index('"SCENE_yrad"') + 1
    assert finding == (
        f'scenes/yard.json:1:{column} TWIN044 root entity "SCENE_yrad" of the dynamic scene is not defined; '
        'did you mean "SCENE_yard"?'
    )


def test_misspelt_properties_and_values_of_a_node_are_reported(tmp_path: Path) -> None:
    wrong = DOOR.replace("transform_position", "transform_positon").replace(
        "modelType: GLB", "modelType: OBJ"
    )
    texts = findings(tmp_path, YARD + wrong)
    assert [("transform_positon" in item, "OBJ" in item) for item in texts] == [(True, False), (False, True)]


TAG = """\
    Tag:
      componentTypeId: com.amazon.iottwinmaker.3d.component.tag
      properties:
        offset: [0, 1]
        styleBinding: {ruleBasedMapId: hto, entityId: door-2, componentName: c, propertyName: t}
    Overlay:
      componentTypeId: com.amazon.iottwinmaker.3d.component.dataoverlay
      properties:
        subType: OverlayPanel
        dataRows: [{rowType: Markdown, content: "a%20$%7Bx%7D"}]
    Motion:
      componentTypeId: com.amazon.iottwinmaker.3d.component.motionindicator
      properties: {shape: Helix, config_defaultBackgroundColor: null_color}
    Camera:
      componentTypeId: com.amazon.iottwinmaker.3d.component.camera
      properties: {cameraType: Perspective, fov: 270}
    Animation:
      componentTypeId: com.amazon.iottwinmaker.3d.component.animation
"""
ROOT: dict[str, object] = {
    "properties": {"sceneRootEntityId": "SCENE_yard"},
    "rules": {"hot": {"statements": []}},
}


def test_components_of_entities_are_checked_as_those_of_a_document(tmp_path: Path) -> None:
    lines = findings(tmp_path, YARD + DOOR + TAG, **ROOT)
    assert [line.split("; ")[0] for line in lines] == [
        'entities/e.yaml:20:17 TWIN040 "offset" is a list',
        'entities/e.yaml:21:23 TWIN041 warning: rule "hto" is not defined in this scene',
        'entities/e.yaml:21:23 TWIN044 entity "door-2" is not defined',
        'entities/e.yaml:26:19 TWIN174 warning: "${x}" has no binding and is shown as "-"',
        'entities/e.yaml:29:27 TWIN040 "shape" is "Helix"',
        'entities/e.yaml:32:50 TWIN040 "fov" is 270',
        'entities/e.yaml:34:7 TWIN187 warning: component "Animation" of "door-1" is not drawn: viewers draw '
        "nothing for com.amazon.iottwinmaker.3d.component.animation",
    ]


def test_transform_that_is_not_three_numbers_is_reported_at_its_property(tmp_path: Path) -> None:
    wrong = DOOR.replace("[2, 0, 17]", "[2, 0]")
    (line,) = findings(tmp_path, YARD + wrong, **ROOT)
    assert line.startswith('entities/e.yaml:10:29 TWIN040 "position" is a list')


def test_parts_of_a_model_are_below_it_across_entities(tmp_path: Path) -> None:
    part = (
        "{name}:\n  entityName: Part\n  parentEntityId: {parent}\n  components:\n"
        "    Node: {{componentTypeId: com.amazon.iottwinmaker.3d.node, properties: {{name: Part}}}}\n"
        "    Part:\n      componentTypeId: com.amazon.iottwinmaker.3d.component.submodelref\n"
        "      properties: {{selector: Leaf}}\n"
    )
    good = part.format(name="leaf", parent="door-1")
    bad = part.format(name="lost", parent="SCENE_yard")
    (line,) = findings(tmp_path, YARD + DOOR + good + bad, **ROOT)
    assert line.startswith("entities/e.yaml:31:7 TWIN177 a SubModelRef is not below the node of its ModelRef")


def test_entities_that_viewers_do_not_draw_are_warnings(tmp_path: Path) -> None:
    node = "components: {Node: {componentTypeId: com.amazon.iottwinmaker.3d.node, properties: {name: N}}}"
    chain = "".join(
        f"n{level}: {{entityName: N{level}, parentEntityId: {f'n{level - 1}' if level else 'SCENE_yard'}, {node}}}\n"
        for level in range(12)
    )
    lines = findings(tmp_path, YARD + chain + "plain: {entityName: Plain, parentEntityId: n0}\n", **ROOT)
    assert [line.partition(" is below")[0] for line in lines] == [
        'entities/e.yaml:12:1 TWIN187 warning: entity "n10"',
        'entities/e.yaml:13:1 TWIN187 warning: entity "n11"',
        'entities/e.yaml:14:1 TWIN187 warning: entity "plain"',
    ]
    assert "it is 11 levels below the root, of 10 that viewers read; move it nearer to the root" in lines[0]


def test_model_that_is_not_in_the_assets_is_reported_at_its_entity(tmp_path: Path) -> None:
    wrong = DOOR.replace("s3://yard-models/door.glb", "door.glb")
    assert findings(tmp_path, YARD + wrong, **ROOT) == [
        'entities/e.yaml:13:25 TWIN043 file "door.glb" is not in the folder assets; none is defined'
    ]


def test_entity_with_other_mistakes_has_no_follow_ups(tmp_path: Path) -> None:
    wrong = DOOR.replace("name: Door 1", "nmae: Door 1")
    lines = findings(tmp_path, YARD + wrong, **ROOT)
    assert lines
    assert not [line for line in lines if "TWIN187" in line]


def test_light_and_rule_uses_of_entities_count_for_the_document(tmp_path: Path) -> None:
    for name in ("dark", "lit"):
        (tmp_path / name / "assets").mkdir(parents=True)
        (tmp_path / name / "assets" / "floor.glb").write_bytes(glb_bytes())
    model = {"type": "ModelRef", "modelType": "GLB", "uri": "floor.glb"}
    floor = {"nodes": [{"name": "Floor", "transform": {}, "components": [model]}], "rootNodeIndexes": [0]}
    document: dict[str, object] = {**ROOT, **floor}
    dark = DOOR.partition("    Light:")[0]
    (line,) = findings(tmp_path / "dark", YARD + dark, **document)
    assert "TWIN175" in line
    assert findings(tmp_path / "lit", YARD + DOOR, **document) == []
