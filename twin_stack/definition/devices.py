"""Which devices of a store the components of a twin are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Component, Connector, Entity

MAX_LISTED = 3_000
"""Characters of a list of devices: Lambda takes 4 KB of environment variables in all."""


def listed_devices(
    name: str, connector: Connector, entities: Mapping[str, Entity], types: Mapping[str, ResolvedType]
) -> dict[str, list[str]]:
    """Return the devices that a connector answers for, by component type.

    A device is named as the connector's code finds it in an event: by the key property, else the first
    external id that has a value, else the entity.

    Args:
        name: Name of the connector in ``twin.yaml``.
        connector: The connector.
        entities: By id.
        types: Resolved types by id.
    """
    found: dict[str, set[str]] = {}
    for entity_id, entity in entities.items():
        for component in entity.components.values():
            resolved = types.get(component.component_type_id or "")
            if resolved is None or all(one.connector != name for one in resolved.functions.values()):
                continue
            device = device_of(component, resolved, connector.key_property) or entity_id
            found.setdefault(resolved.component_type_id, set()).add(device)
    return {type_id: sorted(devices) for type_id, devices in sorted(found.items())}


def device_of(component: Component, resolved: ResolvedType, key_property: str | None) -> str | None:
    """Return the device that a component names, None where that is its entity.

    Args:
        component: The component, its values typed.
        resolved: Its type, with all that it inherits.
        key_property: The connector's key property, if it has one.
    """
    names = [key_property] if key_property else []
    names += sorted(name for name, one in resolved.properties.items() if one.is_external_id)
    for name in names:
        given = component.properties.get(name)
        value = given.value if given is not None else None
        if value is None and name in resolved.properties:
            value = resolved.properties[name].default_value
        text = next(iter((value or {}).values()), None)
        if isinstance(text, str | int | float) and text != "":
            return str(text)
    return None
