"""Good and bad examples: how many there are, and that every code has one."""

from __future__ import annotations

import re

from tests.definition.checks.test_scene_mistakes import JSON_MISTAKES, YAML_MISTAKES
from tests.definition.test_hidden_mistakes import TWO_MISTAKES
from tests.definition.test_service_bounds import BOUNDS
from tests.definition.test_single_mistakes import MISTAKES
from twin_stack.definition.checks.documentation import documentation_of
from twin_stack.definition.checks.registry import all_rules

PLACE = re.compile(r"(\S*:\d+:\d+) (TWIN\d{3})")


def test_every_code_has_an_example_with_its_place() -> None:
    codes = [PLACE.match(documentation_of(rule).finding) for rule in all_rules().values()]
    assert [match and match[2] for match in codes] == list(all_rules())


def test_examples_are_many() -> None:
    # Each bad one is tested for its code, line and column, beside the good one from which it differs.
    with_place = len(all_rules()) + len(MISTAKES) + len(YAML_MISTAKES) + len(JSON_MISTAKES)
    assert with_place >= 250
    assert with_place + len(TWO_MISTAKES) + len(BOUNDS) >= 350


def test_single_mistakes_name_code_line_and_column() -> None:
    expected = [expectation for _, expectation in MISTAKES.values()]
    assert expected
    assert [text for text in expected if not PLACE.fullmatch(text)] == []
