"""Values of properties."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.client.model import Property, unwrap


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"doubleValue": 1.5}, 1.5),
        ({"listValue": [{"integerValue": 1}, {"stringValue": "a"}]}, [1, "a"]),
        ({"mapValue": {"a": {"booleanValue": True}}}, {"a": True}),
        ({"relationshipValue": {"targetEntityId": "e"}}, {"targetEntityId": "e"}),
    ],
)
def test_content_of_a_value_is_returned_without_its_type(value: Any, expected: object) -> None:
    assert unwrap(value) == expected


def test_property_reads_its_definition() -> None:
    definition = {"dataType": {"type": "DOUBLE", "unitOfMeasure": "bar"}, "isTimeSeries": True}
    pressure = Property("pressure", {**definition, "isStoredExternally": True}, None)

    assert (pressure.data_type, pressure.unit, pressure.value) == ("DOUBLE", "bar", None)
    assert pressure.is_time_series
    assert not pressure.is_external_attribute


def test_external_attribute_is_stored_externally_and_no_time_series() -> None:
    maker = Property("maker", {"isStoredExternally": True}, {"stringValue": "ACME"})

    assert maker.is_external_attribute
    assert (maker.data_type, maker.unit, maker.value) == ("STRING", "", "ACME")
