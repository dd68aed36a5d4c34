"""Rows under former ids, read as those under the present ones. Pure: another repository calls the service.

What was renamed has rows under several ids, in several partitions of the table. A device's measurements and
an alarm's states are those of all of them; of one time, what is under the newer id counts. States are written
under the present key.

Lambda processes the records of one partition in order, and only records of one partition may lead to writes
of an alarm. It is that of the newest id that has rows: the leading one. Records of the others touch its
newest row.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from heapq import merge
from itertools import groupby, repeat
from typing import TypeVar

from alarm_evaluator.rules import Alarm, Measurement
from alarm_evaluator.shapes import COMPONENT_TYPE, DEVICE, AlarmRow, ChangeKey, Repository
from former_ids import FormerIds

Row = TypeVar("Row", Measurement, AlarmRow)


class RenamedRepository:
    """Rows of a telemetry table with those under former ids; see ``shapes.Repository``.

    Args:
        repository: The table.
        former_ids: The former ids of devices, alarm keys, attributes and component types.
    """

    def __init__(self, repository: Repository, former_ids: FormerIds) -> None:
        self._repository = repository
        self._former_ids = former_ids
        # Of all types: ids of devices and keys of alarms are unique in a table.
        self._formers = former_ids.of_component(None, None, None, ()).devices
        self._present = {former: present for present, ids in self._formers.items() for former in ids}

    def measurements_before(self, alarm: Alarm, device: str, time: int, oldest: int) -> Iterator[Measurement]:
        """See ``shapes.Repository``."""
        streams = [
            self._repository.measurements_before(alarm, device_id, time, oldest)
            for device_id in self._ids(device)
        ]
        return _merged(streams, _merged_measurement, ascending=False)

    def measurements_after(self, alarm: Alarm, device: str, time: int, last: int) -> Iterator[Measurement]:
        """See ``shapes.Repository``."""
        streams = [
            self._repository.measurements_after(alarm, device_id, time, last)
            for device_id in self._ids(device)
        ]
        return _merged(streams, _merged_measurement, ascending=True)

    def alarm_rows_until(self, key: str, time: int) -> Iterator[AlarmRow]:
        """See ``shapes.Repository``."""
        streams = [self._alarm_rows(self._repository.alarm_rows_until(own, time)) for own in self._ids(key)]
        return _merged(streams, _merged_alarm_row, ascending=False)

    def alarm_rows_after(self, key: str, time: int) -> Iterator[AlarmRow]:
        """See ``shapes.Repository``."""
        streams = [self._alarm_rows(self._repository.alarm_rows_after(own, time)) for own in self._ids(key)]
        return _merged(streams, _merged_alarm_row, ascending=True)

    def write(self, key: str, puts: Sequence[AlarmRow], deletions: Sequence[int]) -> None:
        """See ``shapes.Repository``; rows are deleted under every id, in a transaction for each."""
        for former_key in self._formers.get(key, ()) if deletions else ():
            self._repository.write(former_key, [], deletions)
        self._repository.write(key, puts, deletions)

    def notify(self, change: Mapping[str, object]) -> None:
        """See ``shapes.Repository``."""
        self._repository.notify(change)

    def unmark(self, change: ChangeKey) -> None:
        """See ``shapes.Repository``."""
        for key in self._ids(change.alarm_key):
            self._repository.unmark(ChangeKey(key, change.time))

    def touch(self, device: str, since: int, last: int) -> None:
        """See ``shapes.Repository``; the row is one of the leading id."""
        self._repository.touch(self.leading_id(device, last), since, last)

    def newest(self, device: str, last: int) -> int | None:
        """See ``shapes.Repository``."""
        times = [self._repository.newest(device_id, last) for device_id in self._ids(device)]
        return max((time for time in times if time is not None), default=None)

    def leading_id(self, device: str, last: int) -> str:
        """See ``shapes.Repository``."""
        ids = self._ids(self._present.get(device, device))
        if len(ids) == 1:
            return ids[0]
        return next((own for own in ids if self._repository.newest(own, last) is not None), ids[0])

    def rows_of_type(
        self, index: str, component_type_id: str, first: int, last: int
    ) -> Iterator[tuple[int, str]]:
        """See ``shapes.Repository``; devices have their present ids."""
        type_id = self._former_ids.present_type(component_type_id)
        for time, device in self._repository.rows_of_type(index, component_type_id, first, last):
            yield time, self._former_ids.present_device(type_id, device)

    def last_sweep(self, name: str) -> int | None:
        """See ``shapes.Repository``."""
        return self._repository.last_sweep(name)

    def save_sweep(self, name: str, until: int) -> None:
        """See ``shapes.Repository``."""
        self._repository.save_sweep(name, until)

    def reject(self, letter: Mapping[str, object]) -> None:
        """See ``shapes.Repository``."""
        self._repository.reject(letter)

    def _ids(self, present_id: str) -> tuple[str, ...]:
        return (present_id, *self._formers.get(present_id, ()))

    def _alarm_rows(self, rows: Iterator[AlarmRow]) -> Iterator[AlarmRow]:
        """Yield the rows with the present ids in their attributes."""
        for row in rows:
            type_id = self._former_ids.present_type(row.attributes.get(COMPONENT_TYPE, ""))
            attributes = dict(row.attributes)
            for name, formers in self._former_ids.of_type(type_id).attributes.items():
                for former in formers:
                    if former in attributes:
                        attributes.setdefault(name, attributes.pop(former))
            if COMPONENT_TYPE in attributes:
                attributes[COMPONENT_TYPE] = type_id
            if DEVICE in attributes:
                attributes[DEVICE] = self._present.get(attributes[DEVICE], attributes[DEVICE])
            yield AlarmRow(row.time, attributes)


def _merged(
    streams: Sequence[Iterator[Row]], combine: Callable[[Row, Row], Row], *, ascending: bool
) -> Iterator[Row]:
    """Yield rows in time order, those of several streams at one time as one.

    Args:
        streams: The rows under each id, that under the newest id first.
        combine: Returns a row of two of one time, the first of which counts more.
        ascending: Whether the oldest comes first.
    """
    if len(streams) == 1:
        yield from streams[0]
        return
    ranked = [zip(stream, repeat(rank)) for rank, stream in enumerate(streams)]
    rows = merge(*ranked, key=lambda ranked_row: ranked_row[0].time, reverse=not ascending)
    for _, group in groupby(rows, key=lambda ranked_row: ranked_row[0].time):
        by_rank: dict[int, list[Row]] = {}
        for row, rank in group:
            by_rank.setdefault(rank, []).append(row)
        if len(by_rank) == 1:
            ((_, alone),) = by_rank.items()
            yield from alone
        else:
            # A device may send fractions of milliseconds: the last row of a millisecond counts.
            newest = [by_rank[rank][-1 if ascending else 0] for rank in sorted(by_rank)]
            yield reduce(combine, newest)


def _merged_measurement(newer: Measurement, older: Measurement) -> Measurement:
    return Measurement(newer.time, {**older.values, **newer.values})


def _merged_alarm_row(newer: AlarmRow, older: AlarmRow) -> AlarmRow:
    return AlarmRow(newer.time, {**older.attributes, **newer.attributes})
