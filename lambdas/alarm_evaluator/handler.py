"""Entry point of the alarm evaluator: ``alarm_evaluator.handler.handler``."""

import logging
import os
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

from alarm_evaluator.environment import Environment
from alarm_evaluator.evaluation import alarms_of, device_of_alarm, evaluate
from alarm_evaluator.records import Work, work
from alarm_evaluator.repository import TableRepository, create_repository

_log = logging.getLogger(__name__)
_RESERVE_MILLISECONDS = 5_000
_DAY = 86_400_000


@cache
def _table() -> tuple[Environment, TableRepository]:
    environment = Environment.from_environ(os.environ)
    return environment, create_repository(environment.table_name, environment.topic_arn)


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Work on records of the table's stream, or look for missing data when a schedule asks for it.

    Args:
        event: Of a stream (``Records``), or anything else for a schedule's.
        context: Lambda's context: how much time is left.

    Returns:
        For records: ``batchItemFailures``, the first record of each device that failed. Lambda comes back
        with the records from the first of them on; doing them again changes nothing.
    """
    environment, repository = _table()
    now = int(time.time() * 1000)
    if "Records" not in event:
        sweep(environment, repository, now)
        return {}
    failed = []
    for (partition, _), one in work(event["Records"], environment.alarms).items():
        if context.get_remaining_time_in_millis() < _RESERVE_MILLISECONDS:
            _log.warning("out of time, the rest comes with the next batch")
            failed.append(one.sequence_numbers[0])
            continue
        try:
            _work_on(partition, one, environment, repository, now)
        except Exception:  # noqa: BLE001 (whatever it is, other devices go on)
            _log.exception("a device failed, its records come again")
            failed.append(one.sequence_numbers[0])
    _log.info("evaluated", extra={"records": len(event["Records"]), "failed": len(failed)})
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def _work_on(
    partition: str, one: Work, environment: Environment, repository: TableRepository, now: int
) -> None:
    if one.component_type_id is None:
        device = device_of_alarm(partition, repository)
        if device is not None:
            repository.touch(device, one.since)
        return
    for alarm in alarms_of(environment.alarms, one.component_type_id):
        evaluate(alarm, partition, since=one.since, now=now, repository=repository)


def sweep(environment: Environment, repository: TableRepository, now: int) -> None:
    """Have the devices evaluated that fell silent since the sweep before.

    Args:
        environment: The settings.
        repository: The table.
        now: Milliseconds since 1970.
    """
    index = environment.component_type_index
    if index is None:
        return
    before = repository.swept_until() or now - _DAY
    watched = {
        (alarm.component_type_id, silence) for alarm in environment.alarms for silence in alarm.silences
    }
    touched = 0
    for component_type_id, silence in sorted(watched):
        # Before this, the sweep before has looked; after this, it is too early.
        first, last = before - silence, now - silence - 1
        for device in sorted(repository.devices_between(index, component_type_id, first, last)):
            newest = repository.newest(device)
            if newest is not None and newest <= last:
                repository.touch(device, newest)
                touched += 1
    repository.remember_sweep(now)
    _log.info("swept", extra={"silent": touched})
