"""Violations: their text."""

from __future__ import annotations

from tests.support.contract_answers import (
    HISTORY,
    history,
    item,
    of_value,
    point,
)
from twin_stack.contract import check_answer


def test_violation_reads_as_one_line_with_value_allowed_and_remedy() -> None:
    answer = history(item(point(1, time="2026-03-02T06:10:30Z")))
    (violation,) = check_answer(HISTORY, answer)
    assert str(violation) == (
        '$.propertyValues[0].values[0].time UDQ031 is "2026-03-02T06:10:30Z"; allowed is after '
        "2026-03-02T06:00:00Z, up to and with 2026-03-02T06:10:00Z; the start is exclusive and the end "
        "inclusive; leave the point out"
    )


def test_values_are_shortened_and_printable() -> None:
    (violation,) = check_answer(HISTORY, of_value({"stringValue": "a\nb\x1b" * 200}, "mode"))
    assert len(str(violation)) < 300
    assert "\n" not in str(violation)
    assert "\x1b" not in str(violation)
