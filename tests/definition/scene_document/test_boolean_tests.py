"""Tests of BOOLEAN properties, which viewers have as texts."""

from __future__ import annotations

import pytest

from twin_stack.definition.scene_document import boolean_tests


@pytest.mark.parametrize(
    ("expression", "texts"),
    [
        ("running", [("running", "always true", "running == 'true'")]),
        ("!running", [("!running", "never true", "running == 'false'")]),
        ("running == true", [("running == true", "never true", "running == 'true'")]),
        ("false != running", [("running != false", "always true", "running != 'false'")]),
        ("other > 1 && running", [("running", "always true", "running == 'true'")]),
        ("running ? 1 : 2", [("running", "always true", "running == 'true'")]),
        ("is-open == true", [("is-open == true", "never true", "is-open == 'true'")]),
        ("running == 'true'", []),
        ("running != 'false' && other", []),
        ("other == true", []),
        ("running + 1 > 2", []),
        ("running ==", []),
    ],
)
def test_result_that_does_not_depend_on_the_value_is_found(
    expression: str, texts: list[tuple[str, str, str]]
) -> None:
    tests = boolean_tests(expression, ["running", "is-open"])
    assert [(test.text, test.result, test.correction) for test in tests] == texts
