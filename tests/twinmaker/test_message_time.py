"""Times of messages in the SQL of topic rules."""

from __future__ import annotations

import pytest

from twin_stack.twinmaker.message_time import (
    TIME_UNITS,
    MessageTime,
    checked,
    read_milliseconds,
    read_seconds,
)


@pytest.mark.parametrize("unit", TIME_UNITS)
def test_expression_is_read_as_it_is_written(unit: str) -> None:
    milliseconds = TIME_UNITS[unit].milliseconds.format(t="device.at")
    assert read_milliseconds(milliseconds) == MessageTime("device.at", unit)
    assert read_milliseconds(checked(milliseconds, "device.at >= 5", "device.at < 7")) == MessageTime(
        "device.at", unit
    )
    assert read_seconds(TIME_UNITS[unit].seconds.format(t="device.at")) == MessageTime("device.at", unit)


@pytest.mark.parametrize("expression", ["topic(2)", "at * 60", "'x'", "floor(a * 1000 / power(1000, b))"])
def test_other_expression_is_no_time(expression: str) -> None:
    assert read_milliseconds(expression) is None


@pytest.mark.parametrize(
    ("unit", "value"),
    [("s", 1700000000.5), ("ms", 1700000000500), ("us", 1700000000500000), ("auto", 1700000000500)],
)
def test_device_sends_the_time_in_its_unit(unit: str, value: float) -> None:
    assert MessageTime("at", unit).value(1700000000500) == value


def test_units_share_no_number() -> None:
    fixed = [TIME_UNITS[name] for name in ("s", "ms", "us", "ns")]
    assert [unit.last for unit in fixed[:-1]] == [unit.first for unit in fixed[1:]]
