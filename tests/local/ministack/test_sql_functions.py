"""Functions of numbers in AWS IoT's SQL."""

from __future__ import annotations

import pytest

from twin_stack.local.ministack.sql_functions import call_function


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("floor", [1.9], 1),
        ("floor", [-1.1], -2),
        ("floor", ["2.5"], 2),
        ("floor", [True], None),
        ("floor", ["x"], None),
        ("floor", [object()], None),
        ("floor", [1, 2], None),
        ("log", [100], 2),
        ("log", [0], None),
        ("log", [-1], None),
        ("power", [1000, 2], 1_000_000),
        ("power", [10, -1], 0.1),
        ("power", [10, 1_000], None),
    ],
)
def test_result_is_the_documented_one_or_undefined(
    name: str, arguments: list[object], result: float | None
) -> None:
    assert call_function(name, arguments) == result
