"""Limits of alarms, and the colors between them."""

from __future__ import annotations

import pytest

from twin_stack.definition.schema import Alarm, ComponentType
from twin_stack.grafana.limits import Limit, limits, steps


def test_limits_are_those_of_the_alarms_with_inherited_ones() -> None:
    base = ComponentType(
        component_type_id="base",
        alarms={
            "hot": Alarm(property="t", above=80),
            "gone": Alarm(property="t", missing_after_seconds=60),
            "warm": Alarm(property="t", severity="WARNING", above=60),
        },
    )
    sub = ComponentType(
        component_type_id="sub", extends_from=["base"], alarms={"hot": Alarm(property="t", below=9)}
    )
    assert limits({"sub": sub, "base": base}) == {
        "base": {"t": [Limit(80, True, "CRITICAL"), Limit(60, True, "WARNING")]},
        "sub": {"t": [Limit(9, False, "CRITICAL"), Limit(60, True, "WARNING")]},
    }


@pytest.mark.parametrize(
    ("alarm_limits", "colors"),
    [
        ([], [(None, "green")]),
        (
            [Limit(70, True, "WARNING"), Limit(80, True, "CRITICAL")],
            [(None, "green"), (70, "orange"), (80, "red")],
        ),
        ([Limit(5, False, "CRITICAL")], [(None, "red"), (5, "green")]),
        (
            [Limit(5, False, "WARNING"), Limit(9, True, "CRITICAL")],
            [(None, "orange"), (5, "green"), (9, "red")],
        ),
        # A lower alarm that is worse wins wherever both are raised.
        ([Limit(5, True, "CRITICAL"), Limit(9, True, "WARNING")], [(None, "green"), (5, "red")]),
    ],
)
def test_colors_are_those_of_the_most_severe_alarm(
    alarm_limits: list[Limit], colors: list[tuple[float | None, str]]
) -> None:
    assert [(step.value, step.color) for step in steps(alarm_limits)] == colors
