"""What passes between the pure core and the repository: rows of alarms, and their attributes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from alarm_evaluator.rules import OPERATOR_ACTIONS, Alarm, Measurement, State

PARTITION_KEY, SORT_KEY = "device_id", "timestamp"

STATE, DEVICE, INPUT, COMPONENT_TYPE = "alarm_state", "alarm_device", "alarm_input", "component_type_id"

NOTIFICATION = "alarm_notification"
"""Attribute of a row whose stream record is published: the change is news."""

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
        try:
            return State.parse(self.attributes[STATE])
        except (KeyError, TypeError, ValueError):
            return None

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

    def foreign_attributes(self, alarm: Alarm) -> dict[str, str]:
        """Return the attributes that this function never writes, such as the note of an operator.

        Args:
            alarm: The alarm.
        """
        own = {COMPONENT_TYPE, STATE, DEVICE, INPUT, NOTIFICATION, alarm.status, alarm.level, alarm.message}
        return {name: text for name, text in self.attributes.items() if name not in own}


class ChangeKey(NamedTuple):
    """The key of the row of a change.

    Attributes:
        alarm_key: The ``alarm_key``.
        time: Milliseconds since 1970, UTC.
    """

    alarm_key: str
    time: int


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


class UnwritableError(Exception):
    """Error of a row that the table can never take or find, so that a retry does not help."""


class Repository(Protocol):
    """The table and the topic. Times are in milliseconds; reads are strongly consistent."""

    def measurements_before(self, alarm: Alarm, device: str, time: int, oldest: int) -> Iterator[Measurement]:
        """Yield the rows before a time and not before another, newest first, read on demand.

        A row that is no measurement of the alarm has no values.
        """
        ...

    def measurements_after(self, alarm: Alarm, device: str, time: int, last: int) -> Iterator[Measurement]:
        """Yield the rows after a time and not after another, oldest first, read on demand.

        A row that is no measurement of the alarm has no values.
        """
        ...

    def alarm_rows_until(self, key: str, time: int) -> Iterator[AlarmRow]:
        """Yield the rows of an alarm up to a time, newest first, read on demand."""
        ...

    def alarm_rows_after(self, key: str, time: int) -> Iterator[AlarmRow]:
        """Yield the rows of an alarm after a time, oldest first, read on demand."""
        ...

    def write(self, key: str, puts: Sequence[AlarmRow], deletions: Sequence[int]) -> None:
        """Write whole rows and delete rows by their times, in one transaction for each hundred.

        The newest come first: what an interruption leaves unwritten is what the next evaluation reads first.

        Raises:
            UnwritableError: If the table refuses a row for good.
        """
        ...

    def notify(self, change: Mapping[str, object]) -> None:
        """Publish a change."""
        ...

    def unmark(self, change: ChangeKey) -> None:
        """Remove the mark of a change that is published; nothing if there is no such row."""
        ...

    def touch(self, device: str, since: int, last: int) -> None:
        """Update the device's newest row until a time, so that the stream has a record with the start."""
        ...

    def newest(self, device: str, last: int) -> int | None:
        """Return the time of a device's newest row until a time, or None."""
        ...

    def leading_id(self, device: str, last: int) -> str:
        """Return the id of a device whose records lead to writes: the newest id with rows until a time."""
        ...

    def rows_of_type(
        self, index: str, component_type_id: str, first: int, last: int
    ) -> Iterator[tuple[int, str]]:
        """Yield time and device of the rows of a component type in a range, oldest first, read on demand."""
        ...

    def last_sweep(self, name: str) -> int | None:
        """Return the time until which missing data were checked, or None."""
        ...

    def save_sweep(self, name: str, until: int) -> None:
        """Store the time until which missing data were checked."""
        ...

    def reject(self, letter: Mapping[str, object]) -> None:
        """Send what cannot be evaluated to the dead-letter queue."""
        ...
