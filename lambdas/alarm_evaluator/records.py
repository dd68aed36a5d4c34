"""Grouping of a DynamoDB stream's records by device. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alarm_evaluator.evaluation import MAX_NOTIFICATION_AGE, ChangedTimes, is_operator_row
from alarm_evaluator.rules import Alarm
from alarm_evaluator.shapes import (
    COMPONENT_TYPE,
    EVALUATE_FROM,
    NOTIFICATION,
    PARTITION_KEY,
    SORT_KEY,
    AlarmRow,
    ChangeKey,
)
from alarm_evaluator.window import Window


@dataclass(slots=True)
class PartitionChanges:
    """The changes in one partition of the table.

    Attributes:
        component_type_id: Present type of the device's rows; None for rows of an alarm.
        changed: Times of the oldest and the newest change.
        sequence_numbers: Sequence numbers of the records, in their order.
    """

    component_type_id: str | None
    changed: ChangedTimes
    sequence_numbers: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """The records of one invocation.

    Attributes:
        groups: Changes by partition key and component type, in the order of their first records.
        refused: Sequence numbers of records that cannot be evaluated, by partition key and reason.
        news: Changes to publish, by sequence number.
        untyped: Number of measurements without ``component_type_id``, which raise no alarm.
    """

    groups: dict[tuple[str, str | None], PartitionChanges] = field(default_factory=dict)
    refused: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    news: dict[str, ChangeKey] = field(default_factory=dict)
    untyped: int = 0


def group_records(records: Iterable[Mapping[str, Any]], alarms: Sequence[Alarm], window: Window) -> Batch:
    """Group records by device, or by alarm for rows that an operator wrote.

    Args:
        records: Records of a stream whose view is NEW_IMAGE. Other rows and deletions are ignored.
        alarms: All alarms.
        window: Times of rows that count.
    """
    present_types = {type_id: alarm.component_type_id for alarm in alarms for type_id in alarm.type_ids}
    attributes = {name for alarm in alarms for name in alarm.stored_attributes}
    batch = Batch()
    for record in records:
        image = record["dynamodb"].get("NewImage")
        if image is None or "N" not in image.get(SORT_KEY, {}):
            continue
        type_id = image.get(COMPONENT_TYPE, {}).get("S")
        if type_id in present_types:
            type_id = present_types[type_id]
        else:
            row = to_alarm_row(image)
            if not is_operator_row(alarms, row):
                is_new = row.time > window.now - MAX_NOTIFICATION_AGE
                if NOTIFICATION in row.attributes and is_new:
                    batch.news[record["dynamodb"]["SequenceNumber"]] = ChangeKey(
                        image[PARTITION_KEY]["S"], row.time
                    )
                batch.untyped += type_id is None and not attributes.isdisjoint(image)
                continue
            type_id = None
        partition, number = image[PARTITION_KEY]["S"], record["dynamodb"]["SequenceNumber"]
        time = int(float(image[SORT_KEY]["N"]))
        if not window.contains(time):
            reason = (
                f"timestamp must be from {window.first} to {window.last}, milliseconds since 1970, got {time}"
            )
            batch.refused.setdefault((partition, reason), []).append(number)
            continue
        since = max(min(time, int(float(image.get(EVALUATE_FROM, {}).get("N", time)))), window.first)
        group = batch.groups.setdefault(
            (partition, type_id), PartitionChanges(type_id, ChangedTimes(since, time))
        )
        group.changed = ChangedTimes(min(group.changed.since, since), max(group.changed.until, time))
        group.sequence_numbers.append(number)
    return batch


def to_alarm_row(item: Mapping[str, Mapping[str, Any]]) -> AlarmRow:
    """Convert an item in DynamoDB's wire form to an alarm row.

    Args:
        item: The item with its key.
    """
    texts = {name: value["S"] for name, value in item.items() if "S" in value and name != PARTITION_KEY}
    return AlarmRow(int(float(item[SORT_KEY]["N"])), texts)
