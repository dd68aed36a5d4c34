"""Components of entities in the form that GetEntity and ListComponents return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.service.twinmaker.components import nested_in
from twin_stack.twinmaker.quotas import MAX_PROPERTIES

if TYPE_CHECKING:
    from twin_stack.local.service.resources import Resource
    from twin_stack.local.service.twinmaker.components import Component, Types
    from twin_stack.local.service.twinmaker.context import Json


def component_summary(component: Component, entity: Resource) -> Json:
    """Return a component in the form of ListComponents.

    Args:
        component: The component.
        entity: Its entity.
    """
    error = component.record.get("error")
    settled = entity.state == "ACTIVE"
    groups = {
        **component.type["propertyGroups"],
        **{
            name: {**group, "isInherited": False}
            for name, group in component.record.get("propertyGroups", {}).items()
        },
    }
    return {
        "componentName": component.name,
        "componentTypeId": component.type_id,
        "description": component.record.get("description"),
        "propertyGroups": groups or None,
        "status": {
            "state": "ERROR" if error and settled else entity.state,
            "error": (error if settled else None) or {},
        },
        "componentPath": component.path,
    }


def component_view(component: Component, entity: Resource, types: Types) -> Json:
    """Return a component in the form of GetEntity.

    Args:
        component: The component.
        entity: Its entity.
        types: Resolves component types.
    """
    views = component.views
    properties = dict(list(views.items())[:MAX_PROPERTIES])
    nested = {item.name: component_summary(item, entity) for item in nested_in(component, entity.body, types)}
    summary = component_summary(component, entity)
    del summary["componentPath"]
    return {
        **summary,
        "properties": properties,
        "areAllPropertiesReturned": len(properties) == len(views),
        "compositeComponents": nested or None,
        "areAllCompositeComponentsReturned": True if nested else None,
    }
