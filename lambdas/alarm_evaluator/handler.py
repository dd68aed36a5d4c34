"""Entry point of the alarm evaluator: ``alarm_evaluator.handler.handler``."""

import logging
import os
import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from alarm_evaluator.budget import MAX_SECONDS
from alarm_evaluator.dead_letters import send_to_dead_letters
from alarm_evaluator.environment import Environment
from alarm_evaluator.evaluation import alarms_of, evaluate, find_device
from alarm_evaluator.news import publish
from alarm_evaluator.records import PartitionChanges, group_records
from alarm_evaluator.renamed_repository import RenamedRepository
from alarm_evaluator.repository import create_repository
from alarm_evaluator.shapes import Repository, UnwritableError
from alarm_evaluator.sweep import sweep
from alarm_evaluator.window import Window
from former_ids import NOTHING_RENAMED, FormerIds

_log = logging.getLogger(__name__)

_RESERVE_MILLISECONDS = int(MAX_SECONDS * 1000) + 5_000
"""Time that an evaluation may need for its reads and writes."""

_PERMANENT_ERRORS = (UnwritableError, ArithmeticError, LookupError, TypeError, ValueError)
"""Errors that a retry of the record does not change."""


@cache
def _environment_and_repository() -> tuple[Environment, Repository]:
    environment = Environment.from_environ(os.environ, FormerIds.load())
    repository: Repository = create_repository(
        environment.table_name, environment.topic_arn, environment.dead_letter_queue_url
    )
    if environment.former_ids is not NOTHING_RENAMED:
        repository = RenamedRepository(repository, environment.former_ids)
    return environment, repository


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Process records of the table's stream, or check for missing data on a schedule.

    Args:
        event: A stream event with ``Records``; any other event is one of the schedule.
        context: Lambda's context, which has the remaining time.

    Returns:
        For records: ``batchItemFailures``, the first record of each device that failed for a reason that may
        pass. Lambda retries the records from the first of them on; processing a record twice has no further
        effect. Records that can never be evaluated go to the dead-letter queue instead, because a retry
        would delay the alarms of all devices of the shard.
    """
    environment, repository = _environment_and_repository()
    window = Window.around(
        int(time.time() * 1000), max_age=environment.max_age, max_ahead=environment.max_ahead
    )

    def has_time() -> bool:
        return bool(context.get_remaining_time_in_millis() >= _RESERVE_MILLISECONDS)

    if "Records" not in event:
        sweep(environment, repository, window, has_time=has_time)
        return {}
    batch = group_records(event["Records"], environment.alarms, window)
    failed = []
    for (partition, reason), numbers in batch.refused.items():
        failed += _reject(partition, reason, numbers, repository)
    for (partition, _), changes in batch.groups.items():
        if not has_time():
            _log.warning("out of time, Lambda retries the remaining records")
            failed.append(changes.sequence_numbers[0])
            continue
        try:
            process(partition, changes, environment, repository, window)
        except _PERMANENT_ERRORS as error:
            _log.exception("a device cannot be evaluated")
            reason = f"{type(error).__name__}: {error}"
            failed += _reject(partition, reason, changes.sequence_numbers, repository)
        except Exception:  # noqa: BLE001 (an error of one device must not stop the others)
            _log.exception("a device failed, Lambda retries its records")
            failed.append(changes.sequence_numbers[0])
    failed += publish(batch.news, repository, has_time=has_time)
    _log.info(
        "evaluated",
        extra={
            "records": len(event["Records"]),
            "failed": len(failed),
            "refused": len(batch.refused),
            "news": len(batch.news),
            "untyped": batch.untyped,
        },
    )
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def process(
    partition: str,
    changes: PartitionChanges,
    environment: Environment,
    repository: Repository,
    window: Window,
) -> None:
    """Evaluate the alarms of one device, or touch the device of an alarm on which an operator acted.

    Args:
        partition: The partition key of the rows that changed.
        changes: The changes.
        environment: The settings.
        repository: The table.
        window: The times of measurements that count.
    """
    if changes.component_type_id is None:
        device = find_device(partition, repository)
        if device is not None:
            repository.touch(device, changes.changed.since, window.last)
        return
    device = environment.former_ids.present_device(changes.component_type_id, partition)
    if partition != repository.leading_id(device, window.last):
        repository.touch(device, changes.changed.since, window.last)
        return
    changed = changes.changed
    if device in environment.former_ids.of_type(changes.component_type_id).devices:
        # A touched row may be older than the row under another id that changed.
        changed = changed._replace(until=max(changed.until, repository.newest(device, window.last) or 0))
    for alarm in alarms_of(environment.alarms, changes.component_type_id):
        evaluate(alarm, device, changed=changed, window=window, repository=repository)
    if partition != device and repository.leading_id(device, window.last) != partition:
        # Meanwhile the first row under a newer id came, whose evaluation may have read what is written now.
        repository.touch(device, changed.since, window.last)


def _reject(partition: str, reason: str, numbers: Sequence[str], repository: Repository) -> list[str]:
    """Send records to the dead-letter queue, and return the records to retry because that failed."""
    letter = {
        "partitionKey": partition,
        "reason": reason,
        "records": len(numbers),
        "firstSequenceNumber": numbers[0],
        "lastSequenceNumber": numbers[-1],
    }
    return [] if send_to_dead_letters(letter, repository) else [numbers[0]]
