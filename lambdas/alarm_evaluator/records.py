"""What records of a DynamoDB stream say. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alarm_evaluator.evaluation import COMPONENT_TYPE, AlarmRow, operator_rows
from alarm_evaluator.rules import Alarm

PARTITION_KEY, SORT_KEY = "device_id", "timestamp"
EVALUATE_FROM = "evaluate_from"
"""Attribute that ``Repository.touch`` sets: since when to look."""


@dataclass(slots=True)
class Work:
    """What has to be looked at for one partition of the table.

    Attributes:
        component_type_id: Type of the device's rows; None for rows of an alarm.
        since: Time of the oldest change.
        sequence_numbers: Of the records, in their order.
    """

    component_type_id: str | None
    since: int
    sequence_numbers: list[str] = field(default_factory=list)


def work(records: Iterable[Mapping[str, Any]], alarms: Sequence[Alarm]) -> dict[tuple[str, str | None], Work]:
    """Sort records by device, or by alarm where an operator wrote to it.

    Args:
        records: Of a stream whose view is NEW_IMAGE. Others' rows and deletions are passed over.
        alarms: All alarms.

    Returns:
        By partition key and component type, in the order of first records.
    """
    watched = {alarm.component_type_id for alarm in alarms}
    found: dict[tuple[str, str | None], Work] = {}
    for record in records:
        image = record["dynamodb"].get("NewImage")
        if image is None or "N" not in image.get(SORT_KEY, {}):
            continue
        time = int(float(image[SORT_KEY]["N"]))
        type_id = image.get(COMPONENT_TYPE, {}).get("S")
        if type_id not in watched:
            if not operator_rows(alarms, alarm_row(image)):
                continue
            type_id = None
        since = min(time, int(image.get(EVALUATE_FROM, {}).get("N", time)))
        key = (image[PARTITION_KEY]["S"], type_id)
        one = found.setdefault(key, Work(type_id, since))
        one.since = min(one.since, since)
        one.sequence_numbers.append(record["dynamodb"]["SequenceNumber"])
    return found


def alarm_row(item: Mapping[str, Mapping[str, Any]]) -> AlarmRow:
    """Take the texts out of an item in DynamoDB's wire form.

    Args:
        item: With its key.
    """
    texts = {name: value["S"] for name, value in item.items() if "S" in value and name != PARTITION_KEY}
    return AlarmRow(int(float(item[SORT_KEY]["N"])), texts)
