"""Differences of scenes, by node."""

from __future__ import annotations

from typing import Any

from twin_stack.plan.scene_nodes import scene_differences

Json = dict[str, Any]


def scene(*nodes: Json, roots: list[int], **members: Any) -> Json:
    return {"document": {"nodes": list(nodes), "rootNodeIndexes": roots, **members}}


def node(name: str, *children: int, at: int = 0, components: list[Json] | None = None) -> Json:
    return {
        "name": name,
        "children": list(children),
        "transform": {"position": [at, 0, 0]},
        "components": components or [],
    }


def lines(before: Json, after: Json) -> list[str]:
    return [f"{d.action} {'|'.join(d.path)}" for d in scene_differences(before, after)]


def test_inserted_node_changes_no_other() -> None:
    before = scene(node("Hall", 1, 2), node("Pump"), node("Valve"), roots=[0])
    after = scene(node("Hall", 3, 1, 2), node("Pump"), node("Valve"), node("Light"), roots=[0])
    assert lines(before, after) == ["added nodes|Hall/Light"]


def test_moved_and_rebound_nodes_are_named() -> None:
    tag = {"type": "Tag", "valueDataBinding": {"dataBindingContext": {"entityId": "a"}}}
    other = {"type": "Tag", "valueDataBinding": {"dataBindingContext": {"entityId": "b"}}}
    before = scene(node("Hall", 1), node("Pump", at=1, components=[tag]), roots=[0])
    after = scene(node("Hall", 1), node("Pump", at=2, components=[other]), roots=[0])
    assert lines(before, after) == [
        "changed nodes|Hall/Pump|transform|position",
        "changed nodes|Hall/Pump|components|Tag|valueDataBinding|dataBindingContext|entityId",
    ]


def test_node_below_another_one_is_moved_with_what_is_below_it() -> None:
    before = scene(node("Hall", 1, 2), node("Line"), node("Pump", 3), node("Motor"), roots=[0])
    after = scene(node("Hall", 1), node("Line", 2), node("Pump", 3), node("Motor"), roots=[0])
    assert lines(before, after) == ["moved nodes|Hall/Line/Pump"]


def test_removed_subtree_is_one_line_with_its_size() -> None:
    before = scene(node("Hall", 1), node("Pump", 2, 3), node("Motor"), node("Seal"), roots=[0])
    after = scene(node("Hall"), roots=[0])
    (removed,) = scene_differences(before, after)
    assert (removed.action, removed.path, [*removed.before["children"]]) == (
        "removed",
        ("nodes", "Hall/Pump"),
        ["Motor", "Seal"],
    )


def test_what_changes_below_a_moved_node_is_told_too() -> None:
    hall, line, pump, motor, seal = (
        node("Hall"),
        node("Line"),
        node("Pump", 3, 4),
        node("Motor"),
        node("Seal"),
    )
    before = scene(node("Hall", 2), line, pump, motor, seal, roots=[0, 1])
    after = scene(hall, node("Line", 2), pump, node("Motor", at=2), node("Lid", at=3), roots=[0, 1])
    assert lines(before, after) == [
        "moved nodes|Line/Pump",
        "changed nodes|Line/Pump/Motor|transform|position",
        "added nodes|Line/Pump/Lid",
        "removed nodes|Hall/Pump/Seal",
    ]


def test_node_below_an_added_one_is_moved() -> None:
    before = scene(node("Hall", 1), node("Pump", 2), node("Motor"), roots=[0])
    after = scene(node("Hall", 3), node("Pump", 2), node("Motor"), node("Line", 1), roots=[0])
    assert lines(before, after) == ["added nodes|Hall/Line", "moved nodes|Hall/Line/Pump"]


def test_names_that_look_like_places_stay_apart() -> None:
    def nodes(at: int) -> Json:
        pumps = node("P"), node("P"), node("P (2)", at=at)
        return scene(node("A", 1), node("B"), node("A/B", at=at), *pumps, roots=[0, 2, 3, 4, 5])

    assert lines(nodes(0), nodes(1)) == [
        "changed nodes|A\\/B|transform|position",
        "changed nodes|P (2) (2)|transform|position",
    ]


def test_equal_names_are_numbered() -> None:
    before = scene(node("Pump", at=1), node("Pump", at=2), roots=[0, 1])
    after = scene(node("Pump", at=1), node("Pump", at=3), roots=[0, 1])
    assert lines(before, after) == ["changed nodes|Pump (2)|transform|position"]


def test_rules_and_members_of_the_document_are_compared() -> None:
    before = scene(roots=[], unit="meters", rules={"r": {"statements": [{"expression": "a > 1"}]}})
    after = scene(roots=[], unit="feet", rules={"r": {"statements": [{"expression": "a > 2"}]}})
    assert lines(before, after) == ["changed unit", "changed rules|r|statements|0|expression"]


def test_odd_documents_end() -> None:
    cyclic = scene({"name": "A", "children": [0, 7, "x"]}, roots=[0, 0])
    assert lines(cyclic, cyclic) == []
    assert lines({}, cyclic) == ["added nodes|A"]


def test_node_that_differs_only_in_its_name_is_renamed() -> None:
    before = scene(node("Hall", 1, 2), node("Pump", 3, at=1), node("Valve", at=2), node("Motor"), roots=[0])
    after = scene(node("Hall", 1, 2), node("Pump 1", 3, at=1), node("Lid", at=3), node("Motor"), roots=[0])
    assert lines(before, after) == [
        "renamed nodes|Hall/Pump 1",
        "added nodes|Hall/Lid",
        "removed nodes|Hall/Valve",
    ]
    twice = scene(node("Hall", 1, 2), node("A"), node("B"), roots=[0])
    other = scene(node("Hall", 1, 2), node("C"), node("D"), roots=[0])
    assert {line.split()[0] for line in lines(twice, other)} == {"added", "removed"}


def test_value_of_another_type_is_a_change_even_if_python_takes_it_for_equal() -> None:
    before = scene(node("Hall"), roots=[0], visible=1, sizes=[0, {"depth": [1]}])
    after = scene(node("Hall"), roots=[0], visible=True, sizes=[0, {"depth": [True]}])
    assert lines(before, after) == ["changed visible", "changed sizes"]
    assert lines(after, after) == []
