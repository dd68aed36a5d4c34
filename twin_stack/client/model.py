"""What was read, as plain values: no boto3 here, and no rendering."""

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
        parent_id: Id of its parent; `$ROOT`, the service's own root, has none above it.
        state: `ACTIVE`, `CREATING`, `UPDATING`, `DELETING` or `ERROR`.
        description: What it is, or an empty text.
    """

    id: str
    name: str
    parent_id: str
    state: str
    description: str


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a component.

    Attributes:
        name: Its name.
        definition: The service's `PropertyDefinitionResponse`.
        data_value: Its value or else its default as the service's `DataValue`; None without.
        problem: Why a value that is stored externally could not be read, or None.
    """

    name: str
    definition: Json
    data_value: Json | None
    problem: str | None = None

    @property
    def data_type(self) -> str:
        """`STRING`, `LONG`, `BOOLEAN`, `INTEGER`, `DOUBLE`, `LIST`, `MAP` or `RELATIONSHIP`."""
        return str(self.definition.get("dataType", {}).get("type", "STRING"))

    @property
    def unit(self) -> str:
        """Unit of measure, or an empty text."""
        return str(self.definition.get("dataType", {}).get("unitOfMeasure", ""))

    @property
    def is_time_series(self) -> bool:
        """Whether its values are read with `twin history`."""
        return bool(self.definition.get("isTimeSeries"))

    @property
    def is_external_attribute(self) -> bool:
        """Whether a connector has its one current value."""
        return bool(self.definition.get("isStoredExternally")) and not self.is_time_series

    @property
    def value(self) -> object:
        """Its value or else its default, plain; None without."""
        return None if self.data_value is None else plain(self.data_value)


@dataclass(frozen=True, slots=True)
class Component:
    """A component of an entity; `path` is its name, or names with `/` inside another component."""

    path: str
    type_id: str
    state: str
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity with its components, composite ones after those they are in."""

    summary: EntitySummary
    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a time; `text` is the time as the service wrote it, to the nanosecond."""

    time: datetime
    text: str
    value: object


@dataclass(frozen=True, slots=True)
class Series:
    """The history of one property, oldest first."""

    property: Property
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class History:
    """Series of one component, in the order asked for.

    Attributes:
        workspace_id: The workspace.
        entity_id: The entity.
        component: Name or path of the component.
        start: Start of the time asked for.
        end: End of it.
        series: One a property, with or without points.
    """

    workspace_id: str
    entity_id: str
    component: str
    start: datetime
    end: datetime
    series: tuple[Series, ...]


def plain(value: Mapping[str, Any]) -> object:
    """Return what a `DataValue` holds, without the member that says its type."""
    content: Any
    member, content = next(iter(value.items()))
    if member == "listValue":
        return [plain(item) for item in content]
    if member == "mapValue":
        return {name: plain(item) for name, item in content.items()}
    return content
