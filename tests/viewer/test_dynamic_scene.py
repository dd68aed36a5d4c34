"""Nodes of a dynamic scene, which are entities: on the page of a deployed twin, and in one file."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aws_cdk import App

from tests.definition.models import write
from tests.support.deployments import deploy_app
from tests.support.factory_page import SMALL
from tests.support.templates import cdk_context
from twin_stack import TwinStack
from twin_stack.definition import load
from twin_stack.preview import render_page

if TYPE_CHECKING:
    from tests.support.images import ImageReader
    from tests.viewer.conftest import OpenedPage, OpenPage
    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.slow

CUBE = Path(__file__).parents[2] / "viewer/tests/scene/models/plain.glb"
SCENE = """\
specVersion: "1.0"
nodes: []
rootNodeIndexes: []
rules:
  hot: {statements: [{expression: t > 10, target: "iottwinmaker.common.color:#ff0000"}]}
properties: {environmentPreset: neutral, sceneRootEntityId: SCENE_yard}
capabilities: [DYNAMIC_SCENE]
"""
ENTITIES = """\
SCENE_yard: {entityName: SCENE_yard}
machine:
  entityName: Machine
  components: {sensor: {componentTypeId: com.example.Sensor, properties: {t: 20}}}
doors:
  entityName: Doors
  parentEntityId: SCENE_yard
  components:
    Node:
      componentTypeId: com.amazon.iottwinmaker.3d.node
      properties: {name: Doors, transform_position: [0, 0, 1]}
door-1:
  entityName: Door 1
  parentEntityId: doors
  components:
    Node:
      componentTypeId: com.amazon.iottwinmaker.3d.node
      properties: {name: Door 1, isVisualOf: {relationshipValue: {targetEntityId: machine}}}
    ModelRef:
      componentTypeId: com.amazon.iottwinmaker.3d.component.modelref
      properties: {uri: door.glb, modelType: GLB}
    Shader:
      componentTypeId: com.amazon.iottwinmaker.3d.component.modelshader
      properties:
        dataBinding:
          ruleBasedMapId: hot
          entityId: machine
          componentName: sensor
          propertyName: t
          isStaticData: "true"
"""


def yard(folder: Path, workspace_id: str) -> Path:
    """Write a twin with a dynamic scene: a cube that a rule colours by a value of another entity."""
    return write(
        folder,
        {
            "twin.yaml": f"workspaceId: {workspace_id}\n",
            "component_types/t.yaml": "com.example.Sensor:\n  propertyDefinitions: {t: DOUBLE}\n",
            "entities/e.yaml": ENTITIES,
            "scenes/yard.yaml": SCENE,
            "assets/door.glb": CUBE.read_bytes(),
        },
    )


def wait_for_cube(opened: OpenedPage, images: ImageReader) -> None:
    """Wait until the scene shows the cube, which is green, in the colour of its rule, and no problem."""
    for _ in range(100):
        if images.count(opened.page.locator("main").screenshot(), "#ff0000", tolerance=90) > 500:
            break
        opened.page.wait_for_timeout(100)
    else:
        raise AssertionError(f"the scene does not show the cube: {opened.text('.scene-problems')}")
    assert opened.page.locator(".scene-problems li").count() == 0


def test_preview_shows_the_nodes(open_page: OpenPage, images: ImageReader, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(render_page(load(yard(tmp_path / "model", "yard"))).html, encoding="utf-8")
    wait_for_cube(open_page(file.as_uri(), viewport=SMALL), images)


def test_page_of_a_deployed_twin_shows_the_nodes(
    local_twin: LocalTwin, open_page: OpenPage, images: ImageReader, tmp_path: Path
) -> None:
    workspace_id = f"yard-{uuid.uuid4().hex[:8]}"
    app = App(context=cdk_context())
    TwinStack(app, workspace_id, definition=load(yard(tmp_path, workspace_id)))
    deploy_app(local_twin, app)

    opened = open_page(local_twin.server.page_link(workspace=workspace_id), viewport=SMALL)

    wait_for_cube(opened, images)
