"""Durations on the command line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from twin_stack.client.times import parse_duration
from twin_stack.errors import TwinError


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("10s", timedelta(seconds=10)),
        ("30m", timedelta(minutes=30)),
        ("6h", timedelta(hours=6)),
        ("2d", timedelta(days=2)),
        ("3w", timedelta(weeks=3)),
    ],
)
def test_number_and_unit_are_a_duration(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


def test_message_names_the_option_and_the_value() -> None:
    with pytest.raises(TwinError, match=r'^--every is "soon"; write a number from 1'):
        parse_duration("soon", "--every")
