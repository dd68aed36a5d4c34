"""Entities of dynamic scenes as nodes of a document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.definition.dynamic_scene import entities_below, entity_node, scene_root, with_entity_nodes

if TYPE_CHECKING:
    from twin_stack.definition.schema import Entity

CASES = json.loads(
    (Path(__file__).parents[1] / "support" / "scene_entity_components.json").read_text(encoding="utf-8")
)
"""Components of entities and of documents, which the tests of the page read too."""
NODE: dict[str, Any] = {
    "componentTypeId": "com.amazon.iottwinmaker.3d.node",
    "properties": {"name": "Door 1"},
}


def entities_of(folder: Path, **entities: dict[str, Any]) -> dict[str, Entity]:
    named = {
        name.replace("_", "-"): {"entityName": name.replace("_", " "), **entity}
        for name, entity in entities.items()
    }
    return dict(load(write(folder, {"entities/e.json": json.dumps(named)})).entities)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["type"])
def test_component_of_an_entity_is_that_of_a_document(case: dict[str, Any], tmp_path: Path) -> None:
    component = {
        "componentTypeId": f"com.amazon.iottwinmaker.3d.component.{case['type']}",
        "properties": case["values"],
    }
    entities = entities_of(tmp_path, door={"components": {"Node": NODE, "One": component}})
    node = entity_node(entities["door"])
    assert node is not None
    document = with_entity_nodes({"nodes": []}, [node], {})
    (result,) = document["nodes"][0]["components"]
    if case["type"] == "camera":
        result = {"type": "Camera", **document["cameras"][result["cameraIndex"]]}
    assert result == case["expected"]
    assert node.undrawn == ()


def test_entities_are_nodes_after_those_of_the_document(tmp_path: Path) -> None:
    entities = entities_of(
        tmp_path,
        yard={},
        hall={"parentEntityId": "yard", "components": {"Node": NODE}},
        door={"parentEntityId": "hall", "components": {"Node": NODE}},
        other={"components": {"Node": NODE}},
    )
    below = list(entities_below("yard", entities))
    assert [(entity.entity_id, level) for entity, level in below] == [("hall", 1), ("door", 2)]
    nodes = [node for entity, _ in below if (node := entity_node(entity))]
    parents = {entity.entity_id: entity.parent_entity_id for entity, _ in below}
    own = {"nodes": [{"name": "Floor"}], "rootNodeIndexes": [0], "properties": {"sceneRootEntityId": "yard"}}
    document = with_entity_nodes(own, nodes, parents)
    assert [(node["name"], node.get("children")) for node in document["nodes"]] == [
        ("Floor", None),
        ("Door 1", [2]),
        ("Door 1", []),
    ]
    assert (document["rootNodeIndexes"], document["properties"]) == ([0, 1], {})
    assert own["nodes"] == [{"name": "Floor"}]


def test_entity_without_a_node_component_is_no_node(tmp_path: Path) -> None:
    assert entity_node(entities_of(tmp_path, door={})["door"]) is None


def test_root_of_a_static_scene_is_none(tmp_path: Path) -> None:
    scenes = load(write(tmp_path, {"scenes/hall.yaml": "nodes: []\n"})).scenes
    assert scene_root(scenes["hall"]) is None
