"""Rules of dynamic scenes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

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
        (folder / name).mkdir()
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
