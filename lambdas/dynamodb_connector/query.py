"""From a request to lanes of rows, and from rows to columns. Pure: no AWS SDK, no network.

A wide row is one item: the device in the partition key, the instant in the sort key, and an
attribute for each property that was measured then. A narrow row holds one property. What rows call
a property stands in ``configuration.attribute`` of its definition, else it is its name. Whose rows:
see ``connector_kit.store_id``.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import compress
from operator import itemgetter
from typing import TYPE_CHECKING, Any

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
from dynamodb_connector.lanes import COMPONENT_TYPE_KEY, Lane, Merged, Resume, WireItem, WireValue
from dynamodb_connector.layout import Layout

if TYPE_CHECKING:
    from dynamodb_connector.repository import Repository


def sources_for(request: Request, environment: Environment, repository: "Repository") -> Sequence[Source]:
    """Find the rows that a request is about.

    Entity requests read the device's partition; component-type requests too, if the event carries
    the device (as value or default), else those of the devices that ``DEVICES`` lists for the type,
    else the component-type index. Never a Scan.

    Args:
        request: The request.
        environment: The function's settings.
        repository: Runs the queries.

    Raises:
        ConfigurationError: If a component-type request has no device, no list and no index.
    """
    owner = external_id_name(request, environment.key_property)
    device = store_id(request, environment.key_property)
    listed = environment.devices.get(request.component_type_id or "")
    if device is None and listed is None and environment.component_type_index is None:
        raise ConfigurationError(
            f'component type "{request.component_type_id}" gives no value for {owner}, and no '
            "index lists its devices; set COMPONENT_TYPE_INDEX to an index whose partition key is "
            f"{COMPONENT_TYPE_KEY}, list them in DEVICES, or give {owner} a default value"
        )

    rows: type[_Rows]
    if device is not None:
        rows, devices = DeviceRows, [device]
    elif listed is not None:
        rows, devices = ListedRows, sorted(set(listed))
    else:
        rows, devices = IndexRows, []
    groups = [request.selected]
    if environment.is_narrow and devices:
        groups = [(prop,) for prop in request.selected]
    return [rows(request, environment, repository, group, owner, devices=devices) for group in groups]


class _Rows:
    """Rows of one place: of one device, of several, or of those that the index lists.

    Attributes:
        properties: The properties that it holds: all of wide rows, one of narrow ones.
        external_id_name: As ``connector_kit.Source``.
    """

    def __init__(
        self,
        request: Request,
        environment: Environment,
        repository: "Repository",
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
        self._layout = Layout(environment)
        self._prop = attribute_of(properties[0]) if environment.is_narrow else ""

    def _lane(self, properties: Sequence[Property], device: str | None, *more: str) -> Lane:
        environment = self._environment
        names = [environment.value_attribute] if environment.is_narrow else map(attribute_of, properties)
        return Lane(
            self._request,
            environment,
            self._repository,
            attributes=tuple(dict.fromkeys([environment.sort_key, *more, *names])),
            device=device,
            prop=self._prop,
        )

    def _batch(
        self,
        properties: Sequence[Property],
        items: Sequence[WireItem],
        instants: Sequence[str],
        *,
        owners: Sequence[str] | None = None,
        row_keys: Sequence[str] | None = None,
        is_last: bool,
    ) -> Batch:
        """Make columns of rows; keys of text that lie outside of the range are left out."""
        given = self._layout.times(instants, self._request.start, self._request.end)
        times = list(filter(None, given))
        if len(times) < len(given):
            items, instants = list(compress(items, given)), list(compress(instants, given))
            owners = owners and list(compress(owners, given))
            row_keys = row_keys and list(compress(row_keys, given))
        return Batch(
            times=times,
            columns={prop.name: self._column(prop, items) for prop in properties},
            position=lambda row: (instants[row], row_keys[row]) if row_keys else (instants[row],),
            is_last=is_last,
            owners=owners,
            unreadable=given.count(""),
        )

    def _column(self, prop: Property, items: Sequence[WireItem]) -> Sequence[Any]:
        environment = self._environment
        if not environment.is_narrow:
            return column(items, attribute_of(prop))
        return column(items, environment.value_attribute)

    def _resume(self, position: Position | None, parts: int) -> Resume | None:
        if position is None:
            return None
        try:
            instant = self._layout.instant(position[0]) if len(position) == parts else -1
        except ValueError:
            instant = -1
        if not self._request.start < instant <= self._request.end:
            raise TokenError("nextToken points outside the request; start again without nextToken")
        return Resume(position[0], position[1] if parts == 2 else "")


class DeviceRows(_Rows):
    """The rows of one device."""

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:
        """Read until the caller has enough or the range ends; see ``connector_kit.Source``."""
        (device,), name = self._devices, self.external_id_name
        owner = (self._request.text_of(name) or device) if name is not None else None
        lane = self._lane(properties, device)
        for items, is_last in lane.read(self._resume(after, 1)):
            owners = [owner] * len(items) if owner is not None else None
            yield self._batch(properties, items, lane.instants(items), owners=owners, is_last=is_last)


class IndexRows(_Rows):
    """The rows of all devices of a component type, from the index that is sorted by time."""

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:
        """Read until the caller has enough or the range ends; see ``connector_kit.Source``."""
        environment = self._environment
        more = [environment.partition_key, environment.device_name]
        if environment.is_narrow:
            more.append(environment.property_attribute)
        lane = self._lane(properties, None, *more)
        for items, is_last in lane.read(self._resume(after, 2)):
            yield self._batch(
                properties,
                items,
                lane.instants(items),
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
        name, wanted = self._environment.property_attribute, {"S": attribute_of(prop)}
        return [
            content if item.get(name) == wanted else None
            for item, content in zip(items, contents, strict=True)
        ]


class ListedRows(_Rows):
    """The rows of listed devices, merged by time."""

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:
        """Read until the caller has enough or the range ends; see ``connector_kit.Source``."""
        lanes = {device: self._lane(properties, device) for device in self._devices}
        merged = Merged(
            lanes,
            self._repository,
            order=(lambda text: text) if self._layout.sort_type == "S" else self._layout.instant,
            ascending=self._request.ascending,
            limit=self._request.max_results + 1,
        )
        for rows, is_last in merged.read(self._resume(after, 2)):
            devices = [row.device for row in rows]
            yield self._batch(
                properties,
                [row.item for row in rows],
                [row.instant for row in rows],
                owners=devices,
                row_keys=devices,
                is_last=is_last,
            )


def attribute_of(prop: Property) -> str:
    """Say what rows call a property.

    Args:
        prop: The property.
    """
    return prop.configuration.get("attribute") or prop.name


def column(items: Sequence[WireItem], attribute: str) -> Sequence[Any]:
    """Take an attribute out of rows; None where a row has none.

    Args:
        items: The rows.
        attribute: The attribute's name.
    """
    kind = next(iter(items[0].get(attribute, ())), "") if items else ""
    if kind in _PLAIN:
        try:
            # Nearly every column is of one type and without gaps.
            return list(map(itemgetter(kind), map(itemgetter(attribute), items)))
        except KeyError:
            pass
    return [None if (wire := item.get(attribute)) is None else from_wire(wire) for item in items]


_PLAIN = ("N", "S", "BOOL")


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
