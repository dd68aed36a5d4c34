"""A telemetry table with a stream in memory, and alarms on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from alarm_evaluator import handler as handler_module
from alarm_evaluator.environment import MAX_AGE, MAX_AHEAD, Environment
from alarm_evaluator.news import publish
from alarm_evaluator.records import group_records
from alarm_evaluator.rules import Alarm, Measurement, Rule
from alarm_evaluator.shapes import EVALUATE_FROM, NOTIFICATION, AlarmRow, ChangeKey
from alarm_evaluator.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SENSOR, EQUIPMENT = "com.example.Sensor", "com.example.EquipmentAlarm"


def alarm(*rules: Rule, **more: Any) -> Alarm:
    return Alarm(
        SENSOR, EQUIPMENT, "${device}-alarm", "alarm_status", "alarmStatus", "alarmMessage", rules, **more
    )


class StoreDownError(Exception):
    """The table did not answer."""


@dataclass
class FakeAlarmTable:
    """A table with a stream, which fails when it is configured to."""

    rows: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    stream: list[dict[str, Any]] = field(default_factory=list)
    failures: Iterator[bool] = field(default_factory=lambda: iter(()))
    notified: list[Mapping[str, object]] = field(default_factory=list)
    swept: dict[str, int] = field(default_factory=dict)
    rejected: list[Mapping[str, object]] = field(default_factory=list)
    rows_read: int = 0

    def measure(self, device: str, time: int, value: float) -> None:
        row = {"component_type_id": SENSOR, "t": value}
        if self.rows.get((device, time)) != row:  # the same row again makes no record
            self.rows[device, time] = row
            self.record(device, time)

    def operate(self, device: str, time: int, word: str) -> None:
        key = (f"{device}-alarm", time)
        self.rows[key] = {**self.rows.get(key, {}), "alarm_status": word}
        self.record(*key)

    def record(self, device: str, time: int) -> None:
        """The stream record of a row in its present state."""
        image = {
            name: {"S": value} if isinstance(value, str) else {"N": str(value)}
            for name, value in self.rows[device, time].items()
        }
        image |= {"device_id": {"S": device}, "timestamp": {"N": str(time)}}
        self.stream.append({"dynamodb": {"NewImage": image, "SequenceNumber": str(len(self.stream))}})

    def _fail(self) -> None:
        if next(self.failures, False):
            raise StoreDownError

    def _of(self, key: str) -> list[tuple[int, dict[str, Any]]]:
        return sorted((time, row) for (name, time), row in self.rows.items() if name == key)

    def measurements_before(self, alarm: Alarm, device: str, time: int, oldest: int) -> Iterator[Measurement]:
        self._fail()
        for at, row in reversed(self._of(device)):
            if oldest <= at < time:
                self.rows_read += 1
                yield Measurement(at, _values(alarm, row))

    def measurements_after(self, alarm: Alarm, device: str, time: int, last: int) -> Iterator[Measurement]:
        self._fail()
        for at, row in self._of(device):
            if time < at <= last:
                self.rows_read += 1
                yield Measurement(at, _values(alarm, row))

    def _alarms(self, key: str) -> list[AlarmRow]:
        self._fail()
        return [AlarmRow(at, dict(row)) for at, row in self._of(key)]

    def alarm_rows_until(self, key: str, time: int) -> Iterator[AlarmRow]:
        return (row for row in reversed(self._alarms(key)) if row.time <= time)

    def alarm_rows_after(self, key: str, time: int) -> Iterator[AlarmRow]:
        return (row for row in self._alarms(key) if row.time > time)

    def write(self, key: str, puts: Sequence[AlarmRow], deletions: Sequence[int]) -> None:
        self._fail()
        for row in puts:
            self.rows[key, row.time] = dict(row.attributes)
            self.record(key, row.time)
        for time in deletions:
            self.rows.pop((key, time), None)

    def notify(self, change: Mapping[str, object]) -> None:
        self._fail()
        self.notified.append(change)

    def unmark(self, change: ChangeKey) -> None:
        self._fail()
        self.rows[change].pop(NOTIFICATION, None)
        self.record(*change)

    def touch(self, device: str, since: int, last: int) -> None:
        self._fail()
        newest = self.newest(device, last)
        if newest is not None:
            self.rows[device, newest] |= {EVALUATE_FROM: since}
            self.record(device, newest)

    def newest(self, device: str, last: int) -> int | None:
        return max((time for name, time in self.rows if name == device and time <= last), default=None)

    def leading_id(self, device: str, last: int) -> str:  # noqa: ARG002 (as the repository has it)
        return device

    def rows_of_type(
        self,
        index: str,  # noqa: ARG002 (as the repository has it)
        component_type_id: str,
        first: int,
        last: int,
    ) -> Iterator[tuple[int, str]]:
        for (name, time), row in sorted(self.rows.items(), key=lambda item: item[0][1]):
            if row.get("component_type_id") == component_type_id and first <= time <= last:
                self.rows_read += 1
                yield time, name

    def last_sweep(self, name: str) -> int | None:
        return self.swept.get(name)

    def save_sweep(self, name: str, until: int) -> None:
        self.swept[name] = until

    def reject(self, letter: Mapping[str, object]) -> None:
        self._fail()
        self.rejected.append(letter)

    def alarm_rows(self) -> dict[tuple[str, int], dict[str, Any]]:
        return {key: row for key, row in self.rows.items() if key[0].endswith("-alarm")}


RULES = (
    Rule("hot", "t", "C", above=80, hysteresis=5, dwell=20, missing_after=50),
    Rule("warm", "t", "C", above=70, severity="WARNING"),
    Rule("cold", "t", "C", below=10, hysteresis=3, severity="WARNING"),
)
ALARM = alarm(*RULES)


def _values(alarm: Alarm, row: Mapping[str, Any]) -> Mapping[str, float]:
    if row.get("component_type_id", alarm.component_type_id) not in alarm.type_ids:
        return {}
    return alarm.values_of({name: row[name] for name in alarm.stored_attributes if name in row})


def window_at(now: int) -> Window:
    """The default window around a time."""
    return Window.around(now, max_age=MAX_AGE, max_ahead=MAX_AHEAD)


def settle(table: FakeAlarmTable, *, now: int, batches: Iterator[int], of: Alarm = ALARM) -> None:
    """Work through the stream as Lambda does: in order, in batches, again from where one failed."""
    at = 0
    environment = Environment("table", (of,))
    for _ in range(10_000):
        if at == len(table.stream):
            return
        records = table.stream[at : at + next(batches, 3)]
        settled = at + len(records)
        window = window_at(now)
        batch = group_records(records, [of], window)
        for number in publish(batch.news, table, has_time=lambda: True):
            settled = min(settled, int(number))
        for (partition, _), group in batch.groups.items():
            try:
                handler_module.process(partition, group, environment, table, window)
            except StoreDownError:
                settled = min(settled, int(group.sequence_numbers[0]))
        at = settled
    raise AssertionError("does not settle")
