"""Entities as the service returns them, as members of definition files. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.definition.kept_members import COMPONENT_ORDER, GIVEN_DEFAULTS
from twin_stack.formats.bare_values import bare_value, short_definition
from twin_stack.formats.workspace.component_types import own_property_groups, without_empty
from twin_stack.twinmaker.data_types import PROPERTY_MEMBERS
from twin_stack.twinmaker.names import ROOT, SITEWISE_ASSET_ID, SITEWISE_ASSET_MODEL_ID

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    Json = Mapping[str, Any]


def entity_members(
    response: Json,
    parts: Mapping[str, Json],
    types: Mapping[str, Json],
    sitewise_ids: frozenset[str],
    kept: Mapping[str, Any] = {},
) -> dict[str, Any]:
    """Return an entity with the values that it gives itself, without what its types give.

    Args:
        response: Answer of GetEntity, with all properties of all components.
        parts: Components inside of others with their properties, by path.
        types: Answers of GetComponentType, by id.
        sitewise_ids: Ids of the SiteWise asset models and assets that a deployment of the definition makes.
        kept: What the stack keeps of the entity.
    """
    given_defaults = kept.get(GIVEN_DEFAULTS) or {}
    order = {name: index for index, name in enumerate(kept.get(COMPONENT_ORDER) or ())}

    def members_of(path: str, component: Json) -> dict[str, Any]:
        component_type = types.get(component.get("componentTypeId") or "") or {}
        return _component_members(component, component_type, sitewise_ids, given_defaults.get(path) or ())

    components = {
        name: without_empty(
            {"componentTypeId": component.get("componentTypeId"), **members_of(name, component)}
        )
        for name, component in sorted(
            (response.get("components") or {}).items(),
            key=lambda item: (order.get(item[0], len(order)), item[0]),
        )
    }
    composites = {
        path: members
        for path, component in sorted(parts.items())
        if (members := without_empty(members_of(path, component)))
    }
    parent = response.get("parentEntityId")
    return without_empty(
        {
            "entityId": response["entityId"],
            "entityName": response["entityName"],
            "description": response.get("description"),
            "parentEntityId": None if parent == ROOT else parent,
            "components": components,
            "compositeComponents": composites,
        }
    )


def _component_members(
    component: Json, component_type: Json, sitewise_ids: frozenset[str], given_defaults: Collection[str]
) -> dict[str, Any]:
    definitions = component_type.get("propertyDefinitions") or {}
    type_groups = component_type.get("propertyGroups") or {}
    model = definitions.get(SITEWISE_ASSET_MODEL_ID, {}).get("defaultValue") or {}
    model_id = model.get("stringValue")
    properties: dict[str, Any] = {}
    for name, item in sorted((component.get("properties") or {}).items()):
        value = item.get("value") or {}
        definition = item.get("definition") or {}
        default = definition.get("defaultValue") or definitions.get(name, {}).get("defaultValue")
        if value == default and name not in given_defaults:
            value = {}
        asset_id = value.get("stringValue")
        # The stack that makes the model of a type makes its assets, also where it does not list them.
        if name == SITEWISE_ASSET_ID and not sitewise_ids.isdisjoint({asset_id, model_id}):
            value = {}
        if (own := _own_property(value, definition, definitions.get(name))) is not None:
            properties[name] = own
    groups = own_property_groups(component)
    return {
        "description": component.get("description"),
        "properties": properties,
        "propertyGroups": {name: group for name, group in groups.items() if name not in type_groups},
    }


def _own_property(value: Json, definition: Json, of_type: Json | None) -> Any | None:
    """Return what a component declares of a property; None where its type or an import declares all of it."""
    bare = bare_value(value, definition.get("dataType")) if value else None
    if definition.get("isImported") or not _differs(definition, of_type):
        # A map with these members alone is read as a value and its definition.
        is_ambiguous = isinstance(bare, dict) and bare.keys() <= PROPERTY_MEMBERS
        return {"value": bare} if is_ambiguous else bare
    own = {"definition": short_definition(definition)}
    return own if bare is None else {"value": bare, **own}


def _differs(definition: Json, of_type: Json | None) -> bool:
    """Return whether a component defines a property otherwise than its type."""
    if not definition.get("dataType"):
        return False
    return of_type is None or short_definition(definition) != short_definition(of_type)
