"""Evaluation of one device's alarm: keeps its rows equal to the states of its measurements.

A stream record shows only that rows of a device changed, and from which time on. The states are
computed from the table, so the order and number of records, and earlier failures, do not affect the
result. Rows are written in time order before others are deleted, and a repeated record writes the same
rows.

Only records of a device's own rows lead to writes, and Lambda processes those of one device in order,
so an alarm never has two concurrent writers. All other events (missing data, an operator's action)
update the device's newest row, which results in such a record.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice

from alarm_evaluator.rules import Alarm, Change, OperatorInput, compute_changes, restore_rule_state
from alarm_evaluator.shapes import (
    COMPONENT_TYPE,
    DEVICE,
    END_OF_TIME,
    INPUT,
    STATE,
    AlarmRow,
    Repository,
    displayed_state,
)

MAX_NOTIFICATION_AGE = 3_600_000
"""Milliseconds. Older changes are not published: they result from data that arrive late."""


def evaluate(alarm: Alarm, device: str, *, since: int, now: int, repository: Repository) -> int:
    """Bring the rows of a device's alarm up to date.

    Args:
        alarm: The alarm.
        device: The device.
        since: Time of the oldest measurement that changed, in milliseconds since 1970.
        now: The present in milliseconds since 1970; data can be missing until then.
        repository: The table.

    Returns:
        The number of rows that were written or deleted.
    """
    key = alarm.key_of(device)
    earlier = repository.measurements_before(alarm, device, since, max(since - alarm.lookback, 0))
    newest_earlier = list(islice(earlier, 1))
    start = newest_earlier[0].time if newest_earlier else since - 1
    state = next((row.state for row in repository.alarm_rows_until(key, start) if row.state), None)
    rule_state = restore_rule_state(alarm, state, chain(newest_earlier, earlier))
    existing = {row.time: row for row in repository.alarm_rows_after(key, start)}
    inputs = [
        OperatorInput(row.time, action)
        for row in existing.values()
        if (action := row.operator_action(alarm)) is not None
    ]
    measurements = list(repository.measurements_after(alarm, device, start))
    changes = compute_changes(alarm, rule_state, measurements, inputs, now)
    desired = {change.time: _alarm_row(alarm, device, change) for change in changes}
    writes = 0
    for time, row in desired.items():
        if existing.get(time) == row:
            continue
        if _is_news(time, row, existing, desired, now):
            # Before the write: a repeated notification is better than a missing one.
            repository.notify(key, row)
        repository.put(key, row)
        writes += 1
    for time, row in existing.items():
        # Rows that this function did not write stay.
        if time not in desired and row.state is not None:
            repository.delete(key, time)
            writes += 1
    return writes


def _alarm_row(alarm: Alarm, device: str, change: Change) -> AlarmRow:
    attributes = {
        COMPONENT_TYPE: alarm.alarm_type_id,
        STATE: change.state.to_json(),
        DEVICE: device,
        **displayed_state(alarm, change.state),
    }
    if change.operator_action is not None:
        attributes[INPUT] = change.operator_action
    return AlarmRow(change.time, attributes)


def _is_news(
    time: int, row: AlarmRow, existing: Mapping[int, AlarmRow], desired: Mapping[int, AlarmRow], now: int
) -> bool:
    is_known = time in existing and existing[time].state == row.state
    return not is_known and time == max(desired) and time > now - MAX_NOTIFICATION_AGE


def is_operator_row(alarms: Iterable[Alarm], row: AlarmRow) -> bool:
    """Return whether an operator wrote a row of an alarm.

    Args:
        alarms: All alarms.
        row: Any row.
    """
    return any(INPUT not in row.attributes and row.operator_action(alarm) is not None for alarm in alarms)


def find_device(key: str, repository: Repository) -> str | None:
    """Return the device of an alarm, from the newest row that has it; None without one.

    Args:
        key: The ``alarm_key``.
        repository: The table.
    """
    rows = repository.alarm_rows_until(key, END_OF_TIME)
    return next((device for row in rows if (device := row.attributes.get(DEVICE))), None)


def alarms_of(alarms: Sequence[Alarm], component_type_id: str) -> list[Alarm]:
    """Return the alarms of a component type."""
    return [alarm for alarm in alarms if alarm.component_type_id == component_type_id]
