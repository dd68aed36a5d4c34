"""What a topic rule writes for a message."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.definition.ingest import Column, columns, history_reader, is_writable, written_connectors
from twin_stack.definition.resolve import ResolvedType, resolve
from twin_stack.definition.schema import ComponentType, Connector, Ingest

SERIES = {"isTimeSeries": True}
CONNECTORS = {name: Connector(kind="dynamodb") for name in ("telemetry", "spare")}


def entry(**members: Any) -> Ingest:
    return Ingest.model_validate(
        {"topic": "plant/+", "componentTypeId": "com.e.S", "deviceId": "topic(2)", **members}
    )


def sensor(**functions: str) -> ResolvedType:
    declared = ComponentType.model_validate(
        {
            "componentTypeId": "com.e.S",
            "propertyDefinitions": {
                "model": "STRING",
                "temp": {"dataType": "DOUBLE", **SERIES, "configuration": {"attribute": "t"}},
                "state": {"dataType": "STRING", **SERIES},
                "mean": {"expression": "avg(temp)", "window": "5m"},
            },
            "functions": functions,
        }
    )
    return resolve({"com.e.S": declared})["com.e.S"]


def test_every_measured_series_is_a_column_by_default() -> None:
    assert columns(entry(), sensor()) == [
        Column("temp", "temp", "t", "DOUBLE"),
        Column("state", "state", "state", "STRING"),
    ]


def test_named_properties_alone_are_columns_in_the_order_of_the_type() -> None:
    named = entry(properties={"state": "s.now", "temp": "celsius"})
    assert [(column.property, column.member) for column in columns(named, sensor())] == [
        ("temp", "celsius"), ("state", "s.now")
    ]  # fmt: skip
    assert [column.property for column in columns(entry(properties={"state": "s"}), sensor())] == ["state"]


def test_reader_of_a_type_is_written_unless_connectors_are_named() -> None:
    resolved = sensor(dataReader="telemetry")
    assert history_reader(resolved) == "telemetry"
    assert list(written_connectors(entry(), resolved, CONNECTORS)) == ["telemetry"]
    assert list(written_connectors(entry(connectors=["spare"]), resolved, CONNECTORS)) == ["spare"]


def test_unknown_connector_and_missing_reader_are_left_out() -> None:
    assert history_reader(sensor()) is None
    assert written_connectors(entry(), sensor(), CONNECTORS) == {}
    assert written_connectors(entry(connectors=["x"]), sensor(), CONNECTORS) == {}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, True),
        ({"timeUnit": "s"}, False),
        ({"partition": "${device}#${property}"}, False),
        ({"sortPrefix": "t#", "timeUnit": "iso"}, False),
    ],
)
def test_rule_writes_wide_rows_keyed_by_milliseconds(settings: dict[str, str], *, expected: bool) -> None:
    store = Connector.model_validate({"kind": "dynamodb", "tableName": "rows", **settings})
    assert is_writable(store) is expected
