"""Evaluation of one device's alarm: keeps its rows equal to the states of its measurements.

A stream record shows only that rows of a device changed, and from which time on. The states are
computed from the table, so the order and number of records, and earlier failures, do not affect the
result. Changes are written in one transaction, and a repeated record writes the same rows.

A change that is news is marked in its row, and published when the stream has the record of that row: the
state is stored before, whatever the topic does, and no change is lost between both.

Only records of a device's own rows lead to writes, and Lambda processes those of one device in order,
so an alarm never has two concurrent writers. All other events (missing data, an operator's action)
update the device's newest row, which results in such a record.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import chain, groupby, islice
from typing import NamedTuple

from alarm_evaluator.budget import MAX_LOOKBACK_ROWS, Budget
from alarm_evaluator.convergence import Convergence
from alarm_evaluator.rules import Alarm, Change, Measurement, advance, missing_changes, restore_rule_state
from alarm_evaluator.shapes import (
    COMPONENT_TYPE,
    DEVICE,
    END_OF_TIME,
    INPUT,
    NOTIFICATION,
    STATE,
    AlarmRow,
    Repository,
    displayed_state,
)
from alarm_evaluator.window import Window

REQUESTED = "requested"
"""Value of the mark of a change that is published."""

MAX_NOTIFICATION_AGE = 3_600_000
"""Milliseconds. Older changes are not published: they result from data that arrive late."""


class ChangedTimes(NamedTuple):
    """The times of measurements that changed.

    Attributes:
        since: Time of the oldest one, in milliseconds since 1970.
        until: Time of the newest one.
    """

    since: int
    until: int


def evaluate(
    alarm: Alarm,
    device: str,
    *,
    changed: ChangedTimes,
    window: Window,
    repository: Repository,
    budget: Budget | None = None,
) -> int:
    """Bring the rows of a device's alarm up to date.

    Rows are read from the oldest changed measurement on, until the states are the stored ones again. If the
    budget is used up before, the device is touched, so that a later record continues from there.

    Args:
        alarm: The alarm.
        device: The device.
        changed: The times of the measurements that changed.
        window: The times of measurements that count; data can be missing until its present.
        repository: The table.
        budget: The limits of this evaluation. Default: those of ``Budget``.

    Returns:
        The number of rows that were written or deleted.
    """
    budget = budget or Budget()
    key = alarm.key_of(device)
    oldest = max(changed.since - alarm.lookback, window.first, 0)
    before = repository.measurements_before(alarm, device, changed.since, oldest)
    earlier = islice(before, MAX_LOOKBACK_ROWS)
    newest_earlier = list(islice((row for row in earlier if row.values), 1))
    start = newest_earlier[0].time if newest_earlier else changed.since - 1
    state = next((row.state for row in repository.alarm_rows_until(key, start) if row.state), None)
    rule_state = restore_rule_state(alarm, state, chain(newest_earlier, earlier))
    convergence = Convergence(alarm, changed.until, state)
    existing: dict[int, AlarmRow] = {}
    changes: list[Change] = []
    stopped_at: int | None = None
    for time, values, row in _events(alarm, device, start, window, repository):
        action = None
        if row is not None:
            existing[time] = row
            convergence.stored = row.state or convergence.stored
            action = row.operator_action(alarm)
        if time > window.last:
            continue  # rows of alarms that result from times that are refused
        changes_here = advance(alarm, rule_state, time, values or {}, action)
        changes += changes_here
        if values and convergence.is_reached(time, values, rule_state):
            stopped_at = time
            break
        # Rows until the change are free, so that a continued evaluation always comes farther. It continues
        # from a row of the device, because only such rows can be touched.
        is_spent = time > changed.since and budget.spend(len(changes_here) + (row is not None))
        if is_spent and values is not None:
            stopped_at = time
            # Before the write: once it is written, this part of the history does not differ any more.
            repository.touch(device, time, window.last)
            break
    else:
        changes += missing_changes(alarm, rule_state, before=window.now)
    desired = {
        change.time: _alarm_row(alarm, device, change, existing.get(change.time)) for change in changes
    }
    marked = {time for time, row in desired.items() if _is_marked(existing.get(time), row)}
    marked |= {
        row.time
        for row in _news(desired, existing, window.now)
        if stopped_at is None or not _has_later_state(key, stopped_at, window.now, row, repository)
    }
    for time in marked:
        desired[time] = AlarmRow(time, {**desired[time].attributes, NOTIFICATION: REQUESTED})
    puts = [row for time, row in desired.items() if existing.get(time) != row]
    # Rows that this function did not write stay.
    deletions = [time for time, row in existing.items() if time not in desired and row.state is not None]
    if puts or deletions:
        repository.write(key, puts, deletions)
    return len(puts) + len(deletions)


def _events(
    alarm: Alarm, device: str, start: int, window: Window, repository: Repository
) -> Iterator[tuple[int, Mapping[str, float] | None, AlarmRow | None]]:
    """Yield each time after a start with the device's values and the alarm's row, read on demand."""
    measurements = repository.measurements_after(alarm, device, start, window.last)
    rows = repository.alarm_rows_after(alarm.key_of(device), start)
    by_time: Iterator[Measurement | AlarmRow] = merge(measurements, rows, key=lambda event: event.time)
    for time, events in groupby(by_time, key=lambda event: event.time):
        values: Mapping[str, float] | None = None
        alarm_row = None
        for event in events:
            if isinstance(event, AlarmRow):
                alarm_row = event
            else:
                values = event.values
        yield time, values, alarm_row


def _alarm_row(alarm: Alarm, device: str, change: Change, stored: AlarmRow | None) -> AlarmRow:
    """Return the row of a change, with what others wrote into the stored row, such as an operator's note."""
    attributes = {
        **(stored.foreign_attributes(alarm) if stored is not None else {}),
        COMPONENT_TYPE: alarm.alarm_type_id,
        STATE: change.state.to_json(),
        DEVICE: device,
        **displayed_state(alarm, change.state),
    }
    if change.operator_action is not None:
        attributes[INPUT] = change.operator_action
    return AlarmRow(change.time, attributes)


def _news(desired: Mapping[int, AlarmRow], existing: Mapping[int, AlarmRow], now: int) -> Iterator[AlarmRow]:
    """Yield the newest change until now and the newest after it, unless they are old or known.

    A device whose clock is ahead sends times after now; they do not replace what is true now.
    """
    newest_of_each = {time > now: time for time in sorted(desired)}
    for time in sorted(newest_of_each.values()):
        row = desired[time]
        is_known = time in existing and existing[time].state == row.state
        if not is_known and time > now - MAX_NOTIFICATION_AGE:
            yield row


def _is_marked(stored: AlarmRow | None, row: AlarmRow) -> bool:
    """Return whether a stored row with the same state is marked, so that it is not written again."""
    return stored is not None and NOTIFICATION in stored.attributes and stored.state == row.state


def _has_later_state(key: str, stopped_at: int, now: int, news: AlarmRow, repository: Repository) -> bool:
    """Return whether a stored state follows a change, after the rows that were read."""
    later = (row.time for row in repository.alarm_rows_after(key, stopped_at) if row.state is not None)
    return any((time > now) == (news.time > now) for time in islice(later, 1))


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
