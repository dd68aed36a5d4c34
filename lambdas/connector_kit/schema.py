"""schemaInitializer: which properties a component has, as its store knows them.

The service asks when a component type or an entity's component is made or changed, and adds what
the answer names (as imported properties) to those of the definition.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connector_kit.component import Component, mapping
from connector_kit.errors import RequestError
from connector_kit.values import DataType, DataValue

_NAME = re.compile(r"[a-zA-Z_\-0-9]{1,256}")
"""The service's pattern and length of a property name (botocore, ``Name``)."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What a store says of one property.

    Attributes:
        data_type: Its type.
        is_time_series: Whether it has a history.
        is_stored_externally: Whether the connector is asked for its values. AWS's own example
            leaves this flag out for a time series; setting it is the safe choice.
        unit_of_measure: Its unit, or None.
        configuration: Where the store keeps it; the connector gets this back in each event.
        value: The value of a property that the service stores itself, or None. In a component type's
            lifecycle it is the default of the type's entities, as in AWS's own example.
    """

    data_type: DataType
    is_time_series: bool = True
    is_stored_externally: bool = True
    unit_of_measure: str | None = None
    configuration: Mapping[str, str] = field(default_factory=dict)
    value: DataValue | None = None


def parse_schema_event(event: Mapping[str, Any]) -> Component:
    """Read a schemaInitializer event.

    Args:
        event: ``workspaceId`` and ``properties``; in the entity's lifecycle ``entityId`` and
            ``componentName`` too.

    Returns:
        The component, with the properties known so far.

    Raises:
        RequestError: If the event lacks a member, or has one of another JSON type.
    """
    faults = []
    names = ("entityId", "componentName")
    in_entity = any(event.get(name) is not None for name in names)
    for name in ("workspaceId", *(names if in_entity else ())):
        if not (isinstance(event.get(name), str) and event[name]):
            faults.append(f"{name} (text)")
    if not isinstance(event.get("properties"), Mapping):
        faults.append("properties (object)")
    if faults:
        raise RequestError(f"the event lacks {', '.join(faults)}")
    return Component(
        workspace_id=event["workspaceId"],
        entity_id=event.get("entityId"),
        component_name=event.get("componentName"),
        properties=event["properties"],
    )


def schema_answer(component: Component, found: Mapping[str, Definition]) -> tuple[dict[str, Any], int]:
    """Write the answer: what the store has and the component lacks.

    A property that the component defines is left alone: the definition is somebody's decision, and
    types cannot be changed by an initializer.

    Args:
        component: The component asked about.
        found: Properties of the store by name.

    Returns:
        The answer, and how many names were left out because the service's pattern forbids them.
    """
    named = {name: one for name, one in found.items() if _NAME.fullmatch(name)}
    properties = {
        name: _property(one, in_type=component.entity_id is None)
        for name, one in sorted(named.items())
        if not mapping(component.properties).get(name)
    }
    return {"properties": properties}, len(found) - len(named)


def _property(one: Definition, *, in_type: bool) -> dict[str, Any]:
    data_type = _data_type_json(one.data_type)
    if one.unit_of_measure:
        data_type["unitOfMeasure"] = one.unit_of_measure
    definition: dict[str, Any] = {
        "dataType": data_type,
        "isTimeSeries": one.is_time_series,
        "isStoredExternally": one.is_stored_externally,
    }
    if one.configuration:
        definition["configuration"] = dict(one.configuration)
    if one.value is None:
        return {"definition": definition}
    if in_type:
        return {"definition": {**definition, "defaultValue": one.value}}
    return {"definition": definition, "value": one.value}


def _data_type_json(data_type: DataType) -> dict[str, Any]:
    if data_type.nested is None:
        return {"type": data_type.type}
    return {"type": data_type.type, "nestedType": _data_type_json(data_type.nested)}
