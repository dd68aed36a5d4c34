"""From a request to the readers of its rows, and from rows to columns. Pure: no AWS SDK, no network.

A wide row is one item: the device in the partition key, the instant in the sort key, and an
attribute for each property that was measured then. A narrow row has one property. A property's
attribute is ``configuration.attribute`` of its definition, else its name. For the device see
``connector_kit.store_id``.
"""

from collections.abc import Iterator, Sequence
from itertools import compress
from operator import itemgetter
from typing import Any

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
from dynamodb_connector.environment import Environment
from dynamodb_connector.merged_reader import MergedReader
from dynamodb_connector.range_reader import RangeReader, ResumePoint
from dynamodb_connector.shapes import COMPONENT_TYPE_KEY, Repository, WireItem
from dynamodb_connector.table_key_schema import TableKeySchema
from dynamodb_connector.wire import extract_column


def sources_for(request: Request, environment: Environment, repository: Repository) -> Sequence[Source]:
    """Return the sources of a request's rows.

    Entity requests read the device's partition. Component-type requests do so too if the event has
    the device (as value or default); else they read the devices that ``DEVICES`` lists for the type,
    else the component-type index. There is never a Scan.

    Args:
        request: The request.
        environment: The function's settings.
        repository: Runs the queries.

    Raises:
        ConfigurationError: If a component-type request has no device, no list and no index.
    """
    id_name = external_id_name(request, environment.key_property)
    device = store_id(request, environment.key_property)
    listed = environment.devices.get(request.component_type_id or "")
    if device is None and listed is None and environment.component_type_index is None:
        raise ConfigurationError(
            f'component type "{request.component_type_id}" gives no value for {id_name}, and no '
            "index lists its devices; set COMPONENT_TYPE_INDEX to an index whose partition key is "
            f"{COMPONENT_TYPE_KEY}, list them in DEVICES, or give {id_name} a default value"
        )

    source: type[_RowSource]
    if device is not None:
        source, devices = DeviceSource, [device]
    elif listed is not None:
        source, devices = DeviceListSource, sorted(set(listed))
    else:
        source, devices = IndexSource, []
    groups = [request.selected]
    if environment.is_narrow and devices:
        groups = [(prop,) for prop in request.selected]
    return [source(request, environment, repository, group, id_name, devices=devices) for group in groups]


class _RowSource:
    """Base of the sources: rows of one device, of several, or of all in the index.

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
        *,
        devices: Sequence[str],
    ) -> None:
        self.properties = properties
        self.external_id_name = external_id_name
        self._request = request
        self._environment = environment
        self._repository = repository
        self._devices = devices
        self._key_schema = TableKeySchema(environment)
        self._prop = attribute_of(properties[0]) if environment.is_narrow else ""

    def _reader(
        self, properties: Sequence[Property], device: str | None, *key_attributes: str
    ) -> RangeReader:
        environment = self._environment
        names = [environment.value_attribute] if environment.is_narrow else map(attribute_of, properties)
        return RangeReader(
            self._request,
            environment,
            self._repository,
            attributes=tuple(dict.fromkeys([environment.sort_key, *key_attributes, *names])),
            device=device,
            prop=self._prop,
        )

    def _batch(
        self,
        properties: Sequence[Property],
        items: Sequence[WireItem],
        sort_keys: Sequence[str],
        *,
        owners: Sequence[str] | None = None,
        row_keys: Sequence[str] | None = None,
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
            position=lambda row: (sort_keys[row], row_keys[row]) if row_keys else (sort_keys[row],),
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
        return ResumePoint(position[0], position[1] if parts == 2 else "")


class DeviceSource(_RowSource):
    """Source of the rows of one device."""

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:
        """Read until the page is full or the range ends; see ``connector_kit.Source``."""
        (device,), name = self._devices, self.external_id_name
        owner = (self._request.text_of(name) or device) if name is not None else None
        reader = self._reader(properties, device)
        for items, is_last in reader.read(self._resume_point(after, 1)):
            owners = [owner] * len(items) if owner is not None else None
            yield self._batch(properties, items, reader.sort_keys(items), owners=owners, is_last=is_last)


class IndexSource(_RowSource):
    """Source of the rows of all devices of a component type, from the index that is sorted by time."""

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:
        """Read until the page is full or the range ends; see ``connector_kit.Source``."""
        environment = self._environment
        key_attributes = [environment.partition_key, environment.device_name]
        if environment.is_narrow:
            key_attributes.append(environment.property_attribute)
        reader = self._reader(properties, None, *key_attributes)
        for items, is_last in reader.read(self._resume_point(after, 2)):
            yield self._batch(
                properties,
                items,
                reader.sort_keys(items),
                owners=self._owners(items),
                row_keys=[item[environment.partition_key]["S"] for item in items],
                is_last=is_last,
            )

    def _owners(self, items: Sequence[WireItem]) -> Sequence[str]:
        name = self._environment.device_name
        try:
            return list(map(itemgetter("S"), map(itemgetter(name), items)))
        except KeyError as error:
            raise ConfigurationError(
                f'a row of index "{self._environment.component_type_index}" has no text in {name}, which '
                "names its device; project that attribute, or set DEVICE_ATTRIBUTE to the one that does"
            ) from error

    def _column(self, prop: Property, items: Sequence[WireItem]) -> Sequence[Any]:
        contents = super()._column(prop, items)
        if not self._environment.is_narrow:
            return contents
        name, expected = self._environment.property_attribute, {"S": attribute_of(prop)}
        return [
            content if item.get(name) == expected else None
            for item, content in zip(items, contents, strict=True)
        ]


class DeviceListSource(_RowSource):
    """Source of the rows of listed devices, merged by time."""

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:
        """Read until the page is full or the range ends; see ``connector_kit.Source``."""
        readers = {device: self._reader(properties, device) for device in self._devices}
        is_text = self._key_schema.sort_type == "S"
        merged = MergedReader(
            readers,
            self._repository,
            order=(lambda text: text) if is_text else self._key_schema.parse_instant,
            ascending=self._request.ascending,
            limit=self._request.max_results + 1,
        )
        for rows, is_last in merged.read(self._resume_point(after, 2)):
            devices = [row.device for row in rows]
            yield self._batch(
                properties,
                [row.item for row in rows],
                [row.sort_key for row in rows],
                owners=devices,
                row_keys=devices,
                is_last=is_last,
            )


def attribute_of(prop: Property) -> str:
    """Return the name that a property has in rows.

    Args:
        prop: The property.
    """
    return prop.configuration.get("attribute") or prop.name
