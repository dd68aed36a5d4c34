"""What passes between the pure core and the repository: rows of alarms, and their attributes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from alarm_evaluator.rules import OPERATOR_ACTIONS, Alarm, Measurement, State

PARTITION_KEY, SORT_KEY = "device_id", "timestamp"

STATE, DEVICE, INPUT, COMPONENT_TYPE = "alarm_state", "alarm_device", "alarm_input", "component_type_id"

EVALUATE_FROM = "evaluate_from"
"""Attribute that ``Repository.touch`` sets: the time from which to evaluate."""

END_OF_TIME = 10**15
"""Milliseconds: later than every row."""


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """A row of an alarm.

    Attributes:
        time: Milliseconds since 1970, UTC.
        attributes: The text attributes, without the key.
    """

    time: int
    attributes: Mapping[str, str]

    @property
    def state(self) -> State | None:
        """The state that this function wrote; None if it did not write the row."""
        text = self.attributes.get(STATE)
        return State.parse(text) if text else None

    def operator_action(self, alarm: Alarm) -> str | None:
        """Return the action that an operator wrote, or None.

        An action is a value of the alarm's attributes that this function did not write for the state.

        Args:
            alarm: The alarm.
        """
        if INPUT in self.attributes:
            return self.attributes[INPUT]
        for name in filter(None, (alarm.status, alarm.level)):
            value, state = self.attributes.get(name), self.state
            if value in OPERATOR_ACTIONS and (state is None or value != displayed_state(alarm, state)[name]):
                return value
        return None


def displayed_state(alarm: Alarm, state: State) -> dict[str, str]:
    """Return the values that alarm components show of a state, by attribute.

    Args:
        alarm: The alarm.
        state: Its state.
    """
    values = {
        alarm.status: state.status(alarm),
        alarm.level: state.level(alarm),
        alarm.message: state.message(alarm),
    }
    return {name: text for name, text in values.items() if name is not None}


class Repository(Protocol):
    """The table and the topic. Times are in milliseconds; reads are strongly consistent."""

    def measurements_before(self, alarm: Alarm, device: str, time: int, oldest: int) -> Iterator[Measurement]:
        """Yield the measurements before a time and not before another, newest first, read on demand."""
        ...

    def measurements_after(self, alarm: Alarm, device: str, time: int) -> Iterator[Measurement]:
        """Yield the measurements after a time, oldest first."""
        ...

    def alarm_rows_until(self, key: str, time: int) -> Iterator[AlarmRow]:
        """Yield the rows of an alarm up to a time, newest first, read on demand."""
        ...

    def alarm_rows_after(self, key: str, time: int) -> list[AlarmRow]:
        """Return the rows of an alarm after a time, oldest first."""
        ...

    def put(self, key: str, row: AlarmRow) -> None:
        """Write a whole row."""
        ...

    def delete(self, key: str, time: int) -> None:
        """Delete a row if it exists."""
        ...

    def notify(self, key: str, row: AlarmRow) -> None:
        """Publish a change."""
        ...

    def touch(self, device: str, since: int) -> None:
        """Update the device's newest row, so that the stream has a record with the time to evaluate from."""
        ...
