"""A plan in words for the page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.plan import make_plan
from twin_stack.plan.review import review_document

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition import TwinDefinition

NODES = {
    "Hall": {"children": [{"name": "Robot"}, {"name": "Press", "children": [{"name": "Valve"}]}]},
    "Yard": {},
}


def definition(folder: Path, entities: str, nodes: dict[str, Any], **members: Any) -> TwinDefinition:
    scene = {"nodes": [{"name": name, **node} for name, node in nodes.items()], **members}
    return load(write(folder, {"entities/e.yaml": entities, "scenes/hall.json": json.dumps(scene)}))


def review(before: TwinDefinition, after: TwinDefinition) -> dict[str, Any]:
    document = review_document(make_plan(before, after, before_label="old", after_label="new"))
    # The page reads JSON.
    assert json.loads(json.dumps(document)) == document
    return document


def test_details_of_a_scene_name_the_node_and_its_former_place(tmp_path: Path) -> None:
    entities = "m-1: {entityName: M 1}\n"
    rules = {"hot": {"statements": [{"expression": "t > 1", "target": "iottwinmaker.common.color:#d13212"}]}}
    other_rules = {"hot": {"statements": [{**rules["hot"]["statements"][0], "expression": "t > 2"}]}}
    moved = {
        "Hall": {},
        "Yard": {
            "transform": {"position": [1, 0, 0]},
            "children": [{"name": "Robot"}],
        },
    }
    (change,) = review(
        definition(tmp_path / "before", entities, NODES, rules=rules),
        definition(tmp_path / "after", entities, moved, rules=other_rules),
    )["changes"]

    assert (change["kind"], change["id"], change["action"]) == ("scene", "hall", "changed")
    details = {(detail.get("node"), *detail["path"]): detail for detail in change["details"]}
    assert details[None, "rules", "hot", "statements", "0", "expression"]["text"].endswith(
        '"t > 1" -> "t > 2"'
    )
    assert details["Yard", "transform", "position"]["text"] == "transform.position: [0, 0, 0] -> [1, 0, 0]"
    robot = details[("Yard/Robot",)]
    assert (robot["action"], robot["formerNode"]) == ("moved", "Hall/Robot")
    assert robot["text"] == "below another node, was Hall/Robot"
    press = details[("Hall/Press",)]
    assert (press["action"], press["text"]) == ("removed", "1 node below it")


def test_entities_are_all_marked_and_those_below_a_removed_one_are_not_listed(tmp_path: Path) -> None:
    before = """\
line: {entityName: Line}
pump: {entityName: Pump, parentEntityId: line}
tank: {entityName: Tank}
"""
    renames = "workspaceId: plant\nrenames: {entities: {tank: tank-2}}\n"
    after = {"entities/e.yaml": "tank-2: {entityName: Tank}\n", "twin.yaml": renames}
    document = review(
        load(write(tmp_path / "before", {"entities/e.yaml": before, "twin.yaml": "workspaceId: plant\n"})),
        load(write(tmp_path / "after", after)),
    )

    assert document["entities"] == {
        "line": {"action": "removed"},
        "pump": {"action": "removed"},
        "tank-2": {"action": "renamed", "formerId": "tank"},
    }
    assert [(change["id"], change["text"]) for change in document["changes"]] == [
        ("line", "entity line with 1 entity below it"),
        ("tank-2", "entity tank-2 (was tank)"),
    ]
    (risk,) = document["changes"][0]["risks"]
    assert (risk["code"], risk["level"]) == ("PLAN010", "danger")
    assert (document["from"], document["to"]) == ("old", "new")


def test_scenes_come_first_and_other_things_last(tmp_path: Path) -> None:
    entities = "m-1: {entityName: M 1}\n"
    before = definition(tmp_path / "before", entities, NODES)
    files = {"component_types/t.yaml": "com.example.T: {}\n", "entities/e.yaml": "m-1: {entityName: M 2}\n"}
    after = write(
        tmp_path / "after", {**files, "scenes/hall.json": json.dumps({"nodes": [{"name": "Hall"}]})}
    )
    kinds = [change["kind"] for change in review(before, load(after))["changes"]]
    assert kinds == ["scene", "entity", "component type"]
