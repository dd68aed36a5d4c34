"""What requests change in the stored form of an entity."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.local.service import ServiceError
from twin_stack.local.service.twinmaker.entity_requests import component_path, new_body, updated_body

TYPE: dict[str, Any] = {
    "propertyDefinitions": {},
    "propertyGroups": {},
    "compositeComponentTypes": {},
    "functions": {},
    "isAbstract": False,
    "isSingleton": False,
}


def types(type_id: str) -> dict[str, Any]:
    if type_id != "pump":
        raise ServiceError("ResourceNotFoundException", f"component type {type_id!r} does not exist")
    return TYPE


def body(**members: Any) -> dict[str, Any]:
    return new_body({"entityName": "Pump 1", **members}, types)


def test_a_new_entity_is_below_the_root_and_has_no_description() -> None:
    assert body() == {
        "entityName": "Pump 1",
        "description": "",
        "parentEntityId": "$ROOT",
        "components": {},
        "compositeComponents": {},
    }


@pytest.mark.parametrize(
    ("component", "message"),
    [
        ({}, "component 'C' needs a componentTypeId"),
        (
            {"componentTypeId": "tank"},
            "component 'C': component type 'tank' does not exist; create it first",
        ),
    ],
)
def test_a_component_without_a_known_type_is_refused(component: Any, message: str) -> None:
    with pytest.raises(ServiceError) as caught:
        body(components={"C": component})

    assert caught.value.message == message


def test_an_update_leaves_the_body_before_as_it_was() -> None:
    before = body(components={"C": {"componentTypeId": "pump"}})
    after = updated_body(
        before, {"entityName": "Pump 2", "componentUpdates": {"C": {"updateType": "DELETE"}}}, types
    )

    assert (after["entityName"], after["components"]) == ("Pump 2", {})
    assert (before["entityName"], list(before["components"])) == ("Pump 1", ["C"])


@pytest.mark.parametrize(
    ("update", "message"),
    [
        (
            {"C": {"updateType": "CREATE", "componentTypeId": "pump"}},
            "Component C in entity e1 in workspace Factory cannot be created as it already exists; "
            "use UPDATE",
        ),
        ({"D": {"updateType": "UPDATE"}}, "component 'D' does not exist; use CREATE"),
    ],
)
def test_an_update_that_contradicts_the_entity_is_refused(update: Any, message: str) -> None:
    before = body(components={"C": {"componentTypeId": "pump"}})

    with pytest.raises(ServiceError) as caught:
        updated_body(before, {"workspaceId": "Factory", "entityId": "e1", "componentUpdates": update}, types)

    assert caught.value.message == message


def test_a_component_is_named_by_its_path_before_its_name() -> None:
    assert component_path({"componentPath": "a/b", "componentName": "c"}) == "a/b"
    assert component_path({"componentName": "c"}) == "c"
    assert component_path({}) is None
