"""Grouping of stream records."""

from __future__ import annotations

from typing import Any

from alarm_evaluator.records import Batch, group_records
from alarm_evaluator.shapes import ChangeKey

from tests.support.fake_alarm_table import (
    ALARM,
    EQUIPMENT,
    window_at,
)


def test_rows_of_other_types_and_deletions_are_passed_over() -> None:
    image = {
        "device_id": {"S": "a"},
        "timestamp": {"N": "1"},
        "component_type_id": {"S": "com.example.Other"},
    }
    records = [
        {"dynamodb": {"NewImage": image, "SequenceNumber": "1"}},
        {"dynamodb": {"Keys": {}, "SequenceNumber": "2"}},
    ]
    assert group_records(records, [ALARM], window_at(0)) == Batch()


def stored_change(time: int, **attributes: str) -> dict[str, Any]:
    texts = {"component_type_id": EQUIPMENT, "alarm_notification": "requested", **attributes}
    image = {name: {"S": text} for name, text in texts.items()}
    image |= {"device_id": {"S": "a-alarm"}, "timestamp": {"N": str(time)}}
    return {"dynamodb": {"NewImage": image, "SequenceNumber": str(time)}}


def test_marked_change_is_news() -> None:
    batch = group_records([stored_change(5, alarm_status="ACTIVE")], [ALARM], window_at(0))
    assert batch == Batch(news={"5": ChangeKey("a-alarm", 5)})


def test_change_of_an_hour_ago_is_not_published() -> None:
    """Such as when the stream is read again from its start."""
    assert group_records([stored_change(5)], [ALARM], window_at(5 + 3_600_000)) == Batch()


def test_row_on_which_an_operator_acted_is_evaluated_rather_than_published() -> None:
    batch = group_records([stored_change(5, alarm_status="ACKNOWLEDGED")], [ALARM], window_at(0))
    assert batch.news == {}
    assert list(batch.groups) == [("a-alarm", None)]
