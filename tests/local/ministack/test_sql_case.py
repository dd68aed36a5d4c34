"""Case statements of AWS IoT's SQL."""

from __future__ import annotations

import pytest

from twin_stack.local.ministack.sql_case import CaseStatement

UNDEFINED = object()
VALUES = {
    "color": "yellow",
    "'green'": "green",
    "'yellow'": "yellow",
    "'go'": "go",
    "'slow'": "slow",
    "'?'": "?",
}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("CASE color WHEN 'green' THEN 'go' WHEN 'yellow' THEN 'slow' ELSE '?' END", "slow"),
        ("case color when 'green' then 'go' else '?' end", "?"),
        ("CASE color WHEN 'green' THEN 'go' END", UNDEFINED),
        ("CASE absent WHEN 'green' THEN 'go' ELSE '?' END", UNDEFINED),
    ],
)
def test_first_branch_with_an_equal_value_is_the_result(text: str, result: object) -> None:
    statement = CaseStatement.parse(text)

    assert statement is not None
    assert statement.evaluate(lambda part: VALUES.get(part, UNDEFINED), undefined=UNDEFINED) == result


@pytest.mark.parametrize(
    "text", ["color", "CASE color END", "CASE color WHEN 'a' END", "END", "CASE x ELSE y END"]
)
def test_other_text_is_no_statement(text: str) -> None:
    assert CaseStatement.parse(text) is None
