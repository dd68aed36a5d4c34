"""Devices of a store: which of them the components of a twin are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.parts import placed_components

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.parts import ComponentValues
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Connector, Entity

MAX_LISTED = 3_000
"""Characters of a list of devices: Lambda takes 4 KB of environment variables in all."""


def listed_devices(
    name: str, connector: Connector, entities: Mapping[str, Entity], types: Mapping[str, ResolvedType]
) -> dict[str, list[str]]:
    """Return the devices whose values a connector reads, by component type.

    A device is identified as the connector does it in an event: by the key property, else the first
    external id that has a value, else the entity. A part of a composite component is one like any other.

    Args:
        name: Name of the connector in ``twin.yaml``.
        connector: The connector.
        entities: By id.
        types: Resolved types by id.
    """
    devices: dict[str, set[str]] = {}
    for entity_id, entity in entities.items():
        for _, type_id, component in placed_components(entity, types):
            resolved = types.get(type_id)
            if resolved is None or all(
                function.connector != name for function in resolved.functions.values()
            ):
                continue
            device = device_of(component, resolved, connector.key_property) or entity_id
            devices.setdefault(resolved.component_type_id, set()).add(device)
    return {type_id: sorted(ids) for type_id, ids in sorted(devices.items())}


def device_of(component: ComponentValues, resolved: ResolvedType, key_property: str | None) -> str | None:
    """Return the device id that a component gives, None where it gives none.

    Args:
        component: The component, its values in the service's form.
        resolved: Its type, with all that it inherits.
        key_property: The connector's key property, if it has one.
    """
    names = [key_property] if key_property else []
    names += sorted(name for name, definition in resolved.properties.items() if definition.is_external_id)
    for name in names:
        prop = component.properties.get(name)
        value = prop.value if prop is not None else None
        if value is None and name in resolved.properties:
            value = resolved.properties[name].default_value
        # A default that does not fit its type is bare; it is reported where it is declared.
        content = next(iter(value.values()), None) if isinstance(value, dict) else None
        if isinstance(content, str | int | float) and content != "":
            return str(content)
    return None
