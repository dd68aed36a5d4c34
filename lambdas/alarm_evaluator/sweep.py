"""The check for missing data: touches the devices that fell silent, so that they are evaluated."""

import logging
from collections.abc import Callable, Iterable, Iterator

from alarm_evaluator.environment import Environment
from alarm_evaluator.shapes import Repository, UnwritableError
from alarm_evaluator.window import Window

_log = logging.getLogger(__name__)

_DAY = 86_400_000

STEP_ROWS = 5_000
"""Rows after which the check stores how far it came, so that the next invocation continues from there."""


def sweep(
    environment: Environment, repository: Repository, window: Window, *, has_time: Callable[[], bool]
) -> None:
    """Touch the devices whose data went missing since the previous check.

    Each component type and limit has a mark of its own: the time until which it was checked. It moves with
    every step, so a check after an outage makes progress in each invocation, however much there is to read.

    Args:
        environment: The settings.
        repository: The table.
        window: The times of rows that count.
        has_time: Returns whether the invocation has time for another step.
    """
    index = environment.component_type_index
    if index is None:
        return
    limits = {
        (type_id, limit)
        for alarm in environment.alarms
        for type_id in alarm.type_ids
        for limit in alarm.missing_data_limits
    }
    marks = {pair: repository.last_sweep(_name(*pair)) or window.now - _DAY for pair in limits}
    touched: set[str] = set()
    # The type that is most behind comes first, so that none waits forever.
    for (component_type_id, limit), mark in sorted(marks.items(), key=lambda item: (item[1], item[0])):
        last = window.now - limit - 1
        name = _name(component_type_id, limit)
        # Devices whose last row is earlier were found by the previous check; later ones are not late yet.
        rows = repository.rows_of_type(index, component_type_id, mark - limit, last)
        for reached, devices in _steps(rows, last):
            for device in sorted(devices - touched):
                if _touch_if_silent(device, last, repository, window):
                    touched.add(device)
            repository.save_sweep(name, reached + limit + 1)
            if not has_time():
                _log.warning("out of time, the next check continues", extra={"behind": last - reached})
                break
    _log.info("swept", extra={"silent": len(touched)})


def _steps(rows: Iterable[tuple[int, str]], last: int) -> Iterator[tuple[int, set[str]]]:
    """Yield the devices of some rows, and the time until which all rows are read."""
    devices: set[str] = set()
    count = 0
    reached = None
    for time, device in rows:
        if count >= STEP_ROWS and time != reached and reached is not None:
            yield reached, devices
            devices, count = set(), 0
        devices.add(device)
        count += 1
        reached = time
    yield last, devices


def _touch_if_silent(device: str, last: int, repository: Repository, window: Window) -> bool:
    try:
        newest = repository.newest(device, window.last)
        if newest is None or newest > last:
            return False
        repository.touch(device, newest, window.last)
    except UnwritableError:
        _log.exception("a device cannot be checked for missing data")
        return False
    return True


def _name(component_type_id: str, limit: int) -> str:
    return f"{component_type_id}/{limit}"
