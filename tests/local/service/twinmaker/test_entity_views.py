"""Components as GetEntity and ListComponents return them."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.local.service.resources import Resource
from twin_stack.local.service.twinmaker.components import Component
from twin_stack.local.service.twinmaker.entity_views import component_summary, component_view

ERROR = {"code": "INTERNAL_FAILURE", "message": "the connector failed"}


def resolved(properties: int = 1, **more: Any) -> dict[str, Any]:
    """A component type as it is resolved."""
    definitions = {f"p{number}": {"dataType": {"type": "DOUBLE"}} for number in range(properties)}
    return {"propertyDefinitions": definitions, "propertyGroups": {}, "compositeComponentTypes": {}, **more}


def component(record: dict[str, Any] | None = None, **more: Any) -> Component:
    return Component("Mixer", "x.mixer", record or {}, resolved(**more))


def entity(state: str = "ACTIVE") -> Resource:
    return Resource("e1", {"components": {}}, state, 0.0, 0.0)


def no_types(type_id: str) -> dict[str, Any]:
    raise AssertionError(type_id)


def test_summary_has_name_type_and_path() -> None:
    assert component_summary(component({"description": "Mixes."}), entity()) == {
        "componentName": "Mixer",
        "componentTypeId": "x.mixer",
        "description": "Mixes.",
        "propertyGroups": None,
        "status": {"state": "ACTIVE", "error": {}},
        "componentPath": "Mixer",
    }


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("ACTIVE", {"state": "ERROR", "error": ERROR}),
        ("UPDATING", {"state": "UPDATING", "error": {}}),
    ],
)
def test_failure_of_a_component_is_reported_once_its_entity_has_settled(state: str, status: Any) -> None:
    assert component_summary(component({"error": ERROR}), entity(state))["status"] == status


def test_groups_of_the_component_replace_those_of_its_type() -> None:
    of_type = {"a": {"groupType": "TABULAR", "propertyNames": ["p0"], "isInherited": True}}
    own = {"groupType": "TABULAR", "propertyNames": ["p1"]}
    inherited = component(propertyGroups=of_type)
    assert component_summary(inherited, entity())["propertyGroups"] == of_type
    replaced = component({"propertyGroups": {"a": own}}, propertyGroups=of_type)
    assert component_summary(replaced, entity())["propertyGroups"] == {"a": {**own, "isInherited": False}}


def test_view_has_the_properties_and_no_path() -> None:
    view = component_view(component(), entity(), no_types)
    assert view["properties"] == {"p0": {"definition": {"dataType": {"type": "DOUBLE"}}}}
    assert view["areAllPropertiesReturned"] is True
    assert (view["compositeComponents"], view["areAllCompositeComponentsReturned"]) == (None, None)
    assert "componentPath" not in view


@pytest.mark.parametrize(("count", "are_all"), [(800, True), (801, False)])
def test_view_has_eight_hundred_properties_at_most(count: int, are_all: bool) -> None:
    view = component_view(component(properties=count), entity(), no_types)
    assert (len(view["properties"]), view["areAllPropertiesReturned"]) == (800, are_all)


def test_nested_components_are_in_the_view_by_name() -> None:
    mixer = component(compositeComponentTypes={"Motor": {"componentTypeId": "x.motor"}})
    view = component_view(mixer, entity(), {"x.motor": resolved()}.__getitem__)
    assert view["areAllCompositeComponentsReturned"] is True
    (nested,) = view["compositeComponents"].items()
    assert nested[0] == "Motor"
    assert (nested[1]["componentTypeId"], nested[1]["componentPath"]) == ("x.motor", "Mixer/Motor")
