"""The tree of assets follows that of the entities."""

from __future__ import annotations

from twin_stack.definition.asset_tree import aggregation_edges, asset_keys, break_cycles, hierarchy_links
from twin_stack.definition.resolve import resolve
from twin_stack.definition.schema import ComponentType, Entity


def entity(entity_id: str, parent: str = "$ROOT", **types: str) -> Entity:
    return Entity.model_validate(
        {
            "entityId": entity_id,
            "entityName": entity_id,
            "parentEntityId": parent,
            "components": {name: {"componentTypeId": type_id} for name, type_id in types.items()},
        }
    )


ENTITIES = {
    item.entity_id: item
    for item in (
        entity("hall", a="com.Hall", b="com.Plain", c="com.Other"),
        entity("room", "hall", a="com.Plain"),
        entity("lamp-1", "hall", x="com.Lamp", y="com.Meter"),
        entity("lamp-2", "room", x="com.Lamp"),
    )
}
TYPE_IDS = {"com.Hall", "com.Other", "com.Lamp", "com.Meter"}


def test_components_of_other_types_are_no_assets() -> None:
    assert asset_keys(ENTITIES, TYPE_IDS, {}) == {
        "hall": [("a", "com.Hall"), ("c", "com.Other")],
        "lamp-1": [("x", "com.Lamp"), ("y", "com.Meter")],
        "lamp-2": [("x", "com.Lamp")],
    }


def test_assets_are_below_the_first_asset_of_the_parent_entity() -> None:
    links = list(hierarchy_links(ENTITIES, asset_keys(ENTITIES, TYPE_IDS, {})))
    # The parent of lamp-2 has no asset, so lamp-2 is at the top.
    assert links == [
        (("hall", "a"), "com.Hall", ("lamp-1", "x"), "com.Lamp"),
        (("hall", "a"), "com.Hall", ("lamp-1", "y"), "com.Meter"),
    ]


def test_edge_that_closes_a_cycle_is_left_out() -> None:
    assert break_cycles([("a", "b"), ("b", "c"), ("c", "a"), ("a", "c")]) == {"a": ["b", "c"], "b": ["c"]}


def test_type_is_not_below_itself() -> None:
    assert break_cycles([("a", "a")]) == {}


def test_repeated_edge_counts_once() -> None:
    assert break_cycles([("a", "b"), ("a", "b")]) == {"a": ["b"]}


def test_expression_over_children_needs_their_type_below() -> None:
    sums = {
        name: {
            "expression": f"sum({name})",
            "window": "5m",
            "variables": {name: {"componentTypeId": type_id, "propertyName": "p"}},
        }
        for name, type_id in (("lamps", "com.Lamp"), ("others", "com.Unused"))
    }
    types = {
        type_id: ComponentType.model_validate({"componentTypeId": type_id, "propertyDefinitions": properties})
        for type_id, properties in {"com.Hall": sums, "com.Lamp": {"p": "DOUBLE"}}.items()
    }
    edges = list(aggregation_edges(resolve(types), {"com.Hall", "com.Lamp"}))
    assert edges == [("com.Hall", "com.Lamp")], "a type that no entity has becomes no model"
