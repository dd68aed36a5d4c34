"""The component an event is about: its properties as the event carries them.

Every event of the contract has ``properties``: name to ``{definition, value}``. Real events carry
each flag of a definition twice (``isExternalId`` and ``externalId``) and members this code does not
know; both are tolerated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector_kit.errors import RequestError
from connector_kit.values import DATA_TYPES, NESTING_LIMIT, NESTING_TYPES, DataType, plain


@dataclass(frozen=True, slots=True)
class Component:
    """Whose values an event is about.

    Attributes:
        workspace_id: The workspace.
        entity_id: The entity, or None where the event is about a component type.
        component_name: The entity's component, or None with it.
        properties: ``properties`` of the event: the component's own values and definitions.
    """

    workspace_id: str
    entity_id: str | None
    component_name: str | None
    properties: Mapping[str, Any]

    def text_of(self, name: str) -> str | None:
        """Give a static property's value, else its default, as text.

        Entity requests carry values, component-type requests definitions and defaults only.

        Args:
            name: A property of the component, selected or not.
        """
        prop = mapping(self.properties.get(name))
        content = plain(prop.get("value"))
        if content is None:
            content = plain(mapping(prop.get("definition")).get("defaultValue"))
        if isinstance(content, list | dict) or content in (None, ""):
            return None
        return str(content)

    def external_ids(self) -> list[str]:
        """Name the properties that are external ids, sorted."""
        return sorted(
            name
            for name in self.properties
            if (definition := definition_of(self.properties, name)).get("isExternalId")
            or definition.get("externalId")
        )


def mapping(value: object) -> Mapping[str, Any]:
    """Give an object of the event, or an empty one where it is something else."""
    return value if isinstance(value, Mapping) else {}


def definition_of(properties: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Give a property's definition, or an empty one."""
    return mapping(mapping(properties.get(name)).get("definition"))


def configuration_of(properties: Mapping[str, Any], name: str) -> Mapping[str, str]:
    """Give what a property's definition says of its place in the store; text only."""
    configuration = mapping(definition_of(properties, name).get("configuration"))
    return {key: text for key, text in configuration.items() if isinstance(text, str)}


def data_type_of(properties: Mapping[str, Any], name: str) -> DataType:
    """Read a property's declared type.

    Raises:
        RequestError: If it has none, or one that the service does not know.
    """
    return _data_type(name, mapping(definition_of(properties, name).get("dataType")))


def _data_type(name: str, data_type: Mapping[str, Any], depth: int = 0) -> DataType:
    kind = data_type.get("type")
    if kind not in DATA_TYPES:
        raise RequestError(
            f'property "{name}" has data type {kind!r:.40}; allowed are {", ".join(DATA_TYPES)}'
        )
    if kind not in NESTING_TYPES:
        return DataType(kind)
    if depth == NESTING_LIMIT or not isinstance(data_type.get("nestedType"), Mapping):
        raise RequestError(
            f'property "{name}" is a {kind} without a nestedType, or nests more than '
            f"{NESTING_LIMIT} deep; say of what type its members are"
        )
    return DataType(kind, _data_type(name, data_type["nestedType"], depth + 1))
