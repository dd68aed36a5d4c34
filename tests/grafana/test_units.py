"""Units: Grafana's ids."""

from __future__ import annotations

import pytest

from twin_stack.grafana.units import unit_id


def test_unit_has_its_id_in_any_case_and_is_shown_as_written_when_unknown() -> None:
    assert [unit_id(unit) for unit in ("Percent", "mW", "MW", "widgets", None, "")] == [
        "percent",
        "mwatt",
        "megwatt",
        "suffix: widgets",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("Celsius", "celsius"),
        ("°C", "celsius"),
        ("kPa", "pressurekpa"),
        ("KPA", "pressurekpa"),
        ("m", "lengthm"),
        ("M", "suffix: M"),
        ("kg", "masskg"),
        ("KG", "suffix: KG"),
    ],
)
def test_case_counts_only_where_units_differ_by_it(unit: str, expected: str) -> None:
    assert unit_id(unit) == expected
