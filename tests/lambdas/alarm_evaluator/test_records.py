"""Grouping of stream records."""

from __future__ import annotations

from alarm_evaluator.records import Batch, group_records

from tests.support.fake_alarm_table import (
    ALARM,
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
