"""Sources of rows that several queries read: of several devices, or under former ids. Pure.

Rows under a former id of a device, and values under a former name of a property, are read as if they had been
written under the present one. Where one time has both, the value of the newer id of the device counts, and
within a row that of the newer name of the property.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby, product
from typing import Any

from connector_kit import Batch, Position, Property
from dynamodb_connector.merged_reader import MergedReader, MergedRow, RowStream
from dynamodb_connector.range_reader import ResumePoint
from dynamodb_connector.row_source import RowSource, attribute_of
from dynamodb_connector.shapes import WireItem, WireValue
from dynamodb_connector.wire import extract_column
from former_ids import TypeFormerIds

_Names = Mapping[str, Sequence[str]]
"""The names of each selected property in rows, newest first, by the present one."""


class _MergedSource(RowSource, ABC):
    """Base of the sources that merge rows.

    Args:
        former_ids: The former ids in the rows.
        *arguments: Those of ``RowSource``.
    """

    _position_parts = 1

    def __init__(self, former_ids: TypeFormerIds, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._former_ids = former_ids

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:
        """Read until the page is full or the range ends; see ``connector_kit.Source``."""
        names = {name: self._names(name) for name in map(attribute_of, properties)}
        merged = MergedReader(
            self._streams(names),
            self._repository,
            order=(lambda text: text)
            if self._key_schema.sort_type == "S"
            else self._key_schema.parse_instant,
            ascending=self._request.ascending,
            limit=self._request.max_results + 1,
        )
        for rows, is_last in merged.read(self._resume_point(after, self._position_parts)):
            yield self._batch(
                properties,
                [self._unify(row, names) for row in rows],
                [row.sort_key for row in rows],
                owners=self._owners(rows),
                row_keys=self._row_keys(rows),
                is_last=is_last,
            )

    def _names(self, name: str) -> Sequence[str]:
        return (name, *self._former_ids.attributes.get(name, ()))

    @abstractmethod
    def _streams(self, names: _Names) -> Sequence[RowStream]:
        """Return the streams of rows to merge."""

    def _owners(self, rows: Sequence[MergedRow]) -> Sequence[str] | None:
        return [row.device for row in rows]

    def _row_keys(self, rows: Sequence[MergedRow]) -> Sequence[tuple[str, ...]] | None:
        return [(row.device,) for row in rows]

    def _device_streams(self, device: str, names: _Names) -> Iterator[RowStream]:
        """Yield the streams of a device, one for each id, with narrow rows also for each name."""
        ids = (device, *self._former_ids.devices.get(device, ()))
        wide_names = [name for alternatives in names.values() for name in alternatives]
        narrow_names = self._names(self._prop) if self._environment.is_narrow else ("",)
        for rank, (device_id, prop) in enumerate(product(ids, narrow_names)):
            reader = self._reader_of(wide_names, device_id, prop, None)
            yield RowStream(reader, partial(_constant_place, (device, rank)), device)

    def _unify(self, row: MergedRow, names: _Names) -> WireItem:
        """Return a row with each property under its present name."""
        if not self._environment.is_narrow and len(row.items) == 1 and not self._former_ids.attributes:
            return row.items[0]
        values = {name: self._value(row.items, alternatives) for name, alternatives in names.items()}
        return {name: value for name, value in values.items() if value is not None}

    def _value(self, items: Sequence[WireItem], names: Sequence[str]) -> WireValue | None:
        candidates = (self._environment.value_attribute,) if self._environment.is_narrow else names
        return next((item[name] for item in items for name in candidates if name in item), None)

    def _column(self, prop: Property, items: Sequence[WireItem]) -> Sequence[Any]:
        return extract_column(items, attribute_of(prop))


class RenamedDeviceSource(_MergedSource):
    """Source of the rows of one device, with those under its former ids and names.

    Args:
        device: The present id of the device.
        former_ids: The former ids in the rows.
        *arguments: Those of ``RowSource``.
    """

    def __init__(self, device: str, former_ids: TypeFormerIds, *arguments: Any) -> None:
        super().__init__(former_ids, *arguments)
        self._device = device

    def _streams(self, names: _Names) -> Sequence[RowStream]:
        return list(self._device_streams(self._device, names))

    def _owners(self, rows: Sequence[MergedRow]) -> Sequence[str] | None:
        name = self.external_id_name
        return [self._request.text_of(name) or self._device] * len(rows) if name is not None else None

    def _row_keys(self, _: Sequence[MergedRow]) -> None:
        return None

    def _resume_point(self, position: Position | None, parts: int) -> ResumePoint | None:
        resume = super()._resume_point(position, parts)
        return resume._replace(row_key=self._device) if resume is not None else None


class DeviceListSource(_MergedSource):
    """Source of the rows of listed devices, merged by time.

    Args:
        devices: The present ids of the devices.
        former_ids: The former ids in the rows.
        *arguments: Those of ``RowSource``.
    """

    _position_parts = 2

    def __init__(self, devices: Sequence[str], former_ids: TypeFormerIds, *arguments: Any) -> None:
        super().__init__(former_ids, *arguments)
        self._devices = devices

    def _streams(self, names: _Names) -> Sequence[RowStream]:
        return [stream for device in self._devices for stream in self._device_streams(device, names)]


class RenamedIndexSource(_MergedSource):
    """Source of the rows of all devices of a component type from the index, with those under former ids.

    Args:
        former_ids: The former ids in the rows.
        *arguments: Those of ``RowSource``.
    """

    _position_parts = 3

    def __init__(self, former_ids: TypeFormerIds, *arguments: Any) -> None:
        super().__init__(former_ids, *arguments)
        self._places = {
            former: (device, rank)
            for device, formers in former_ids.devices.items()
            for rank, former in enumerate(formers, 1)
        }

    def _streams(self, names: _Names) -> Sequence[RowStream]:
        wide_names = [name for alternatives in names.values() for name in alternatives]
        type_ids = (self._request.component_type_id or "", *self._former_ids.type_ids)
        return [
            RowStream(self._reader_of(wide_names, None, "", type_id), self._place) for type_id in type_ids
        ]

    def _place(self, item: WireItem) -> tuple[str, int]:
        device = self._owner(item)
        return self._places.get(device, (device, 0))

    def _row_keys(self, rows: Sequence[MergedRow]) -> Sequence[tuple[str, ...]] | None:
        # The third part tells these positions from those of ``IndexSource``, which has another order of rows.
        return [(row.device, "merged") for row in rows]

    def _value(self, items: Sequence[WireItem], names: Sequence[str]) -> WireValue | None:
        environment = self._environment
        if not environment.is_narrow:
            return super()._value(items, names)
        # A device has a row for each property; those of one id of the device follow each other.
        for _, rows in groupby(items, key=self._owner):
            by_name = {
                row[environment.property_attribute]["S"]: row[environment.value_attribute]
                for row in rows
                if environment.value_attribute in row and "S" in row.get(environment.property_attribute, {})
            }
            for name in names:
                if name in by_name:
                    return by_name[name]
        return None


def _constant_place(place: tuple[str, int], _: WireItem) -> tuple[str, int]:
    return place
