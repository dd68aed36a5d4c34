"""Scenes: nested nodes become the viewer's numbered document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import finding_lines, write
from tests.definition.scene_models import NUMBERED, scene
from twin_stack.definition import load

if TYPE_CHECKING:
    from pathlib import Path


def test_nested_nodes_become_the_numbered_document(tmp_path: Path) -> None:
    text = """
sceneId: hall
unit: feet
nodes:
  - name: floor
    children:
      - {name: left, transform: {position: [1, 2, 3]}}
      - name: right
        children: [{name: tag, components: [{type: Tag, ruleBasedMapId: r}]}]
  - {components: [{type: Camera, fov: 40, cameraType: Orthographic}]}
rules: {r: {statements: []}}
"""
    document = load(write(tmp_path, {"scenes/any.yaml": text})).scenes["hall"].document
    assert [node["name"] for node in document["nodes"]] == ["floor", "left", "right", "tag", "Node 4"]
    assert [node["children"] for node in document["nodes"]] == [[1, 2], [], [3], [], []]
    assert document["rootNodeIndexes"] == [0, 4]
    assert document["nodes"][1]["transform"] == {
        "position": [1, 2, 3],
        "rotation": [0, 0, 0],
        "scale": [1, 1, 1],
    }
    assert document["nodes"][4]["components"] == [{"type": "Camera", "cameraIndex": 0}]
    assert document["cameras"] == [
        {"cameraType": "Orthographic", "fov": 40, "near": 0.1, "far": 1000, "zoom": 1}
    ]
    assert (document["specVersion"], document["unit"]) == ("1.0", "feet")


def test_viewer_document_is_kept_as_it_is(tmp_path: Path) -> None:
    definition = load(write(tmp_path, {"scenes/hall.json": scene()}))
    assert definition.scenes["hall"].document == NUMBERED


def test_members_of_the_service_are_kept_beside_the_document(tmp_path: Path) -> None:
    text = scene(
        description="The hall", capabilities=["MATTERPORT"], sceneMetadata={"MATTERPORT_SECRET_ARN": "x"}
    )
    hall = load(write(tmp_path, {"scenes/hall.json": text})).scenes["hall"]
    assert (hall.description, hall.capabilities) == ("The hall", ["MATTERPORT"])
    assert hall.scene_metadata == {"MATTERPORT_SECRET_ARN": "x"}
    assert hall.document == NUMBERED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nodes: [5]\n", "1:9 TWIN004 a node is 5, not a mapping; write a mapping of name, transform, components, children"),
        ("nodes: [{children: 5}]\n", "1:20 TWIN004 children is 5, not a list; write a list of nodes"),
        ("nodes: [{components: x}]\n", '1:22 TWIN004 components is "x", not a list; write a list of components'),
        ("nodes: [{transform: 1}]\n", "1:21 TWIN004 transform is 1, not a mapping; write a mapping of position, "
         "rotation, scale"),
        ("nodes: []\ncameras: 1\n", "2:10 TWIN004 cameras is 1, not a list; write a list of cameras"),
        ("nodes: [{nam: a}]\n", '1:10 TWIN003 "nam" is not a known key; did you mean "name"?'),
        ("nodes: [{transform: {pos: 1}}]\n", '1:22 TWIN003 "pos" is not a known key; did you mean "position"?'),
        ("nodes: [{components: [{type: Camera, fow: 1}]}]\n", '1:38 TWIN003 "fow" is not a known key; did you mean '
         '"fov"?'),
    ],
)  # fmt: skip
def test_nested_form_is_refused_where_it_is_wrong(text: str, expected: str, tmp_path: Path) -> None:
    assert finding_lines(write(tmp_path, {"scenes/hall.yaml": text})) == [f"scenes/hall.yaml:{expected}"]


def test_unknown_key_of_a_numbered_document_is_reported_alone(tmp_path: Path) -> None:
    assert finding_lines(write(tmp_path, {"scenes/hall.json": scene(rule={})})) == [
        'scenes/hall.json:1:485 TWIN003 "rule" is not a known key; did you mean "rules"?'
    ]
