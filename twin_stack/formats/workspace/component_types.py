"""Component types as the service returns them, as members of definition files. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.formats.bare_values import short_definition

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Json = Mapping[str, Any]


def component_type_members(
    response: Json, parents: Sequence[Json], connector_of: Callable[[str], str | None]
) -> dict[str, Any]:
    """Return what a component type gives itself, without what it inherits or imports.

    Args:
        response: Answer of GetComponentType.
        parents: Answers of GetComponentType for the types that it extends directly, in their order.
        connector_of: Returns the name of the connector whose function has an ARN; None if there is none.
    """
    inherited = inherited_properties(parents)
    members: dict[str, Any] = {
        "componentTypeId": response["componentTypeId"],
        "componentTypeName": response.get("componentTypeName"),
        "description": response.get("description"),
        "extendsFrom": list(response.get("extendsFrom") or ()),
        "isSingleton": response.get("isSingleton") or None,
        "propertyDefinitions": {
            name: own
            for name, definition in sorted((response.get("propertyDefinitions") or {}).items())
            if (own := _own_definition(definition, inherited.get(name))) is not None
        },
        "functions": {
            name: _function(function, connector_of)
            for name, function in sorted((response.get("functions") or {}).items())
            if not function.get("isInherited")
        },
        "propertyGroups": own_property_groups(response),
        "compositeComponentTypes": {
            name: {"componentTypeId": part["componentTypeId"]}
            for name, part in sorted((response.get("compositeComponentTypes") or {}).items())
            if not part.get("isInherited")
        },
    }
    return without_empty(members)


def inherited_properties(parents: Sequence[Json]) -> dict[str, Json]:
    """Return the properties that a type has of its parents, by name.

    Args:
        parents: Answers of GetComponentType, in the order of ``extendsFrom``; the later one wins.
    """
    inherited: dict[str, Json] = {}
    for parent in parents:
        inherited |= parent.get("propertyDefinitions") or {}
    return inherited


def own_property_groups(response: Json) -> dict[str, Any]:
    """Return the property groups that a type or a component gives itself.

    Args:
        response: An answer of GetComponentType, or a component of one of GetEntity.
    """
    return {
        name: {"groupType": group["groupType"], "propertyNames": list(group["propertyNames"])}
        for name, group in sorted((response.get("propertyGroups") or {}).items())
        if not group.get("isInherited")
    }


def without_empty(members: Json) -> dict[str, Any]:
    """Return members without those that have no content.

    Args:
        members: By name.
    """
    return {name: content for name, content in members.items() if content not in (None, "", [], {})}


def _own_definition(definition: Json, inherited: Json | None) -> str | dict[str, Any] | None:
    """Return what a type declares of a property; None for one that it only inherits or imports."""
    if definition.get("isImported"):
        return None
    if not definition.get("isInherited"):
        return short_definition(definition)
    # Only these two members of an inherited property can be distinguished from those of the parent.
    overridden = {
        name: definition[name]
        for name in ("defaultValue", "configuration")
        if definition.get(name) and definition[name] != (inherited or {}).get(name)
    }
    if not overridden:
        return None
    short = short_definition({"dataType": definition.get("dataType"), **overridden})
    assert isinstance(short, dict)  # noqa: S101 (it has more members than a data type)
    return {name: content for name, content in short.items() if name != "dataType"}


def _function(function: Json, connector_of: Callable[[str], str | None]) -> dict[str, Any]:
    implementation = function.get("implementedBy") or {}
    arn = (implementation.get("lambda") or {}).get("arn")
    members: dict[str, Any] = {}
    if arn and (connector := connector_of(arn)) is not None:
        members["connector"] = connector
    elif arn:
        members["implementedBy"] = {"lambda": {"arn": arn}}
    elif implementation.get("isNative"):
        members["implementedBy"] = {"isNative": True}
    if function.get("requiredProperties"):
        members["requiredProperties"] = list(function["requiredProperties"])
    if function.get("scope"):
        members["scope"] = function["scope"]
    return members
