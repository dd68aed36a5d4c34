"""Keeps the alarm rows of a device equal to what its measurements say. Pure but for the repository.

What a record of the stream says is only that something of a device changed, and from when on. The states
are worked out from the table, so that the order of records, their number, and what failed in between make
no difference. Rows are written before others are deleted, in the order of time, and written again alike
when a record comes twice.

Only records of a device's own rows lead to writes, and those of one device come one after the other: so
nobody writes its alarm at the same time. All else, that data are missing or that an operator wrote to an
alarm, touches the device's newest row and comes back as such a record.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Protocol

from alarm_evaluator.rules import BY_OPERATORS, Alarm, Change, Input, Measurement, State, changes, remember

NOTIFY_WITHIN = 3_600_000
"""Milliseconds. Nobody is told of older changes: they come from data that are written later."""


END_OF_TIME = 10**15
"""Milliseconds: later than any row."""


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """A row of an alarm.

    Attributes:
        time: Milliseconds since 1970, UTC.
        attributes: Attributes with text, all but the key.
    """

    time: int
    attributes: Mapping[str, str]

    @property
    def state(self) -> State | None:
        """The state that was written here, None where somebody else wrote the row."""
        text = self.attributes.get(STATE)
        return State.read(text) if text else None

    def word(self, alarm: Alarm) -> str | None:
        """What an operator wrote here: it is not what was written here for the state."""
        if INPUT in self.attributes:
            return self.attributes[INPUT]
        for name in filter(None, (alarm.status, alarm.level)):
            found, state = self.attributes.get(name), self.state
            if found in BY_OPERATORS and (state is None or found != told(alarm, state)[name]):
                return found
        return None


STATE, DEVICE, INPUT, COMPONENT_TYPE = "alarm_state", "alarm_device", "alarm_input", "component_type_id"


def told(alarm: Alarm, state: State) -> dict[str, str]:
    """Give what alarm components show of a state, by attribute."""
    shown = {
        alarm.status: state.status(alarm),
        alarm.level: state.level(alarm),
        alarm.message: state.words(alarm),
    }
    return {name: text for name, text in shown.items() if name is not None}


class Repository(Protocol):
    """The table and whoever is told. Times are in milliseconds; reads see every write before."""

    def measured_before(self, alarm: Alarm, device: str, time: int, oldest: int) -> Iterator[Measurement]:
        """Measurements before a time, newest first, not older than another; read as they are taken."""
        ...

    def measured_after(self, alarm: Alarm, device: str, time: int) -> Iterator[Measurement]:
        """Measurements after a time, oldest first."""
        ...

    def alarm_before(self, key: str, time: int) -> Iterator[AlarmRow]:
        """Rows of an alarm up to a time, newest first; read as they are taken."""
        ...

    def alarm_after(self, key: str, time: int) -> list[AlarmRow]:
        """Rows of an alarm after a time, oldest first."""
        ...

    def put(self, key: str, row: AlarmRow) -> None:
        """Write a row, whole."""
        ...

    def delete(self, key: str, time: int) -> None:
        """Delete a row if it is there."""
        ...

    def notify(self, key: str, row: AlarmRow) -> None:
        """Tell of a change."""
        ...

    def touch(self, device: str, since: int) -> None:
        """Have the device's newest row come back as a record that says since when to look."""
        ...


def evaluate(alarm: Alarm, device: str, *, since: int, now: int, repository: Repository) -> int:
    """Bring the rows of a device's alarm up to date.

    Args:
        alarm: The alarm.
        device: The device.
        since: Time of the oldest measurement that changed.
        now: The present; data can be missing until then.
        repository: The table.

    Returns:
        How many rows were written or deleted.
    """
    key = alarm.key_of(device)
    earlier = repository.measured_before(alarm, device, since, max(since - alarm.look_back, 0))
    first = list(islice(earlier, 1))
    start = first[0].time if first else since - 1
    state = next((row.state for row in repository.alarm_before(key, start) if row.state), None)
    memory = remember(alarm, state, chain(first, earlier))
    there = {row.time: row for row in repository.alarm_after(key, start)}
    inputs = [Input(row.time, word) for row in there.values() if (word := row.word(alarm))]
    measured = list(repository.measured_after(alarm, device, start))
    wanted = {
        change.time: _row(alarm, device, change) for change in changes(alarm, memory, measured, inputs, now)
    }
    writes = 0
    for time, row in wanted.items():
        if there.get(time) == row:
            continue
        if _is_news(time, row, there, wanted, now):
            # Before it is written: told twice is better than never.
            repository.notify(key, row)
        repository.put(key, row)
        writes += 1
    for time, row in there.items():
        # Rows of others stay as they are.
        if time not in wanted and row.state is not None:
            repository.delete(key, time)
            writes += 1
    return writes


def _row(alarm: Alarm, device: str, change: Change) -> AlarmRow:
    attributes = {
        COMPONENT_TYPE: alarm.alarm_type_id,
        STATE: change.state.written,
        DEVICE: device,
        **told(alarm, change.state),
    }
    if change.word is not None:
        attributes[INPUT] = change.word
    return AlarmRow(change.time, attributes)


def _is_news(
    time: int, row: AlarmRow, there: Mapping[int, AlarmRow], wanted: Mapping[int, AlarmRow], now: int
) -> bool:
    is_known = time in there and there[time].state == row.state
    return not is_known and time == max(wanted) and time > now - NOTIFY_WITHIN


def operator_rows(alarms: Iterable[Alarm], row: AlarmRow) -> bool:
    """Whether somebody else than this function wrote a row of an alarm.

    Args:
        alarms: All alarms.
        row: Any row.
    """
    return any(INPUT not in row.attributes and row.word(alarm) is not None for alarm in alarms)


def device_of_alarm(key: str, repository: Repository) -> str | None:
    """Find the device of an alarm by the newest row that names it.

    Args:
        key: The ``alarm_key``.
        repository: The table.
    """
    rows = repository.alarm_before(key, END_OF_TIME)
    return next((found for row in rows if (found := row.attributes.get(DEVICE))), None)


def alarms_of(alarms: Sequence[Alarm], component_type_id: str) -> list[Alarm]:
    """Return the alarms of a component type."""
    return [alarm for alarm in alarms if alarm.component_type_id == component_type_id]
