"""From a request to queries, and from rows to columns. Pure: no AWS SDK, no network.

A row is one item: the device in the partition key, the instant in the sort key, and an attribute
for each property that was measured then. An attribute is named by ``configuration.attribute`` of
the property's definition, else as the property. Whose rows: see ``connector_kit.store_id``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from connector_kit import (
    Batch,
    ConfigurationError,
    Position,
    Property,
    Request,
    Source,
    TokenError,
    external_id_name,
    store_id,
)
from connector_kit.times import format_milliseconds, format_nanoseconds
from dynamodb_connector.environment import UNIT_NANOSECONDS, Environment

if TYPE_CHECKING:
    from dynamodb_connector.repository import Repository

COMPONENT_TYPE_KEY = "component_type_id"
"""Partition key of the index that component-type requests read."""

WireValue: TypeAlias = Mapping[str, Any]
"""An attribute value as DynamoDB sends it, for example ``{"N": "1.5"}``."""

WireItem: TypeAlias = Mapping[str, WireValue]

_GROWTH = 4
_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class RangeQuery:
    """One Query on the table or on an index of it.

    Attributes:
        index: The index's name, or None for the table.
        partition: Attribute name and value of the partition key.
        sort_key: Attribute name of the sort key.
        lower: Smallest sort key of the range, inclusive, as a number's text.
        upper: Largest sort key of the range, inclusive, as a number's text.
        attributes: What to return of each row.
        ascending: Order of the sort key.
        limit: Rows to look at, at most.
        after: Key of the row to go on after, or None.
    """

    index: str | None
    partition: tuple[str, str]
    sort_key: str
    lower: str
    upper: str
    attributes: tuple[str, ...]
    ascending: bool
    limit: int
    after: WireItem | None


class Rows(NamedTuple):
    """What one Query gave: rows, and the key to go on after, or None at the end."""

    items: Sequence[WireItem]
    last_key: WireItem | None


def sources_for(request: Request, environment: Environment, repository: "Repository") -> Sequence[Source]:
    """Find the rows that a request is about.

    Entity requests read the device's partition; component-type requests too, if the event carries
    the device (as value or default), else the component-type index. Never a Scan.

    Args:
        request: The request.
        environment: The function's settings.
        repository: Runs the queries.

    Raises:
        ConfigurationError: If a component-type request has neither device nor index.
    """
    owner = external_id_name(request, environment.key_property)
    device = store_id(request, environment.key_property)
    if device is None and environment.component_type_index is None:
        raise ConfigurationError(
            f'component type "{request.component_type_id}" gives no value for {owner}, and no '
            "index lists its devices; set COMPONENT_TYPE_INDEX to an index whose partition key is "
            f"{COMPONENT_TYPE_KEY}, or give {owner} a default value"
        )
    return [RowSource(request, environment, repository, device=device, external_id_name=owner)]


class RowSource:
    """The rows of one device, or of all devices of a component type.

    Attributes:
        properties: All selected properties: a row holds them together.
        external_id_name: As ``connector_kit.Source``.
    """

    def __init__(
        self,
        request: Request,
        environment: Environment,
        repository: "Repository",
        *,
        device: str | None,
        external_id_name: str | None,
    ) -> None:
        self.properties = request.selected
        self.external_id_name = external_id_name
        self._request = request
        self._environment = environment
        self._repository = repository
        self._device = device
        self._owner = request.text_of(external_id_name) if external_id_name else None
        self._unit = UNIT_NANOSECONDS[environment.time_unit]

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:
        """Query until the caller has enough or the range ends; see ``connector_kit.Source``.

        DynamoDB counts rows, not points, so a property that is written rarely may need many. Each
        query looks at four times as many rows as the one before: dense data cost one query of the
        page's size, sparse data few queries.
        """
        environment, request = self._environment, self._request
        columns = {prop.name: _attribute(prop) for prop in properties}
        keys = [environment.sort_key]
        if self._device is None:
            keys.append(environment.partition_key)
        query = RangeQuery(
            index=None if self._device else environment.component_type_index,
            partition=self._partition,
            sort_key=environment.sort_key,
            # Query has no exclusive bound, but its numbers hold 38 digits: a nanosecond later.
            lower=sort_text(request.start + 1, self._unit),
            upper=sort_text(request.end, self._unit),
            attributes=tuple(dict.fromkeys([*keys, *columns.values()])),
            ascending=request.ascending,
            # One row more than the page tells whether the page is the last.
            limit=request.max_results + 1,
            after=self._key(after) if after is not None else None,
        )
        while True:
            rows = self._repository.query(query)
            yield self._batch(rows, columns)
            if rows.last_key is None:
                return
            query = replace_start(query, rows.last_key)

    @property
    def _partition(self) -> tuple[str, str]:
        if self._device is not None:
            return self._environment.partition_key, self._device
        return COMPONENT_TYPE_KEY, self._request.component_type_id or ""

    def _batch(self, rows: Rows, columns: Mapping[str, str]) -> Batch:
        items, sort_key = rows.items, self._environment.sort_key
        return Batch(
            times=time_texts([item[sort_key]["N"] for item in items], self._unit),
            columns={
                name: [None if (wire := item.get(attribute)) is None else from_wire(wire) for item in items]
                for name, attribute in columns.items()
            },
            position=lambda row: self._position(items[row]),
            is_last=rows.last_key is None,
            owners=self._owners(items),
        )

    def _owners(self, items: Sequence[WireItem]) -> Sequence[str] | None:
        if self.external_id_name is None:
            return None
        if self._device is None:
            return [item[self._environment.partition_key]["S"] for item in items]
        return [self._owner or self._device] * len(items)

    def _position(self, item: WireItem) -> Position:
        instant = str(item[self._environment.sort_key]["N"])
        if self._device is not None:
            return (instant,)
        return (instant, str(item[self._environment.partition_key]["S"]))

    def _key(self, position: Position) -> WireItem:
        """Rebuild the key of the row that a position stands for.

        The partition comes from the request, never from the token.
        """
        environment = self._environment
        parts = 1 if self._device is not None else 2
        if len(position) != parts or not self._is_in_range(position[0]):
            raise TokenError("nextToken points outside the request; start again without nextToken")
        name, value = self._partition
        device = self._device if self._device is not None else position[1]
        return {
            name: {"S": value},
            environment.partition_key: {"S": device},
            environment.sort_key: {"N": position[0]},
        }

    def _is_in_range(self, instant: str) -> bool:
        try:
            nanoseconds = Decimal(instant) * self._unit
        except ArithmeticError:
            return False
        return nanoseconds.is_finite() and self._request.start < nanoseconds <= self._request.end


def replace_start(query: RangeQuery, last_key: WireItem) -> RangeQuery:
    """Give the query that goes on after a key, looking further than the one before.

    Args:
        query: The query before.
        last_key: Where it stopped.
    """
    return replace(query, after=last_key, limit=min(query.limit * _GROWTH, _LIMIT))


def sort_text(nanoseconds: int, unit: int) -> str:
    """Write an instant as an exact number in the sort key's unit.

    Args:
        nanoseconds: Nanoseconds since the epoch, not negative.
        unit: Nanoseconds in a unit, a power of ten.
    """
    whole, rest = divmod(nanoseconds, unit)
    fraction = f"{rest:0{len(str(unit)) - 1}d}".rstrip("0")
    return f"{whole}.{fraction}" if fraction else str(whole)


def time_texts(instants: Sequence[str], unit: int) -> list[str]:
    """Write sort keys as RFC 3339 in UTC.

    Args:
        instants: Sort keys as DynamoDB sends them: the text of a number.
        unit: Nanoseconds in one unit of them.
    """
    try:
        if unit >= 1_000_000:
            factor = unit // 1_000_000
            return [format_milliseconds(int(instant) * factor) for instant in instants]
        return [format_nanoseconds(int(instant) * unit) for instant in instants]
    except ValueError:  # a fraction of a unit somewhere: rare, and slower
        return [format_nanoseconds(int(Decimal(instant) * unit)) for instant in instants]


def from_wire(wire: WireValue) -> Any:
    """Take an attribute value out of DynamoDB's wire form.

    Numbers stay text: the declared type decides what they become, and reading them from text loses
    nothing and is faster than ``Decimal``. A null is None; bytes stay bytes, which no type takes.

    Args:
        wire: For example ``{"N": "1.5"}``.
    """
    (kind,) = wire
    nested = _NESTED.get(kind)
    return wire[kind] if nested is None else nested(wire[kind])


_NESTED: dict[str, Callable[[Any], Any]] = {
    "L": lambda members: [from_wire(member) for member in members],
    "M": lambda members: {name: from_wire(member) for name, member in members.items()},
    "NULL": lambda _: None,
}


def _attribute(prop: Property) -> str:
    return prop.configuration.get("attribute") or prop.name
