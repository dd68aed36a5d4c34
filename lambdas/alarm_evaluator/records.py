"""Grouping of a DynamoDB stream's records by device. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alarm_evaluator.evaluation import is_operator_row
from alarm_evaluator.rules import Alarm
from alarm_evaluator.shapes import COMPONENT_TYPE, EVALUATE_FROM, PARTITION_KEY, SORT_KEY, AlarmRow


@dataclass(slots=True)
class PartitionChanges:
    """The changes in one partition of the table.

    Attributes:
        component_type_id: Type of the device's rows; None for rows of an alarm.
        since: Time of the oldest change, in milliseconds since 1970.
        sequence_numbers: Sequence numbers of the records, in their order.
    """

    component_type_id: str | None
    since: int
    sequence_numbers: list[str] = field(default_factory=list)


def group_records(
    records: Iterable[Mapping[str, Any]], alarms: Sequence[Alarm]
) -> dict[tuple[str, str | None], PartitionChanges]:
    """Group records by device, or by alarm for rows that an operator wrote.

    Args:
        records: Records of a stream whose view is NEW_IMAGE. Other rows and deletions are ignored.
        alarms: All alarms.

    Returns:
        Changes by partition key and component type, in the order of their first records.
    """
    component_types = {alarm.component_type_id for alarm in alarms}
    groups: dict[tuple[str, str | None], PartitionChanges] = {}
    for record in records:
        image = record["dynamodb"].get("NewImage")
        if image is None or "N" not in image.get(SORT_KEY, {}):
            continue
        time = int(float(image[SORT_KEY]["N"]))
        type_id = image.get(COMPONENT_TYPE, {}).get("S")
        if type_id not in component_types:
            if not is_operator_row(alarms, to_alarm_row(image)):
                continue
            type_id = None
        since = min(time, int(image.get(EVALUATE_FROM, {}).get("N", time)))
        key = (image[PARTITION_KEY]["S"], type_id)
        changes = groups.setdefault(key, PartitionChanges(type_id, since))
        changes.since = min(changes.since, since)
        changes.sequence_numbers.append(record["dynamodb"]["SequenceNumber"])
    return groups


def to_alarm_row(item: Mapping[str, Mapping[str, Any]]) -> AlarmRow:
    """Convert an item in DynamoDB's wire form to an alarm row.

    Args:
        item: The item with its key.
    """
    texts = {name: value["S"] for name, value in item.items() if "S" in value and name != PARTITION_KEY}
    return AlarmRow(int(float(item[SORT_KEY]["N"])), texts)
