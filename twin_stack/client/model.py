"""Entities, components, properties and histories of a workspace, without boto3 and without rendering."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class EntitySummary:
    """An entity in the tree.

    Attributes:
        id: Its id.
        name: Its name.
        parent_id: Id of its parent; ``$ROOT`` for entities at the top.
        state: ``ACTIVE``, ``CREATING``, ``UPDATING``, ``DELETING`` or ``ERROR``.
        description: Its description, or an empty text.
        has_children: Whether entities are below it.
    """

    id: str
    name: str
    parent_id: str
    state: str
    description: str
    has_children: bool = False


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a component.

    Attributes:
        name: Its name.
        definition: The service's ``PropertyDefinitionResponse``.
        data_value: Value or else default as the service's ``DataValue``; None where there is neither.
        problem: Why a value that is stored externally could not be read, or None.
    """

    name: str
    definition: Json
    data_value: Json | None
    problem: str | None = None

    @property
    def data_type(self) -> str:
        """Name of the data type, such as ``DOUBLE`` or ``RELATIONSHIP``."""
        return str(self.definition.get("dataType", {}).get("type", "STRING"))

    @property
    def unit(self) -> str:
        """Unit of measure, or an empty text."""
        return str(self.definition.get("dataType", {}).get("unitOfMeasure", ""))

    @property
    def is_time_series(self) -> bool:
        """Whether it is a time series, which ``twin history`` reads."""
        return bool(self.definition.get("isTimeSeries"))

    @property
    def is_external_attribute(self) -> bool:
        """Whether a connector reads its single current value."""
        return bool(self.definition.get("isStoredExternally")) and not self.is_time_series

    @property
    def value(self) -> object:
        """Value or else default as a Python value; None where there is neither."""
        return None if self.data_value is None else unwrap(self.data_value)


@dataclass(frozen=True, slots=True)
class Component:
    """A component of an entity.

    Attributes:
        path: Its name, or for a component inside others all names joined by ``/``.
        type_id: Its component type.
        state: Its state, as of an entity.
        properties: Its properties.
    """

    path: str
    type_id: str
    state: str
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity with its components.

    Attributes:
        summary: Name, parent and state.
        components: Its components; each is followed by those inside it.
    """

    summary: EntitySummary
    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a time.

    Attributes:
        time: The time, to the microsecond.
        text: The time as the service wrote it, to the nanosecond.
        value: The value.
    """

    time: datetime
    text: str
    value: object


@dataclass(frozen=True, slots=True)
class Series:
    """The history of one property.

    Attributes:
        property: The property.
        points: Its values, oldest first.
    """

    property: Property
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class History:
    """The history of properties of one component.

    Attributes:
        workspace_id: The workspace.
        entity_id: The entity.
        component: Name or path of the component.
        start: Start of the requested time range.
        end: End of the requested time range.
        series: One for each property, in the requested order; it may have no points.
    """

    workspace_id: str
    entity_id: str
    component: str
    start: datetime
    end: datetime
    series: tuple[Series, ...]


def unwrap(value: Mapping[str, Any]) -> object:
    """Return the content of a ``DataValue``, without the member that names its type.

    Args:
        value: The service's ``DataValue``.
    """
    content: Any
    member, content = next(iter(value.items()))
    if member == "listValue":
        return [unwrap(item) for item in content]
    if member == "mapValue":
        return {name: unwrap(item) for name, item in content.items()}
    return content
