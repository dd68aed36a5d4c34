"""Sources of rows: those of one device, or of a component type in the index. Pure: no AWS SDK, no network.

A wide row is one item: the device in the partition key, the instant in the sort key, and an
attribute for each property that was measured then. A narrow row has one property. A property's
attribute is ``configuration.attribute`` of its definition, else its name. For the device see
``connector_kit.store_id``.
"""

from collections.abc import Iterator, Sequence
from itertools import compress
from operator import itemgetter
from typing import Any

from connector_kit import Batch, ConfigurationError, Position, Property, Request, TokenError
from dynamodb_connector.environment import Environment
from dynamodb_connector.range_reader import RangeReader, ResumePoint
from dynamodb_connector.shapes import Repository, WireItem
from dynamodb_connector.table_key_schema import TableKeySchema
from dynamodb_connector.wire import extract_column


class RowSource:
    """Base of the sources.

    Attributes:
        properties: The properties of its rows: all with wide rows, one with narrow rows.
        external_id_name: As ``connector_kit.Source``.
    """

    def __init__(
        self,
        request: Request,
        environment: Environment,
        repository: Repository,
        properties: Sequence[Property],
        external_id_name: str | None,
    ) -> None:
        self.properties = properties
        self.external_id_name = external_id_name
        self._request = request
        self._environment = environment
        self._repository = repository
        self._key_schema = TableKeySchema(environment)
        self._prop = attribute_of(properties[0]) if environment.is_narrow else ""

    def _reader(self, properties: Sequence[Property], device: str | None) -> RangeReader:
        names = [attribute_of(prop) for prop in properties]
        return self._reader_of(names, device, self._prop, self._request.component_type_id)

    def _reader_of(
        self, names: Sequence[str], device: str | None, prop: str, type_id: str | None
    ) -> RangeReader:
        """Return a reader of the rows of one device, or of one component type in the index.

        Args:
            names: The attributes of the properties in wide rows.
            device: The device; None for the index.
            prop: The property's name in narrow rows of a device.
            type_id: The component type in rows of the index.
        """
        environment = self._environment
        attributes = [environment.sort_key]
        if device is None:
            attributes += [environment.partition_key, environment.device_name]
            if environment.is_narrow:
                attributes.append(environment.property_attribute)
        attributes += [environment.value_attribute] if environment.is_narrow else names
        return RangeReader(
            self._request,
            environment,
            self._repository,
            attributes=tuple(dict.fromkeys(attributes)),
            device=device,
            prop=prop,
            type_id=type_id,
        )

    def _owner(self, item: WireItem) -> str:
        """Return the device that a row of the index names."""
        name = self._environment.device_name
        try:
            return str(item[name]["S"])
        except KeyError as error:
            raise ConfigurationError(
                f'a row of index "{self._environment.component_type_index}" has no text in {name}, which '
                "names its device; project that attribute, or set DEVICE_ATTRIBUTE to the one that does"
            ) from error

    def _batch(
        self,
        properties: Sequence[Property],
        items: Sequence[WireItem],
        sort_keys: Sequence[str],
        *,
        owners: Sequence[str] | None = None,
        row_keys: Sequence[tuple[str, ...]] | None = None,
        is_last: bool,
    ) -> Batch:
        """Return rows as columns, without those whose text sort key is outside of the range."""
        row_times = self._key_schema.format_times(sort_keys, self._request.start, self._request.end)
        times = list(filter(None, row_times))
        if len(times) < len(row_times):
            items, sort_keys = list(compress(items, row_times)), list(compress(sort_keys, row_times))
            owners = owners and list(compress(owners, row_times))
            row_keys = row_keys and list(compress(row_keys, row_times))
        return Batch(
            times=times,
            columns={prop.name: self._column(prop, items) for prop in properties},
            position=lambda row: (sort_keys[row], *(row_keys[row] if row_keys else ())),
            is_last=is_last,
            owners=owners,
            unreadable=row_times.count(""),
        )

    def _column(self, prop: Property, items: Sequence[WireItem]) -> Sequence[Any]:
        environment = self._environment
        if not environment.is_narrow:
            return extract_column(items, attribute_of(prop))
        return extract_column(items, environment.value_attribute)

    def _resume_point(self, position: Position | None, parts: int) -> ResumePoint | None:
        if position is None:
            return None
        try:
            instant = self._key_schema.parse_instant(position[0]) if len(position) == parts else -1
        except ValueError:
            instant = -1
        if not self._request.start < instant <= self._request.end:
            raise TokenError("nextToken points outside the request; start again without nextToken")
        return ResumePoint(position[0], position[1] if parts > 1 else "")


class DeviceSource(RowSource):
    """Source of the rows of one device.

    Args:
        device: The device.
        *arguments: Those of ``RowSource``.
    """

    def __init__(self, device: str, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._device = device

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:
        """Read until the page is full or the range ends; see ``connector_kit.Source``."""
        device, name = self._device, self.external_id_name
        owner = (self._request.text_of(name) or device) if name is not None else None
        reader = self._reader(properties, device)
        for items, is_last in reader.read(self._resume_point(after, 1)):
            owners = [owner] * len(items) if owner is not None else None
            yield self._batch(properties, items, reader.sort_keys(items), owners=owners, is_last=is_last)


class IndexSource(RowSource):
    """Source of the rows of all devices of a component type, from the index that is sorted by time."""

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:
        """Read until the page is full or the range ends; see ``connector_kit.Source``."""
        environment = self._environment
        reader = self._reader(properties, None)
        for items, is_last in reader.read(self._resume_point(after, 2)):
            yield self._batch(
                properties,
                items,
                reader.sort_keys(items),
                owners=self._owners(items),
                row_keys=[(item[environment.partition_key]["S"],) for item in items],
                is_last=is_last,
            )

    def _owners(self, items: Sequence[WireItem]) -> Sequence[str]:
        name = self._environment.device_name
        try:
            return list(map(itemgetter("S"), map(itemgetter(name), items)))
        except KeyError:
            return list(map(self._owner, items))  # raises the error with its reason

    def _column(self, prop: Property, items: Sequence[WireItem]) -> Sequence[Any]:
        contents = super()._column(prop, items)
        if not self._environment.is_narrow:
            return contents
        name, expected = self._environment.property_attribute, {"S": attribute_of(prop)}
        return [
            content if item.get(name) == expected else None
            for item, content in zip(items, contents, strict=True)
        ]


def attribute_of(prop: Property) -> str:
    """Return the name that a property has in rows.

    Args:
        prop: The property.
    """
    return prop.configuration.get("attribute") or prop.name
