"""Nodes and components of scene documents."""

from __future__ import annotations

from twin_stack.definition.scene_parts import list_member, map_member, scene_nodes
from twin_stack.definition.schema import Scene


def test_member_of_another_form_counts_as_empty() -> None:
    document = {"nodes": [1], "rules": {"a": 1}, "cameras": "x"}
    assert (list_member(document, "nodes"), map_member(document, "rules")) == ([1], {"a": 1})
    assert (list_member(document, "cameras"), map_member(document, "nodes")) == ([], {})
    assert (list_member(document, "nothing"), map_member(document, "nothing")) == ([], {})


def test_nodes_keep_their_indexes_where_others_are_skipped() -> None:
    scene = Scene.model_construct(scene_id="hall", document={"nodes": [{"name": "A"}, 5, {"name": "B"}]})
    assert list(scene_nodes(scene)) == [(0, {"name": "A"}), (2, {"name": "B"})]
