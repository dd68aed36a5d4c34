"""Members of UpdateEntity, comparison with the live entity, and changes made by hand that stay."""

from __future__ import annotations

from typing import Any

from entity_reconciler.entity_changes import find_differences, merge, update_members
from entity_reconciler.shapes import ROOT

Json = dict[str, Any]
TYPE = "com.example.Info"


def value(number: float) -> Json:
    return {"value": {"doubleValue": number}}


def wanted(parent: str = ROOT, **components: Json) -> Json:
    return {"entityId": "m", "entityName": "Mill", "parentEntityId": parent, "components": components}


def component(type_id: str = TYPE, **properties: Json) -> Json:
    return {"componentTypeId": type_id, "properties": properties}


def live(parent: str = ROOT, **components: Json) -> Json:
    views = {
        name: {
            **item,
            "properties": {
                key: {"definition": {"isInherited": True, "defaultValue": {"doubleValue": 0.0}}, **view}
                for key, view in {"p": value(0.0), "q": value(0.0), **item["properties"]}.items()
            },
        }
        for name, item in components.items()
    }
    return {"entityName": "Mill", "description": "", "parentEntityId": parent, "components": views}


def test_equal_entities_need_no_call() -> None:
    assert update_members(wanted(c=component(p=value(1))), live(c=component(p=value(1.0)))) == []
    assert find_differences(wanted(c=component(p=value(1))), live(c=component(p=value(1.0)))) == []


def test_only_what_differs_is_updated() -> None:
    assert update_members(
        wanted("hall", c=component(p=value(1), q=value(2)), new=component(p=value(3))),
        live(c=component(p=value(1), q=value(4)), old=component()),
    ) == [
        {
            "parentEntityUpdate": {"updateType": "UPDATE", "parentEntityId": "hall"},
            "componentUpdates": {
                "c": {"updateType": "UPDATE", "propertyUpdates": {"q": value(2)}},
                "new": {
                    "updateType": "CREATE",
                    "componentTypeId": TYPE,
                    "propertyUpdates": {"p": value(3)},
                },
                "old": {"updateType": "DELETE"},
            },
        }
    ]


def test_value_that_is_no_longer_wanted_is_reset() -> None:
    assert update_members(wanted(c=component()), live(c=component(p=value(5)))) == [
        {
            "componentUpdates": {
                "c": {"updateType": "UPDATE", "propertyUpdates": {"p": {"updateType": "RESET_VALUE"}}}
            }
        }
    ]


def test_move_to_the_top_deletes_the_parent() -> None:
    assert update_members(wanted(), live("hall")) == [{"parentEntityUpdate": {"updateType": "DELETE"}}]


def test_component_of_another_type_takes_two_calls() -> None:
    assert update_members(wanted(c=component("com.example.New")), live(c=component())) == [
        {"componentUpdates": {"c": {"updateType": "DELETE"}}},
        {
            "componentUpdates": {
                "c": {"updateType": "CREATE", "componentTypeId": "com.example.New", "propertyUpdates": {}}
            }
        },
    ]


def test_composite_components_are_written_by_their_path() -> None:
    entity = {**wanted(), "compositeComponents": {"c/motor": {"properties": {"p": value(1)}}}}
    assert update_members(entity, live()) == [
        {
            "compositeComponentUpdates": {
                "c/motor": {"updateType": "UPDATE", "propertyUpdates": {"p": value(1)}}
            }
        }
    ]


def test_differences_have_the_path_of_the_member() -> None:
    present = live("hall", c=component("com.example.Other", p=value(2)), extra=component())
    assert find_differences(wanted(c=component(p=value(1)), gone=component()), present) == [
        "parentEntityId",
        "components.c.componentTypeId",
        "components.c.properties.p",
        "components.extra",
        "components.gone",
    ]


def test_imported_and_default_values_are_no_difference() -> None:
    present = live(c=component())
    imported = {"definition": {"isImported": True}, **value(7)}
    present["components"]["c"]["properties"]["seen"] = imported
    assert find_differences(wanted(c=component()), present) == []


def test_change_by_hand_stays_where_the_definition_is_as_before() -> None:
    former = wanted("hall", c=component(p=value(1), q=value(1)), gone=component())
    entity = wanted("hall", c=component(p=value(1), q=value(2)), new=component())
    present = live("shed", c=component(p=value(9), q=value(9)), gone=component(), extra=component(p=value(3)))
    merged = merge(former, entity, {**present, "description": "by hand"})
    assert merged["parentEntityId"] == "shed"
    assert merged["description"] == "by hand"
    assert merged["components"]["c"]["properties"] == {"p": value(9), "q": value(2)}
    assert set(merged["components"]) == {"c", "new", "extra"}
