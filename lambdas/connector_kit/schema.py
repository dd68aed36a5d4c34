"""schemaInitializer: the properties that a component has in its store.

The service invokes it when a component type or an entity's component is created or changed, and adds
the properties of the answer (as imported properties) to those of the definition.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connector_kit.component import Component, component_of, mapping, reference_of
from connector_kit.errors import RequestError
from connector_kit.values import DataType, DataValue

_NAME = re.compile(r"[a-zA-Z_\-0-9]{1,256}")
"""The service's pattern and length of a property name (botocore, ``Name``)."""


@dataclass(frozen=True, slots=True)
class Definition:
    """The definition of one property by its store.

    Attributes:
        data_type: Its type.
        is_time_series: Whether it has a history.
        is_stored_externally: Whether the service reads its values from the connector. AWS's own
            example leaves this flag out for a time series; setting it is the safe choice.
        unit_of_measure: Its unit, or None.
        configuration: Its place in the store; each event passes it back to the connector.
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
    """Parse a schemaInitializer event.

    Args:
        event: ``workspaceId`` and ``properties``; in the entity's lifecycle ``entityId`` and
            ``componentName`` (or ``componentPath``) too.

    Returns:
        The component, with its existing properties.

    Raises:
        RequestError: If the event lacks a member, or has one of another JSON type.
    """
    faults = []
    name_member = "componentName" if event.get("componentPath") is None else "componentPath"
    names = ("entityId", name_member)
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
        component_name=component_of(event),
        properties=event["properties"],
        reference=reference_of(event),
    )


def schema_answer(component: Component, definitions: Mapping[str, Definition]) -> tuple[dict[str, Any], int]:
    """Return the answer: the store's properties that the component does not have.

    A property that the component has keeps its definition, because that is declared on purpose and
    an initializer cannot change a type.

    Args:
        component: The component of the event.
        definitions: Definitions of the store's properties, by name.

    Returns:
        The answer, and the number of names that are left out because the service's pattern forbids
        them.
    """
    valid = {name: definition for name, definition in definitions.items() if _NAME.fullmatch(name)}
    properties = {
        name: _property_json(definition, in_type=component.entity_id is None)
        for name, definition in sorted(valid.items())
        if not mapping(component.properties).get(name)
    }
    return {"properties": properties}, len(definitions) - len(valid)


def _property_json(definition: Definition, *, in_type: bool) -> dict[str, Any]:
    data_type = _data_type_json(definition.data_type)
    if definition.unit_of_measure:
        data_type["unitOfMeasure"] = definition.unit_of_measure
    document: dict[str, Any] = {
        "dataType": data_type,
        "isTimeSeries": definition.is_time_series,
        "isStoredExternally": definition.is_stored_externally,
    }
    if definition.configuration:
        document["configuration"] = dict(definition.configuration)
    if definition.value is None:
        return {"definition": document}
    if in_type:
        return {"definition": {**document, "defaultValue": definition.value}}
    return {"definition": document, "value": definition.value}


def _data_type_json(data_type: DataType) -> dict[str, Any]:
    if data_type.nested is None:
        return {"type": data_type.type}
    return {"type": data_type.type, "nestedType": _data_type_json(data_type.nested)}
