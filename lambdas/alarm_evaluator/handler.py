"""Entry point of the alarm evaluator: ``alarm_evaluator.handler.handler``."""

import logging
import os
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

from alarm_evaluator.environment import Environment
from alarm_evaluator.evaluation import alarms_of, evaluate, find_device
from alarm_evaluator.records import PartitionChanges, group_records
from alarm_evaluator.repository import TableRepository, create_repository

_log = logging.getLogger(__name__)
_RESERVE_MILLISECONDS = 5_000
_DAY = 86_400_000


@cache
def _environment_and_repository() -> tuple[Environment, TableRepository]:
    environment = Environment.from_environ(os.environ)
    return environment, create_repository(environment.table_name, environment.topic_arn)


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Process records of the table's stream, or check for missing data on a schedule.

    Args:
        event: A stream event with ``Records``; any other event is one of the schedule.
        context: Lambda's context, which has the remaining time.

    Returns:
        For records: ``batchItemFailures``, the first record of each device that failed. Lambda retries
        the records from the first of them on; processing a record twice has no further effect.
    """
    environment, repository = _environment_and_repository()
    now = int(time.time() * 1000)
    if "Records" not in event:
        sweep(environment, repository, now)
        return {}
    failed = []
    for (partition, _), changes in group_records(event["Records"], environment.alarms).items():
        if context.get_remaining_time_in_millis() < _RESERVE_MILLISECONDS:
            _log.warning("out of time, Lambda retries the remaining records")
            failed.append(changes.sequence_numbers[0])
            continue
        try:
            _process(partition, changes, environment, repository, now)
        except Exception:  # noqa: BLE001 (an error of one device must not stop the others)
            _log.exception("a device failed, Lambda retries its records")
            failed.append(changes.sequence_numbers[0])
    _log.info("evaluated", extra={"records": len(event["Records"]), "failed": len(failed)})
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def _process(
    partition: str,
    changes: PartitionChanges,
    environment: Environment,
    repository: TableRepository,
    now: int,
) -> None:
    if changes.component_type_id is None:
        device = find_device(partition, repository)
        if device is not None:
            repository.touch(device, changes.since)
        return
    for alarm in alarms_of(environment.alarms, changes.component_type_id):
        evaluate(alarm, partition, since=changes.since, now=now, repository=repository)


def sweep(environment: Environment, repository: TableRepository, now: int) -> None:
    """Touch the devices whose data went missing since the previous sweep, so that they are evaluated.

    Args:
        environment: The settings.
        repository: The table.
        now: Milliseconds since 1970.
    """
    index = environment.component_type_index
    if index is None:
        return
    previous = repository.last_sweep() or now - _DAY
    limits = {
        (alarm.component_type_id, limit)
        for alarm in environment.alarms
        for limit in alarm.missing_data_limits
    }
    touched = 0
    for component_type_id, limit in sorted(limits):
        # Devices whose last row is earlier were found by the previous sweep; later ones are not late yet.
        first, last = previous - limit, now - limit - 1
        for device in sorted(repository.devices_between(index, component_type_id, first, last)):
            newest = repository.newest(device)
            if newest is not None and newest <= last:
                repository.touch(device, newest)
                touched += 1
    repository.save_sweep(now)
    _log.info("swept", extra={"silent": touched})
