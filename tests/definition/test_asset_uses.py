"""Which files of the assets a definition uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.models import write
from twin_stack.definition.asset_uses import AssetKind, asset_uses
from twin_stack.definition.loader import examine_files
from twin_stack.definition.phases.read import read_files

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.unchecked import UncheckedDefinition

SCENE = """\
properties: {sceneBackgroundSettings: {textureUri: sky.png}, groundSceneSettings: {textureUri: 's3://b/g.png'}}
nodes:
  - components:
      - {type: ModelRef, modelType: GLB, uri: hall.glb}
      - {type: ModelRef, modelType: Tiles3D, uri: city/tileset.json}
      - {type: ModelRef, modelType: GLB, uri: 'https://example.com/a.glb'}
      - {type: ModelRef, modelType: GLB, uri: ''}
      - {type: PlaneGeometry, uri: no.glb, textureUri: floor.png}
"""
ENTITIES = """\
door:
  entityName: Door
  components:
    Model:
      componentTypeId: com.amazon.iottwinmaker.3d.component.modelref
      properties: {uri: door.glb, modelType: GLB}
    Tiles:
      componentTypeId: com.amazon.iottwinmaker.3d.component.modelref
      properties: {uri: yard/tileset.json, modelType: Tiles3D}
    Far:
      componentTypeId: com.amazon.iottwinmaker.3d.component.modelref
      properties: {uri: 's3://b/far.glb', modelType: GLB}
    Manual:
      componentTypeId: com.example.Manual
      properties: {uri: manual.glb}
"""
TYPES = "com.example.Manual: {propertyDefinitions: {uri: STRING}}\n"


def test_each_relative_address_is_a_use_with_its_kind_and_place(tmp_path: Path) -> None:
    files = {"component_types/t.yaml": TYPES, "scenes/hall.yaml": SCENE, "entities/e.yaml": ENTITIES}
    folder = write(tmp_path, files)
    definitions: list[UncheckedDefinition] = []
    examine_files(lambda findings: read_files(folder, findings), folder, observe=definitions.append)
    uses = list(asset_uses(definitions[0]))
    assert [(use.uri, use.kind, use.scene_id) for use in uses] == [
        ("hall.glb", AssetKind.MODEL, "hall"),
        ("city/tileset.json", AssetKind.TILES, "hall"),
        ("floor.png", AssetKind.TEXTURE, "hall"),
        ("sky.png", AssetKind.TEXTURE, "hall"),
        ("door.glb", AssetKind.MODEL, None),
        ("yard/tileset.json", AssetKind.TILES, None),
    ]
    for use in uses:
        line = use.place.file.read_text().split("\n")[use.place.line - 1]
        assert line[use.place.column - 1 :].startswith(use.uri)
