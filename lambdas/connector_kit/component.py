"""The component of an event, with its properties as the event has them.

Every event of the contract has ``properties``: name to ``{definition, value}``. Captured events have
each flag of a definition under two names (``isExternalId`` and ``externalId``), and undocumented
members; both are accepted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connector_kit.errors import RequestError
from connector_kit.values import DATA_TYPES, MAX_NESTING, NESTING_TYPES, DataType, unwrap

REFERENCE_MEMBERS = ("entityId", "componentName", "componentPath")
"""Members that identify an entity's component."""


@dataclass(frozen=True, slots=True)
class Component:
    """The component, or component type, of an event.

    Attributes:
        workspace_id: The workspace.
        entity_id: The entity; None if the event is about a component type.
        component_name: The entity's component, by its path such as ``pump/motor`` if it is part of a
            composite one; None if the event is about a component type.
        properties: ``properties`` of the event: the component's own values and definitions.
        reference: The members of the event that identify the component; an answer repeats them.
    """

    workspace_id: str
    entity_id: str | None
    component_name: str | None
    properties: Mapping[str, Any]
    reference: Mapping[str, str] = field(default_factory=dict, kw_only=True)

    def text_of(self, name: str) -> str | None:
        """Return a static property's value, else its default, as text; None if it has neither.

        Entity requests have values; component-type requests have definitions and defaults only.

        Args:
            name: A property of the component, selected or not.
        """
        prop = mapping(self.properties.get(name))
        content = unwrap(prop.get("value"))
        if content is None:
            content = unwrap(mapping(prop.get("definition")).get("defaultValue"))
        if isinstance(content, list | dict) or content in (None, ""):
            return None
        return str(content)

    def external_ids(self) -> list[str]:
        """Return the names of the external-id properties, sorted."""
        return sorted(
            name
            for name in self.properties
            if (definition := definition_of(self.properties, name)).get("isExternalId")
            or definition.get("externalId")
        )


def reference_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the members of an event or entry that identify an entity's component, as they are.

    Args:
        document: The event, or the ``entityPropertyReference`` of an entry.
    """
    return {name: document[name] for name in REFERENCE_MEMBERS if document.get(name) is not None}


def component_of(document: Mapping[str, Any]) -> str | None:
    """Return the name of an entity's component, or its path if it is part of a composite one.

    The documentation does not say how the service identifies such a part to a connector. The API has
    ``componentPath`` beside ``componentName``, so both members may have the path, and ``componentPath``
    takes precedence.

    Args:
        document: The event, or the ``entityPropertyReference`` of an entry.
    """
    return document.get("componentPath") or document.get("componentName")


def mapping(value: object) -> Mapping[str, Any]:
    """Return a JSON object of the event; an empty one in place of any other value."""
    return value if isinstance(value, Mapping) else {}


def definition_of(properties: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a property's definition; empty if it has none."""
    return mapping(mapping(properties.get(name)).get("definition"))


def configuration_of(properties: Mapping[str, Any], name: str) -> Mapping[str, str]:
    """Return the text members of ``definition.configuration`` of a property."""
    configuration = mapping(definition_of(properties, name).get("configuration"))
    return {key: text for key, text in configuration.items() if isinstance(text, str)}


def data_type_of(properties: Mapping[str, Any], name: str) -> DataType:
    """Return a property's declared type.

    Args:
        properties: ``properties`` of the event.
        name: The property.

    Raises:
        RequestError: If it has none, or one that the service does not have.
    """
    return _parse_data_type(name, mapping(definition_of(properties, name).get("dataType")))


def _parse_data_type(name: str, data_type: Mapping[str, Any], depth: int = 0) -> DataType:
    kind = data_type.get("type")
    if kind not in DATA_TYPES:
        raise RequestError(
            f'property "{name}" has data type {kind!r:.40}; allowed are {", ".join(DATA_TYPES)}'
        )
    if kind not in NESTING_TYPES:
        return DataType(kind)
    if depth == MAX_NESTING or not isinstance(data_type.get("nestedType"), Mapping):
        raise RequestError(
            f'property "{name}" is a {kind} without a nestedType, or nests more than '
            f"{MAX_NESTING} deep; give the type of its members"
        )
    return DataType(kind, _parse_data_type(name, data_type["nestedType"], depth + 1))
